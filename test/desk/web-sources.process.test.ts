/** Prices from the web in decks and in the catalog, with keys from the environment, from servers on this machine. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deckSchema } from '../../src/desk/config/schema.ts';
import { checkStored, compareTapes, fetchData, listData, readSide } from '../../src/desk/wiring/data.ts';
import { secretOf } from '../../src/desk/wiring/keys.ts';
import { loadTape } from '../../src/desk/wiring/tapes.ts';

const DAYS = ['2024-06-10', '2024-06-11', '2024-06-12'];
let server: Server;
let baseUrl: string;
let folder: string;
let keys: (string | undefined)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'web-sources-'));
  server = createServer(({ url = '', headers }, response) => {
    keys.push(headers.authorization);
    const rows = DAYS.map((date, i) => ({ date, price: 100 + i, t: Date.parse(`${date}T04:00:00Z`) }));
    const body = url.startsWith('/tiingo/')
      ? rows.map(({ date, price: p }) => ({ date, open: p, high: p, low: p, close: p, volume: 10 }))
      : {
          status: 'OK',
          // The second day differs by a cent, and the last is missing.
          results: rows
            .slice(0, 2)
            .map(({ t, price: p }, i) => ({ t, o: p, h: p + 1, l: p - 1, c: p + i / 100, v: 10 })),
        };
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
  delete process.env['TIINGO_API_KEY'];
  delete process.env['MASSIVE_API_KEY_FILE'];
});

test('a deck names a source of the web as its tape', async () => {
  process.env['TIINGO_API_KEY'] = 'from-environment';
  const { tape: config } = deckSchema.parse({
    strategy: { name: 'sma-cross' },
    tape: { source: 'tiingo', symbols: ['AAA'], start: '2024-06-10', end: '2024-06-12', baseUrl },
  });
  keys = [];
  const tape = await loadTape(config, {}, folder, 1);
  expect('slice' in tape && tape.slice.streams[0].columns.length).toBe(3);
  expect(tape.source).toBe('AAA 1d, Tiingo, raw');
  expect(keys).toEqual(['Token from-environment']);
});

test('two sources are fetched into the catalog, kept with their checksums, and compared', async () => {
  const file = join(folder, 'massive.key');
  writeFileSync(file, 'MASSIVE_API_KEY=from-file\n', { mode: 0o600 });
  process.env['MASSIVE_API_KEY_FILE'] = file;
  const catalog = join(folder, 'catalog');
  const span = { start: '2024-06-10', end: '2024-06-12', baseUrl };
  keys = [];
  await fetchData(catalog, 'tiingo', ['AAA'], span, () => undefined);
  await fetchData(catalog, 'massive', ['AAA'], span, () => undefined);
  expect(keys).toEqual(['Token from-environment', 'Bearer from-file']);
  expect((await listData(catalog, undefined)).map(({ origin, rows }) => [origin, rows])).toEqual([
    ['massive', 2],
    ['tiingo', 3],
  ]);
  expect((await checkStored(catalog)).filter(({ severity }) => severity === 'fatal')).toEqual([]);
  const [a, b] = [await readSide('tiingo:AAA', catalog, undefined), await readSide('massive:AAA', catalog, '1d')];
  const { common, onlyFirst, different } = compareTapes(a, b, 1e-6);
  expect([common, onlyFirst.length, different.map(({ first, second }) => [first, second])]).toEqual([
    2,
    1,
    [[101, 101.01]],
  ]);
});

test('a key is taken from a file only when nobody else may read it, and is in no message', () => {
  const file = join(folder, 'open.key');
  writeFileSync(file, 'top-secret\n');
  chmodSync(file, 0o644);
  expect(() => secretOf({ X_KEY_FILE: file }, 'X_KEY')).toThrow('others than its owner');
  chmodSync(file, 0o600);
  expect(secretOf({ X_KEY_FILE: file }, 'X_KEY')?.reveal()).toBe('top-secret');
  expect(secretOf({}, 'X_KEY')).toBeUndefined();
  writeFileSync(file, 'OTHER=top-secret\n');
  expect(() => secretOf({ X_KEY_FILE: file }, 'X_KEY')).toThrow(/^(?!.*top-secret).*has no X_KEY/);
});
