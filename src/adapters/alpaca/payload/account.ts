/**
 * The broker's answers about the account, its activities, and what can be traded and when, as typed nouns.
 */
import {
  choose,
  day,
  decimal,
  flag,
  listOf,
  number,
  object,
  oneOf,
  optional,
  orEmpty,
  text,
  time,
  whole,
  type Codec,
  type ValueOf,
} from './codec.ts';
import { assetClass, orderStatus } from './order.ts';

const accountStatus = oneOf(
  'INACTIVE',
  'PAPER_ONLY',
  'ONBOARDING',
  'SUBMISSION_FAILED',
  'SUBMITTED',
  'ACCOUNT_UPDATED',
  'APPROVAL_PENDING',
  'ACTIVE',
  'REJECTED',
  'ACCOUNT_CLOSED',
  'ACCOUNT_CLOSED_PENDING',
  'APPROVED',
  'ACTION_REQUIRED',
  'LIMITED',
  'DISABLED',
  'DISABLE_PENDING',
  'REAPPROVAL_PENDING',
  'SIGNED_UP',
  'AML_REVIEW',
  'EDITED',
);

/** The account. What the day-trading rule knew (`daytradeCount` …) went in 2026 and may be absent. */
export const account = object({
  id: ['id', text],
  number: ['account_number', text],
  status: ['status', accountStatus],
  cryptoStatus: ['crypto_status', optional(accountStatus)],
  currency: ['currency', optional(text)],
  cash: ['cash', optional(decimal)],
  buyingPower: ['buying_power', optional(decimal)],
  regTBuyingPower: ['regt_buying_power', optional(decimal)],
  dayTradingBuyingPower: ['daytrading_buying_power', optional(decimal)],
  effectiveBuyingPower: ['effective_buying_power', optional(decimal)],
  optionsBuyingPower: ['options_buying_power', optional(decimal)],
  nonMarginableBuyingPower: ['non_marginable_buying_power', optional(decimal)],
  optionsApprovedLevel: ['options_approved_level', optional(whole)],
  optionsTradingLevel: ['options_trading_level', optional(whole)],
  equity: ['equity', optional(decimal)],
  lastEquity: ['last_equity', optional(decimal)],
  portfolioValue: ['portfolio_value', optional(decimal)],
  positionMarketValue: ['position_market_value', optional(decimal)],
  longMarketValue: ['long_market_value', optional(decimal)],
  shortMarketValue: ['short_market_value', optional(decimal)],
  initialMargin: ['initial_margin', optional(decimal)],
  maintenanceMargin: ['maintenance_margin', optional(decimal)],
  lastMaintenanceMargin: ['last_maintenance_margin', optional(decimal)],
  sma: ['sma', optional(decimal)],
  multiplier: ['multiplier', optional(decimal)],
  accruedFees: ['accrued_fees', optional(decimal)],
  pendingTransferIn: ['pending_transfer_in', optional(decimal)],
  pendingTransferOut: ['pending_transfer_out', optional(decimal)],
  balanceAsOf: ['balance_asof', optional(text)],
  createdAt: ['created_at', optional(time)],
  dayTradeCount: ['daytrade_count', optional(whole)],
  patternDayTrader: ['pattern_day_trader', optional(flag)],
  shortingEnabled: ['shorting_enabled', optional(flag)],
  suspendedByUser: ['trade_suspended_by_user', optional(flag)],
  tradingBlocked: ['trading_blocked', optional(flag)],
  transfersBlocked: ['transfers_blocked', optional(flag)],
  accountBlocked: ['account_blocked', optional(flag)],
});

export const accountSettings = object({
  dayTradeCheck: ['dtbp_check', optional(text)],
  patternDayTradeCheck: ['pdt_check', optional(text)],
  fractionalTrading: ['fractional_trading', optional(flag)],
  maxMarginMultiplier: ['max_margin_multiplier', optional(decimal)],
  maxOptionsLevel: ['max_options_trading_level', optional(whole)],
  noShorting: ['no_shorting', optional(flag)],
  suspendTrade: ['suspend_trade', optional(flag)],
  confirmByMail: ['trade_confirm_email', optional(text)],
  ptpNoExceptionEntry: ['ptp_no_exception_entry', optional(flag)],
  disableOvernightTrading: ['disable_overnight_trading', optional(flag)],
});

export const asset = object({
  id: ['id', text],
  class: ['class', assetClass],
  exchange: ['exchange', text],
  symbol: ['symbol', text],
  name: ['name', optional(text)],
  status: ['status', oneOf('active', 'inactive')],
  tradable: ['tradable', flag],
  marginable: ['marginable', flag],
  shortable: ['shortable', flag],
  easyToBorrow: ['easy_to_borrow', flag],
  borrowStatus: ['borrow_status', optional(text)],
  fractionable: ['fractionable', optional(flag)],
  minOrderSize: ['min_order_size', optional(decimal)],
  minTradeIncrement: ['min_trade_increment', optional(decimal)],
  priceIncrement: ['price_increment', optional(decimal)],
  maintenanceMargin: ['maintenance_margin_requirement', optional(number)],
  marginLong: ['margin_requirement_long', optional(decimal)],
  marginShort: ['margin_requirement_short', optional(decimal)],
  attributes: ['attributes', optional(listOf(text))],
});

const deliverable = object({
  type: ['type', oneOf('cash', 'equity')],
  symbol: ['symbol', text],
  assetId: ['asset_id', optional(text)],
  amount: ['amount', optional(decimal)],
  allocationPercent: ['allocation_percentage', decimal],
  settlementType: ['settlement_type', text],
  settlementMethod: ['settlement_method', text],
  delayed: ['delayed_settlement', flag],
});

/** An option contract. A `size` other than 100, or a deliverable beyond one share, is an adjusted contract. */
export const optionContract = object({
  id: ['id', text],
  symbol: ['symbol', text],
  name: ['name', text],
  status: ['status', oneOf('active', 'inactive')],
  tradable: ['tradable', flag],
  expiry: ['expiration_date', day],
  root: ['root_symbol', optional(text)],
  underlying: ['underlying_symbol', text],
  underlyingId: ['underlying_asset_id', text],
  right: ['type', oneOf('call', 'put')],
  style: ['style', oneOf('american', 'european')],
  strike: ['strike_price', decimal],
  multiplier: ['multiplier', optional(decimal)],
  size: ['size', decimal],
  openInterest: ['open_interest', optional(decimal)],
  openInterestDay: ['open_interest_date', optional(day)],
  closePrice: ['close_price', optional(decimal)],
  closePriceDay: ['close_price_date', optional(day)],
  deliverables: ['deliverables', optional(listOf(deliverable))],
});

export const optionContracts = object({
  contracts: ['option_contracts', listOf(optionContract)],
  nextPage: ['next_page_token', optional(text)],
});

const fill = object({
  id: ['id', text],
  activityType: ['activity_type', oneOf('FILL')],
  at: ['transaction_time', time],
  type: ['type', oneOf('fill', 'partial_fill')],
  price: ['price', decimal],
  quantity: ['qty', decimal],
  side: ['side', oneOf('buy', 'sell', 'sell_short', 'sell_short_exempt')],
  symbol: ['symbol', text],
  leavesQuantity: ['leaves_qty', decimal],
  orderId: ['order_id', text],
  cumulativeQuantity: ['cum_qty', decimal],
  orderStatus: ['order_status', optional(orderStatus)],
});

const booking = object({
  id: ['id', text],
  activityType: ['activity_type', text],
  subType: ['activity_sub_type', optional(text)],
  createdAt: ['created_at', optional(time)],
  day: ['date', optional(text)],
  netAmount: ['net_amount', optional(decimal)],
  description: ['description', optional(text)],
  symbol: ['symbol', optional(text)],
  quantity: ['qty', optional(decimal)],
  price: ['price', optional(decimal)],
  perShareAmount: ['per_share_amount', optional(decimal)],
  groupId: ['group_id', optional(text)],
  currency: ['currency', optional(text)],
  status: ['status', optional(text)],
});

export type FillActivity = ValueOf<typeof fill>;
export type BookingActivity = ValueOf<typeof booking>;

/** A line of the account's history: a fill, or what was booked outside the market. */
export const activity: Codec<FillActivity | BookingActivity> = choose(
  (value) => typeof value === 'object' && value !== null && 'activity_type' in value && value.activity_type === 'FILL',
  fill,
  booking,
  (value): value is FillActivity => value.activityType === 'FILL' && 'orderId' in value,
);

export const clock = object({
  at: ['timestamp', time],
  isOpen: ['is_open', flag],
  nextOpen: ['next_open', time],
  nextClose: ['next_close', time],
});

export const calendarDay = object({
  day: ['date', day],
  open: ['open', text],
  close: ['close', text],
  sessionOpen: ['session_open', optional(text)],
  sessionClose: ['session_close', optional(text)],
  settlementDay: ['settlement_date', optional(day)],
});

const market = object({
  acronym: ['acronym', text],
  name: ['name', text],
  timeZone: ['timezone', text],
  mic: ['mic', optional(text)],
});

export const marketClocks = object({
  clocks: [
    'clocks',
    listOf(
      object({
        market: ['market', market],
        at: ['timestamp', time],
        isMarketDay: ['is_market_day', flag],
        nextOpen: ['next_market_open', time],
        nextClose: ['next_market_close', time],
        phase: ['phase', oneOf('closed', 'pre', 'core', 'lunch', 'post')],
        phaseUntil: ['phase_until', time],
      }),
    ),
  ],
});

export const marketCalendar = object({
  market: ['market', market],
  days: [
    'calendar',
    listOf(
      object({
        day: ['date', day],
        coreStart: ['core_start', time],
        coreEnd: ['core_end', time],
        preStart: ['pre_start', optional(time)],
        preEnd: ['pre_end', optional(time)],
        lunchStart: ['lunch_start', optional(time)],
        lunchEnd: ['lunch_end', optional(time)],
        postStart: ['post_start', optional(time)],
        postEnd: ['post_end', optional(time)],
        settlementDay: ['settlement_date', optional(day)],
      }),
    ),
  ],
});

/** The curve of the account's value; a point that the vendor does not know is null. */
export const portfolioHistory = object({
  timestamps: ['timestamp', listOf(whole)],
  equity: ['equity', listOf(optional(number))],
  profit: ['profit_loss', listOf(optional(number))],
  profitShare: ['profit_loss_pct', listOf(optional(number))],
  baseValue: ['base_value', optional(number)],
  baseValueAsOf: ['base_value_asof', optional(text)],
  timeFrame: ['timeframe', text],
});

export const watchlist = object({
  id: ['id', text],
  accountId: ['account_id', text],
  createdAt: ['created_at', time],
  updatedAt: ['updated_at', time],
  name: ['name', text],
  assets: ['assets', optional(listOf(asset))],
});

/** An announcement of a corporate action, in the form that the vendor is about to give up. */
export const announcement = object({
  id: ['id', optional(text)],
  actionId: ['corporate_action_id', optional(text)],
  type: ['ca_type', text],
  subType: ['ca_sub_type', text],
  initiatingSymbol: ['initiating_symbol', optional(text)],
  targetSymbol: ['target_symbol', optional(text)],
  declarationDay: ['declaration_date', orEmpty(text)],
  exDay: ['ex_date', orEmpty(text)],
  recordDay: ['record_date', orEmpty(text)],
  payableDay: ['payable_date', orEmpty(text)],
  cash: ['cash', orEmpty(decimal)],
  oldRate: ['old_rate', orEmpty(decimal)],
  newRate: ['new_rate', orEmpty(decimal)],
});

export type AccountPayload = ValueOf<typeof account>;
export type AccountSettings = ValueOf<typeof accountSettings>;
export type AssetPayload = ValueOf<typeof asset>;
export type OptionContractPayload = ValueOf<typeof optionContract>;
export type ClockPayload = ValueOf<typeof clock>;
export type CalendarDay = ValueOf<typeof calendarDay>;
export type PortfolioHistory = ValueOf<typeof portfolioHistory>;
