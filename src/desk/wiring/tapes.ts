/**
 * Wires the source that a deck names to the adapter that reads it. Adapters are loaded when they are needed.
 */
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import type { StreamShape } from '../../engine/feeds/feeds.ts';
import type { FileOptions } from '../../adapters/files/tape.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import { checkFuture } from '../../market/check/futures.ts';
import { defineInstrument, type Instrument, type InstrumentOptions } from '../../market/instrument.ts';
import type { Finding, RecordedTape, StreamedTape } from '../../market/tape.ts';
import type { DeckConfig } from '../config/schema.ts';
import type { WebSource } from '../config/sources.ts';
import type { InstrumentConfig, TapeConfig } from '../config/tape-schema.ts';
import { joined } from './joined.ts';
import { checkActions, readActionFiles, readPriceFiles } from './price-files.ts';

/** A tape of any length, with what it consists of: a deck has to know before the first row comes. */
export type LongTape = StreamedTape & { readonly streams: readonly StreamShape[] };

export type AnyTape = RecordedTape | LongTape;

/** Tapes of the catalog with more rows than this are read in slices. */
const ROWS_IN_MEMORY = 4_000_000;

/** Where the catalog is, unless the deck says otherwise: below the folder where the command is run. */
export const CATALOG_FOLDER = 'data/catalog';

type SourceOf<Name extends TapeConfig['source']> = Extract<TapeConfig, { source: Name }>;

/** Loads the tape of a deck, before its span is cut. Paths are relative to `folder`. */
export async function loadTape(
  config: TapeConfig,
  instruments: DeckConfig['instruments'],
  folder: string,
  seed: number,
): Promise<AnyTape> {
  checkCalendars(instruments ?? {});
  const tape = await read(config, instruments ?? {}, folder, seed);
  return config.source === 'files' ? tape : withInstruments(tape, instruments ?? {});
}

/** A calendar that does not exist is found before anything is read, at its place in the deck. */
function checkCalendars(instruments: Readonly<Record<string, InstrumentConfig>>): void {
  for (const [symbol, config] of Object.entries(instruments)) {
    if (config.calendar === undefined) continue;
    try {
      calendar(config.calendar);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(error.code, error.rule, { field: `instruments.${symbol}.calendar` }, error.hint);
    }
  }
}

async function read(
  config: TapeConfig,
  instruments: Readonly<Record<string, InstrumentConfig>>,
  folder: string,
  seed: number,
): Promise<AnyTape> {
  switch (config.source) {
    case 'files':
      return readFiles(config, instruments, folder);
    case 'sp500': {
      const { vegaTape } = await import('../../adapters/vega/tape.ts');
      return vegaTape();
    }
    case 'simulated':
      return simulate(config, seed);
    case 'catalog':
      return fromCatalog(config, instruments, folder);
    case 'options': {
      const { optionTape } = await import('./option-tapes.ts');
      return optionTape(config, folder);
    }
    case 'yahoo':
      return fromYahoo(config, instruments);
    case 'ib': {
      const hint = 'play the past from files, or from tape.source alpaca or yahoo';
      throw new Fault('tape.no-history', 'this source plays the present only', { field: 'tape.source' }, hint);
    }
    case 'fred':
    case 'massive':
    case 'tiingo':
    case 'finnhub':
    case 'alpha-vantage':
      return fromWeb(config, instruments);
    case 'alpaca': {
      const { recordedAlpaca } = await import('./live-tapes.ts');
      return recordedAlpaca(config, folder);
    }
  }
}

async function readFiles(
  config: SourceOf<'files'>,
  instruments: Readonly<Record<string, InstrumentConfig>>,
  folder: string,
): Promise<AnyTape> {
  const names = typeof config.files === 'string' ? [config.files] : config.files;
  const symbol = config.symbols?.length === 1 ? config.symbols[0] : undefined;
  // Findings name files as one would from here.
  const from = (name: string): string => relative(process.cwd(), resolve(folder, name));
  const { actions: given = [] } = config;
  const actionFiles = (typeof given === 'string' ? [given] : given).map(from);
  const actions = await readActionFiles(actionFiles, (name) => instruments[name]?.calendar, symbol);
  const tape = await readPriceFiles(
    names.map(from),
    {
      // The reader checks what a mapping names against the file, and takes no key that the schema does not have.
      ...(config.mapping as FileOptions | undefined),
      ...(config.timeFrame === undefined ? {} : { timeFrame: config.timeFrame }),
      ...(symbol === undefined ? {} : { symbol }),
      ...(actions.length === 0 ? {} : { actions }),
      instrument: (name: string) => optionsOf(instruments[name]),
    },
    (file) => (typeof config.files === 'string' ? 'tape.files' : `tape.files.${file}`),
  );
  checkActions(actions, tape, actionFiles, 'tape.actions');
  return config.symbols === undefined ? tape : onlySymbols(tape, config.symbols);
}

async function fromCatalog(
  config: SourceOf<'catalog'>,
  given: Readonly<Record<string, InstrumentConfig>>,
  folder: string,
): Promise<AnyTape> {
  const { catalogStream, catalogTape, listCatalog } = await import('../../adapters/duckdb/catalog.ts');
  const home = config.folder === undefined ? CATALOG_FOLDER : resolve(folder, config.folder);
  const query = {
    symbols: config.symbols,
    ...(config.origin === undefined ? {} : { origin: config.origin }),
    ...(config.timeFrame === undefined ? {} : { timeFrame: config.timeFrame }),
    ...(config.contracts === undefined ? {} : { contracts: config.contracts }),
  };
  const entries = await listCatalog(home, query);
  const rows = entries.reduce((sum, entry) => sum + entry.rows, 0);
  if (rows <= ROWS_IN_MEMORY) return catalogTape(home, query);
  const tape = await catalogStream(home, query, instantsOf(config));
  // Of rows that are not in memory only the last is known before they are played.
  const late = entries.flatMap(({ file, symbol, instrument, rows: last, to }) =>
    given[symbol] === undefined
      ? []
      : checkFuture(changed(instrument, given[symbol]), { file, symbol, lines: [last] }, [to]),
  );
  const streams = entries.map(({ kind, symbol, timeFrame }) => shapeOf(kind, symbol, timeFrame));
  return { ...tape, findings: [...tape.findings, ...late], streams };
}

function shapeOf(kind: StreamShape['kind'], symbol: string, timeFrame: string | undefined): StreamShape {
  return { kind, symbol, ...(timeFrame === undefined ? {} : { timeFrame }) };
}

async function fromYahoo(
  config: SourceOf<'yahoo'>,
  instruments: Readonly<Record<string, InstrumentConfig>>,
): Promise<AnyTape> {
  const { fetchYahoo } = await import('../../adapters/yahoo/fetch.ts');
  const tapes: RecordedTape[] = [];
  for (const symbol of config.symbols) {
    tapes.push(
      await fetchYahoo(symbol, {
        ...instantsOf(config),
        ...(config.timeFrame === undefined ? {} : { timeFrame: config.timeFrame }),
        ...(config.baseUrl === undefined ? {} : { baseUrl: config.baseUrl, cookieUrl: config.baseUrl }),
        instrument: optionsOf(instruments[symbol]),
      }),
    );
  }
  return joined(tapes);
}

async function fromWeb(
  config: Extract<TapeConfig, { source: WebSource }>,
  instruments: Readonly<Record<string, InstrumentConfig>>,
): Promise<AnyTape> {
  const { webFetcher } = await import('./web-sources.ts');
  const fetchOne = await webFetcher(config.source);
  const tapes: RecordedTape[] = [];
  for (const symbol of config.symbols) {
    tapes.push(
      await fetchOne(symbol, {
        ...instantsOf(config),
        ...(config.timeFrame === undefined ? {} : { timeFrame: config.timeFrame }),
        ...(config.baseUrl === undefined ? {} : { baseUrl: config.baseUrl }),
        instrument: optionsOf(instruments[symbol]),
      }),
    );
  }
  return joined(tapes);
}

/** The days of a deck as instants, generously: whatever the market's clock, the days are inside; the cut is exact. */
function instantsOf({ start, end }: { start?: string | undefined; end?: string | undefined }): {
  from?: number;
  to?: number;
} {
  return {
    ...(start === undefined ? {} : { from: (parseDay(start) - 1) * DAY }),
    ...(end === undefined ? {} : { to: (parseDay(end) + 2) * DAY }),
  };
}

async function simulate(config: SourceOf<'simulated'>, seed: number): Promise<AnyTape> {
  const { simulateTape } = await import('../../market/simulate/simulate.ts');
  return simulateTape({
    seed,
    start: config.start ?? '2015-01-01',
    end: config.end ?? '2024-12-31',
    symbols: config.symbols.map((one) => (typeof one === 'string' ? one : defined(one))),
    ...(config.timeFrame === undefined ? {} : { timeFrame: config.timeFrame }),
    ...(config.calendar === undefined ? {} : { calendar: config.calendar }),
    ...(config.correlation === undefined ? {} : { correlation: config.correlation }),
  });
}

/** Keeps the streams of some symbols; one that the tape does not have is a `Fault`. */
function onlySymbols(tape: RecordedTape, symbols: readonly string[]): RecordedTape {
  const known = tape.instruments.map(({ symbol }) => symbol);
  for (const symbol of symbols) {
    if (known.includes(symbol)) continue;
    const rule = `the tape has no ${show(symbol)}; it has ${known.slice(0, 12).join(', ')}${known.length > 12 ? ' …' : ''}`;
    throw new Fault('tape.unknown-symbol', rule, { field: 'tape.symbols' }, didYouMean(symbol, known));
  }
  const kept = new Set(symbols);
  return {
    ...tape,
    instruments: symbols.map((symbol) => tape.instruments.find((instrument) => instrument.symbol === symbol)!),
    actions: tape.actions.filter((action) => kept.has(action.symbol)),
    findings: tape.findings.filter((finding) => kept.has(finding.symbol)),
    slice: { streams: tape.slice.streams.filter(({ symbol }) => kept.has(symbol)) },
  };
}

/** The tape with what a deck says of its instruments. */
export function withInstruments<T extends AnyTape>(tape: T, given: Readonly<Record<string, InstrumentConfig>>): T {
  if (Object.keys(given).length === 0) return tape;
  const instruments = tape.instruments.map((instrument) => changed(instrument, given[instrument.symbol]));
  const told = instruments.filter(({ symbol }) => given[symbol] !== undefined);
  return { ...tape, instruments, findings: [...tape.findings, ...('slice' in tape ? late(tape, told) : [])] };
}

/** What is wrong with the rows of futures whose terms are the deck's. */
function late({ source, slice }: RecordedTape, instruments: readonly Instrument[]): Finding[] {
  const own = new Map(instruments.map((each) => [each.symbol, each]));
  return slice.streams.flatMap(({ symbol, columns: { time } }) => {
    const instrument = own.get(symbol);
    return instrument === undefined ? [] : checkFuture(instrument, { file: source, symbol }, time);
  });
}

function changed(instrument: Instrument, config: InstrumentConfig | undefined): Instrument {
  if (config === undefined) return instrument;
  const { symbol, kind, currency, calendar, ticks, lot, multiplier, extendedHours, option, future } = instrument;
  return defineInstrument({
    symbol,
    kind,
    currency,
    calendar,
    tick: ticks,
    lot,
    multiplier,
    ...(extendedHours === undefined ? {} : { extendedHours }),
    ...(option === undefined ? {} : { option }),
    ...(future === undefined ? {} : { future }),
    ...optionsOf(config),
  });
}

/** Of US options on shares, which most are. */
const OPTION_TERMS = { style: 'american', settlement: 'physical', settledAt: 'pm' } as const;

function optionsOf(config: InstrumentConfig | undefined): Partial<InstrumentOptions> {
  if (config === undefined) return {};
  const { margin, hours, option, future, ...rest } = config;
  const extendedHours = hours === 'extended' ? {} : hours === 'regular' ? undefined : hours;
  return {
    ...defined(rest),
    ...(extendedHours === undefined ? {} : { extendedHours: defined(extendedHours) }),
    ...(option === undefined
      ? {}
      : { kind: 'option', option: { ...OPTION_TERMS, root: option.underlying, ...defined(option) } }),
    ...(margin === undefined
      ? {}
      : {
          kind: 'future',
          future: {
            root: future?.root ?? '',
            expiry: future?.expiry ?? '',
            ...(future?.settlement === undefined ? {} : { settlement: future.settlement }),
            initialMargin: margin.initial,
            maintenanceMargin: margin.maintenance,
          },
        }),
  };
}

/** Leaves out what is undefined. */
function defined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
