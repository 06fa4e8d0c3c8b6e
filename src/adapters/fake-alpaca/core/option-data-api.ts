/**
 * The endpoints of option prices: latest quotes and trades, snapshots and chains with greeks, and bars.
 *
 * Quotes that are not fed follow from the share by the model; so do bars, each of which is a bar of the share seen
 * through the model. A contract with almost no value has no greeks, as on the vendor's feed.
 */
import type { Greeks } from '../../../options/european.ts';
import { DOLLAR } from '../../fake-broker/core/amounts.ts';
import type { Handler, Request } from './api.ts';
import { impliedQuote, modelQuote } from '../../fake-broker/core/contracts.ts';
import type { BarRow } from '../../fake-broker/core/history.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { countOf, listOf, pageOf, type Query } from './paging.ts';
import { stamp } from '../../fake-broker/core/random-ids.ts';
import { contractFilter } from './reference-api.ts';
import { answer, Refusal, type Answer } from '../../fake-broker/core/refusal.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { barsOf, barView, pagedBySymbol, timeFrameOf, within, type Row } from './stock-data-api.ts';
import type { Json } from './views.ts';

export const OPTION_DATA: readonly Handler[] = [
  {
    method: 'GET',
    path: '/v1beta1/options/quotes/latest',
    handle: (state, { query }) => latest(state, query, 'quotes', quoteView),
  },
  {
    method: 'GET',
    path: '/v1beta1/options/trades/latest',
    handle: (state, { query }) => latest(state, query, 'trades', tradeView),
  },
  { method: 'GET', path: '/v1beta1/options/trades', handle: trades },
  { method: 'GET', path: '/v1beta1/options/bars', handle: bars },
  { method: 'GET', path: '/v1beta1/options/snapshots', handle: snapshots },
  { method: 'GET', path: '/v1beta1/options/snapshots/{underlying}', handle: chain },
  {
    method: 'GET',
    path: '/v1beta1/options/meta/exchanges',
    handle: () => answer({ A: 'AMEX - American Stock Exchange', C: 'CBOE - Cboe Options Exchange' }),
  },
  {
    method: 'GET',
    path: '/v1beta1/options/meta/conditions/{type}',
    handle: () => answer({ a: 'SLAN - Single Leg Auction Non ISO' }),
  },
];

/** Below so much of a delta the vendor computes no greeks. */
const DELTA_MIN = 0.005;

function contracts(state: BrokerState, query: Query): Listing[] {
  const symbols = listOf(query, 'symbols');
  if (symbols.length === 0) throw new Refusal(400, 40010001, 'symbols is required');
  if (symbols.length > 100) throw new Refusal(400, 40010001, 'at most 100 symbols are allowed');
  return symbols.flatMap((symbol) => {
    const listing = state.find(symbol);
    return listing?.option === undefined ? [] : [listing];
  });
}

function latest(state: BrokerState, query: Query, name: string, view: (contract: Listing) => Json): Answer {
  const found = contracts(state, query).map((contract) => {
    state.refresh(contract);
    return [contract.symbol, view(contract)] as const;
  });
  return answer({ [name]: Object.fromEntries(found) });
}

export function quoteView(contract: Listing): Json {
  return {
    t: stamp(contract.quoteAt),
    ap: contract.ask / DOLLAR,
    as: contract.askSize,
    ax: 'C',
    bp: contract.bid / DOLLAR,
    bs: contract.bidSize,
    bx: 'C',
    c: 'A',
  };
}

function tradeView(contract: Listing): Json {
  const at = contract.lastAt === 0 ? contract.quoteAt : contract.lastAt;
  const price = contract.last === 0 ? contract.mark : contract.last;
  return { t: stamp(at), x: 'C', p: price / DOLLAR, s: contract.lastSize === 0 ? 1 : contract.lastSize, c: 'I' };
}

function snapshotView(state: BrokerState, contract: Listing): Json {
  state.refresh(contract);
  const { underlying } = contract.option!;
  const spot = underlying.hasQuote() ? (underlying.bid + underlying.ask) / 2 : underlying.mark;
  const { greeks, vol } = sensitivities(state, contract, spot);
  const isLiquid = spot > 0 && contract.bid > 0 && Math.abs(greeks.delta) >= DELTA_MIN && Number.isFinite(vol);
  return {
    latestQuote: quoteView(contract),
    ...(contract.isModelled || contract.lastAt > 0 ? { latestTrade: tradeView(contract) } : {}),
    ...barParts(state, contract),
    ...(isLiquid
      ? {
          impliedVolatility: round(vol),
          greeks: {
            delta: round(greeks.delta),
            gamma: round(greeks.gamma),
            rho: round(greeks.rho / 100),
            theta: round(greeks.theta / 365),
            vega: round(greeks.vega / 100),
          },
        }
      : {}),
  };
}

/** Greeks and volatility: the model's, or those that a quote that is fed implies. */
function sensitivities(state: BrokerState, contract: Listing, spot: number): { greeks: Greeks; vol: number } {
  const { chain } = state.config;
  if (contract.isModelled || !contract.hasQuote()) return modelQuote(contract, spot, state.now, chain);
  return impliedQuote(contract, spot, (contract.bid + contract.ask) / 2, state.now, chain);
}

/** The contract's latest minute and its last two days. */
function barParts(state: BrokerState, contract: Listing): Json {
  const shown = contract.isModelled ? contract.option!.underlying.bars : contract.bars;
  const parts = { minuteBar: shown?.minutes.at(-1), dailyBar: shown?.daily.at(-1), prevDailyBar: shown?.daily.at(-2) };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, bar]) => {
      if (bar === undefined) return [];
      return [[name, barView(contract.isModelled ? seenThrough(state, contract, bar) : bar)]];
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

function snapshots(state: BrokerState, { query }: Request): Answer {
  return snapshotPage(state, contracts(state, query), query);
}

function chain(state: BrokerState, { params, query }: Request): Answer {
  const underlying = state.listings.get(params['underlying']);
  if (underlying === undefined) throw new Refusal(400, 40010001, `invalid underlying symbol: ${params['underlying']}`);
  return snapshotPage(state, state.chainOf(underlying).filter(contractFilter(state, query, true)), query);
}

function snapshotPage(state: BrokerState, listings: readonly Listing[], query: Query): Answer {
  const ordered = [...listings].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const { items, next } = pageOf(ordered, countOf(query, 'limit', 100, 1, 1000), query['page_token'], 'snapshots');
  return answer({
    snapshots: Object.fromEntries(items.map((contract) => [contract.symbol, snapshotView(state, contract)])),
    next_page_token: next,
  });
}

function trades(state: BrokerState, { query }: Request): Answer {
  const isIn = within(state, query);
  const rows = contracts(state, query).flatMap((contract): Row[] => {
    state.refresh(contract);
    return isIn(contract.lastAt === 0 ? contract.quoteAt : contract.lastAt)
      ? [{ symbol: contract.symbol, view: tradeView(contract) }]
      : [];
  });
  return answer(pagedBySymbol(rows, query, 'trades'));
}

function bars(state: BrokerState, { query }: Request): Answer {
  const isIn = within(state, query);
  const frame = timeFrameOf(query);
  const rows = contracts(state, query).flatMap((contract): Row[] => {
    const shown = barsOf(contract.isModelled ? contract.option!.underlying : contract, frame).filter(({ at }) =>
      isIn(at),
    );
    const own = contract.isModelled ? shown.map((bar) => seenThrough(state, contract, bar)) : shown;
    return own.map((bar) => ({ symbol: contract.symbol, view: barView(bar) }));
  });
  if (query['sort'] === 'desc') rows.reverse();
  return answer(pagedBySymbol(rows, query, 'bars'));
}

/** A bar of the share as a bar of the contract. */
function seenThrough(state: BrokerState, contract: Listing, bar: BarRow): BarRow {
  const value = (spot: number): number => {
    const { bid, ask } = modelQuote(contract, spot, bar.at, state.config.chain);
    return Math.round((bid + ask) / 2);
  };
  const ends = [value(bar.open), value(bar.high), value(bar.low), value(bar.close)] as const;
  const volume = 1 + Math.floor(bar.volume / 1000);
  return {
    at: bar.at,
    open: ends[0],
    high: Math.max(...ends),
    low: Math.min(...ends),
    close: ends[3],
    volume,
    trades: 1,
    turnover: ends[3] * volume,
  };
}
