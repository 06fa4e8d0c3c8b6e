/** `tradedeck data chain` as a person types it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, expect, test } from 'vitest';

const home = mkdtempSync(join(tmpdir(), 'tradedeck-chain-'));
afterAll(() => rmSync(home, { recursive: true }));

function tradedeck(...args: string[]) {
  const command = [resolve('bin/tradedeck.js'), 'data', 'chain', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: home, encoding: 'utf8' });
  return { code: status, out: stdout, error: stderr };
}

const HEAD =
  'quote_datetime,underlying_symbol,expiration,strike,option_type,bid,ask,volume,open_interest,underlying_price';
const row = (time: string, right: string, strike: number, bid: number, ask: number) =>
  `2021-01-04 ${time},XYZ,2021-01-15,${strike},${right},${bid},${ask},5,60,100`;
writeFileSync(
  join(home, 'xyz.csv'),
  [
    HEAD,
    row('10:00', 'C', 100, 2, 2.2), row('10:00', 'P', 100, 1.9, 2.1), row('10:00', 'P', 95, 0.5, 0.6), row('10:00', 'P', 80, 0, 0.05),
    row('11:00', 'C', 100, 2.1, 2.3), row('11:00', 'P', 100, 1.8, 2), row('11:00', 'P', 95, 0.4, 0.5), row('11:00', 'P', 80, 0, 0.05),
    '',
  ].join('\n'),
); // prettier-ignore

test('shows expiries with the vol at the money and the price of the straddle', () => {
  const { code, out } = tradedeck('xyz.csv');
  expect(code).toBe(0);
  expect(out).toContain('XYZ 100 at 2021-01-04T16:00:00Z, 4 contracts');
  expect(out).toMatch(/2021-01-15 +11 +monthly +XYZ +4 +\d+\.\d % +±4\.1/);
});

test('shows the contracts that are asked for, and why the others are not there', () => {
  const { out } = tradedeck('xyz.csv', '--at', '2021-01-04T10:00', '--right', 'put', '--delta', '0.15-0.4', '--why');
  expect(out).toMatch(/XYZ210115P00095000 +put +95 +11 +0\.5 +0\.6/);
  expect(out).toContain('1 of 4 contracts');
  expect(out).toContain('XYZ210115C00100000  right is call, not put');
  expect(out).toContain('XYZ210115P00080000  quote is ask only, not two-sided');
});

test('gives every number and rule as JSON', () => {
  const result = JSON.parse(tradedeck('xyz.csv', '--right', 'put', '--delta', '0.15-0.4', '--json').out) as {
    contracts: { symbol: string; passed: boolean; delta?: number; noValue?: { code: string }; rules: unknown[] }[];
  };
  expect(result).toMatchObject({ underlying: 'XYZ', spot: 100, isModel: false });
  const [far] = result.contracts.filter(({ symbol }) => symbol === 'XYZ210115P00080000');
  expect(far).toMatchObject({ passed: false, noValue: { code: 'quote.one-sided' } });
  expect(far.rules).toContainEqual({ rule: 'delta', outcome: 'not-asked', min: 0.15, max: 0.4 });
});

test('is told what columns are that nobody knows', () => {
  writeFileSync(join(home, 'odd.csv'), 'when,occ,buy,sell,px\n2021-01-04 10:30,XYZ210115P00095000,0.5,0.6,100\n');
  expect(tradedeck('odd.csv').code).toBe(3);
  const names = ['stamp=when', 'contract=occ', 'bid=buy', 'ask=sell', 'spot=px'].flatMap((pair) => ['--map', pair]);
  expect(tradedeck('odd.csv', ...names).out).toContain('XYZ 100 at 2021-01-04T15:30:00Z, 1 contract\n');
});

test('saves what it found so that it can be looked at again', () => {
  expect(tradedeck('xyz.csv', '--save', 'saved.csv').error).toContain('4 contracts written to saved.csv');
  expect(readFileSync(join(home, 'saved.csv'), 'utf8')).toContain('XYZ210115P00095000,0.4,0.5,0,0,,5,60,100');
  expect(tradedeck('saved.csv').out).toContain('XYZ 100 at 2021-01-04T16:00:00Z, 4 contracts');
});

test.each([
  [['xyz.csv', '--at', '2021-01-03'], '--at must be a session', 2],
  [['xyz.csv', '--delta', 'low'], 'must be a range', 2],
  [['xyz.csv', '--delta', '2-3'], 'no delta is at least 2', 2],
  [['xyz.csv', '--underlying', 'XYY'], 'no options on "XYY"', 3],
  [['nothing.csv'], 'does not exist', 3],
])('%j is refused', (args, message, code) => {
  const ended = tradedeck(...args);
  expect(ended.error).toContain(message);
  expect(ended.code).toBe(code);
});
