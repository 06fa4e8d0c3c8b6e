/**
 * FRED: daily series of the Federal Reserve Bank of St. Louis as tapes.
 */
export { FRED, fetchFred } from './fetch.ts';
