/**
 * The endpoints of the account itself: balances, settings, activities, and the curve of its value.
 */
import { formatDay } from '../../../time/civil.ts';
import { DAY, SECOND } from '../../../time/instant.ts';
import { activityId, type Activity } from '../../fake-broker/core/activities.ts';
import { moneyToNumber } from '../../fake-broker/core/amounts.ts';
import type { Handler, Request } from './api.ts';
import { accountFigures } from '../../fake-broker/core/funds.ts';
import { record } from '../../fake-broker/core/order-request.ts';
import { countOf, dateOf, instantOf, listOf } from './paging.ts';
import { localDay } from '../../fake-broker/core/random-ids.ts';
import { answer, invalid, notFound, type Answer } from '../../fake-broker/core/refusal.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { accountView, activityView, type Json } from './views.ts';

export const ACCOUNT: readonly Handler[] = [
  { method: 'GET', path: '/v2/account', handle: (state) => answer(accountView(state)) },
  { method: 'GET', path: '/v2/account/configurations', handle: (state) => answer(settingsView(state)) },
  { method: 'PATCH', path: '/v2/account/configurations', handle: changeSettings },
  {
    method: 'GET',
    path: '/v2/account/activities',
    handle: (state, request) => listActivities(state, request, undefined),
  },
  {
    method: 'GET',
    path: '/v2/account/activities/{type}',
    handle: (state, request) => listActivities(state, request, request.params['type']),
  },
  { method: 'GET', path: '/v2/account/portfolio/history', handle: portfolioHistory },
];

const SETTINGS: Json = {
  disable_overnight_trading: false,
  dtbp_check: 'entry',
  fractional_trading: true,
  max_margin_multiplier: '4',
  max_options_trading_level: 3,
  no_shorting: false,
  pdt_check: 'entry',
  ptp_no_exception_entry: false,
  suspend_trade: false,
  trade_confirm_email: 'all',
};

function settingsView(state: BrokerState): Json {
  return { ...SETTINGS, ...Object.fromEntries(state.settings) };
}

function changeSettings(state: BrokerState, { body }: Request): Answer {
  const fields = record(body, 'request body format is invalid');
  for (const [name, value] of Object.entries(fields)) {
    if (!(name in SETTINGS)) continue;
    if (typeof SETTINGS[name] === 'boolean' && typeof value !== 'boolean') throw invalid(`invalid ${name}`);
    state.settings.set(name, value);
  }
  state.flags.suspendedByUser = settingsView(state)['suspend_trade'] === true;
  state.flags.noShorting = settingsView(state)['no_shorting'] === true;
  return answer(settingsView(state));
}

/** Busts and corrections are not in the list; only the stream of events has them. */
function isListed(activity: Activity): boolean {
  return activity.kind === 'booking' || activity.execution === 'fill';
}

function listActivities(state: BrokerState, { query }: Request, type: string | undefined): Answer {
  const types = new Set(type === undefined ? listOf(query, 'activity_types') : [type]);
  if (types.size > 0 && query['category'] !== undefined && query['category'] !== '') {
    throw invalid('only one of activity_types and category may be given');
  }
  const limit = countOf(query, 'page_size', 100, 1, 100);
  const isAscending = query['direction'] === 'asc';
  const { category } = query;
  const [after, until, date] = [instantOf(query, 'after'), instantOf(query, 'until'), dateOf(query, 'date')];
  const wanted = state.activities.filter((activity) => {
    if (!isListed(activity)) return false;
    const name = activity.kind === 'fill' ? 'FILL' : activity.type;
    if (types.size > 0 && !types.has(name)) return false;
    if (category === 'trade_activity' && activity.kind !== 'fill') return false;
    if (category === 'non_trade_activity' && activity.kind !== 'booking') return false;
    if (date !== undefined && formatDay(dayOf(activity)) !== date) return false;
    if (after !== undefined && activity.at <= after) return false;
    return until === undefined || activity.at < until;
  });
  const ordered = isAscending ? wanted : wanted.toReversed();
  const token = query['page_token'];
  let from = 0;
  if (token !== undefined && token !== '') {
    from = ordered.findIndex((activity) => activityId(activity) === token) + 1;
    if (from === 0) throw notFound(`page_token ${token} not found`);
  }
  return answer(ordered.slice(from, from + limit).map(activityView));
}

function dayOf(activity: Activity): number {
  return activity.kind === 'fill' ? localDay(activity.at) : activity.day;
}

/** One point per session that has closed, and the present one. */
function portfolioHistory(state: BrokerState, { query }: Request): Answer {
  const points = [...state.equityCurve, { at: state.now, equity: accountFigures(state).equity }];
  const base = state.config.cash;
  const equity = points.map((point) => moneyToNumber(point.equity));
  const gains = equity.map((value, i) => value - (i === 0 ? base : equity[i - 1]));
  return answer({
    timestamp: points.map(({ at }) => Math.floor(at / SECOND)),
    equity,
    profit_loss: gains,
    profit_loss_pct: gains.map((gain, i) => gain / (i === 0 ? base : equity[i - 1])),
    base_value: base,
    base_value_asof: formatDay(localDay(state.config.startAt - DAY)),
    timeframe: query['timeframe'] === undefined || query['timeframe'] === '' ? '1D' : query['timeframe'],
  });
}
