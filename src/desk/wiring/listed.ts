/**
 * What will be on a live tape: the symbols that a deck names, the contracts that are listed on them when its session
 * begins, and the streams of both.
 */
import { hash } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import type { StreamShape } from '../../engine/feeds/feeds.ts';
import { defineInstrument, type Instrument } from '../../market/instrument.ts';
import type { ListedNow, ListingQuery } from '../../market/option/listing.ts';
import type { Finding, TapeInfo } from '../../market/tape.ts';
import { formatDay } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import type { DeckConfig } from '../config/schema.ts';
import type { TapeConfig } from '../config/tape-schema.ts';
import type { LiveTapeInfo } from './live-tapes.ts';
import { withInstruments } from './tapes.ts';

type LiveTapeConfig = Extract<TapeConfig, { source: 'alpaca' | 'ib' }>;

/** Who says what is listed, and at which price. */
export interface Listings {
  price(symbol: string): Promise<number | undefined>;
  /** What a symbol is, where its name says that it is no share; left out where there are shares alone. */
  instrument?(symbol: string): Promise<Instrument | undefined>;
  contracts(query: ListingQuery): Promise<ListedNow>;
}

export interface ListedTape {
  readonly tape: LiveTapeConfig;
  readonly account: Listings;
  /** The feed in words. */
  readonly title: string;
  readonly isFake: boolean;
  readonly instruments: DeckConfig['instruments'];
}

/** Days to expiry of the contracts that are asked for, where a deck does not say. */
const LISTED = { daysMin: 0, daysMax: 10 };

/** Asks what is listed now: the instruments and streams of a new session of the day `day`. */
export async function describeListed(listed: ListedTape, day: number): Promise<LiveTapeInfo> {
  const { tape, account, title, isFake } = listed;
  const named: Instrument[] = [];
  for (const symbol of tape.symbols) {
    named.push((await account.instrument?.(symbol)) ?? defineInstrument({ symbol, tick: 0.01 }));
  }
  const contracts: Instrument[] = [];
  const findings: Finding[] = [];
  if (tape.options !== undefined) {
    for (const { symbol, future } of named) {
      // Contracts on futures are not asked for.
      if (future !== undefined) continue;
      const price = await account.price(symbol);
      if (price === undefined)
        throw new Fault('tape.no-price', `${symbol} has no price, so its contracts cannot be chosen`);
      const {
        daysMin = LISTED.daysMin,
        daysMax = LISTED.daysMax,
        right = 'put',
        strikes = { low: 0.8, high: 1.05 },
      } = tape.options;
      const query = { underlying: symbol, right, expiryFrom: day + daysMin, expiryTo: day + daysMax };
      const range = { strikeFrom: price * strikes.low, strikeTo: price * strikes.high };
      const found = await account.contracts({ ...query, ...range });
      contracts.push(...found.contracts);
      for (const each of found.leftOut) findings.push(leftOutFinding(title, findings.length + 1, each));
    }
  }
  const instruments = [...named, ...contracts];
  const streams = streamsOf(tape, contracts);
  const fingerprint = hash(
    'sha256',
    `${title} ${formatDay(day)} ${tape.symbols.join()} ${streams.length - contracts.length}`,
  );
  const notes = isFake ? ['Prices are made by a fake broker on this machine.'] : [];
  if (findings.length > 0) {
    const shown = findings.slice(0, 3).map(({ symbol, message }) => `${symbol} (${message})`);
    notes.push(
      `Listed and left out: ${shown.join(', ')}${findings.length > 3 ? ` and ${findings.length - 3} more` : ''}.`,
    );
  }
  const info: TapeInfo = {
    source: `${title}, live on ${formatDay(day)}`,
    simulated: isFake,
    ...(notes.length === 0 ? {} : { notes }),
    instruments,
    actions: [],
    findings,
    fingerprint,
    adjustment: 'split-adjusted',
  };
  const { daysMin: least = LISTED.daysMin, daysMax: most = LISTED.daysMax } = tape.options ?? {};
  return {
    tape: withInstruments({ ...info, slice: { streams: [] } }, listed.instruments ?? {}),
    streams,
    listedDays: { least, most },
  };
}

/** A contract that a chooser will not see, so that nobody looks for it in vain. */
function leftOutFinding(file: string, row: number, { symbol, reason }: ListedNow['leftOut'][number]): Finding {
  return { rule: 'adjusted-contract', severity: 'warning', file, row, symbol, value: symbol, message: reason };
}

function streamsOf(tape: LiveTapeConfig, contracts: readonly Instrument[]): StreamShape[] {
  const data = tape.data ?? ['bars'];
  const streams: StreamShape[] = [];
  for (const symbol of tape.symbols) {
    if (data.includes('quotes')) streams.push({ kind: 'quotes', symbol });
    if (data.includes('trades')) streams.push({ kind: 'trades', symbol });
    if (data.includes('bars')) streams.push({ kind: 'bars', symbol, timeFrame: '1m' });
    if ((tape.warmUp?.days ?? 0) > 0) streams.push({ kind: 'bars', symbol, timeFrame: '1d' });
  }
  for (const { symbol } of contracts) streams.push({ kind: 'quotes', symbol });
  return streams;
}

/** Streams as feeds want them. */
export function wantedOf(streams: readonly StreamShape[]) {
  return streams.map(({ symbol, kind, timeFrame }) => ({
    kind: kind === 'quote-bars' ? ('quotes' as const) : kind,
    symbol,
    ...(timeFrame === undefined ? {} : { timeFrame }),
  }));
}

/** So many sessions as a span that surely holds them: weekends and holidays are no sessions. */
export function sessionsUs(sessions: number): number {
  return sessions === 0 ? 0 : (Math.ceil(sessions * 1.5) + 5) * DAY;
}
