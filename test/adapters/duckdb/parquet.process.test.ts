/** Tapes through Parquet: the same rows back, in slices that follow each other, and a catalog of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  catalogStream, catalogTape, checkCatalog, fetchInto, importFiles, listCatalog, toCsv,
} from '../../../src/adapters/duckdb/catalog.ts'; // prettier-ignore
import { withConnection } from '../../../src/adapters/duckdb/connection.ts';
import { readParquet } from '../../../src/adapters/duckdb/read.ts';
import { streamParquet } from '../../../src/adapters/duckdb/stream.ts';
import { writeParquet } from '../../../src/adapters/duckdb/write.ts';
import { readTape, tapeOf } from '../../../src/adapters/files/tape.ts';
import { vegaTape } from '../../../src/adapters/vega/tape.ts';
import type { RecordedTape, StreamedTape } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { formatDate } from '../../../src/time/instant.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parquet-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Daily bars of `count` sessions from a session on, with prices that differ in every cell. */
function daily(symbol: string, first: string, count: number): RecordedTape {
  const rows = calendar('XNYS')
    .sessions(first, '2023-12-29')
    .slice(0, count)
    .map(({ date }, i) => [date, 100 + i / 7, 101 + i / 7, 99 + i / 7, 100.5 + i / 7, 1000 + i].join(','));
  const text = ['date,open,high,low,close,volume', ...rows].join('\n');
  return tapeOf([{ file: `${symbol}.csv`, bytes: new TextEncoder().encode(text) }]);
}

async function store(tape: RecordedTape, name: string): Promise<string> {
  const file = join(folder, name);
  await writeParquet(tape.slice.streams[0], file, { ...tape, instrument: tape.instruments[0] });
  return file;
}

async function collect(tape: StreamedTape) {
  const slices = [];
  for await (const slice of tape.slices()) slices.push(slice);
  return slices;
}

test('what is written is read back, bit for bit, with all that was known of it', async () => {
  const tape = vegaTape();
  const back = await readParquet(await store(tape, 'spx.parquet'));
  expect(back.slice).toEqual(tape.slice);
  expect(back).toMatchObject({ fingerprint: tape.fingerprint, source: tape.source, adjustment: tape.adjustment });
  expect(back.instruments).toEqual(tape.instruments);
});

test('missing sides of quotes stay missing', async () => {
  const head = 'time_et,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size';
  const bytes = new TextEncoder().encode(`${head}\n09:30:00,,,,,0,2,2,2,2,5\n09:31:00,1,1,1,1,3,2,2,2,2,5\n`);
  const tape = tapeOf([{ file: 'SPY_20131007_quote.csv', bytes }]);
  const back = await readParquet(await store(tape, 'quotes.parquet'));
  expect(back.slice.streams[0].columns).toEqual(tape.slice.streams[0].columns);
});

test('a file whose rows were changed is refused', async () => {
  const file = await store(daily('AAA', '2020-01-02', 30), 'changed.parquet');
  const other = join(folder, 'forged.parquet');
  await withConnection(async (connection) => {
    const [row] = await (await connection.run(`SELECT decode(value) FROM parquet_kv_metadata('${file}')`)).getRows();
    const meta = String(row[0]).replaceAll("'", "''");
    const select = `SELECT * REPLACE (close + 0.01 AS close) FROM '${file}'`;
    await connection.run(`COPY (${select}) TO '${other}' (FORMAT parquet, KV_METADATA {tradedeck: '${meta}'})`);
  });
  await expect(readParquet(other)).rejects.toThrow('the fingerprint differs');
});

test('a file of other origin is read by the names of its columns', async () => {
  const file = join(folder, 'IBM.parquet');
  await withConnection((connection) =>
    connection.run(`COPY (SELECT DATE '2024-01-02' + CAST(i AS INTEGER) AS "Date", 1.5::DECIMAL(9,2) AS "Open", 2::FLOAT AS "High",
      1 AS "Low", 1.5 AS "Close", 100 AS "Volume" FROM range(3) t(i)) TO '${file}' (FORMAT parquet)`),
  );
  const tape = await readParquet(file);
  expect(tape.slice.streams[0]).toMatchObject({
    symbol: 'IBM',
    timeFrame: '1d',
    columns: { length: 3, open: Float64Array.of(1.5, 1.5, 1.5) },
  });
  await expect(streamParquet(file)).rejects.toThrow('was not written by Tradedeck');
});

test('a file that is no Parquet is named', async () => {
  const file = join(folder, 'text.parquet');
  writeFileSync(file, 'hello');
  await expect(readParquet(file)).rejects.toThrow(/text\.parquet: the file is not readable as Parquet/);
});

describe('a streamed tape', () => {
  test('one file comes in slices that together are all of it', async () => {
    const tape = vegaTape();
    const streamed = await streamParquet(await store(tape, 'one.parquet'), { sliceRows: 2048 });
    expect(streamed.rows).toBe(5105);
    const slices = await collect(streamed);
    expect(slices.map((slice) => slice.streams[0].columns.length)).toEqual([2048, 2048, 1009]);
    const closes = slices.flatMap((slice) => {
      const [stream] = slice.streams;
      return stream?.kind === 'bars' ? [...stream.columns.close] : [];
    });
    const [stream] = tape.slice.streams;
    expect(closes).toEqual(stream?.kind === 'bars' ? [...stream.columns.close] : []);
  });

  test('several files are cut at the same times, and no row is lost', async () => {
    const tapes = [daily('AAA', '2010-01-04', 3000), daily('BBB', '2015-01-02', 1500), daily('CCC', '2019-06-03', 10)];
    const files = [];
    for (const tape of tapes) files.push(await store(tape, `${tape.instruments[0].symbol}.parquet`));
    const slices = await collect(await streamParquet(files, { sliceRows: 500 }));
    expect(slices.length).toBeGreaterThan(5);
    let last = Number.NEGATIVE_INFINITY;
    for (const { streams } of slices) {
      expect(Math.min(...streams.map(({ columns }) => columns.time[0]))).toBeGreaterThan(last);
      last = Math.max(...streams.map(({ columns }) => columns.time.at(-1)!));
      expect(streams.reduce((sum, { columns }) => sum + columns.length, 0)).toBeLessThan(1500);
    }
    for (const tape of tapes) {
      const [whole] = tape.slice.streams;
      const rows = slices.flatMap(({ streams }) => streams.filter(({ symbol }) => symbol === whole.symbol));
      expect(rows.flatMap(({ columns }) => [...columns.time])).toEqual([...whole.columns.time]);
    }
  });

  test('a period takes only its rows', async () => {
    const file = await store(daily('AAA', '2020-01-02', 300), 'period.parquet');
    const from = calendar('XNYS').session('2020-03-02')!.openAt;
    const to = calendar('XNYS').session('2020-03-31')!.closeAt;
    const [slice] = await collect(await streamParquet(file, { from, to }));
    const { time, length } = slice.streams[0].columns;
    expect([length, formatDate(time[0]), formatDate(time.at(-1)!)]).toEqual([22, '2020-03-02', '2020-03-31']);
  });
});

test('a chain of another origin becomes contracts, their underlying and a listing', async () => {
  const file = join(folder, 'chain.parquet');
  const row = (right: string, bid: number) =>
    `SELECT DATE '2021-01-04' AS quote_date, 'XYZ' AS underlying_symbol, DATE '2021-01-15' AS expiration,
      100::DECIMAL(9,2) AS strike, '${right}' AS option_type, ${bid}::DOUBLE AS bid, ${bid + 0.2}::FLOAT AS ask,
      5::BIGINT AS volume, 60::INTEGER AS open_interest, 100.5::DOUBLE AS underlying_price`;
  await withConnection((connection) =>
    connection.run(`COPY (${row('C', 1.5)} UNION ALL ${row('P', 1.25)}) TO '${file}' (FORMAT parquet)`),
  );
  const tape = await readParquet(file);
  expect(tape.instruments.map(({ symbol }) => symbol)).toEqual(['XYZ', 'XYZ210115C00100000', 'XYZ210115P00100000']);
  expect(tape.listings).toMatchObject([{ root: 'XYZ', contracts: [{ openInterest: 60 }, { openInterest: 60 }] }]);
  expect(tape.slice.streams[1]).toMatchObject({ kind: 'quotes', columns: { bid: Float64Array.of(1.25) } });
});

describe('the catalog', () => {
  const root = () => join(folder, 'data');

  test('files are imported, listed, checked, read and exported', async () => {
    const csv = join(folder, 'MSFT.csv');
    writeFileSync(csv, 'date,open,high,low,close,volume\n2024-01-02,1,2,1,2,5\n2024-01-03,1,2,1,9,5\n');
    const steps: string[] = [];
    await importFiles(root(), 'files', [csv], {
      onProgress: ({ done, total, what }) => steps.push(`${done}/${total} ${what}`),
    });
    expect(steps).toEqual([`0/1 ${csv}`, '1/1 done']);
    const [entry] = await listCatalog(root());
    expect(entry).toMatchObject({ origin: 'files', symbol: 'MSFT', timeFrame: '1d', kind: 'bars', rows: 2 });
    expect(entry.file).toBe(join(root(), 'files', '1d', 'MSFT', 'bars.parquet'));
    const [checked] = await checkCatalog(root());
    expect(checked.findings).toMatchObject([{ rule: 'outside-range', row: 2 }]);
    const tape = await catalogTape(root(), { symbols: ['MSFT'] });
    writeFileSync(join(folder, 'out.csv'), toCsv(tape.slice.streams[0]));
    expect(readTape(join(folder, 'out.csv'), { symbol: 'MSFT' }).fingerprint).toBe(tape.fingerprint);
  });

  test('a symbol that is not there suggests one that is', async () => {
    await expect(catalogTape(root(), { symbols: ['MSTF'] })).rejects.toThrow('did you mean "MSFT"?');
  });

  test('a longer file is not replaced by a shorter one unless that is allowed', async () => {
    const fetchTape = (count: number) => () => Promise.resolve(daily('LONG', '2020-01-02', count));
    await fetchInto(root(), 'web', ['LONG'], fetchTape(100));
    await expect(fetchInto(root(), 'web', ['LONG'], fetchTape(50))).rejects.toThrow('holds more than would replace it');
    await fetchInto(root(), 'web', ['LONG'], fetchTape(50), { replace: true });
    const stream = await catalogStream(root(), { origin: 'web', symbols: ['LONG'] });
    expect(stream.rows).toBe(50);
  });

  test('the same symbol from two origins has to be told apart', async () => {
    await fetchInto(root(), 'other', ['LONG'], () => Promise.resolve(daily('LONG', '2020-01-02', 10)));
    await expect(catalogTape(root(), { symbols: ['LONG'] })).rejects.toThrow('name the origin');
  });
});
