/** The comparison of price files with themselves, tried against planted faults: it must not pass on wrong numbers. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareFactors, compareMap } from './actions.ts';
import { comparePrices } from './prices.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'truth-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const DAILY = 'date,open,high,low,close,volume\n2024-01-02,1,2,1,2,5\n2024-01-03,2,3,2,3,5\n';

test('a sound file passes, every cell of it compared', () => {
  expect(comparePrices(write('A.csv', DAILY))).toBe(10);
});

test('prices that are not those written are found', () => {
  expect(() => comparePrices(write('A.csv', DAILY), { priceScale: 2 })).toThrow('line 2 open: expected 1, was 2');
});

test('daily rows that are taken for weeks or hours are found', () => {
  const file = write('A.csv', DAILY);
  expect(() => comparePrices(file, { timeFrame: '1w' })).toThrow('dates a day apart were read as 1w');
  expect(() => comparePrices(file, { timeFrame: '1h' })).toThrow('dates a day apart were read as 1h');
});

test('a column under another name is found', () => {
  expect(() => comparePrices(write('A.csv', DAILY), { columns: { close: 'open', open: 'close' } })).toThrow(
    'line 2 open',
  );
});

const FACTORS = '20240102,0.9,1,1\n20240103,0.9,1,100\n20501231,1,1,0\n';
const RAW = 'date,open,high,low,close,volume\n2024-01-03,100,100,100,100,5\n2024-01-04,90,90,90,90,5\n';

test('factors and the prices they were made from agree', () => {
  write('equity_daily/X.csv', RAW);
  const { error, compared } = compareFactors(write('actions/factor_files/X.csv', FACTORS));
  expect(compared).toBe(2);
  expect(error).toBeLessThan(1e-12);
});

test('a map whose dates do not exist is refused', () => {
  expect(compareMap(write('map.csv', '20240102,a,N\n20240202,b,N\n20501231,b,N\n'))).toBe(3);
  expect(() => compareMap(write('map.csv', '20240102,a,N\n20241399,b,N\n'))).toThrow('a date must be YYYYMMDD');
});

const reference = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'truth', '01_market_data');

test.skipIf(!existsSync(reference))(
  'factors of a real share are compared as far back as their reference prices are real',
  () => {
    const copied = join(folder, 'real');
    cpSync(join(reference, 'corporate_actions'), join(copied, 'corporate_actions'), { recursive: true });
    cpSync(join(reference, 'equity_daily'), join(copied, 'equity_daily'), { recursive: true });
    const [symbol] = ['SPY', 'AAPL', 'IBM'].filter((name) => existsSync(join(copied, 'equity_daily', `${name}.csv`)));
    if (symbol === undefined) return;
    const file = join(copied, 'corporate_actions', 'factor_files', `${symbol}.csv`);
    expect(compareFactors(file).error).toBeLessThan(2e-6);
    // A reference price that no close has ends the comparison there.
    const wrong = readFileSync(file, 'utf8').replace(/,(\d+\.\d+)\n(?=20501231)/, ',1234.5\n');
    expect(compareFactors(write(`real/corporate_actions/factor_files/${symbol}.csv`, wrong)).compared).toBeLessThan(
      1000,
    );
  },
);
