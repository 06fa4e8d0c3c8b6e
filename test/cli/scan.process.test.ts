/** `tradedeck scan` as a person types it: what would be sold on a day, and why the rest would not. */
import { execFile, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

function scan(...args: string[]) {
  const command = [resolve('bin/tradedeck.js'), 'scan', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  return { code: status, out: stdout, error: stderr };
}

const SHORT = ['decks/csp.yaml', '--start', '2014-09-01', '--end', '2015-06-30'];

test('lists the rules of the underlying and every contract with its reason, labelled as simulated', () => {
  const { code, out } = scan(...SHORT, '--date', '2015-03-20');
  expect(code).toBe(0);
  expect(out).toContain('SIMULATED PRICES');
  expect(out).toMatch(/pass +longRising/);
  expect(out).toMatch(/SPXW150327P\d+ +7 .* no +.*is below/);
});

test('gives every rule with value and bounds as JSON, of contracts that were not chosen too', () => {
  const { out } = scan(...SHORT, '--date', '2015-03-20', '--json');
  const told = JSON.parse(out);
  expect(told.isModel).toBe(true);
  const [{ contracts }] = told.symbols;
  expect(contracts.length).toBeGreaterThan(10);
  for (const { reason } of contracts) expect(reason).not.toBe('');
  const [outcome] = contracts.flatMap((row: { outcomes: { rule: string; outcome: string }[] }) =>
    row.outcomes.filter((each) => each.rule === 'dailyReturn' && each.outcome === 'fail'),
  );
  expect(outcome).toMatchObject({ rule: 'dailyReturn', min: 0.0002 });
});

test.each([
  { args: [...SHORT, '--date', '2015-03-21'], says: 'nothing was decided on 2015-03-21' },
  { args: [...SHORT, '--fresh'], says: '--fresh opens the account on a day, and needs it' },
  { args: [...SHORT, '--now', '--date', '2015-03-20'], says: '--now is this moment, and --date another day' },
  { args: ['decks/sma-cross.yaml'], says: 'only csp, covered-calls, wheel scan' },
  { args: [...SHORT, '--param', 'minDailyReturn=0.15'], says: 'can never be met' },
])('refuses $args with what is wrong', ({ args, says }) => {
  const { code, error } = scan(...args);
  expect(code).not.toBe(0);
  expect(error).toContain(says);
});

test('says first what could be sold on no day up to that one, and still shows every contract with its reason', () => {
  const args = [...SHORT, '--date', '2015-03-20', '--param', 'maxSpreadPct=0.01'];
  const said = 'maxSpreadPct (0.01) can never be met: no put of the tape has a spread below 0.05';
  const { code, out } = scan(...args);
  expect(code).toBe(0);
  expect(out).toContain(`nothing could be sold on any day up to here: ${said}`);
  expect(out).toMatch(/SPXW150327P\d+ .* spread [\d.]+ % is above 1 %/);
  expect(JSON.parse(scan(...args, '--json').out).neverTrades).toContain(said);
  expect(JSON.parse(scan(...SHORT, '--date', '2015-03-20', '--json').out)).not.toHaveProperty('neverTrades');
});

test('with nothing held only the history that the rules need is played, and the verdicts are the same', () => {
  const verdicts = (out: string): unknown =>
    JSON.parse(out).symbols[0].contracts.map((row: { symbol: string; outcomes: unknown }) => [
      row.symbol,
      row.outcomes,
    ]);
  const fresh = scan('decks/csp.yaml', '--date', '2015-03-20', '--fresh', '--json');
  expect(JSON.parse(fresh.out).committed).toBe(0);
  const whole = scan(...SHORT, '--date', '2015-03-20', '--json');
  expect((verdicts(fresh.out) as unknown[]).length).toBeGreaterThan(10);
  // Contracts of both: a shorter past has listed fewer strikes.
  const all = new Map(verdicts(whole.out) as [string, unknown][]);
  for (const [symbol, outcomes] of verdicts(fresh.out) as [string, unknown][])
    expect(all.get(symbol)).toEqual(outcomes);
});

test('now is the moment of delayed quotes: closes end yesterday, and the price is that of the chain', async () => {
  const row = (option: string, bid: number, ask: number): unknown => ({
    option,
    bid,
    ask,
    bid_size: 9,
    ask_size: 9,
    open_interest: 7,
    volume: 5,
  });
  const chain = (price: number, options: readonly unknown[]): string =>
    JSON.stringify({ timestamp: '2026-07-30 18:15:00', data: { current_price: price, options } });
  const puts = [
    row('SPXW260807P06250000', 21, 22),
    row('SPXW260807P06100000', 4, 5),
    row('SPXW260807C06500000', 30, 31),
  ];
  const days = Array.from({ length: 120 }, (_, i) => new Date(Date.UTC(2026, 1, 1 + i * 2)).toISOString().slice(0, 10));
  const closes = days.filter((day) => day <= '2026-07-31' && ![0, 6].includes(new Date(day).getUTCDay()));
  const history = (head: string, value: number): string =>
    [head, ...closes.map((day, i) => `${day.slice(5, 7)}/${day.slice(8)}/${day.slice(0, 4)},${value + i}`)].join('\n');
  const server = createServer((request, response) => {
    const url = request.url!;
    const body = url.includes('_SPX')
      ? chain(6400.5, puts)
      : url.includes('_VIX.json')
        ? chain(16.5, [row('VIX260819C00020000', 1, 1.1)])
        : history(`DATE,${url.includes('VIX') ? 'VIX' : 'SPX'}`, url.includes('VIX') ? 15 : 6000);
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const flags = ['--param', 'volatility=VIX', '--param', 'equityRules=aboveLong', '--param', 'stopOnSpike=true'];
  const command = [
    resolve('bin/tradedeck.js'),
    'scan',
    'decks/csp.yaml',
    '--now',
    '--base-url',
    baseUrl,
    ...flags,
    '--json',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  server.close();
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({
    at: '2026-07-30T18:15:00Z',
    volatility: 16.5,
    deployment: 0.8,
    committed: 0,
    isModel: false,
  });
  // The file is of a day in July: what is left from then says so.
  expect(told.source).toMatch(/15 minutes old when they were written .*, (STALE|IN THE FUTURE)/);
  const [{ price, outcomes, contracts }] = told.symbols;
  expect(price).toBe(6400.5);
  // The mean of the last fifty closes before that day, none of the day itself.
  const before = closes.flatMap((day, i) => (day < '2026-07-30' ? [6000 + i] : [])).slice(-50);
  expect(outcomes[0]).toMatchObject({
    rule: 'aboveLong',
    outcome: 'pass',
    min: before.reduce((a, b) => a + b, 0) / 50,
  });
  expect(contracts.map((each: { symbol: string; chosen: boolean }) => [each.symbol, each.chosen])).toEqual([
    ['SPXW260807P06100000', false],
    ['SPXW260807P06250000', true],
  ]);
});
