/** Price files of both kinds as one tape: text, Parquet that others wrote, and what is not there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatInstant } from '../../src/time/instant.ts';
import { withConnection } from '../../src/adapters/duckdb/connection.ts';
import { tableToParquet } from '../../src/desk/wiring/table.ts';
import { exportData, importData } from '../../src/desk/wiring/data.ts';
import { readActionFiles, readPriceFiles } from '../../src/desk/wiring/price-files.ts';
import { loadTape } from '../../src/desk/wiring/tapes.ts';

const folder = mkdtempSync(join(tmpdir(), 'price-files-'));
const at = (name: string): string => join(folder, name);
const CSV = 'Date,Open,High,Low,Close,Volume\n2024-03-01,1.5,2.5,1.25,2,1000\n2024-03-04,2,3,2,2.5,1000\n';

beforeAll(async () => {
  writeFileSync(at('AAA.csv'), CSV);
  writeFileSync(at('BBB.csv'), CSV);
  await tableToParquet(at('BBB.csv'), at('BBB.parquet'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a deck plays a Parquet file as it plays a CSV', async () => {
  const deck = (file: string) => loadTape({ source: 'files', files: file, symbols: ['X'] }, undefined, folder, 1);
  const [text, columnar] = [await deck('BBB.csv'), await deck('BBB.parquet')];
  if (!('slice' in text) || !('slice' in columnar)) throw new Error('both are short');
  expect(columnar.slice).toEqual(text.slice);
  expect(columnar.fingerprint).toBe(text.fingerprint);
});

test('text and Parquet make one tape', async () => {
  const tape = await readPriceFiles([at('AAA.csv'), at('BBB.parquet')]);
  expect(tape.instruments.map(({ symbol }) => symbol)).toEqual(['AAA', 'BBB']);
});

test('the same bars in two files are refused', async () => {
  await expect(readPriceFiles([at('BBB.csv'), at('BBB.parquet')])).rejects.toThrow(
    'BBB bars 1d is in more than one file',
  );
});

test('a file that is not there is named by the field that names it', async () => {
  const config = { source: 'files', files: ['AAA.csv', 'CCC.csv'] } as const;
  await expect(loadTape({ ...config, files: [...config.files] }, undefined, folder, 1)).rejects.toMatchObject({
    code: 'file.unreadable',
    place: { field: 'tape.files.1' },
  });
});

test('a calendar that does not exist is named by its instrument', async () => {
  const config = { source: 'files', files: ['AAA.csv'] };
  const loading = loadTape({ ...config, source: 'files' }, { AAA: { calendar: 'XNYX' } }, folder, 1);
  await expect(loading).rejects.toMatchObject({
    place: { field: 'instruments.AAA.calendar' },
    hint: expect.stringContaining('XNYS'),
  });
});

test('a table has columns of the kinds that are told, whatever their values are', async () => {
  writeFileSync(at('rows.csv'), 'point,word,share,lazy,sharpe,fast\n0,1,1,true,,5\n1,2,0,false,,6\n');
  const kinds = { point: 'whole', word: 'text', share: 'real', lazy: 'flag', sharpe: 'real' } as const;
  await tableToParquet(at('rows.csv'), at('rows.parquet'), kinds);
  const types = await withConnection(async (connection) => {
    const read = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${at('rows.parquet')}'`);
    return read.getRowObjects().map(({ column_name: name, column_type: type }) => `${String(name)} ${String(type)}`);
  });
  const told = ['point BIGINT', 'word VARCHAR', 'share DOUBLE', 'lazy BOOLEAN', 'sharpe DOUBLE'];
  expect(types).toEqual([...told, 'fast BIGINT']);
});
describe('splits and dividends in a file of their own', () => {
  const closes = (price: (row: number) => number): string =>
    ['Date,Open,High,Low,Close,Volume', ...[1, 4, 5, 6, 7].map((day, i) => {
      const text = price(i).toString();
      return `2024-03-0${day},${[text, text, text, text].join(',')},1000`;
    })].join('\n'); // prettier-ignore
  const tapeOf = async (prices: string, actions: string) => {
    writeFileSync(at('ACME.csv'), prices);
    writeFileSync(at('actions.csv'), actions);
    return loadTape({ source: 'files', files: 'ACME.csv', actions: 'actions.csv' }, undefined, folder, 1);
  };
  const happened = ({ actions }: Awaited<ReturnType<typeof tapeOf>>) =>
    actions.map(({ kind, symbol, at: time, ...rest }) => [kind, symbol, formatInstant(time), ...Object.values(rest)]);
  const raw = closes((row) => (row < 2 ? 400 : 100));

  test('are events at the midnight of the market', async () => {
    const tape = await tapeOf(raw, 'date,symbol,split,dividend\n2024-03-05,ACME,4,0\n2024-03-07,ACME,0,0.25\n');
    expect(tape.adjustment).toBe('raw');
    expect(happened(tape)).toEqual([
      ['split', 'ACME', '2024-03-05T05:00:00Z', 4],
      ['dividend', 'ACME', '2024-03-07T05:00:00Z', 0.25],
    ]);
    expect(tape.findings.filter(({ rule }) => rule === 'jump')).toEqual([]);
  });

  test('a split that the prices have in them already does not happen again', async () => {
    const tape = await tapeOf(closes(() => 100), 'date,symbol,split\n2024-03-05,ACME,4\n'); // prettier-ignore
    expect([tape.adjustment, happened(tape)]).toEqual(['split-adjusted', []]);
  });

  test('of other symbols are refused, and so is a file that tells neither', async () => {
    await expect(tapeOf(raw, 'date,symbol,split\n2024-03-05,ACMEE,4\n')).rejects.toThrow(
      'actions.csv has actions of ACMEE, the tape ACME',
    );
    await expect(tapeOf(raw, 'date,symbol,close\n2024-03-05,ACME,4\n')).rejects.toThrow('no table of splits');
    await expect(tapeOf(raw, 'date,symbol,split\n2024-03-05,ACME,-4\n')).rejects.toThrow('was -4');
  });

  test('stay with the prices in the catalog, and in what it writes', async () => {
    writeFileSync(at('ACME.csv'), raw);
    writeFileSync(at('ACME_actions.csv'), 'Date,Dividends,Stock Splits\n2024-03-05,0.0,4.0\n2024-03-07,0.25,0.0\n');
    const actions = await readActionFiles([at('ACME_actions.csv')], undefined, 'ACME');
    await importData(at('catalog'), 'files', [at('ACME.csv')], { actions });
    const text = await exportData(at('catalog'), 'ACME', {});
    writeFileSync(at('out.csv'), text);
    const back = await readPriceFiles([at('out.csv')], { symbol: 'ACME' });
    expect(back.actions).toEqual(actions);
    expect(back.actions.map(({ kind }) => kind)).toEqual(['split', 'dividend']);
  });
});

test('one of several origins of a symbol is named', async () => {
  await importData(at('two'), 'here', [at('AAA.csv')], {});
  await importData(at('two'), 'there', [at('AAA.csv')], {});
  const tape = (origin?: string) =>
    loadTape({ source: 'catalog', folder: 'two', symbols: ['AAA'], ...(origin && { origin }) }, undefined, folder, 1);
  await expect(tape()).rejects.toThrow('AAA is there from here and from there');
  expect((await tape('there')).instruments.map(({ symbol }) => symbol)).toEqual(['AAA']);
});
