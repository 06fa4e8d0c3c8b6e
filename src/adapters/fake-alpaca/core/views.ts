/**
 * The broker's nouns as the vendor writes them in JSON: money and quantities as strings, fields without a value as null.
 */
import { formatDay } from '../../../time/civil.ts';
import {
  activityId,
  type Activity,
  type BookingActivity,
  type FillActivity,
} from '../../fake-broker/core/activities.ts';
import {
  averageText,
  centsText,
  moneyOf,
  moneyText,
  priceText,
  quantityText,
  ratioText,
} from '../../fake-broker/core/amounts.ts';
import { accountFigures } from '../../fake-broker/core/funds.ts';
import type { Position } from '../../fake-broker/core/holdings.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import type { Order } from '../../fake-broker/core/order.ts';
import { localDay, stamp } from '../../fake-broker/core/random-ids.ts';
import { previousDay } from '../../fake-broker/core/sessions.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';

export type Json = Record<string, unknown>;

/** An order; its exits, or the legs of several, are inside `legs` where they are asked for. */
export function orderView(order: Order, nested = true, isInside = false): Json {
  const { terms, listing } = order;
  const time = (at: number | undefined): string | null => (at === undefined ? null : stamp(at, order.ordinal));
  const ended = (status: Order['status']): string | null => (order.status === status ? time(order.endedAt) : null);
  const isNested = nested || order.isMultiLeg;
  const isLeg = isInside && order.parent?.isMultiLeg === true;
  return {
    id: order.id,
    client_order_id: terms.clientOrderId,
    created_at: time(order.createdAt),
    updated_at: time(order.updatedAt),
    submitted_at: time(order.createdAt),
    filled_at: order.status === 'filled' ? time(order.filledAt) : null,
    expired_at: ended('expired'),
    ...(order.expiresAt === undefined ? {} : { expires_at: stamp(order.expiresAt) }),
    canceled_at: ended('canceled'),
    failed_at: ended('rejected'),
    replaced_at: ended('replaced'),
    replaced_by: order.replacedBy?.id ?? null,
    replaces: order.replaces?.id ?? null,
    asset_id: listing?.id ?? '',
    symbol: listing?.symbol ?? '',
    asset_class: listing?.assetClass ?? '',
    notional: terms.notional ?? null,
    qty: terms.notional === undefined ? quantityText(order.quantity) : null,
    filled_qty: quantityText(order.filled),
    filled_avg_price: averagePrice(order),
    order_class: terms.orderClass,
    order_type: isLeg ? '' : terms.type,
    type: isLeg ? '' : terms.type,
    side: order.isMultiLeg ? '' : terms.side,
    ...(terms.intent === undefined ? {} : { position_intent: terms.intent }),
    ...(isLeg ? { ratio_qty: String(terms.ratio) } : {}),
    time_in_force: terms.timeInForce,
    limit_price: optionalPrice(order.limit),
    stop_price: optionalPrice(order.stop),
    status: order.status,
    extended_hours: terms.extendedHours,
    legs: isNested && order.legs.length > 0 ? order.legs.map((leg) => orderView(leg, true, true)) : null,
    trail_percent: optionalPrice(terms.trailPercent),
    trail_price: optionalPrice(terms.trailPrice),
    hwm: optionalPrice(order.highWater),
    subtag: null,
    source: order.source,
  };
}

function optionalPrice(price: number | undefined): string | null {
  return price === undefined ? null : priceText(price);
}

function averagePrice(order: Order): string | null {
  const multiplier = order.listing?.multiplier ?? order.legs[0]?.listing?.multiplier ?? 1;
  return averageText(order.filledCost, order.filled, multiplier) ?? null;
}

export function accountView(state: BrokerState): Json {
  const { config, flags, holdings } = state;
  const figures = accountFigures(state);
  return {
    id: state.accountId,
    account_number: state.accountNumber,
    status: flags.status,
    crypto_status: 'INACTIVE',
    currency: 'USD',
    cash: moneyText(holdings.cash),
    buying_power: centsText(figures.buyingPower),
    regt_buying_power: centsText(figures.buyingPower),
    daytrading_buying_power: '0',
    effective_buying_power: centsText(figures.buyingPower),
    options_buying_power: moneyText(figures.optionsBuyingPower),
    non_marginable_buying_power: centsText(figures.nonMarginable),
    options_approved_level: config.optionsLevel,
    options_trading_level: config.optionsLevel,
    equity: moneyText(figures.equity),
    last_equity: moneyText(state.lastEquity),
    portfolio_value: moneyText(figures.equity),
    position_market_value: moneyText(figures.longValue + figures.shortValue),
    long_market_value: moneyText(figures.longValue),
    short_market_value: moneyText(figures.shortValue),
    initial_margin: centsText(figures.initial),
    maintenance_margin: centsText(figures.maintenance),
    last_maintenance_margin: centsText(figures.maintenance),
    sma: centsText(figures.equity),
    multiplier: String(config.multiplier),
    accrued_fees: '0',
    pending_transfer_in: '0',
    pending_reg_taf_fees: '0',
    intraday_adjustments: '0',
    balance_asof: formatDay(previousDay(localDay(state.now)).session.day),
    created_at: stamp(config.startAt),
    daytrade_count: 0,
    pattern_day_trader: false,
    shorting_enabled: config.shorting && config.multiplier > 1,
    trade_suspended_by_user: flags.suspendedByUser,
    trading_blocked: flags.tradingBlocked,
    transfers_blocked: flags.transfersBlocked,
    account_blocked: flags.accountBlocked,
  };
}

export function positionView(state: BrokerState, position: Position): Json {
  const { listing, quantity, cost } = position;
  state.refresh(listing);
  const value = position.marketValue;
  const gain = value - cost;
  const lastday = listing.previousClose === 0 ? listing.mark : listing.previousClose;
  const valueBefore = moneyOf(lastday, quantity, listing.multiplier);
  const dayGain = value - valueBefore;
  return {
    asset_id: listing.id,
    symbol: listing.symbol,
    exchange: listing.exchange,
    asset_class: listing.assetClass,
    asset_marginable: listing.marginable,
    qty: quantityText(quantity),
    qty_available: quantityText(state.available(listing)),
    side: quantity > 0 ? 'long' : 'short',
    avg_entry_price: averageText(cost, quantity, listing.multiplier) ?? '0',
    market_value: moneyText(value),
    cost_basis: moneyText(cost),
    unrealized_pl: moneyText(gain),
    unrealized_plpc: ratioText(gain, cost),
    unrealized_intraday_pl: moneyText(dayGain),
    unrealized_intraday_plpc: ratioText(dayGain, valueBefore),
    current_price: priceText(listing.mark),
    lastday_price: priceText(lastday),
    change_today: ratioText(BigInt(listing.mark - lastday), BigInt(lastday)),
  };
}

export function assetView(listing: Listing): Json {
  return {
    id: listing.id,
    class: listing.assetClass,
    exchange: listing.exchange,
    symbol: listing.symbol,
    name: listing.name,
    status: listing.isActive ? 'active' : 'inactive',
    tradable: listing.tradable,
    marginable: listing.marginable,
    shortable: listing.shortable,
    easy_to_borrow: listing.easyToBorrow,
    borrow_status: listing.easyToBorrow ? 'easy_to_borrow' : 'hard_to_borrow',
    fractionable: listing.fractionable,
    maintenance_margin_requirement: 30,
    margin_requirement_long: '30',
    margin_requirement_short: '30',
    attributes: listing.hasOptions ? ['has_options'] : [],
  };
}

export function contractView(state: BrokerState, contract: Listing, withDeliverables: boolean): Json {
  const { underlying, right, strike, expiryDay, size } = contract.option!;
  const yesterday = formatDay(previousDay(localDay(state.now)).session.day);
  state.refresh(contract);
  return {
    id: contract.id,
    symbol: contract.symbol,
    name: contract.name,
    status: contract.isActive ? 'active' : 'inactive',
    tradable: contract.tradable && contract.isActive,
    expiration_date: formatDay(expiryDay),
    root_symbol: contract.symbol.slice(0, -15),
    underlying_symbol: underlying.symbol,
    underlying_asset_id: underlying.id,
    type: right,
    style: 'american',
    strike_price: priceText(strike),
    multiplier: '100',
    size: String(size),
    open_interest: String(10 + ((strike / 100) % 900)),
    open_interest_date: yesterday,
    close_price: priceText(contract.previousClose === 0 ? contract.mark : contract.previousClose),
    close_price_date: yesterday,
    ...(withDeliverables ? { deliverables: [deliverable(underlying, size)] } : {}),
  };
}

function deliverable(underlying: Listing, size: number): Json {
  return {
    type: 'equity',
    symbol: underlying.symbol,
    asset_id: underlying.id,
    amount: String(size),
    allocation_percentage: '100',
    settlement_type: 'T+1',
    settlement_method: 'CCC',
    delayed_settlement: false,
  };
}

/** An activity of the list; a bust or correction shows only on the stream of events. */
export function activityView(activity: Activity): Json {
  return activity.kind === 'fill' ? fillView(activity) : bookingView(activity);
}

function fillView(fill: FillActivity): Json {
  return {
    id: activityId(fill),
    activity_type: 'FILL',
    transaction_time: stamp(fill.at),
    type: fill.leaves === 0 ? 'fill' : 'partial_fill',
    price: priceText(fill.price),
    qty: quantityText(fill.quantity),
    side: sideView(fill),
    symbol: fill.listing.symbol,
    leaves_qty: quantityText(fill.leaves),
    order_id: fill.order.id,
    cum_qty: quantityText(fill.cumulative),
    order_status: fill.leaves === 0 ? 'filled' : 'partially_filled',
  };
}

/** Short sales of shares are told apart from sales in the history. */
function sideView({ order, listing }: FillActivity): string {
  return order.terms.intent === 'sell_to_open' && listing.option === undefined ? 'sell_short' : order.terms.side;
}

function bookingView(booking: BookingActivity): Json {
  return {
    id: activityId(booking),
    activity_type: booking.type,
    ...(booking.subType === '' ? {} : { activity_sub_type: booking.subType }),
    created_at: stamp(booking.at),
    currency: 'USD',
    date: formatDay(booking.day),
    net_amount: moneyText(booking.netAmount),
    ...(booking.listing === undefined ? {} : { symbol: booking.listing.symbol }),
    ...(booking.quantity === undefined ? {} : { qty: quantityText(booking.quantity) }),
    ...(booking.price === undefined ? {} : { price: priceText(booking.price) }),
    ...(booking.perShare === undefined ? {} : { per_share_amount: priceText(booking.perShare) }),
    ...(booking.groupId === undefined ? {} : { group_id: booking.groupId }),
    status: 'executed',
  };
}
