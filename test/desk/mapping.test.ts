/** What a person says of a file on the command line: columns by role, and the rest of a mapping. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readMapping } from '../../src/desk/config/mapping.ts';
import { ConfigError } from '../../src/desk/config/faults.ts';
import { readPriceFiles } from '../../src/desk/wiring/price-files.ts';
import { withConnection } from '../../src/adapters/duckdb/connection.ts';

const folder = mkdtempSync(join(tmpdir(), 'tradedeck-mapping-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const GERMAN = 'Tag;Erster;Oben;Unten;Letzter\n2024-01-02;1,5;2,0;1,0;1,75\n2024-01-03;1,6;2,1;1,1;1,85\n';
const COLUMNS = ['date=Tag', 'open=Erster', 'high=Oben', 'low=Unten', 'close=Letzter'];

function faultsOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof ConfigError ? error.message : String(error);
  }
  return '';
}

test('single keys are roles of columns, or keys of the mapping', () => {
  expect(readMapping(undefined, ['close=Last', 'volume=7', 'zone=UTC', 'priceScale=0.01', 'header=false'])).toEqual({
    columns: { close: 'Last', volume: 7 },
    zone: 'UTC',
    priceScale: 0.01,
    header: false,
  });
  expect(readMapping(undefined, ['date=Tag'])).toEqual({ columns: { date: 'Tag' } });
  expect(readMapping(undefined, ['date=2024-01-02'])).toEqual({ date: '2024-01-02' });
});

test('a file says the same, and a key on the command line overrides it', () => {
  const yaml = file('map.yaml', 'columns: { close: Last, open: First }\nzone: America/New_York\n');
  expect(readMapping(yaml, ['close=Settle'])).toEqual({
    columns: { close: 'Settle', open: 'First' },
    zone: 'America/New_York',
  });
});

test.each([
  [['clsoe=Last'], '--map clsoe=Last', 'did you mean "close"?'],
  [['zne=UTC'], '--map zne=UTC', 'did you mean "zone"?'],
  [['labels=strt'], '--map labels=strt', 'did you mean "start"?'],
  [['close'], '--map', 'must be path=value'],
])('a mistake names the flag and what was meant: %j', (keys, place, hint) => {
  const shown = faultsOf(() => readMapping(undefined, keys));
  expect(shown).toContain(place);
  expect(shown).toContain(hint);
});

test('a mistake in a file has its line and column', () => {
  const yaml = file('bad.yaml', 'zone: UTC\ncolumns:\n  clsoe: Last\n');
  const shown = faultsOf(() => readMapping(yaml));
  expect(shown).toContain(`${yaml}:3:3`);
  expect(shown).toContain('did you mean "close"?');
});

test('a file in another language is read by its mapping, and a column that it lacks is named', async () => {
  const csv = file('de.csv', GERMAN);
  const { slice } = await readPriceFiles([csv], { ...readMapping(undefined, COLUMNS), symbol: 'DE' });
  const [{ columns }] = slice.streams;
  expect('close' in columns && [...columns.close]).toEqual([1.75, 1.85]);
  await expect(readPriceFiles([csv], readMapping(undefined, ['date=Tag', 'close=Letzer']))).rejects.toThrow(
    /no column is named "Letzer".*Letzter/s,
  );
});

test('so is a Parquet file of others', async () => {
  const csv = file('de.csv', GERMAN.replaceAll(',', '.'));
  const parquet = join(folder, 'de.parquet');
  await withConnection((connection) => connection.run(`COPY (FROM read_csv('${csv}')) TO '${parquet}'`));
  const { slice } = await readPriceFiles([parquet], { ...readMapping(undefined, COLUMNS), symbol: 'DE' });
  const [{ columns }] = slice.streams;
  expect('close' in columns && [...columns.close]).toEqual([1.75, 1.85]);
});
