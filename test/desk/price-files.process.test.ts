/** Price files of both kinds as one tape: text, Parquet that others wrote, and what is not there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../src/adapters/duckdb/connection.ts';
import { tableToParquet } from '../../src/desk/wiring/table.ts';
import { readPriceFiles } from '../../src/desk/wiring/price-files.ts';
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
