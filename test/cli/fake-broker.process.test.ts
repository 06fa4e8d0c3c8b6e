/** The command that starts a fake broker: what it prints is where it is, and Ctrl-C ends it cleanly. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { BrokerConfig } from '../../src/desk/config/schema.ts';
import { openBroker } from '../../src/desk/wiring/brokers.ts';

const LAUNCHER = join(import.meta.dirname, '..', '..', 'bin', 'tradedeck.js');

test('a fake broker runs at sixty times the speed until Ctrl-C, and leaves with 0', async () => {
  const child = spawn(
    process.execPath,
    [LAUNCHER, 'fake-alpaca', '--port', '0', '--date', '2026-11-30', '--speed', '60x', '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { addresses, environment } = JSON.parse(line) as Record<'addresses' | 'environment', Record<string, string>>;
  const headers = {
    'APCA-API-KEY-ID': environment['APCA_API_KEY_ID'],
    'APCA-API-SECRET-KEY': environment['APCA_API_SECRET_KEY'],
  };
  const get = async (path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(addresses['trading and data'] + path, { headers });
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  };
  const first = String((await get('/v2/clock'))['timestamp']);
  expect(first).toMatch(/^2026-11-30T09:/);
  const { bars } = (await get('/v2/stocks/bars?symbols=AAPL&timeframe=1Day&start=2026-01-01')) as {
    bars: { AAPL: unknown[] };
  };
  expect(bars.AAPL.length).toBeGreaterThan(200);
  child.kill('SIGINT');
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect([code, signal]).toEqual([0, null]);
});

test('a live-like one says how real money is rehearsed, and its keys are of the kind that that takes', async () => {
  const args = ['fake-alpaca', '--live', '--port', '0', '--date', '2026-11-30', '--json'];
  const child = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { live } = JSON.parse(line) as { live: { keys: readonly string[]; deck: string } };
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-live-like-'));
  writeFileSync(join(folder, 'keys'), `${live.keys.join('\n')}\n`, { mode: 0o600 });
  const { broker: config } = parse(live.deck) as { broker: BrokerConfig };
  const asked = { config, folder, environment: {}, fakeUrl: undefined };
  const account = await openBroker({ mode: 'live', ...asked });
  expect(await account.facts()).toMatchObject({ number: config.account, status: 'ACTIVE' });
  await expect(openBroker({ mode: 'rehearsal', ...asked })).rejects.toThrow('of a real account');
  rmSync(folder, { recursive: true });
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a fake TWS says where it is and whose account it has', async () => {
  const child = spawn(process.execPath, [LAUNCHER, 'fake-tws', '--port', '0', '--date', '2026-11-30', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { addresses, environment } = JSON.parse(line) as Record<'addresses' | 'environment', Record<string, string>>;
  expect(addresses['TWS API']).toBe(`127.0.0.1:${environment['IB_PORT']}`);
  expect(environment['IB_ACCOUNT']).toMatch(/^DU\d{7}$/);
  child.kill('SIGINT');
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect([code, signal]).toEqual([0, null]);
});
