/**
 * What `tradedeck data` does, wired to the adapters that do it.
 */
import { existsSync } from 'node:fs';
import type { Mapping } from '../../adapters/files/mapping.ts';
import type { PriceRequest } from '../../adapters/web-prices/source.ts';
import { Fault } from '../../base/fault.ts';
import type { CorporateAction } from '../../market/actions.ts';
import type { BarColumns } from '../../market/columns.ts';
import type { Finding, RecordedTape, StreamSlice } from '../../market/tape.ts';
import type { FETCHED } from '../config/sources.ts';
import { parseDay } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import { readPriceFiles } from './price-files.ts';

/** One entry of the catalog, as a person lists it. */
export interface Listed {
  readonly origin: string;
  readonly symbol: string;
  readonly kind: string;
  readonly timeFrame: string;
  readonly rows: number;
  /** Instants of the first and the last row. */
  readonly from: number;
  readonly to: number;
  readonly findings: number;
  readonly file: string;
}

/** Lists the catalog. */
export async function listData(folder: string, symbols: readonly string[] | undefined): Promise<Listed[]> {
  const { listCatalog } = await import('../../adapters/duckdb/catalog.ts');
  return (await listCatalog(folder, symbols === undefined ? {} : { symbols })).map(listed);
}

/** Imports price files; `origin` names where they come from. */
export async function importData(
  folder: string,
  origin: string,
  files: readonly string[],
  options: Mapping & { readonly replace?: boolean; readonly actions?: readonly CorporateAction[] },
): Promise<Listed[]> {
  const { importFiles } = await import('../../adapters/duckdb/catalog.ts');
  return (await importFiles(folder, origin, files, options)).map(listed);
}

/** Fetches symbols over the network into the catalog. */
export async function fetchData(
  folder: string,
  source: (typeof FETCHED)[number],
  symbols: readonly string[],
  options: {
    readonly start?: string;
    readonly end?: string;
    readonly timeFrame?: string;
    readonly baseUrl?: string;
    readonly replace?: boolean;
  },
  tell: (what: string) => void,
): Promise<Listed[]> {
  const { fetchInto } = await import('../../adapters/duckdb/catalog.ts');
  const request = {
    ...(options.timeFrame === undefined ? {} : { timeFrame: options.timeFrame }),
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl, cookieUrl: options.baseUrl }),
    ...(options.start === undefined ? {} : { from: parseDay(options.start) * DAY }),
    ...(options.end === undefined ? {} : { to: (parseDay(options.end) + 1) * DAY }),
  };
  const fetcher = await fetcherOf(source);
  const fetchOne = (symbol: string): Promise<RecordedTape> => fetcher(symbol, request);
  const entries = await fetchInto(folder, source, symbols, fetchOne, {
    replace: options.replace ?? false,
    onProgress: ({ done, total, what }) => {
      if (done < total) tell(`fetching ${what} (${done + 1} of ${total})`);
    },
  });
  return entries.map(listed);
}

async function fetcherOf(
  source: (typeof FETCHED)[number],
): Promise<(symbol: string, request: PriceRequest) => Promise<RecordedTape>> {
  if (source === 'yahoo') return (await import('../../adapters/yahoo/fetch.ts')).fetchYahoo;
  if (source === 'cboe') return (await import('../../adapters/cboe/history.ts')).fetchCboeHistory;
  const { webFetcher } = await import('./web-sources.ts');
  return webFetcher(source);
}

/** Reads a side of a comparison: a file, or `origin:SYMBOL` for what the catalog has of a source. */
export async function readSide(side: string, catalog: string, timeFrame: string | undefined): Promise<RecordedTape> {
  const [, origin, symbol] = /^([\w-]{2,}):([^/\\]+)$/.exec(side) ?? [];
  if (origin === undefined || symbol === undefined || existsSync(side)) return readPriceFiles([side]);
  const { catalogTape } = await import('../../adapters/duckdb/catalog.ts');
  return catalogTape(catalog, { origin, symbols: [symbol], ...(timeFrame === undefined ? {} : { timeFrame }) });
}

/** Checks everything in the catalog anew. */
export async function checkStored(folder: string): Promise<readonly Finding[]> {
  const { checkCatalog } = await import('../../adapters/duckdb/catalog.ts');
  return (await checkCatalog(folder)).flatMap(({ findings }) => findings);
}

/** Returns a stream of the catalog as CSV. */
export async function exportData(
  folder: string,
  symbol: string,
  { timeFrame, origin }: { readonly timeFrame?: string; readonly origin?: string },
): Promise<string> {
  const { catalogTape, toCsv } = await import('../../adapters/duckdb/catalog.ts');
  const query = {
    symbols: [symbol],
    ...(timeFrame === undefined ? {} : { timeFrame }),
    ...(origin === undefined ? {} : { origin }),
  };
  const tape = await catalogTape(folder, query);
  return toCsv(tape.slice.streams[0], tape.actions);
}

/** How two sources of the same bars differ. */
export interface Comparison {
  readonly rows: readonly [a: number, b: number];
  readonly common: number;
  /** Instants of bars that only one has. */
  readonly onlyFirst: readonly number[];
  readonly onlySecond: readonly number[];
  /** Bars whose closes differ by more than the tolerance. */
  readonly different: readonly { readonly at: number; readonly first: number; readonly second: number }[];
  /** Largest relative difference of closes. */
  readonly worst: number;
}

/** Compares the first bars of two tapes by their times; `tolerance` is relative. */
export function compareTapes(a: RecordedTape, b: RecordedTape, tolerance: number): Comparison {
  const first = barsOf(a);
  const second = barsOf(b);
  const onlyFirst: number[] = [];
  const onlySecond: number[] = [];
  const different: { at: number; first: number; second: number }[] = [];
  let worst = 0;
  let common = 0;
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const left = i < first.length ? first.time[i] : Infinity;
    const right = j < second.length ? second.time[j] : Infinity;
    if (left < right) {
      onlyFirst.push(left);
      i++;
    } else if (right < left) {
      onlySecond.push(right);
      j++;
    } else {
      const x = first.close[i++];
      const y = second.close[j++];
      const difference = Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y), Number.MIN_VALUE);
      common++;
      if (difference > worst) worst = difference;
      if (!(difference <= tolerance)) different.push({ at: left, first: x, second: y });
    }
  }
  return { rows: [first.length, second.length], common, onlyFirst, onlySecond, different, worst };
}

function barsOf(tape: RecordedTape): BarColumns {
  const stream = tape.slice.streams.find(
    (candidate): candidate is Extract<StreamSlice, { kind: 'bars' }> => candidate.kind === 'bars',
  );
  if (stream !== undefined) return stream.columns;
  throw new Fault('data.shape', 'there are no bars to compare', { file: tape.source });
}

function listed(entry: {
  readonly origin: string;
  readonly symbol: string;
  readonly kind: string;
  readonly timeFrame?: string;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly findings: readonly Finding[];
  readonly file: string;
}): Listed {
  const { origin, symbol, kind, timeFrame = '', rows, from, to, findings, file } = entry;
  return { origin, symbol, kind, timeFrame, rows, from, to, findings: findings.length, file };
}
