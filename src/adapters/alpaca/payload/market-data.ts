/**
 * The broker's answers about prices, as typed nouns. These are JSON numbers: research and signals, not books.
 */
import {
  choose,
  listOf,
  mapOf,
  number,
  object,
  optional,
  rowsOf,
  text,
  time,
  whole,
  type Codec,
  type ValueOf,
} from './codec.ts';

/** A bar; `at` is its start. */
export const bar = object({
  at: ['t', time],
  open: ['o', number],
  high: ['h', number],
  low: ['l', number],
  close: ['c', number],
  volume: ['v', number],
  trades: ['n', optional(whole)],
  averagePrice: ['vw', optional(number)],
});

/** One text, or a list of them: shares have several conditions, options one. */
const conditions: Codec<readonly string[] | string> = choose(
  Array.isArray,
  listOf(text),
  text,
  (value): value is string[] => Array.isArray(value),
);

/** A quote; a price of 0 is a side that is missing. */
export const quote = object({
  at: ['t', time],
  bid: ['bp', number],
  bidSize: ['bs', number],
  bidExchange: ['bx', optional(text)],
  ask: ['ap', number],
  askSize: ['as', number],
  askExchange: ['ax', optional(text)],
  conditions: ['c', optional(conditions)],
  tape: ['z', optional(text)],
});

export const trade = object({
  at: ['t', time],
  price: ['p', number],
  size: ['s', number],
  exchange: ['x', optional(text)],
  id: ['i', optional(number)],
  conditions: ['c', optional(conditions)],
  tape: ['z', optional(text)],
  /** Which side took liquidity, for crypto. */
  taker: ['tks', optional(text)],
  /** `canceled`, `incorrect` or `corrected`. */
  update: ['u', optional(text)],
});

const greeks = object({
  delta: ['delta', optional(number)],
  gamma: ['gamma', optional(number)],
  theta: ['theta', optional(number)],
  vega: ['vega', optional(number)],
  rho: ['rho', optional(number)],
});

/** What is known of a symbol now; of an option without a liquid market greeks and volatility are absent. */
export const snapshot = object({
  symbol: ['symbol', optional(text)],
  latestTrade: ['latestTrade', optional(trade)],
  latestQuote: ['latestQuote', optional(quote)],
  minuteBar: ['minuteBar', optional(bar)],
  dailyBar: ['dailyBar', optional(bar)],
  previousDailyBar: ['prevDailyBar', optional(bar)],
  greeks: ['greeks', optional(greeks)],
  impliedVolatility: ['impliedVolatility', optional(number)],
});

const level = object({ price: ['p', number], size: ['s', number] });

export const orderBook = object({ at: ['t', time], bids: ['b', listOf(level)], asks: ['a', listOf(level)] });

const auctionPrint = object({
  at: ['t', time],
  exchange: ['x', text],
  price: ['p', number],
  size: ['s', optional(number)],
  condition: ['c', text],
});

export const auctionDay = object({
  day: ['d', text],
  opening: ['o', optional(listOf(auctionPrint))],
  closing: ['c', optional(listOf(auctionPrint))],
});

/** A page of rows by symbol: the next page may go on with the same symbol. */
export function pageOf<T>(name: string, codec: Codec<T>) {
  return object({
    rows: [name, optional(mapOf(rowsOf(codec)))],
    currency: ['currency', optional(text)],
    nextPage: ['next_page_token', optional(text)],
  });
}

/** A page of rows of one symbol. */
export function singlePageOf<T>(name: string, codec: Codec<T>) {
  return object({
    symbol: ['symbol', text],
    rows: [name, optional(listOf(codec))],
    currency: ['currency', optional(text)],
    nextPage: ['next_page_token', optional(text)],
  });
}

/** The latest of each symbol. */
export function latestOf<T>(name: string, codec: Codec<T>) {
  return object({ rows: [name, mapOf(codec)], currency: ['currency', optional(text)] });
}

export function latestOneOf<T>(name: string, codec: Codec<T>) {
  return object({ symbol: ['symbol', text], row: [name, codec], currency: ['currency', optional(text)] });
}

export const optionSnapshots = object({
  rows: ['snapshots', mapOf(snapshot)],
  nextPage: ['next_page_token', optional(text)],
});

/** Snapshots of shares come as a bare map, without an envelope; a symbol of which nothing is known may be null. */
export const stockSnapshots = mapOf(optional(snapshot));

export const news = object({
  articles: [
    'news',
    listOf(
      object({
        id: ['id', whole],
        headline: ['headline', text],
        summary: ['summary', text],
        author: ['author', text],
        content: ['content', optional(text)],
        createdAt: ['created_at', time],
        updatedAt: ['updated_at', time],
        url: ['url', optional(text)],
        symbols: ['symbols', listOf(text)],
        source: ['source', text],
        images: ['images', optional(listOf(object({ size: ['size', text], url: ['url', text] })))],
      }),
    ),
  ],
  nextPage: ['next_page_token', optional(text)],
});

const mover = object({
  symbol: ['symbol', text],
  price: ['price', number],
  change: ['change', number],
  changePercent: ['percent_change', number],
});

export const movers = object({
  gainers: ['gainers', listOf(mover)],
  losers: ['losers', listOf(mover)],
  market: ['market_type', text],
  updatedAt: ['last_updated', time],
});

export const mostActives = object({
  rows: [
    'most_actives',
    listOf(object({ symbol: ['symbol', text], volume: ['volume', number], trades: ['trade_count', whole] })),
  ],
  updatedAt: ['last_updated', time],
});

/** Codes and what they mean, of exchanges or conditions. */
export const codes = mapOf(text);

export type BarPayload = ValueOf<typeof bar>;
export type QuotePayload = ValueOf<typeof quote>;
export type TradePayload = ValueOf<typeof trade>;
export type SnapshotPayload = ValueOf<typeof snapshot>;
