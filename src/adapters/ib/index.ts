/**
 * Interactive Brokers, as seen from here: the way of orders to it, its prices and its bars.
 */
export { IbAccount } from './account.ts';
export { Connection, TIMINGS, type Timings } from './connection.ts';
export { EXIT_RULES } from './exits.ts';
export { BAR_SYMBOLS_MAX, DELAY_US, IbFeed, type IbFeedOptions, type WantedStream } from './feed.ts';
export { killAll, lookAt, type IbKillReport } from './kill-all.ts';
export { loadLibrary } from './library.ts';
export { IbLink, type IbLinkOptions } from './link.ts';
export type { Access } from './opening.ts';
export { OrderIds } from './order-ids.ts';
export { readResetWindow, RESET_WINDOWS, type ResetWindow } from './reconnecting.ts';
