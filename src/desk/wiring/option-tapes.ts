/**
 * The tape of a deck that trades options: an underlying with quotes of its contracts from files, or made by a model.
 */
import { existsSync, globSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { streamChains } from '../../adapters/files/chain-stream.ts';
import { fingerprintOf } from '../../adapters/files/fingerprint.ts';
import type { FileOptions } from '../../adapters/files/tape.ts';
import { sliceColumns, type BarColumns } from '../../market/columns.ts';
import { withTicks, type Instrument } from '../../market/instrument.ts';
import { modelChain } from '../../market/option/model-chain.ts';
import { TICK_PROGRAMS } from '../../market/option/roots.ts';
import type { RecordedTape, StreamSlice } from '../../market/tape.ts';
import { parseDay } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import type { TapeConfig } from '../config/tape-schema.ts';
import { readPriceFiles } from './price-files.ts';
import type { AnyTape } from './tapes.ts';

export type OptionTapeConfig = Extract<TapeConfig, { source: 'options' }>;

/** Files of chains that are larger than this together, unpacked, are read in slices while the tape plays. */
const BYTES_IN_MEMORY = 200e6;
/** How much smaller quotes are when packed, about. */
const PACKED = 10;

/** Loads the tape; paths are relative to `folder`. `memory` is how many bytes of files are held at once. */
export async function optionTape(config: OptionTapeConfig, folder: string, memory = BYTES_IN_MEMORY): Promise<AnyTape> {
  const { more = [], ...first } = config;
  let tape = await tapeOf(first, folder, memory);
  for (const each of more) tape = beside(tape, await tapeOf({ ...first, ...each }, folder, memory));
  return tape;
}

/** One more underlying with its options. What both have, which is the index that drives a model, is there once. */
function beside(a: AnyTape, b: AnyTape): RecordedTape {
  if (!('slice' in a && 'slice' in b)) {
    const rule = 'several underlyings are played where all their chains fit in memory';
    throw new Fault(
      'chain.too-long',
      rule,
      { field: 'tape.more' },
      'narrow them: tape.start, tape.end, tape.contracts',
    );
  }
  const known = new Set(a.instruments.map(({ symbol }) => symbol));
  const isNew = ({ symbol }: { readonly symbol: string }): boolean => !known.has(symbol);
  const own = { ...b, instruments: b.instruments.filter(isNew), slice: { streams: b.slice.streams.filter(isNew) } };
  const notes = [...new Set([...(a.notes ?? []), ...(b.notes ?? [])])];
  return joined(a, own, { source: `${a.source}; ${b.source}`, ...(notes.length === 0 ? {} : { notes }) });
}

async function tapeOf(config: OptionTapeConfig, folder: string, memory: number): Promise<AnyTape> {
  const prices = await pricesOf(config, folder);
  const tape =
    config.model !== undefined
      ? await withModel(config, config.model, prices, folder)
      : await withQuotes(config, prices, folder, memory);
  if (config.ticks === undefined) return tape;
  const ticks = TICK_PROGRAMS[config.ticks];
  const instruments = tape.instruments.map((each) => (each.option === undefined ? each : withTicks(each, ticks)));
  return { ...tape, instruments };
}

async function pricesOf({ prices, underlying }: OptionTapeConfig, folder: string): Promise<RecordedTape> {
  if (prices !== 'sp500') return readPriceFiles(filesOf(prices, folder, 'tape.prices'), { symbol: underlying });
  if (underlying !== 'SPX' && underlying !== 'SPY') {
    const rule = `sp500 is the price of SPX, and a tenth of it that of SPY, not of ${show(underlying)}`;
    throw new Fault('config.value', rule, { field: 'tape.prices' });
  }
  const { vegaTape, vegaFundTape } = await import('../../adapters/vega/tape.ts');
  return underlying === 'SPX' ? vegaTape() : vegaFundTape();
}

async function withQuotes(
  config: OptionTapeConfig,
  prices: RecordedTape,
  folder: string,
  memory: number,
): Promise<AnyTape> {
  const { underlying, mapping } = config;
  const files = filesOf(config.chains!, folder, 'tape.chains');
  const keep = keeperOf(config);
  const options = { ...(mapping as FileOptions | undefined), keep };
  const bytes = files.reduce((sum, file) => sum + statSync(file).size * (/\.(gz|parquet)$/.test(file) ? PACKED : 1), 0);
  if (bytes > memory) {
    const source = `options: ${files.length} files`;
    const tape = await streamChains(files, prices, { ...options, source }, readPriceFiles);
    checkAny(tape.instruments, underlying, files);
    return tape;
  }
  const chains = await readPriceFiles(files, { ...options, beside: prices.slice.streams });
  checkAny(chains.instruments, underlying, files);
  return joined(prices, chains, { source: `${prices.source}; options: ${chains.source}` });
}

async function withModel(
  config: OptionTapeConfig,
  model: NonNullable<OptionTapeConfig['model']>,
  prices: RecordedTape,
  folder: string,
): Promise<AnyTape> {
  const { underlying } = config;
  const bars = prices.slice.streams.find((stream) => stream.symbol === underlying && stream.kind === 'bars');
  if (bars === undefined || bars.kind !== 'bars' || bars.timeFrame !== '1d') {
    throw new Fault('config.value', `a model chain needs daily bars of ${underlying}`, { field: 'tape.prices' });
  }
  const driver =
    model.index === undefined
      ? undefined
      : await readPriceFiles(filesOf(model.index, folder, 'tape.model.index'), { symbol: 'VIX' });
  const index = driver?.slice.streams[0];
  if (index !== undefined && index.kind !== 'bars') {
    throw new Fault('config.value', 'a volatility index has closes by day', { field: 'tape.model.index' });
  }
  const { volatility, index: _files, strikes, right, ...rest } = model;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const chain = modelChain({
    ...given,
    ...(config.ticks === undefined ? {} : { ticks: TICK_PROGRAMS[config.ticks] }),
    underlying,
    prices: between(bars.columns, config),
    ...(strikes === undefined ? {} : { strikes: [strikes.low, strikes.high] as const }),
    ...(right === undefined ? {} : { rights: [right] }),
    ...(index === undefined ? {} : { index: { time: index.columns.time, close: index.columns.close } }),
  });
  const keep = keeperOf(config);
  const made: RecordedTape = {
    ...prices,
    instruments: chain.instruments.filter(keep),
    findings: [],
    actions: [],
    slice: { streams: chain.streams.filter((_, i) => keep(chain.instruments[i])) },
  };
  const how = volatility === 'index' ? driver!.source : 'realised vol';
  const source = `${prices.source}; options by a model driven by ${how}`;
  const all = driver === undefined ? prices : joined(prices, within(driver, bars.columns), {});
  return joined(all, made, { source, simulated: true, notes: chain.sentences });
}

/** The part of a tape that lies in the time of the underlying's prices: what it has beyond is no part of the run. */
function within(tape: RecordedTape, { time, openTime }: BarColumns): RecordedTape {
  const [first, last] = [openTime[0], time.at(-1)!];
  const streams = tape.slice.streams.map((stream): StreamSlice => {
    const own = stream.columns.time;
    const from = own.findIndex((at) => at >= first);
    const beyond = own.findIndex((at) => at > last);
    const to = beyond < 0 ? own.length : beyond;
    // The columns keep their kind: only their rows are fewer.
    return { ...stream, columns: sliceColumns(stream.columns as BarColumns, from < 0 ? to : from, to) } as StreamSlice;
  });
  const findings = tape.findings.filter(({ at }) => at === undefined || (at >= first && at <= last));
  return { ...tape, findings, slice: { streams } };
}

/** Sessions before the span give realised vol its first value; the rest of the past is not quoted. */
function between(bars: BarColumns, { start, end }: OptionTapeConfig): BarColumns {
  const from = start === undefined ? 0 : bars.time.findIndex((at) => at >= (parseDay(start) - 45) * DAY);
  const beyond = end === undefined ? -1 : bars.time.findIndex((at) => at >= (parseDay(end) + 2) * DAY);
  const rows = [from < 0 ? bars.length : from, beyond < 0 ? bars.length : beyond] as const;
  const part = (column: Float64Array): Float64Array => column.subarray(...rows);
  const { time, openTime, open, high, low, close, volume } = bars;
  return {
    length: Math.max(0, rows[1] - rows[0]),
    time: part(time),
    openTime: part(openTime),
    open: part(open),
    high: part(high),
    low: part(low),
    close: part(close),
    volume: part(volume),
  };
}

/** Whether a contract is played: it is on the underlying, among those that the deck wants, and not over before. */
function keeperOf({ underlying, contracts, start }: OptionTapeConfig): (instrument: Instrument) => boolean {
  const { right, roots, strikes, expiries } = contracts ?? {};
  const first = [expiries?.from, start]
    .filter((date) => date !== undefined)
    .sort()
    .at(-1);
  return ({ option, symbol }) => {
    if (option === undefined) return symbol !== underlying;
    return (
      option.underlying === underlying &&
      (right === undefined || option.right === right) &&
      (roots === undefined || roots.includes(option.root)) &&
      option.strike >= (strikes?.min ?? 0) &&
      option.strike <= (strikes?.max ?? Infinity) &&
      (first === undefined || option.expiry >= first) &&
      (expiries?.to === undefined || option.expiry <= expiries.to)
    );
  };
}

function checkAny(instruments: readonly Instrument[], underlying: string, files: readonly string[]): void {
  const on = new Set(instruments.flatMap(({ option }) => option?.underlying ?? []));
  if (on.has(underlying)) return;
  const known = on.size === 0 ? 'no contract that is wanted' : `options on ${[...on].join(', ')}`;
  const rule = `the files (${files.slice(0, 3).join(', ')}${files.length > 3 ? ' …' : ''}) hold ${known}, none on ${show(underlying)}`;
  throw new Fault('tape.no-options', rule, { field: 'tape.chains' }, didYouMean(underlying, [...on]));
}

function joined(a: RecordedTape, b: RecordedTape, changed: Partial<RecordedTape>): RecordedTape {
  const streams = [...a.slice.streams, ...b.slice.streams];
  const actions = [...a.actions, ...b.actions].sort((x, y) => x.at - y.at);
  const listings = [...(a.listings ?? []), ...(b.listings ?? [])];
  return {
    ...a,
    ...changed,
    instruments: [...a.instruments, ...b.instruments],
    actions,
    findings: [...a.findings, ...b.findings],
    ...(listings.length === 0 ? {} : { listings }),
    fingerprint: fingerprintOf(streams, actions),
    slice: { streams },
  };
}

/** The files that names mean, `*` and all; a name that means none is a `Fault`. Findings name them from here. */
function filesOf(names: string | readonly string[], folder: string, field: string): string[] {
  return [names].flat().flatMap((name: string) => {
    const found = name.includes('*')
      ? globSync(name, { cwd: folder }).sort()
      : [name].filter((file) => existsSync(resolve(folder, file)));
    if (found.length > 0) return found.map((each) => relative(process.cwd(), resolve(folder, each)));
    throw new Fault('file.unreadable', `no file is called ${JSON.stringify(name)}`, { field });
  });
}
