/**
 * Finnhub: bars of US shares as tapes.
 */
export { fetchFinnhub, FINNHUB } from './fetch.ts';
