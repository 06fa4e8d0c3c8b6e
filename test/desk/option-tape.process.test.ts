/** Decks whose tape is an underlying with its options: from files, from a model, and wrong ones. Files are made up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readDeck } from '../../src/desk/config/read.ts';
import { loadTape, type AnyTape } from '../../src/desk/wiring/tapes.ts';
import { readPriceFiles } from '../../src/desk/wiring/price-files.ts';
import { tableToParquet } from '../../src/desk/wiring/table.ts';
import { optionTape, type OptionTapeConfig } from '../../src/desk/wiring/option-tapes.ts';
import type { StreamSlice } from '../../src/market/tape.ts';

const folder = mkdtempSync(join(tmpdir(), 'tradedeck-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

const days = ['04', '05', '06', '07', '08'];
writeFileSync(
  join(folder, 'XYZ.csv'),
  ['date,open,high,low,close,volume', ...days.map((day, i) => `2021-01-${day},100,105,95,${100 + i},1000`), ''].join(
    '\n',
  ),
);
writeFileSync(
  join(folder, 'vol.csv'),
  [
    'date,open,high,low,close',
    ...['04', '05', '06', '07', '08', '11'].map((day, i) => `2021-01-${day},20,25,15,${20 + i}`),
    '',
  ].join('\n'),
);
for (const [i, day] of days.entries()) {
  const row = (right: string, strike: number, bid: number) =>
    `2021-01-${day},XYZ,2021-01-15,${strike},${right},${bid + i},${bid + i + 1},${10 * i},${100 + i}`;
  const lines = ['quote_date,underlying_symbol,expiration,strike,option_type,bid,ask,volume,open_interest'];
  lines.push(row('C', 100, 3), row('P', 100, 3), row('P', 90, 1));
  writeFileSync(join(folder, `chain_202101${day}.csv`), `${lines.join('\n')}\n`);
}

const read = (tape: string) =>
  readDeck(`strategy: { name: buy-and-hold }\ntape:\n  source: options\n${tape}`, 'deck.yaml');
const load = (tape: string): Promise<AnyTape> => loadTape(read(tape).tape, {}, folder, 1);
const FILES = '  underlying: XYZ\n  prices: XYZ.csv\n  chains: chain_*.csv\n';

/** All rows of a tape, stream by stream. */
async function rowsOf(tape: AnyTape): Promise<Record<string, number[][]>> {
  const rows: Record<string, number[][]> = {};
  const add = (stream: StreamSlice): void => {
    const columns = Object.values<unknown>({ ...stream.columns }).filter((each) => each instanceof Float64Array);
    const own = (rows[`${stream.kind} ${stream.symbol}`] ??= []);
    for (let i = 0; i < stream.columns.length; i++) own.push(columns.map((column) => column[i]));
  };
  if ('slice' in tape) tape.slice.streams.forEach(add);
  else for await (const { streams } of tape.slices()) streams.forEach(add);
  return rows;
}

describe('price steps', () => {
  const ticksOf = async (tape: string) => (await load(tape)).instruments.find(({ option }) => option !== undefined)!;

  test('of a class that may be in the penny program or not are those that the deck says; any price by default', async () => {
    expect((await ticksOf(FILES)).ticks).toEqual([]);
    expect(await ticksOf(`${FILES}  ticks: penny\n`)).toMatchObject({
      ticks: [
        { above: 0, tick: 0.01 },
        { above: 3, tick: 0.05 },
      ],
      priceDecimals: 2,
    });
    expect((await ticksOf(`${FILES}  ticks: nickel\n`)).ticks[1]).toEqual({ above: 3, tick: 0.1 });
  });

  test('a program that there is not is a fault that names those that there are', () => {
    expect(() => read(`${FILES}  ticks: dime\n`)).toThrow(/ticks.*penny.*nickel.*cents/s);
  });
});

describe('options from files', () => {
  test('are one tape with their underlying first, its bars from the file of prices', async () => {
    const tape = await load(FILES);
    expect(tape.instruments.map(({ symbol }) => symbol)).toEqual([
      'XYZ', 'XYZ210115C00100000', 'XYZ210115P00100000', 'XYZ210115P00090000',
    ]); // prettier-ignore
    expect(tape.listings).toHaveLength(5);
    expect(tape.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect((await rowsOf(tape))['bars XYZ']).toHaveLength(5);
  });

  test('are narrowed to the contracts that a deck wants', async () => {
    const tape = await load(`${FILES}  contracts: { right: put, strikes: { max: 95 } }\n`);
    expect(tape.instruments.map(({ symbol }) => symbol)).toEqual(['XYZ', 'XYZ210115P00090000']);
  });

  test('on several underlyings are one tape, each with its own, and what drives the model is there once', async () => {
    const tape = await load(`  underlying: SPX
  prices: sp500
  more: [{ underlying: SPY, prices: sp500 }]
  start: '2010-01-04'
  end: '2010-02-05'
  model: { volatility: realised, expiries: monthly, daysMax: 20, strikes: { low: 0.98, high: 1.02 } }
`);
    const on = Object.groupBy(tape.instruments, ({ option, symbol }) => option?.underlying ?? symbol);
    expect(Object.keys(on)).toEqual(['SPX', 'SPY']);
    expect(on.SPX!.length).toBeGreaterThan(3);
    expect(on.SPY!.length).toBeGreaterThan(3);
    expect(new Set(tape.instruments.map(({ symbol }) => symbol)).size).toBe(tape.instruments.length);
    expect(tape.source.split('; ')).toHaveLength(4);
    const twice =
      '  underlying: SPX\n  prices: sp500\n  more: [{ underlying: SPX, prices: sp500 }]\n  model: { volatility: realised }\n';
    expect(() => read(twice)).toThrow('must name each underlying once');
  });

  test('in Parquet are the same rows, whole and a file at a time, and may stand beside text', async () => {
    for (const day of days)
      await tableToParquet(join(folder, `chain_202101${day}.csv`), join(folder, `rows_202101${day}.parquet`));
    const of = (chains: string) =>
      read(FILES.replace('chains: chain_*.csv', `chains: ${chains}`)).tape as OptionTapeConfig;
    const text = await rowsOf(await optionTape(of('chain_*.csv'), folder));
    const columnar = of('rows_*.parquet');
    const [whole, sliced] = [await optionTape(columnar, folder), await optionTape(columnar, folder, 100)];
    expect('slices' in sliced).toBe(true);
    expect(await rowsOf(whole)).toEqual(text);
    expect(await rowsOf(sliced)).toEqual(text);
    await tableToParquet(join(folder, 'XYZ.csv'), join(folder, 'XYZ.parquet'));
    // Prices in one kind of file and contracts in the other: both are checked against each other, lists are kept.
    const mixed = await readPriceFiles([join(folder, 'XYZ.csv'), join(folder, 'rows_20210104.parquet')]);
    const turned = await readPriceFiles([join(folder, 'XYZ.parquet'), join(folder, 'chain_20210104.csv')]);
    for (const { findings, listings } of [mixed, turned]) {
      expect(findings.map(({ rule }) => rule)).not.toContain('no-underlying');
      expect(listings).toMatchObject([{ date: '2021-01-04' }]);
    }
  });

  test('too large for memory are read a file at a time, and are the same rows', async () => {
    const config = read(FILES).tape as OptionTapeConfig;
    const [whole, sliced] = [await optionTape(config, folder), await optionTape(config, folder, 100)];
    expect('slice' in whole).toBe(true);
    expect('slice' in sliced).toBe(false);
    expect(await rowsOf(sliced)).toEqual(await rowsOf(whole));
    expect(sliced.instruments).toEqual(whole.instruments);
    expect(sliced.listings).toEqual(whole.listings);
    let slices = 0;
    if (!('slice' in sliced)) for await (const { streams } of sliced.slices()) slices += Number(streams.length > 0);
    expect(slices).toBe(5);
  });

  test.each([
    ['  underlying: XYY\n  prices: XYZ.csv\n  chains: chain_*.csv\n', /options on XYZ|no contract that is wanted/],
    ['  underlying: XYZ\n  prices: XYZ.csv\n  chains: chains_*.csv\n', /no file is called "chains_\*.csv"/],
    [
      '  underlying: XYZ\n  prices: sp500\n  chains: chain_*.csv\n',
      /sp500 is the price of SPX, and a tenth of it that of SPY, not of "XYZ"/,
    ],
  ])('%j is refused', async (text, message) => {
    await expect(load(text)).rejects.toThrow(message);
  });
});

describe('options by a model', () => {
  const MODEL = '  underlying: XYZ\n  prices: XYZ.csv\n';

  test('are labelled as simulated, with what was assumed', async () => {
    const tape = await load(`${MODEL}  model: { volatility: index, index: vol.csv, expiries: weekly, step: 5 }\n`);
    expect(tape.simulated).toBe(true);
    expect(tape.source).toContain('options by a model driven by vol.csv');
    expect(tape.notes?.[0]).toBe('Option prices are made by a model: nobody ever offered them.');
    // What the index has beyond the prices is no part of the run.
    expect((await rowsOf(tape))['bars VIX']).toHaveLength(5);
    // The index is on the tape too: strategies ask it.
    expect(tape.instruments.slice(0, 3).map(({ symbol }) => symbol)).toEqual(['XYZ', 'VIX', 'XYZ210108C00080000']);
  });

  test.each([
    ['  model: { volatility: index }\n', /deck.yaml:6:3 tape.model: must name the files of its index/],
    [
      '  model: { volatility: realised, strikes: { low: 2, high: 1 } }\n',
      /deck.yaml:6:34 tape.model.strikes: must have a low/,
    ],
    ['  model: { volatility: realised, expiries: montly }\n', /deck.yaml:6:44 .*did you mean "monthly"/],
    ['', /tape: must have either chains \(files of quotes\) or a model/],
  ])('%j is refused with line and column', (model, message) => {
    expect(() => read(`${MODEL}${model}`)).toThrow(message);
  });
});
