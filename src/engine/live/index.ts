/**
 * Live sessions: a deck played by what happens, with a simulated venue or a broker, and its journal.
 */
export { Activities, type SavedActivities } from './activities.ts';
export type { AccountFacts, MarketClock } from './account.ts';
export { ALERT_PRIORITIES, type Alert, type AlertCode, type OpenAlert, type Priority } from './alerts.ts';
export { BrokerVenue, type BrokerVenueOptions } from './broker-venue.ts';
export { instrumentOf } from './commands.ts';
export { Conductor, type BrokerLink, type ConductorParts, type Disk } from './conductor.ts';
export { LOOKUP_DELAYS_US, POSTS_MAX } from './contact.ts';
export type { ExitRules } from './exit-groups.ts';
export type { FeedSink, LiveFeed } from './feed.ts';
export * from './frames.ts';
export { Inbox, type InboxCounts } from './inbox.ts';
export * from './inputs.ts';
export { inputsOf, liveShape } from './inputs-of.ts';
export { sliceOf } from './slice.ts';
export type { Difference } from './reconcile.ts';
export * from './record.ts';
export * from './reports.ts';
export * from './requests.ts';
export type { SavedLive, SavedTicket, SavedVenue } from './saved.ts';
export type { Gap } from './exit-gaps.ts';
export { LiveSession, type Outcome, type SessionOptions } from './session.ts';
export type { Ticket } from './ticket.ts';
export { isWorse, TRADING_STATES, TradingStates, type TradingState } from './trading-state.ts';
