/**
 * Daily bars of shares from Alpha Vantage, as traded: a split shows as a jump, which the checks of the tape report.
 *
 * It answers everything with status 200, also that there were too many requests: twenty-five a day are free.
 */
import { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { parseDay } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import { tapeOfRows, timeFrameOf } from '../web-prices/bars.ts';
import { parseReply, wordsOf } from '../web-prices/parse.ts';
import { ask, keyOf, type Reading } from '../web-prices/request.ts';
import type { PriceRequest, SourceTerms } from '../web-prices/source.ts';

export const ALPHA_VANTAGE: SourceTerms = {
  title: 'Alpha Vantage',
  code: 'alpha-vantage',
  delay: 'end-of-day',
  adjustment: 'raw',
  timeZone: 'America/New_York',
  licence: 'for the holder of the key, for personal use',
  keyName: 'ALPHA_VANTAGE_API_KEY',
  domain: 'alphavantage.co',
  timeFrames: ['1d'],
};

const BASE_URL = 'https://www.alphavantage.co';
/** Days that the short answer, of a hundred sessions, surely covers. */
const COMPACT_DAYS = 130;

const price = z.string().transform(Number).pipe(z.number());
const Series = z.object({
  'Meta Data': z.looseObject({ '5. Time Zone': z.string() }),
  'Time Series (Daily)': z.record(
    z.string().regex(/^\d{4}-\d\d-\d\d$/),
    z.object({ '1. open': price, '2. high': price, '3. low': price, '4. close': price, '5. volume': price }),
  ),
});

const read: Reading = ({ status, body }) => {
  if (status !== 200) return undefined;
  const error = wordsOf(body, ['Error Message']);
  if (error !== undefined) return { refusal: /apikey/i.test(error) ? 'key' : 'no-data', reason: error };
  const words = wordsOf(body, ['Information', 'Note']);
  if (words === undefined) return undefined;
  const isLimit = /rate limit|requests per|call frequency|spreading out/i.test(words);
  return { refusal: isLimit ? 'rate-limited' : /premium|api ?key/i.test(words) ? 'key' : 'refused', reason: words };
};

/** Fetches one symbol. */
export async function fetchAlphaVantage(symbol: string, request: PriceRequest = {}): Promise<RecordedTape> {
  timeFrameOf(ALPHA_VANTAGE, request);
  const key = keyOf(ALPHA_VANTAGE, request);
  const { from = -Infinity, now = Date.now() * 1000 } = request;
  const outputsize = now - from < COMPACT_DAYS * DAY ? 'compact' : 'full';
  const question = {
    baseUrl: request.baseUrl ?? BASE_URL,
    path: '/query',
    query: { function: 'TIME_SERIES_DAILY', symbol, outputsize },
    secretQuery: { apikey: key },
    symbol,
  };
  const reply = parseReply(ALPHA_VANTAGE, Series, await ask(ALPHA_VANTAGE, question, request, read), symbol);
  const zoneName = reply['Meta Data']['5. Time Zone'];
  if (zoneName !== 'US/Eastern' && request.instrument?.calendar === undefined) {
    const rule = `no calendar is known for days in ${zoneName}`;
    throw new Fault('alpha-vantage.calendar', rule, { field: symbol }, 'give `instrument.calendar`');
  }
  const rows = Object.entries(reply['Time Series (Daily)']).map(([date, row]) => ({
    at: parseDay(date) * DAY,
    open: row['1. open'],
    high: row['2. high'],
    low: row['3. low'],
    close: row['4. close'],
    volume: row['5. volume'],
  }));
  // The newest day comes first.
  return tapeOfRows(ALPHA_VANTAGE, symbol, rows.toReversed(), request);
}
