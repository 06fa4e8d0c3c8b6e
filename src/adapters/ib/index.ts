/**
 * Interactive Brokers, as seen from here: the way of orders to it, its prices and its bars.
 */
export { Connection, TIMINGS, type Timings } from './connection.ts';
export { loadLibrary } from './library.ts';
export { IbLink, type IbLinkOptions } from './link.ts';
export { OrderIds } from './order-ids.ts';
export { RESET_WINDOWS, type ResetWindow } from './reconnecting.ts';
