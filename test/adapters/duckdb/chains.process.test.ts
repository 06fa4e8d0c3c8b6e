/** Option chains in the catalog: imported from daily files, listed, and played by a deck as if from the files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { catalogTape, importFiles } from '../../../src/adapters/duckdb/catalog.ts';
import { readListings } from '../../../src/adapters/duckdb/listings.ts';
import { readDeck } from '../../../src/desk/config/read.ts';
import { loadTape } from '../../../src/desk/wiring/tapes.ts';
import { Deck } from '../../../src/engine/deck.ts';
import { defineStrategy } from '../../../src/engine/strategy/strategy.ts';
import type { RecordedTape } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';

const folder = mkdtempSync(join(tmpdir(), 'tradedeck-chains-'));
afterAll(() => rmSync(folder, { recursive: true }));

const days = ['04', '05', '06'];
const prices = join(folder, 'XYZ.csv');
writeFileSync(
  prices,
  ['date,open,high,low,close,volume', ...days.map((day, i) => `2021-01-${day},100,105,95,${100 + i},1000`), ''].join(
    '\n',
  ),
);
const chains = days.map((day, i) => {
  const file = join(folder, `chain_202101${day}.csv`);
  const row = (right: string, strike: number, bid: number) =>
    `2021-01-${day},XYZ,2021-01-15,${strike},${right},${bid + i},${bid + i + 1},${10 * i},${100 + i}`;
  const head = 'quote_date,underlying_symbol,expiration,strike,option_type,bid,ask,volume,open_interest';
  writeFileSync(file, [head, row('C', 100, 3), row('P', 100, 3), row('P', 90, 1), ''].join('\n'));
  return file;
});
const home = join(folder, 'catalog');
const load = async (tape: string): Promise<RecordedTape> => {
  const loaded = await loadTape(readDeck(`strategy: { name: x }\n${tape}`, 'deck.yaml').tape, {}, folder, 1);
  return loaded as RecordedTape; // Small enough to be in memory.
};

test('files of several days are one stream per contract, with every list of contracts', async () => {
  await importFiles(home, 'files', [prices]);
  const entries = await importFiles(home, 'vendor', chains);
  expect(entries.map(({ symbol, rows }) => `${symbol} ${rows}`)).toEqual([
    'XYZ210115C00100000 3',
    'XYZ210115P00100000 3',
    'XYZ210115P00090000 3',
  ]);
  const listings = readListings(home, ['XYZ']);
  expect(listings.map(({ date, contracts }) => [date, contracts.map(({ openInterest }) => openInterest)])).toEqual([
    ['2021-01-04', [100, 100, 100]],
    ['2021-01-05', [101, 101, 101]],
    ['2021-01-06', [102, 102, 102]],
  ]);
});

test('a deck plays them from the catalog: the same rows, contracts and lists as from the files', async () => {
  const kept = await load('tape: { source: catalog, folder: catalog, symbols: [XYZ], contracts: true }');
  const direct = await load('tape: { source: options, underlying: XYZ, prices: XYZ.csv, chains: chain_*.csv }');
  expect(kept.instruments[0].symbol).toBe('XYZ');
  const bySymbol = (tape: RecordedTape) => [...tape.slice.streams].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  expect(bySymbol(kept)).toEqual(bySymbol(direct));
  const plain = ({ listings }: RecordedTape) => listings!.map(({ source: _file, ...listing }) => listing);
  expect(plain(kept)).toEqual(plain(direct));
  let seen: unknown;
  const definition = defineStrategy({
    name: 'looking',
    setup: ({ chain }) => ({
      onBar: () => void (seen = chain('XYZ').contracts.map(({ bid, openInterest }) => [bid, openInterest])),
    }),
  });
  const { streams } = kept.slice;
  const deck = new Deck({ tape: kept, streams, strategies: [{ definition }], cash: 1e5, calendarOf: calendar });
  deck.play(kept.slice);
  expect(seen).toEqual([
    [3, 102],
    [5, 102],
    [5, 102],
  ]);
});

test('without being asked for, contracts stay in the catalog', async () => {
  const tape = await catalogTape(home, { symbols: ['XYZ'] });
  expect(tape.instruments.map(({ symbol }) => symbol)).toEqual(['XYZ']);
  expect(tape.listings).toBeUndefined();
});

test('a day that is imported again replaces itself and no other', async () => {
  const text = readFileSync(chains[2], 'utf8').replaceAll(',102\n', ',777\n');
  writeFileSync(chains[2], text);
  await importFiles(home, 'vendor', chains);
  const open = readListings(home, ['XYZ']).map(({ contracts }) => contracts[0].openInterest);
  expect(open).toEqual([100, 101, 777]);
});

test('a list that is torn is told with its file', () => {
  const file = join(home, 'vendor', 'listings', 'XYZ.json');
  writeFileSync(file, '{"version":1,"listi');
  expect(() => readListings(home, ['XYZ'])).toThrow(/the list of contracts is not readable/);
});
