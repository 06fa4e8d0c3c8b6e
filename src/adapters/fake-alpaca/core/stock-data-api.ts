/**
 * The endpoints of share prices: bars, quotes and trades of the past, and the latest of each.
 */
import { civilOf, dayOf as dayOfDate, weekdayOf } from '../../../time/civil.ts';
import { MINUTE } from '../../../time/instant.ts';
import type { Handler, Request } from './api.ts';
import { DOLLAR } from '../../fake-broker/core/amounts.ts';
import { adjustBars, type Adjustment } from './adjusted-bars.ts';
import { gather, type BarRow } from '../../fake-broker/core/history.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { countOf, instantOf, listOf, pageOf, type Query } from './paging.ts';
import { localDay, localInstant, stamp } from '../../fake-broker/core/random-ids.ts';
import { answer, Refusal, type Answer } from '../../fake-broker/core/refusal.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import type { Json } from './views.ts';

type Series = 'bars' | 'quotes' | 'trades';

export const STOCK_DATA: readonly Handler[] = [
  ...(['bars', 'quotes', 'trades'] as const).flatMap((series): Handler[] => [
    { method: 'GET', path: `/v2/stocks/${series}`, handle: (state, request) => history(state, request, series) },
    { method: 'GET', path: `/v2/stocks/${series}/latest`, handle: (state, request) => latest(state, request, series) },
    {
      method: 'GET',
      path: `/v2/stocks/{symbol}/${series}/latest`,
      handle: (state, request) => latestOne(state, request, series),
    },
    {
      method: 'GET',
      path: `/v2/stocks/{symbol}/${series}`,
      handle: (state, request) => historyOne(state, request, series),
    },
  ]),
  { method: 'GET', path: '/v2/stocks/snapshots', handle: snapshots },
  { method: 'GET', path: '/v2/stocks/{symbol}/snapshot', handle: snapshotOne },
  {
    method: 'GET',
    path: '/v2/stocks/meta/exchanges',
    handle: () => answer({ Q: 'NASDAQ', N: 'New York Stock Exchange', V: 'IEX' }),
  },
  {
    method: 'GET',
    path: '/v2/stocks/meta/conditions/{type}',
    handle: () => answer({ '@': 'Regular Sale', R: 'Regular, Two-Sided Open' }),
  },
];

/** Consolidated prices younger than this need a subscription. */
const FRESH = 15 * MINUTE;

function shares(state: BrokerState, query: Query): Listing[] {
  const symbols = listOf(query, 'symbols');
  if (symbols.length === 0) throw new Refusal(400, 40010001, 'symbols is required');
  return symbols.flatMap((symbol) => state.listings.get(symbol) ?? []);
}

/** Rows of one symbol with the symbol they belong to, as one list, so that a limit counts over all of them. */
export interface Row {
  readonly symbol: string;
  readonly view: Json;
}

function history(state: BrokerState, { query }: Request, series: Series): Answer {
  const rows = shares(state, query)
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
    .flatMap((listing) => rowsOf(state, listing, query, series));
  return answer(pagedBySymbol(rows, query, series));
}

/** Returns one page of rows, by symbol. */
export function pagedBySymbol(rows: readonly Row[], query: Query, series: string): Json {
  const limit = countOf(query, 'limit', 1000, 1, 10_000);
  const { items, next } = pageOf(rows, limit, query['page_token'], series);
  const bySymbol: Record<string, Json[]> = {};
  for (const { symbol, view } of items) (bySymbol[symbol] ??= []).push(view);
  return { [series]: bySymbol, next_page_token: next };
}

function historyOne(state: BrokerState, { params, query }: Request, series: Series): Answer {
  const listing = share(state, params['symbol']);
  const limit = countOf(query, 'limit', 1000, 1, 10_000);
  const { items, next } = pageOf(rowsOf(state, listing, query, series), limit, query['page_token'], series);
  return answer({ symbol: listing.symbol, [series]: items.map(({ view }) => view), next_page_token: next });
}

function share(state: BrokerState, symbol: string): Listing {
  const listing = state.listings.get(symbol);
  if (listing === undefined) throw new Refusal(400, 40010001, `invalid symbol: ${symbol}`);
  return listing;
}

function rowsOf(state: BrokerState, listing: Listing, query: Query, series: Series): Row[] {
  const isIn = within(state, query);
  const { symbol, bars } = listing;
  let views: Json[];
  if (series === 'bars') {
    const rows = barsOf(listing, timeFrameOf(query));
    const adjusted = adjustBars(state, symbol, rows, bars?.daily ?? [], adjustmentOf(query));
    views = adjusted.filter(({ at }) => isIn(at)).map(barView);
  } else if (series === 'quotes') views = (bars?.quotes ?? []).filter(({ at }) => isIn(at)).map(quoteView);
  else views = (bars?.trades ?? []).filter(({ at }) => isIn(at)).map(tradeView);
  if (query['sort'] === 'desc') views.reverse();
  return views.map((view) => ({ symbol, view }));
}

function adjustmentOf(query: Query): Adjustment {
  const words = new Set((query['adjustment'] ?? 'raw').split(','));
  for (const word of words) {
    if (!['raw', 'split', 'dividend', 'spin-off', 'all', ''].includes(word)) {
      throw new Refusal(400, 40010001, `invalid adjustment: ${word}`);
    }
  }
  if (words.has('all') || (words.has('split') && words.has('dividend'))) return 'all';
  if (words.has('split')) return 'split';
  return words.has('dividend') ? 'dividend' : 'raw';
}

/** Which instants a query asks for; without a start, those of today. */
export function within(state: BrokerState, query: Query): (at: number) => boolean {
  const start = instantOf(query, 'start') ?? localInstant(localDay(state.now), 0);
  const end = instantOf(query, 'end') ?? state.now;
  if (state.config.dataPlan === 'basic' && query['feed'] === 'sip' && end > state.now - FRESH) {
    throw new Refusal(403, undefined, 'subscription does not permit querying recent SIP data');
  }
  return (at) => at >= start && at <= end;
}

export interface TimeFrame {
  readonly count: number;
  readonly unit: 'Min' | 'Hour' | 'Day' | 'Week' | 'Month';
}

/** Reads `1Min`, `5T`, `1Hour`, `1Day` … */
export function timeFrameOf(query: Query): TimeFrame {
  const match = /^(\d{1,2})(Min|T|Hour|H|Day|D|Week|W|Month|M)$/.exec(query['timeframe'] ?? '1Day');
  const units = { T: 'Min', H: 'Hour', D: 'Day', W: 'Week', M: 'Month' } as const;
  if (match === null || Number(match[1]) < 1)
    throw new Refusal(400, 40010001, `invalid timeframe: ${query['timeframe']}`);
  const unit = match[2] as keyof typeof units | TimeFrame['unit'];
  return {
    count: Number(match[1]),
    unit: unit in units ? units[unit as keyof typeof units] : (unit as TimeFrame['unit']),
  };
}

/** Returns the bars of a symbol in a time frame, the present one as it stands. */
export function barsOf({ bars }: Listing, { count, unit }: TimeFrame): readonly BarRow[] {
  if (bars === undefined) return [];
  switch (unit) {
    case 'Min':
      return count === 1 ? bars.minutes : gather(bars.minutes, floorTo(count * MINUTE));
    case 'Hour':
      return gather(bars.minutes, floorTo(count * 60 * MINUTE));
    case 'Day':
      return bars.daily;
    case 'Week':
      return gather(bars.daily, (at) => localInstant(mondayOf(localDay(at)), 0));
    case 'Month':
      return gather(bars.daily, (at) => localInstant(firstOfMonth(localDay(at), count), 0));
  }
}

function floorTo(span: number): (at: number) => number {
  return (at) => Math.floor(at / span) * span;
}

function mondayOf(day: number): number {
  return day - ((weekdayOf(day) + 6) % 7);
}

function firstOfMonth(day: number, months: number): number {
  const { year, month } = civilOf(day);
  return dayOfDate(year, Math.floor((month - 1) / months) * months + 1, 1);
}

export function barView(bar: BarRow): Json {
  return {
    t: stamp(bar.at).replace('.000000000', ''),
    o: bar.open / DOLLAR,
    h: bar.high / DOLLAR,
    l: bar.low / DOLLAR,
    c: bar.close / DOLLAR,
    v: bar.volume,
    n: bar.trades,
    vw: bar.volume === 0 ? bar.close / DOLLAR : Math.round((bar.turnover / bar.volume) * 100) / (100 * DOLLAR),
  };
}

export function quoteView(quote: { at: number; bid: number; ask: number; bidSize: number; askSize: number }): Json {
  return {
    t: stamp(quote.at),
    ap: quote.ask / DOLLAR,
    as: quote.askSize,
    ax: 'Q',
    bp: quote.bid / DOLLAR,
    bs: quote.bidSize,
    bx: 'Q',
    c: ['R'],
    z: 'C',
  };
}

export function tradeView(trade: { at: number; price: number; size: number; id: number }): Json {
  return { t: stamp(trade.at), i: trade.id, x: 'Q', p: trade.price / DOLLAR, s: trade.size, c: ['@'], z: 'C' };
}

function latestView(listing: Listing, series: Series): Json | undefined {
  if (series === 'bars') {
    const bar = listing.bars?.minutes.at(-1);
    return bar === undefined ? undefined : barView(bar);
  }
  if (series === 'quotes')
    return listing.quoteAt === 0
      ? undefined
      : quoteView({
          at: listing.quoteAt,
          bid: listing.bid,
          ask: listing.ask,
          bidSize: listing.bidSize,
          askSize: listing.askSize,
        });
  if (listing.lastAt === 0) return undefined;
  return tradeView({ at: listing.lastAt, price: listing.last, size: listing.lastSize, id: listing.tradeCount });
}

function latest(state: BrokerState, { query }: Request, series: Series): Answer {
  const bySymbol: Record<string, Json> = {};
  for (const listing of shares(state, query)) {
    const view = latestView(listing, series);
    if (view !== undefined) bySymbol[listing.symbol] = view;
  }
  return answer({ [series]: bySymbol });
}

function latestOne(state: BrokerState, { params }: Request, series: Series): Answer {
  const listing = share(state, params['symbol']);
  const view = latestView(listing, series);
  if (view === undefined) throw new Refusal(404, 40410000, `no ${series} found for ${listing.symbol}`);
  return answer({ symbol: listing.symbol, [series.slice(0, -1)]: view });
}

function snapshotView(listing: Listing): Json {
  const daily = listing.bars?.daily ?? [];
  const part = (name: string, view: Json | undefined): Json => (view === undefined ? {} : { [name]: view });
  const [today, before] = [daily.at(-1), daily.at(-2)];
  return {
    ...part('latestTrade', latestView(listing, 'trades')),
    ...part('latestQuote', latestView(listing, 'quotes')),
    ...part('minuteBar', latestView(listing, 'bars')),
    ...part('dailyBar', today === undefined ? undefined : barView(today)),
    ...part('prevDailyBar', before === undefined ? undefined : barView(before)),
  };
}

/** A bare map, without an envelope. */
function snapshots(state: BrokerState, { query }: Request): Answer {
  return answer(Object.fromEntries(shares(state, query).map((listing) => [listing.symbol, snapshotView(listing)])));
}

function snapshotOne(state: BrokerState, { params }: Request): Answer {
  const listing = share(state, params['symbol']);
  return answer({ symbol: listing.symbol, currency: 'USD', ...snapshotView(listing) });
}
