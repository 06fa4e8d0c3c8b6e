/** What a monitor and a person ask of a session: health, measures, profit, trades, log; while it runs, when it died, and after. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, fake, home, PATIENT, start, tradedeck, until } from './rehearsal.ts';

/** Buys at once and sells again, over and over: there are trades after a few bars. */
const FLIPPER = `import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'flipper',
  parameters: {},
  setup({ buy, close, position }) {
    const onBar = () => void (position.isFlat ? buy(1, { reason: 'in' }) : close({ reason: 'out' }));
    return { onBar };
  },
});
`;

function deck(name: string): string {
  writeFileSync(join(home, 'flipper.ts'), FLIPPER);
  const file = join(home, `${name}.yaml`);
  writeFileSync(
    file,
    `name: ${name}\nstrategy: { file: ./flipper.ts }\ntape: { source: sp500, start: 2019-01-01 }\noutput: { folder: ${name} }\n`,
  );
  return file;
}

test(
  'a session on a recorded tape tells what it earned and closed while it runs, when it was killed, and after',
  PATIENT,
  async () => {
    const file = deck('told');
    const child = start('paper', file, '--speed', '1000000x');
    await until('told', ({ records }) => records > 10);
    const runs = ['--runs', 'told'];
    const { code, out } = tradedeck('health', ...runs);
    expect([code, out]).toEqual([0, expect.stringMatching(/✓ journal +ok/)]);
    expect(tradedeck('trades', ...runs).out).toMatch(/SPX +1 +2019-01-\d\dT.* out\n/);
    expect(tradedeck('pnl', '--by', 'week', ...runs).out).toMatch(/^2019-01-07 +\d/m);
    expect(tradedeck('logs', '--kind', 'fillled', ...runs)).toMatchObject({
      code: 2,
      error: expect.stringContaining('"filled"'),
    });
    expect(tradedeck('why', 'told', '--symbol', 'SPY', ...runs)).toMatchObject({ code: 2 });
    expect(tradedeck('logs', '--lines', '3', ...runs).out.split('\n')).toHaveLength(5);
    const followed = start('logs', '--follow', '--lines', '2', '--kind', 'filled', '--json', ...runs);
    let log = '';
    followed.stdout!.on('data', (part: Buffer) => (log += part.toString()));
    await expect.poll(() => log, { timeout: 30_000 }).toContain('filled');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const dead = tradedeck('status', ...runs);
    expect([dead.code, dead.error]).toEqual([2, expect.stringContaining('the process of this session is gone')]);
    expect(tradedeck('pnl', 'told', ...runs).code).toBe(0);
    expect(tradedeck('metrics', ...runs).out).toContain('tradedeck_sessions 0\n');
    expect(tradedeck('paper', file, '--quiet').code).toBe(0);
    // Who follows sees what goes on with it, too, and the end.
    expect(await ended(followed)).toBe(0);
    const seen = log.trimEnd().split('\n');
    const filled = tradedeck('journal', 'show', 'told', '--kind', 'filled', '--json', ...runs).out;
    const all = (JSON.parse(filled) as object[]).map((row) => JSON.stringify(row));
    expect(seen.length).toBeGreaterThan(100);
    expect(seen).toEqual(all.slice(-seen.length));
    const pnl = JSON.parse(tradedeck('pnl', 'told', '--by', 'month', '--json', ...runs).out) as Record<string, unknown>;
    const trades = JSON.parse(tradedeck('trades', 'told', '--json', ...runs).out) as Record<string, unknown>;
    const months = (pnl['periods'] as { date: string }[]).map(({ date }) => date);
    expect([months.length, months[0], months.at(-1)]).toEqual([16, '2019-01-01', '2020-04-01']);
    expect(trades['count']).toBeGreaterThan(100);
    // All was closed but one share at most, so both say the same but for what that one made.
    expect(Math.abs(Number(pnl['total']) - Number(trades['profit']))).toBeLessThan(300);
    const over = tradedeck('status', 'told', ...runs);
    expect([over.code, over.error]).toEqual([2, expect.stringContaining('this session is over, or was stopped')]);
  },
);

test(
  'a rehearsal is measured over HTTP on this machine alone, and what is not well has exit code 1',
  PATIENT,
  async () => {
    const url = await fake('1x', '10:00');
    const file = join(home, 'measured.yaml');
    writeFileSync(
      file,
      'name: measured\nstrategy: { name: sma-cross }\ntape: { source: alpaca, symbols: [SPY] }\noutput: { folder: measured }\n',
    );
    const child = start('rehearse', file, '--at', url);
    await until('measured', ({ state, reconciledAt }) => state === 'active' && reconciledAt !== null);
    const runs = ['--runs', 'measured'];
    const served = start('metrics', '--listen', '0', ...runs);
    const [line] = (await once(served.stderr!, 'data')) as [Buffer];
    const address = /http:\S+/.exec(line.toString())![0];
    const text = await (await fetch(address)).text();
    expect(text).toMatch(/^tradedeck_broker_requests_remaining\{.*\} \d+$/m);
    expect(text).toMatch(/^tradedeck_trading_state\{.*state="active"\} 1$/m);
    expect((await fetch(address, { method: 'POST' })).status).toBe(404);
    expect(tradedeck('health', ...runs).code).toBe(0);
    expect(tradedeck('halt', '--reason', 'test', ...runs).code).toBe(0);
    const { code, out } = tradedeck('health', ...runs);
    expect([code, out]).toEqual([1, expect.stringMatching(/✗ state +halted: test/)]);
    expect(JSON.parse(tradedeck('health', '--json', ...runs).out)).toMatchObject({ healthy: false });
    expect(await (await fetch(address)).text()).toMatch(/^tradedeck_trading_state\{.*state="halted"\} 1$/m);
    served.kill('SIGINT');
    expect(await ended(served)).toBe(130);
    child.kill('SIGTERM');
    await ended(child);
  },
);

test('the days of a market are told with early closes, holidays and the clock that was changed', () => {
  const { out } = tradedeck('calendar', '--date', '2026-11-25', '--days', '3');
  expect(out).toMatch(/Thu 2026-11-26 +no session/);
  expect(out).toMatch(/Fri 2026-11-27 +09:30 +13:00 +2026-11-27T14:30:00Z to 2026-11-27T18:00:00Z +an early close/);
  // A weekend lies between two clocks: the same open is an hour later in UTC.
  const { out: spring } = tradedeck('calendar', '--date', '2027-03-12', '--days', '4');
  expect(spring).toMatch(/Fri 2027-03-12 +09:30 +16:00 +2027-03-12T14:30:00Z/);
  expect(spring).toMatch(/Mon 2027-03-15 +09:30 +16:00 +2027-03-15T13:30:00Z/);
  expect(tradedeck('calendar', 'XNYSE').error).toContain('did you mean "XNYS"');
});
