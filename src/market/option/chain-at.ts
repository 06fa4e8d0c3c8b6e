/**
 * The chain as it stood at one instant of a tape: the newest quote of each contract, and nothing later.
 */
import { lastAtOrBelow } from '../../base/search.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { calendar } from '../../time/calendars.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Instrument } from '../instrument.ts';
import type { RecordedTape, StreamSlice } from '../tape.ts';
import { inChainOrder, midOf, type ContractQuote, type OptionChain } from './chain.ts';
import { contractLife } from './life.ts';
import { listedBefore, listingsAt } from './listing.ts';

/** The parts of a tape that a chain is read from. */
export type ChainTape = Pick<RecordedTape, 'instruments' | 'slice' | 'source' | 'simulated' | 'listings'>;

export interface ChainAtOptions {
  /** Price of the underlying, for a tape that does not have it. */
  readonly spot?: number;
}

/**
 * Returns the chain of `underlying` at an instant. Contracts that no longer trade, or were not quoted yet, are not in it.
 * Without a price of the underlying (`chain.no-underlying`) or without a quoted contract (`chain.empty`) it is a fault.
 */
export function chainAt(tape: ChainTape, underlying: string, at: number, options: ChainAtOptions = {}): OptionChain {
  const streams = new Map<string, StreamSlice[]>();
  for (const stream of tape.slice.streams) {
    const own = streams.get(stream.symbol);
    if (own === undefined) streams.set(stream.symbol, [stream]);
    else own.push(stream);
  }
  const date = tradeDateOf(at);
  const from = calendar('XNYS').session(date)?.openAt ?? at;
  const listed = listingsAt(tape.listings ?? [], underlying, at).flatMap((listing) => listing.contracts);
  const morning = listedBefore(tape.listings ?? [], underlying, date);
  const facts = new Map(listed.map((each) => [each.instrument.symbol, each]));
  const ends = new Map<string, number>();
  const contracts = tape.instruments
    .filter(({ option }) => option?.underlying === underlying)
    .filter((instrument) => {
      const key = `${instrument.option!.root} ${instrument.option!.expiry}`;
      let end = ends.get(key);
      // Its last quote may come with the last bar, at the very end.
      if (end === undefined) ends.set(key, (end = contractLife(instrument).tradesUntil));
      return at <= end;
    })
    .flatMap((instrument) => {
      const quoted = quotedAt(instrument, streams.get(instrument.symbol) ?? [], at, from);
      if (quoted === undefined) return [];
      const known = facts.get(instrument.symbol);
      const isListed = morning?.has(instrument.symbol);
      return [{ ...quoted, volume: quoted.volume ?? known?.volume, openInterest: known?.openInterest, isListed }];
    });
  if (contracts.length === 0) throw noContracts(tape, underlying, at);
  return {
    underlying,
    at,
    date,
    spot: options.spot ?? spotAt(streams.get(underlying) ?? [], underlying, at),
    contracts: inChainOrder(contracts),
    source: tape.source,
    isModel: tape.simulated,
  };
}

/** Returns the trade date that an instant belongs to: its own session's, or after hours that of the last one. */
export function tradeDateOf(at: number): string {
  const shares = calendar('XNYS');
  return shares.sessionAt(shares.sessionIndexAt(at)).date;
}

function quotedAt(
  instrument: Instrument,
  streams: readonly StreamSlice[],
  at: number,
  sessionFrom: number,
): ContractQuote | undefined {
  type Sides = Pick<ContractQuote, 'bid' | 'ask' | 'bidSize' | 'askSize' | 'quotedAt'>;
  let sides: Sides | undefined;
  let last: number | undefined;
  let volume: number | undefined;
  let lastAt = Number.NaN;
  for (const stream of streams) {
    const row = lastAtOrBelow(stream.columns.time, at);
    if (stream.kind === 'bars' || stream.kind === 'trades') {
      volume = 0;
      const [time, prices, sizes] =
        stream.kind === 'bars'
          ? [stream.columns.time, stream.columns.close, stream.columns.volume]
          : [stream.columns.time, stream.columns.price, stream.columns.size];
      for (let i = row; i >= 0 && time[i] > sessionFrom; i--) volume += sizes[i];
      if (row >= 0) [last, lastAt] = [prices[row], time[row]];
    } else if (row >= 0) {
      const { columns } = stream;
      const [bids, asks] = 'bid' in columns ? [columns.bid, columns.ask] : [columns.bidClose, columns.askClose];
      sides = {
        bid: numberOr(bids[row]),
        ask: numberOr(asks[row]),
        bidSize: numberOr(columns.bidSize[row]),
        askSize: numberOr(columns.askSize[row]),
        quotedAt: columns.time[row],
      };
    }
  }
  if (sides === undefined && last === undefined) return undefined;
  // Prices of the end of a day without quotes: nobody says at what one could buy or sell.
  const unquoted = { bid: undefined, ask: undefined, bidSize: undefined, askSize: undefined, quotedAt: lastAt };
  const { option } = instrument;
  return {
    instrument,
    terms: option!,
    ...(sides ?? unquoted),
    last,
    volume,
    openInterest: undefined,
    isListed: undefined,
  };
}

function spotAt(streams: readonly StreamSlice[], underlying: string, at: number): number {
  for (const stream of streams) {
    const row = lastAtOrBelow(stream.columns.time, at);
    if (row < 0) continue;
    const price = priceOf(stream, row);
    if (price > 0) return price;
  }
  const rule = `the tape has no price of ${underlying} at ${formatInstant(at)}`;
  throw new Fault('chain.no-underlying', rule, {}, 'add the file of the underlying, or tell its price');
}

function priceOf(stream: StreamSlice, row: number): number {
  if (stream.kind === 'bars') return stream.columns.close[row];
  if (stream.kind === 'trades') return stream.columns.price[row];
  const { columns } = stream;
  const [bid, ask] =
    'bid' in columns ? [columns.bid[row], columns.ask[row]] : [columns.bidClose[row], columns.askClose[row]];
  return midOf({ bid, ask }) ?? Number.NaN;
}

function noContracts(tape: ChainTape, underlying: string, at: number): Fault {
  const known = [...new Set(tape.instruments.flatMap(({ option }) => option?.underlying ?? []))];
  if (!known.includes(underlying)) {
    const rule = `the tape has no options on ${show(underlying)}`;
    const hint =
      didYouMean(underlying, known) ?? (known.length === 0 ? undefined : `it has some on ${known.join(', ')}`);
    return new Fault('chain.empty', rule, {}, hint);
  }
  return new Fault('chain.empty', `no option on ${underlying} is quoted at ${formatInstant(at)}`);
}

function numberOr(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
