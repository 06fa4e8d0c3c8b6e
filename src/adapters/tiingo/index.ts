/**
 * Tiingo: daily bars of US shares as tapes, with dividends and splits as events.
 */
export { fetchTiingo, TIINGO } from './fetch.ts';
