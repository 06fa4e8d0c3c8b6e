/**
 * Alpha Vantage: daily bars of shares as tapes, as traded.
 */
export { ALPHA_VANTAGE, fetchAlphaVantage } from './fetch.ts';
