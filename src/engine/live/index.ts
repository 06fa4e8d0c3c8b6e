/**
 * Live sessions: a deck played by what happens, with a simulated venue or a broker, and its journal.
 */
export { Activities, type SavedActivities } from './books/activities.ts';
export type {
  AccountBooks,
  AccountFacts,
  AnnouncedAction,
  BookedFill,
  BookedOrder,
  MarketClock,
} from './broker/account.ts';
export { ALERT_PRIORITIES, type Alert, type AlertCode, type OpenAlert, type Priority } from './alerts.ts';
export { BrokerVenue, type BrokerVenueOptions } from './broker/broker-venue.ts';
export { againstClosing } from './closing.ts';
export { instrumentOf } from './commands.ts';
export { doorStrategy } from './door/door-strategy.ts';
export { seatOptions, StrategySeat } from './door/seat.ts';
export type { Answer, DoorOptions, Tell } from './door/tell.ts';
export { Conductor, type BrokerLink, type ConductorParts, type Disk } from './conductor.ts';
export type { AccountLook, KillReport, KillReportWith } from './broker/kill-report.ts';
export { LOOKUP_DELAYS_US, POSTS_MAX } from './broker/contact.ts';
export type { ExitRules } from './exits/exit-groups.ts';
export type { FeedSink, LiveFeed } from './feed.ts';
export * from './frames.ts';
export { Inbox, type InboxCounts } from './inbox.ts';
export * from './inputs.ts';
export { inputsOf, liveShape } from './inputs-of.ts';
export { sliceOf } from './slice.ts';
export type { Difference } from './books/reconcile.ts';
export type { Estimate } from './books/estimates.ts';
export * from './record.ts';
export * from './broker/reports.ts';
export * from './broker/requests.ts';
export type { SavedLive, SavedTicket, SavedVenue } from './saved.ts';
export type { Gap } from './exits/exit-gaps.ts';
export { LiveSession, type Outcome, type SessionOptions } from './session.ts';
export type { Ticket } from './broker/ticket.ts';
export { isWorse, TRADING_STATES, TradingStates, type TradingState } from './trading-state.ts';
