/** The command that starts a fake broker: what it prints is where it is, and Ctrl-C ends it cleanly. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

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
