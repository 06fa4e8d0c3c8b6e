/**
 * What a simulated market is made of: every number that shapes it, with a default, and refused when it makes no sense.
 */
import { Fault, show } from '../../base/fault.ts';
import type { Calendar } from '../../time/calendar.ts';
import { calendar as calendarOf } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import { HOUR } from '../../time/instant.ts';
import { formatTimeFrame, parseTimeFrame, type TimeFrame } from '../../time/time-frame.ts';
import { defineInstrument, type Instrument } from '../instrument.ts';

export interface SymbolOptions {
  readonly symbol: string;
  /** Price at the start; 100 unless given. */
  readonly price?: number;
  /** Mean return per year; 0.07 is 7 %. */
  readonly drift?: number;
  /** Long-run volatility of returns per year; 0.2 is 20 %. */
  readonly volatility?: number;
  /** How much volatility itself moves: standard deviation of its logarithm per year. */
  readonly volatilityOfVolatility?: number;
  /** How fast volatility returns to its mean: 6 halves a distance in 42 days. */
  readonly meanReversion?: number;
  /** Correlation of returns with changes of volatility; −0.6: falls bring unrest. */
  readonly leverage?: number;
  readonly jumpsPerYear?: number;
  /** Mean and standard deviation of a jump's log return. */
  readonly jumpMean?: number;
  readonly jumpDeviation?: number;
  /** Share of a day's variance that falls between close and open. */
  readonly overnightShare?: number;
  /** Correlation of this symbol's returns with the market's; else the square root of `correlation`. */
  readonly marketCorrelation?: number;
  /** Mean volume of a session, in units of the instrument. */
  readonly volume?: number;
  /** Mean distance from bid to ask, in basis points of the price; at least one tick. */
  readonly spreadBps?: number;
  /** The instrument, when it is not a share with a tick of a cent on the simulation's calendar. */
  readonly instrument?: Instrument;
}

export interface SimulateOptions {
  /** Same seed and options, same bytes. */
  readonly seed: number;
  readonly symbols: readonly (string | SymbolOptions)[];
  /** `XNYS` unless given. */
  readonly calendar?: string;
  /** First and last trade date, `YYYY-MM-DD`, both included. */
  readonly start: string;
  readonly end: string;
  /** Of the bars: `1d` (default) or shorter than a day. */
  readonly timeFrame?: string;
  /** What the tape carries: bars only unless given. */
  readonly data?: readonly ('bars' | 'quotes' | 'trades')[];
  /** Correlation of the returns of any two symbols; 0.3 unless given. */
  readonly correlation?: number;
  /** Quotes per session and symbol; 2,000 unless given, a million at most. */
  readonly quotesPerSession?: number;
  /** Trades per quote, at most 1; 0.4 unless given. */
  readonly tradesPerQuote?: number;
  /** How much busier a session's ends are than its middle: 0 is not, 3 is four times; 3 by day, 0.5 around the clock. */
  readonly seasonality?: number;
}

export type ResolvedSymbol = Required<Omit<SymbolOptions, 'instrument'>> & { readonly instrument: Instrument };

export interface Simulation {
  readonly seed: number;
  readonly symbols: readonly ResolvedSymbol[];
  readonly calendar: Calendar;
  /** Days since 1970, both included. */
  readonly startDay: number;
  readonly endDay: number;
  readonly timeFrame: TimeFrame;
  readonly hasBars: boolean;
  readonly hasQuotes: boolean;
  readonly hasTrades: boolean;
  readonly quotesPerSession: number;
  readonly tradesPerQuote: number;
  readonly seasonality: number;
  readonly sessionsPerYear: number;
  /** Whether prices rest between most sessions, so that part of the day's variance comes as a gap. */
  readonly hasNights: boolean;
}

/** Fills in the defaults; an option that makes no sense is a `Fault` that names it. */
export function resolve(options: SimulateOptions): Simulation {
  const market = calendarOf(options.calendar ?? 'XNYS');
  const data = new Set(options.data ?? ['bars']);
  const timeFrame = parseTimeFrame(options.timeFrame ?? '1d');
  if (timeFrame.micros === undefined && formatTimeFrame(timeFrame) !== '1d') {
    refuse('timeFrame', 'must be 1d or shorter than a day', options.timeFrame);
  }
  if (options.symbols.length === 0) refuse('symbols', 'must name at least one', []);
  if (!Number.isInteger(options.seed)) refuse('seed', 'must be a whole number', options.seed);
  if (data.size === 0) refuse('data', 'must name bars, quotes or trades', []);
  const correlation = within('correlation', options.correlation ?? 0.3, 0, 1);
  const symbols = options.symbols.map((symbol) =>
    resolveSymbol(typeof symbol === 'string' ? { symbol } : symbol, market, correlation),
  );
  const names = symbols.map(({ symbol }) => symbol);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) refuse('symbols', 'must differ', twice);
  const [startDay, endDay] = [parseDay(options.start), parseDay(options.end)];
  const sessions = market.sessions(startDay, Math.min(endDay, startDay + 14));
  if (endDay < startDay || (sessions.length === 0 && endDay <= startDay + 14)) {
    refuse('end', `must leave at least one session of ${market.name} from ${options.start} on`, options.end);
  }
  const hasNights = sessions.length === 0 || sessions[0].closeAt - sessions[0].openAt < 20 * HOUR;
  return {
    seed: options.seed,
    symbols,
    calendar: market,
    startDay,
    endDay,
    timeFrame,
    hasBars: data.has('bars'),
    hasQuotes: data.has('quotes'),
    hasTrades: data.has('trades'),
    quotesPerSession: within('quotesPerSession', options.quotesPerSession ?? 2000, 1, 1_000_000),
    tradesPerQuote: within('tradesPerQuote', options.tradesPerQuote ?? 0.4, 0, 1),
    seasonality: within('seasonality', options.seasonality ?? (hasNights ? 3 : 0.5), 0, 100),
    sessionsPerYear: market.rules.trades(0) ? 365 : 252,
    hasNights,
  };
}

function resolveSymbol(options: SymbolOptions, market: Calendar, correlation: number): ResolvedSymbol {
  const { symbol } = options;
  const field = (name: string): string => `symbols.${symbol}.${name}`;
  return {
    symbol,
    price: within(field('price'), options.price ?? 100, 1e-9, 1e12),
    drift: within(field('drift'), options.drift ?? 0.07, -10, 10),
    volatility: within(field('volatility'), options.volatility ?? 0.2, 0, 10),
    volatilityOfVolatility: within(field('volatilityOfVolatility'), options.volatilityOfVolatility ?? 1.2, 0, 10),
    meanReversion: within(field('meanReversion'), options.meanReversion ?? 6, 0.01, 1000),
    leverage: within(field('leverage'), options.leverage ?? -0.6, -1, 1),
    jumpsPerYear: within(field('jumpsPerYear'), options.jumpsPerYear ?? 4, 0, 10_000),
    jumpMean: within(field('jumpMean'), options.jumpMean ?? -0.01, -1, 1),
    jumpDeviation: within(field('jumpDeviation'), options.jumpDeviation ?? 0.03, 0, 1),
    overnightShare: within(field('overnightShare'), options.overnightShare ?? 0.25, 0, 0.99),
    marketCorrelation: within(field('marketCorrelation'), options.marketCorrelation ?? Math.sqrt(correlation), -1, 1),
    volume: within(field('volume'), options.volume ?? 1_000_000, 0, 1e15),
    spreadBps: within(field('spreadBps'), options.spreadBps ?? 2, 0, 10_000),
    instrument: options.instrument ?? defineInstrument({ symbol, calendar: market.name, tick: 0.01 }),
  };
}

function within(field: string, value: number, low: number, high: number): number {
  if (!(value >= low && value <= high)) refuse(field, `must be from ${low} to ${high}`, value);
  return value;
}

function refuse(field: string, rule: string, value: unknown): never {
  throw new Fault('simulate.bad-option', `${rule}, was ${show(value)}`, { field });
}
