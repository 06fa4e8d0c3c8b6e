/**
 * Yahoo Finance: daily and intraday bars as tapes, with splits and dividends as events.
 */
export { fetchYahoo, type YahooRequest } from './fetch.ts';
export { YahooHttp, type YahooOptions } from './http.ts';
