/**
 * The engine's public door: decks that play tapes, and the models a simulated venue is made of.
 */
export { Deck } from './deck.ts';
export type { DeckOptions } from './deck-options.ts';
export { Journal, ENTRY, ENTRY_FIELDS, type Entry, type EntryKind } from './journal/journal.ts';
export {
  ladderPrice,
  ladderPrices,
  LimitLadder,
  USUAL_STEPS,
  type LadderOptions,
  type LadderSteps,
} from './orders/ladder.ts';
export { Ledger, CashAccount } from './ledger/ledger.ts';
export { Line } from './feeds/line.ts';
export { Gate, type Approved, type Control, type GateView, type Refusal } from './gate/gate.ts';
export {
  drawdownLimit,
  grossExposureLimit,
  orderQuantityLimit,
  orderValueLimit,
  positionShareLimit,
  workingOrderLimit,
} from './limits/exposure.ts';
export { EARLIEST_REGIME, LATEST_REGIME, type MarginRegime } from './limits/margin-regime.ts';
export { CANARY_LIMITS, LIVE_LIMITS, type LimitSettings } from './limits/settings.ts';
export { ORDER_STATES, FINAL_STATES, nextStatus, type OrderStatus, type OrderEventKind } from './orders/order-state.ts';
export type { OrderIntent, OrderType, Side, TimeInForce } from './orders/order.ts';
export * from './strategy/parameters.ts';
export type { DeckVenue, MarketHours, OrderChange, Venue, VenueParts } from './ports.ts';
export type { Membership } from './play/universe.ts';
export type { DeckState } from './state/state.ts';
export type { TraceRecord, TraceTest, TraceWindow } from './journal/trace.ts';
export type { Trade } from './ledger/trade-log.ts';
export type { Curve, FillRecord, HoldingRecord, RunResult, TradeRecord } from './result.ts';
export * from './strategy/strategy.ts';
export { CONVENTIONS, backtestingPy, backtrader, bt, honest, lean, type Conventions } from './sim/conventions.ts';
export * from './sim/assignment.ts';
export * from './sim/auctions.ts';
export * from './sim/conversion.ts';
export * from './sim/fees.ts';
export * from './sim/financing.ts';
export * from './sim/margin.ts';
export * from './sim/models.ts';
export * from './sim/option-models.ts';
export * from './sim/queue-models.ts';
export * from './sim/slippage.ts';
