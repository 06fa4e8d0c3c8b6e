/**
 * The catalog: a folder of Parquet files, `<folder>/<source>/<time frame>/<symbol>/<kind>.parquet`, with the lists of
 * option contracts beside them.
 *
 * Each file says itself what it holds, so the list of what is there is read and never kept. A file is written whole: one
 * import or one fetch, one consistent view of splits, one fingerprint.
 */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault } from '../../base/fault.ts';
import { firstAtOrAbove } from '../../base/search.ts';
import { calendar } from '../../time/calendars.ts';
import { formatInstant } from '../../time/instant.ts';
import type { CorporateAction } from '../../market/actions.ts';
import { checkStream } from '../../market/check.ts';
import type { Finding, RecordedTape, StreamedTape, StreamSlice, TapeInfo } from '../../market/tape.ts';
import { parseFrame } from '../files/frame.ts';
import { type FileOptions, readTape } from '../files/tape.ts';
import { withConnection } from './connection.ts';
import { readListings, storeListings } from './listings.ts';
import { readParquet } from './read.ts';
import { type FileMeta, readMeta, readMetas } from './schema.ts';
import { streamParquet, type StreamOptions } from './stream.ts';
import { writeParquet } from './write.ts';

export interface CatalogEntry extends FileMeta {
  readonly file: string;
  /** The folder below the catalog's that names where data come from. */
  readonly origin: string;
}

/** Which entries are meant; what is left out does not matter. */
export interface CatalogQuery {
  readonly origin?: string;
  readonly timeFrame?: string;
  readonly symbols?: readonly string[];
  readonly kind?: FileMeta['kind'];
  /** Whether contracts on the symbols are meant too, of whatever time frame. */
  readonly contracts?: boolean;
}

/** Called before each step with what is done and how much there is. */
export type Progress = (step: { readonly done: number; readonly total: number; readonly what: string }) => void;

export interface StoreOptions {
  /** Allows a file to be replaced by one that begins later or ends earlier. */
  readonly replace?: boolean;
  readonly onProgress?: Progress;
}

/** Imports price files into the catalog; each stream becomes a file of its own. */
export async function importFiles(
  folder: string,
  origin: string,
  files: readonly string[],
  options: FileOptions & StoreOptions = {},
): Promise<CatalogEntry[]> {
  const entries: CatalogEntry[] = [];
  const chains: string[] = [];
  for (const [done, file] of files.entries()) {
    options.onProgress?.({ done, total: files.length, what: file });
    const tape = file.endsWith('.parquet') ? await readParquet(file, options) : readTape(file, options);
    // A contract is in many files, a day each: they are one stream, and stored when all are there.
    if (tape.listings !== undefined && !file.endsWith('.parquet')) chains.push(file);
    else entries.push(...(await storeTape(folder, origin, tape, options)));
  }
  if (chains.length > 0) entries.push(...(await storeTape(folder, origin, readTape(chains, options), options)));
  options.onProgress?.({ done: files.length, total: files.length, what: 'done' });
  return entries;
}

/** Writes every stream of a tape into the catalog, and the contracts that it lists. */
export async function storeTape(
  folder: string,
  origin: string,
  tape: RecordedTape,
  options: StoreOptions = {},
): Promise<CatalogEntry[]> {
  if (tape.listings !== undefined) storeListings(folder, origin, tape.listings);
  const entries: CatalogEntry[] = [];
  for (const stream of tape.slice.streams) {
    const file = fileOf(folder, origin, stream);
    if (existsSync(file) && options.replace !== true) await refuseToShorten(file, stream);
    const instrument = tape.instruments.find(({ symbol }) => symbol === stream.symbol)!;
    entries.push({ ...(await writeParquet(stream, file, { ...tape, instrument })), file, origin });
  }
  return entries;
}

/** Fetches symbols one after the other from a source and stores them. */
export async function fetchInto(
  folder: string,
  origin: string,
  symbols: readonly string[],
  fetchTape: (symbol: string) => Promise<RecordedTape>,
  options: StoreOptions = {},
): Promise<CatalogEntry[]> {
  const entries: CatalogEntry[] = [];
  for (const [done, symbol] of symbols.entries()) {
    options.onProgress?.({ done, total: symbols.length, what: symbol });
    entries.push(...(await storeTape(folder, origin, await fetchTape(symbol), options)));
  }
  options.onProgress?.({ done: symbols.length, total: symbols.length, what: 'done' });
  return entries;
}

/** Returns what the catalog holds, ordered by origin, time frame and symbol. */
export async function listCatalog(folder: string, query: CatalogQuery = {}): Promise<CatalogEntry[]> {
  const names = globSync('*/*/*/*.parquet', { cwd: folder }).sort();
  if (names.length === 0) return [];
  const files = names.map((name) => join(folder, name));
  const metas = await withConnection((connection) => readMetas(connection, files));
  return metas.flatMap((meta, i) => {
    if (meta === undefined) return [];
    const entry = { ...meta, file: files[i], origin: names[i].split(/[\\/]/)[0] };
    return matches(entry, query) ? [entry] : [];
  });
}

/** Checks entries anew: their rows against the rules, and against their fingerprints. */
export async function checkCatalog(
  folder: string,
  query: CatalogQuery = {},
  onProgress?: Progress,
): Promise<{ readonly entry: CatalogEntry; readonly findings: readonly Finding[] }[]> {
  const entries = await listCatalog(folder, query);
  const checked = [];
  for (const [done, entry] of entries.entries()) {
    onProgress?.({ done, total: entries.length, what: entry.file });
    const tape = await readParquet(entry.file);
    checked.push({ entry, findings: tape.slice.streams.flatMap((stream) => checkAgain(stream, entry)) });
  }
  onProgress?.({ done: entries.length, total: entries.length, what: 'done' });
  return checked;
}

/** Returns the entries meant as one tape in memory; none, or two of the same symbol and kind, is a `Fault`. */
export async function catalogTape(
  folder: string,
  query: CatalogQuery,
  options: FileOptions = {},
): Promise<RecordedTape> {
  return withListings(folder, query, await readParquet(await filesOf(folder, query), options));
}

/** The same as a tape that is read in slices. */
export async function catalogStream(
  folder: string,
  query: CatalogQuery,
  options: StreamOptions = {},
): Promise<StreamedTape> {
  return withListings(folder, query, await streamParquet(await filesOf(folder, query), options));
}

function withListings<T extends TapeInfo>(folder: string, { contracts, symbols = [] }: CatalogQuery, tape: T): T {
  const listings = contracts === true ? readListings(folder, symbols) : [];
  return listings.length === 0 ? tape : { ...tape, listings };
}

/** Writes the rows of a stream as CSV: the start of each bar in UTC, then its fields, and what happened before it. Reads back to the same. */
export function toCsv(stream: StreamSlice, actions: readonly CorporateAction[] = []): string {
  const beside = columnsOfActions(stream, actions);
  const columns = Object.entries<unknown>({ ...stream.columns, ...beside }).filter(
    (entry): entry is [string, Float64Array] => entry[1] instanceof Float64Array,
  );
  const hasOpenTime = columns.some(([name]) => name === 'openTime');
  const label = hasOpenTime ? 'openTime' : 'time';
  const fields = columns.filter(([name]) => name !== 'time' && name !== 'openTime');
  const at = columns.find(([name]) => name === label)![1];
  const lines = [[label === 'time' ? 'timestamp' : 'open_time', ...fields.map(([name]) => name)].join(',')];
  for (let i = 0; i < at.length; i++) {
    const cells = fields.map(([, column]) => (Number.isNaN(column[i]) ? '' : String(column[i])));
    lines.push([formatInstant(at[i]), ...cells].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** Splits and dividends as columns beside the bars they come before; none where nothing happened. */
function columnsOfActions(stream: StreamSlice, actions: readonly CorporateAction[]): Record<string, Float64Array> {
  if (stream.kind !== 'bars') return {};
  const { openTime, length } = stream.columns;
  const dividend = new Float64Array(length);
  const split = new Float64Array(length).fill(1);
  for (const action of actions) {
    const row = firstAtOrAbove(openTime, action.at);
    if (action.symbol !== stream.symbol || row === length) continue;
    if (action.kind === 'dividend') dividend[row] += action.amount;
    if (action.kind === 'split') split[row] *= action.ratio;
  }
  return {
    ...(dividend.some((amount) => amount !== 0) ? { dividend } : {}),
    ...(split.some((ratio) => ratio !== 1) ? { split } : {}),
  };
}

function checkAgain(stream: StreamSlice, entry: CatalogEntry): Finding[] {
  const frame = entry.timeFrame === undefined ? undefined : parseFrame(entry.timeFrame);
  return checkStream(stream, {
    file: entry.file,
    symbol: entry.symbol,
    kind: entry.instrument.kind,
    calendar: calendar(entry.instrument.calendar),
    actions: entry.actions,
    daily: frame?.unit === 'day',
    ...(frame?.micros === undefined ? {} : { frame: frame.micros }),
  });
}

async function filesOf(folder: string, query: CatalogQuery): Promise<string[]> {
  const entries = await listCatalog(folder, query);
  const seen = new Map<string, CatalogEntry>();
  for (const entry of entries) {
    const key = `${entry.symbol} ${entry.kind} ${entry.timeFrame ?? ''}`;
    const other = seen.get(key);
    if (other !== undefined) {
      const rule = `${entry.symbol} is there from ${other.origin} and from ${entry.origin}`;
      throw new Fault('catalog.ambiguous', rule, { file: folder }, 'name the origin: tape.origin in a deck');
    }
    seen.set(key, entry);
  }
  const missing = (query.symbols ?? []).find((symbol) => !entries.some((entry) => entry.symbol === symbol));
  if (missing !== undefined || entries.length === 0) {
    const known = [...new Set((await listCatalog(folder)).map(({ symbol }) => symbol))];
    const frame = query.timeFrame === undefined ? '' : ` at ${query.timeFrame}`;
    const origin = query.origin === undefined ? '' : ` from ${query.origin}`;
    const rule = `the catalog has no ${missing ?? 'entry'}${frame}${origin}`;
    // A symbol that is there from elsewhere is not misspelt.
    const meant = missing === undefined || known.includes(missing) ? undefined : didYouMean(missing, known);
    throw new Fault('catalog.missing', rule, { file: folder }, meant ?? 'see `tradedeck data ls`');
  }
  // What a strategy sees first are the symbols that were asked for.
  const isContract = ({ instrument }: CatalogEntry): number => (instrument.option === undefined ? 0 : 1);
  return entries.sort((a, b) => isContract(a) - isContract(b)).map(({ file }) => file);
}

function matches(entry: CatalogEntry, query: CatalogQuery): boolean {
  const { underlying } = entry.instrument.option ?? {};
  if (query.contracts === true && underlying !== undefined && query.symbols?.includes(underlying) === true) {
    return query.origin === undefined || entry.origin === query.origin;
  }
  return (
    (query.origin === undefined || entry.origin === query.origin) &&
    (query.timeFrame === undefined || entry.timeFrame === query.timeFrame) &&
    (query.kind === undefined || entry.kind === query.kind) &&
    (query.symbols === undefined || query.symbols.includes(entry.symbol))
  );
}

/** Symbols may hold characters that are no file names: `^GSPC`, `BRK/B`. */
function fileOf(folder: string, origin: string, stream: StreamSlice): string {
  const parts = [origin, stream.timeFrame ?? 'ticks', stream.symbol].map(encodeURIComponent);
  return join(folder, ...parts, `${stream.kind}.parquet`);
}

async function refuseToShorten(file: string, stream: StreamSlice): Promise<void> {
  const there = await withConnection((connection) => readMeta(connection, file));
  const { time, length } = stream.columns;
  if (there === undefined || length === 0 || (time[0] <= there.from && time[length - 1] >= there.to)) return;
  const span = `${formatInstant(there.from)} … ${formatInstant(there.to)}`;
  throw new Fault(
    'catalog.shorter',
    `the file holds more than would replace it (${span})`,
    { file },
    'allow it with `replace`',
  );
}
