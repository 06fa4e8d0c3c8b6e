/**
 * Plays a few hand-written rows to one strategy: what the engine's tests are made of.
 */
import { Deck } from '../../src/engine/deck.ts';
import type { DeckOptions } from '../../src/engine/deck-options.ts';
import type { Entry, EntryKind } from '../../src/engine/journal/journal.ts';
import type { RunResult } from '../../src/engine/result.ts';
import { auctionCutoff } from '../../src/engine/sim/auctions.ts';
import { separateAccounts } from '../../src/engine/sim/conversion.ts';
import { honest, type Conventions } from '../../src/engine/sim/conventions.ts';
import { noFees } from '../../src/engine/sim/fees.ts';
import { noFinancing } from '../../src/engine/sim/financing.ts';
import { flatLeverage } from '../../src/engine/sim/margin.ts';
import { noSlippage } from '../../src/engine/sim/slippage.ts';
import type { AnyStrategy, Context, Handlers } from '../../src/engine/strategy/strategy.ts';
import type { CorporateAction } from '../../src/market/actions.ts';
import { BarBuffer } from '../../src/market/bar-buffer.ts';
import { allocateQuotes, allocateTrades, type BarColumns } from '../../src/market/columns.ts';
import { defineInstrument, type Instrument, type InstrumentOptions } from '../../src/market/instrument.ts';
import type { RecordedTape, StreamSlice, TapeInfo } from '../../src/market/tape.ts';
import { calendar } from '../../src/time/calendars.ts';
import { instantFromMillis, type Instant } from '../../src/time/instant.ts';

/** Open, high, low, close; volume when it matters. */
export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number | undefined];

/** Fills at the tape's prices, without costs, volume or account getting in the way; everything else as `honest`. */
export const plain: Conventions = {
  ...honest,
  fees: noFees,
  slippage: noSlippage,
  volume: { share: Infinity },
  auctions: auctionCutoff(0),
  margin: flatLeverage(1),
  financing: noFinancing,
  conversion: separateAccounts,
};

/** 2024-01-02T09:30 or 2024-01-02, in UTC. */
export function utc(text: string): Instant {
  return instantFromMillis(Date.parse(`${text}${text.length === 10 ? 'T00:00' : ''}Z`));
}

const MINUTES: Readonly<Record<string, number>> = { '1m': 1, '5m': 5, '1h': 60, '1d': 390 };
const MINUTE = 60_000_000;

/** Daily bars from `start` on, one for each session of XNYS; from 14:30 or 13:30 UTC to the close. */
export function days(rows: readonly Row[], start = '2024-01-02'): BarColumns {
  const buffer = new BarBuffer();
  const sessions = calendar('XNYS').sessions(start, '2034-12-31');
  rows.forEach(([open, high, low, close, volume = 1_000_000], i) => {
    const { openAt, closeAt } = sessions[i];
    buffer.add(closeAt, openAt, open, high, low, close, volume);
  });
  return buffer.view();
}

/** Bars of one length that follow each other without gaps. */
export function intraday(rows: readonly Row[], start = '2024-01-02T14:30', timeFrame = '1m'): BarColumns {
  const buffer = new BarBuffer();
  const length = MINUTES[timeFrame] * MINUTE;
  let at: number = utc(start);
  for (const [open, high, low, close, volume = 1_000_000] of rows) {
    buffer.add(at + length, at, open, high, low, close, volume);
    at += length;
  }
  return buffer.view();
}

export function bars(columns: BarColumns, symbol = 'ABC', timeFrame = '1d'): StreamSlice {
  return { kind: 'bars', symbol, timeFrame, columns };
}

/** Seconds after 2024-01-02T15:00 UTC, bid, ask, and the sizes of both. */
export type QuoteRow = readonly [second: number, bid: number, ask: number, bidSize?: number, askSize?: number];

export function quotes(rows: readonly QuoteRow[], symbol = 'ABC', start = '2024-01-02T15:00'): StreamSlice {
  const columns = allocateQuotes(rows.length);
  rows.forEach(([second, bid, ask, bidSize = 1000, askSize = 1000], i) => {
    columns.time[i] = utc(start) + second * 1_000_000;
    columns.bid[i] = bid;
    columns.ask[i] = ask;
    columns.bidSize[i] = bidSize;
    columns.askSize[i] = askSize;
  });
  return { kind: 'quotes', symbol, columns };
}

export function trades(
  rows: readonly (readonly [second: number, price: number, size: number])[],
  symbol = 'ABC',
): StreamSlice {
  const columns = allocateTrades(rows.length);
  rows.forEach(([second, price, size], i) => {
    columns.time[i] = utc('2024-01-02T15:00') + second * 1_000_000;
    columns.price[i] = price;
    columns.size[i] = size;
  });
  return { kind: 'trades', symbol, columns };
}

export interface Play extends Partial<Omit<DeckOptions, 'tape' | 'streams' | 'strategies'>> {
  readonly streams: readonly StreamSlice[];
  readonly setup: (context: Context) => Handlers;
  readonly instruments?: readonly Partial<InstrumentOptions>[];
  readonly actions?: readonly CorporateAction[];
  readonly adjustment?: TapeInfo['adjustment'];
  readonly listings?: NonNullable<TapeInfo['listings']>;
}

export interface Played {
  readonly deck: Deck;
  readonly result: RunResult;
  readonly entries: readonly Entry[];
  /** Entries of one kind. */
  readonly of: (kind: EntryKind) => Entry[];
}

export function tapeOf(play: Omit<Play, 'setup'>): RecordedTape {
  const symbols = [...new Set(play.streams.map((stream) => stream.symbol))];
  const instruments: Instrument[] = symbols.map((symbol, i) =>
    defineInstrument({ symbol, tick: 0.01, ...play.instruments?.[i] }),
  );
  return {
    source: 'rows',
    simulated: false,
    instruments,
    actions: play.actions ?? [],
    findings: [],
    ...(play.listings === undefined ? {} : { listings: play.listings }),
    fingerprint: '',
    adjustment: play.adjustment ?? 'raw',
    slice: { streams: play.streams },
  };
}

/** Puts the tape on a deck, without playing it. */
export function deckOf({ streams, setup, instruments, actions, adjustment, listings, ...options }: Play): Deck {
  const tape = tapeOf({
    streams,
    ...(instruments && { instruments }),
    ...(actions && { actions }),
    ...(adjustment && { adjustment }),
    ...(listings && { listings }),
  });
  const definition: AnyStrategy = { name: 'rows', setup };
  return new Deck({
    cash: 100_000,
    conventions: plain,
    calendarOf: calendar,
    ...options,
    tape,
    streams,
    strategies: [{ definition }],
  });
}

export function play(given: Play): Played {
  const deck = deckOf(given);
  deck.play({ streams: given.streams });
  return { deck, ...ended(deck) };
}

/** Ends a deck's run and gives what it left behind. */
export function ended(deck: Deck): Omit<Played, 'deck'> {
  const result = deck.finish();
  const entries = [...deck.journal.entries()];
  return { result, entries, of: (kind) => entries.filter((entry) => entry.kind === kind) };
}

/** Plays daily rows and calls `act` at the end of the bar with that number, counted from 0. */
export function playDays(
  rows: readonly Row[],
  acts: Readonly<Record<number, (context: Context) => void>>,
  options: Partial<Play> = {},
): Played {
  return play({ streams: [bars(days(rows))], setup: onBars(acts), ...options });
}

/** A strategy that does something at the end of some bars, counted from 0. */
export function onBars(acts: Readonly<Record<number, (context: Context) => void>>): (context: Context) => Handlers {
  return (context) => {
    let bar = 0;
    return { onBar: () => acts[bar++]?.(context) };
  };
}

/** A strategy that does something at some quotes, counted from 0. */
export function onQuotes(acts: Readonly<Record<number, (context: Context) => void>>): (context: Context) => Handlers {
  return (context) => {
    let quote = 0;
    return { onQuote: () => acts[quote++]?.(context) };
  };
}

/** `+100 @ 10.5` of each fill, in order. */
export function fillsOf({ result }: Played): string[] {
  return result.fills.map(({ quantity, price }) => `${quantity > 0 ? '+' : ''}${quantity} @ ${price}`);
}

/** The end of each order that did not fill: `canceled time-in-force`. */
export function endsOf({ entries }: Played): string[] {
  return entries
    .filter(({ kind }) => kind === 'canceled' || kind === 'expired' || kind === 'rejected' || kind === 'refused')
    .map(({ kind, text }) => `${kind} ${text}`);
}
