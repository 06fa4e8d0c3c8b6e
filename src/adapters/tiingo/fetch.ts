/**
 * Daily bars of US shares and funds from Tiingo: prices as traded, with dividends and splits as events on the tape.
 */
import { z } from 'zod';
import type { RecordedTape } from '../../market/tape.ts';
import { parseDay } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import { daysOf, tapeOfRows, timeFrameOf } from '../web-prices/bars.ts';
import { parseReply, wordsOf } from '../web-prices/parse.ts';
import { ask, keyOf, type Reading } from '../web-prices/request.ts';
import type { PriceRequest, SourceTerms } from '../web-prices/source.ts';

export const TIINGO: SourceTerms = {
  title: 'Tiingo',
  code: 'tiingo',
  delay: 'end-of-day',
  adjustment: 'raw',
  timeZone: 'America/New_York',
  licence: 'for the holder of the key, for internal use',
  keyName: 'TIINGO_API_KEY',
  domain: 'tiingo.com',
  timeFrames: ['1d'],
};

const BASE_URL = 'https://api.tiingo.com';
/** A first day that is before all prices; without one Tiingo gives the last day alone. */
const EVER = '1900-01-01';

const Rows = z.array(
  z.object({
    date: z.string().regex(/^\d{4}-\d\d-\d\d/),
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    volume: z.number(),
    divCash: z.number().default(0),
    splitFactor: z.number().default(1),
  }),
);

const read: Reading = ({ status, body }) => {
  const words =
    wordsOf(body, ['detail', 'error', 'message']) ?? (/^[\w"]/.test(body) ? body.trim().slice(0, 200) : undefined);
  if (words === undefined || status >= 500) return undefined;
  // Too many requests are said in words, whatever the status.
  if (status === 429 || /run over|allocation|rate limit/i.test(words))
    return { refusal: 'rate-limited', reason: words };
  if (status === 404) return { refusal: 'no-data', reason: words };
  return { refusal: status === 401 || status === 403 || /token/i.test(words) ? 'key' : 'refused', reason: words };
};

/** Fetches one symbol. */
export async function fetchTiingo(symbol: string, request: PriceRequest = {}): Promise<RecordedTape> {
  timeFrameOf(TIINGO, request);
  const key = keyOf(TIINGO, request);
  const { first = EVER, last } = daysOf(request);
  const question = {
    baseUrl: request.baseUrl ?? BASE_URL,
    path: `/tiingo/daily/${encodeURIComponent(symbol.toLowerCase())}/prices`,
    query: { startDate: first, ...(last === undefined ? {} : { endDate: last }) },
    headers: { authorization: key.after('Token ') },
    symbol,
  };
  const rows = parseReply(TIINGO, Rows, await ask(TIINGO, question, request, read), symbol);
  return tapeOfRows(
    TIINGO,
    symbol,
    rows.map(({ date, divCash, splitFactor, ...prices }) => {
      return { at: parseDay(date.slice(0, 10)) * DAY, ...prices, dividend: divCash, split: splitFactor };
    }),
    request,
  );
}
