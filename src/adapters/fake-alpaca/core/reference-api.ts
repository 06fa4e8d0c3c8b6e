/**
 * The endpoints of what can be traded and when: assets, option contracts, clock, calendar, corporate actions.
 */
import { formatDay, parseDay } from '../../../time/civil.ts';
import { SECOND } from '../../../time/instant.ts';
import { DOLLAR } from '../../fake-broker/core/amounts.ts';
import type { Handler, Request } from './api.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { countOf, dateOf, listOf, pageOf } from './paging.ts';
import { localClock, localDay, localStamp, stamp } from '../../fake-broker/core/random-ids.ts';
import { answer, invalid, notFound, unprocessable, type Answer } from '../../fake-broker/core/refusal.ts';
import {
  currentOrNextDay,
  dayAt,
  nextClose,
  nextDay,
  nextOpen,
  sessionsBetween,
  settlementDate,
  tradingDay,
} from '../../fake-broker/core/sessions.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { assetView, contractView, type Json } from './views.ts';

export const REFERENCE: readonly Handler[] = [
  { method: 'GET', path: '/v2/assets', handle: listAssets },
  { method: 'GET', path: '/v2/assets/{symbol}', handle: oneAsset },
  { method: 'GET', path: '/v2/options/contracts', handle: listContracts },
  { method: 'GET', path: '/v2/options/contracts/{symbol}', handle: oneContract },
  { method: 'GET', path: '/v2/clock', handle: clock },
  { method: 'GET', path: '/v2/calendar', handle: calendar },
  { method: 'GET', path: '/v3/clock', handle: marketClocks },
  { method: 'GET', path: '/v3/calendar/{market}', handle: marketCalendar },
  { method: 'GET', path: '/v1/corporate-actions', handle: corporateActions },
];

function listAssets(state: BrokerState, { query }: Request): Answer {
  const { status, asset_class: assetClass, exchange } = query;
  const attributes = listOf(query, 'attributes');
  const assets = [...state.listings.values()].filter((listing) => {
    if (listing.option !== undefined && assetClass !== 'us_option') return false;
    if (assetClass !== undefined && assetClass !== '' && listing.assetClass !== assetClass) return false;
    if (status === 'active' && !listing.isActive) return false;
    if (status === 'inactive' && listing.isActive) return false;
    if (exchange !== undefined && exchange !== '' && listing.exchange !== exchange) return false;
    return attributes.every((attribute) => attribute === 'has_options' && listing.hasOptions);
  });
  return answer(assets.map(assetView));
}

function oneAsset(state: BrokerState, { params }: Request): Answer {
  const listing = state.find(params['symbol']);
  if (listing === undefined) throw notFound(`asset not found for ${params['symbol']}`);
  return answer(assetView(listing));
}

function listContracts(state: BrokerState, { query }: Request): Answer {
  const names = listOf(query, 'underlying_symbols');
  const underlyings = names.length === 0 ? optionable(state) : names.map((name) => state.listings.get(name));
  const isWanted = contractFilter(state, query);
  const contracts = underlyings
    .flatMap((underlying) => (underlying === undefined ? [] : state.chainOf(underlying)))
    .filter(isWanted)
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const limit = countOf(query, 'limit', 100, 1, 10_000);
  const { items, next } = pageOf(contracts, limit, query['page_token'], 'contracts');
  const withDeliverables = query['show_deliverables'] === 'true';
  return answer({
    option_contracts: items.map((contract) => contractView(state, contract, withDeliverables)),
    next_page_token: next,
  });
}

function optionable(state: BrokerState): Listing[] {
  return [...state.listings.values()].filter(({ hasOptions, option }) => hasOptions && option === undefined);
}

/** The filters that contracts and chains share. Without any date, contracts up to the next weekend are meant. */
export function contractFilter(
  state: BrokerState,
  query: Request['query'],
  isChain = false,
): (contract: Listing) => boolean {
  const date = dateOf(query, 'expiration_date');
  const from = dateOf(query, 'expiration_date_gte');
  const asked = dateOf(query, 'expiration_date_lte');
  const until = asked ?? (date === undefined && from === undefined && !isChain ? nextWeekend(state.now) : undefined);
  const [low, high] = [numberOf(query, 'strike_price_gte'), numberOf(query, 'strike_price_lte')];
  const { type, style, root_symbol: root, status } = query;
  return (contract) => {
    const { right, strike, expiryDay, underlying } = contract.option!;
    const expiry = formatDay(expiryDay);
    if (date !== undefined && expiry !== date) return false;
    if (from !== undefined && expiry < from) return false;
    if (until !== undefined && expiry > until) return false;
    if (low !== undefined && strike < low * DOLLAR - 0.5) return false;
    if (high !== undefined && strike > high * DOLLAR + 0.5) return false;
    if (type !== undefined && type !== '' && right !== type) return false;
    if (style === 'european') return false;
    if (root !== undefined && root !== '' && underlying.symbol !== root) return false;
    if (status === 'inactive') return !contract.isActive;
    return contract.isActive;
  };
}

/** The Sunday on or after an instant, as a date. */
function nextWeekend(at: number): string {
  const day = localDay(at);
  // Day 0 was a Thursday.
  return formatDay(day + ((3 - (day % 7) + 7) % 7));
}

function numberOf(query: Request['query'], name: string): number | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw invalid(`invalid ${name}: ${JSON.stringify(text)}`);
  return value;
}

function oneContract(state: BrokerState, { params }: Request): Answer {
  const contract = state.find(params['symbol']);
  if (contract?.option === undefined) throw notFound(`option contract not found for ${params['symbol']}`);
  return answer(contractView(state, contract, true));
}

function clock(state: BrokerState): Answer {
  const { now } = state;
  return answer({
    timestamp: localStamp(now),
    is_open: state.phase === 'core',
    next_open: localStamp(nextOpen(now)),
    next_close: localStamp(nextClose(now)),
  });
}

function calendar(state: BrokerState, { query }: Request): Answer {
  return answer(
    daysOf(state, query).map((session) => ({
      date: session.date,
      open: localClock(session.openAt),
      close: localClock(session.closeAt),
      session_open: '0400',
      session_close: localClock(tradingDay(session).postCloseAt).replace(':', ''),
      settlement_date: settlementDate(session.day),
    })),
  );
}

const YEAR = 366;

function daysOf(state: BrokerState, query: Request['query']): ReturnType<typeof sessionsBetween> {
  const today = localDay(state.now);
  const [start, end] = [dateOf(query, 'start'), dateOf(query, 'end')];
  const from = start === undefined ? today - (end === undefined ? 0 : YEAR) : parseDay(start);
  const to = end === undefined ? from + YEAR : parseDay(end);
  if (to < from) throw unprocessable('end must not be before start');
  return sessionsBetween(from, to);
}

const MARKETS: Readonly<Record<string, Json>> = {
  NYSE: { acronym: 'NYSE', mic: 'XNYS', name: 'New York Stock Exchange', timezone: 'America/New_York' },
  XNYS: { acronym: 'NYSE', mic: 'XNYS', name: 'New York Stock Exchange', timezone: 'America/New_York' },
  NASDAQ: { acronym: 'NASDAQ', mic: 'XNAS', name: 'Nasdaq', timezone: 'America/New_York' },
  XNAS: { acronym: 'NASDAQ', mic: 'XNAS', name: 'Nasdaq', timezone: 'America/New_York' },
  OPRA: { acronym: 'OPRA', name: 'Options Price Reporting Authority', timezone: 'America/New_York' },
};

function marketClocks(state: BrokerState, { query }: Request): Answer {
  const names = listOf(query, 'markets');
  const { now } = state;
  const day = currentOrNextDay(now);
  const until = [day.preOpenAt, day.openAt, day.closeAt, day.postCloseAt].find((at) => at > now)!;
  return answer({
    clocks: (names.length === 0 ? ['NYSE'] : names).map((name) => ({
      market: marketOf(name),
      timestamp: stamp(Math.floor(now / SECOND) * SECOND),
      is_market_day: dayAt(now) !== undefined,
      next_market_open: localStamp(nextOpen(now)),
      next_market_close: localStamp(nextClose(now)),
      phase: state.phase,
      phase_until: localStamp(until),
    })),
  });
}

function marketCalendar(state: BrokerState, { params, query }: Request): Answer {
  const market = marketOf(params['market']);
  const days = daysOf(state, query).map((session) => {
    const day = tradingDay(session);
    return {
      date: session.date,
      core_start: localStamp(day.openAt),
      core_end: localStamp(day.closeAt),
      pre_start: localStamp(day.preOpenAt),
      pre_end: localStamp(day.openAt),
      post_start: localStamp(day.closeAt),
      post_end: localStamp(day.postCloseAt),
      settlement_date: formatDay(nextDay(session.day).session.day),
    };
  });
  return answer({ market, calendar: days });
}

function marketOf(name: string): Json {
  const market = MARKETS[name];
  if (market === undefined) throw invalid(`unknown market ${JSON.stringify(name)}`);
  return market;
}

/** Splits, dividends and renamings, by kind, as the data host lists them. */
function corporateActions(state: BrokerState, { query }: Request): Answer {
  const symbols = new Set(listOf(query, 'symbols'));
  const types = new Set(listOf(query, 'types'));
  const [start, end] = [dateOf(query, 'start'), dateOf(query, 'end')];
  const groups: Record<string, Json[]> = {};
  for (const action of state.corporateActions) {
    const date = formatDay(localDay(action.at));
    if (symbols.size > 0 && !symbols.has(action.symbol)) continue;
    if ((start !== undefined && date < start) || (end !== undefined && date > end)) continue;
    const dates = { ex_date: date, process_date: date, record_date: date, payable_date: date };
    const cusip = '000000000';
    let [group, view]: [string, Json | undefined] = ['', undefined];
    if (action.kind === 'dividend') {
      group = 'cash_dividend';
      view = {
        id: action.id,
        symbol: action.symbol,
        cusip,
        rate: action.amount,
        special: false,
        foreign: false,
        ...dates,
      };
    } else if (action.kind === 'split' && action.ratio >= 1) {
      group = 'forward_split';
      view = { id: action.id, symbol: action.symbol, cusip, new_rate: action.ratio, old_rate: 1, ...dates };
    } else if (action.kind === 'split') {
      group = 'reverse_split';
      view = {
        id: action.id,
        symbol: action.symbol,
        old_cusip: cusip,
        new_cusip: cusip,
        new_rate: 1,
        old_rate: 1 / action.ratio,
        ...dates,
      };
    } else if (action.kind === 'symbol-change') {
      group = 'name_change';
      view = {
        id: action.id,
        old_symbol: action.symbol,
        new_symbol: action.to,
        old_cusip: cusip,
        new_cusip: cusip,
        process_date: date,
      };
    }
    if (view === undefined || (types.size > 0 && !types.has(group))) continue;
    (groups[`${group}s`] ??= []).push(view);
  }
  return answer({ corporate_actions: groups, next_page_token: null });
}
