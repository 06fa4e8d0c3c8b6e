/**
 * Bars of US shares from Finnhub, whose candles need a paid plan: with later splits in the prices.
 */
import { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { SECOND } from '../../time/instant.ts';
import { tapeOfRows, timeFrameOf } from '../web-prices/bars.ts';
import { parseReply, wordsOf } from '../web-prices/parse.ts';
import { ask, keyOf, type Reading } from '../web-prices/request.ts';
import type { PriceRequest, SourceTerms } from '../web-prices/source.ts';

const RESOLUTIONS: Readonly<Record<string, string>> = {
  '1m': '1', '5m': '5', '15m': '15', '30m': '30', '1h': '60', '1d': 'D',
}; // prettier-ignore

export const FINNHUB: SourceTerms = {
  title: 'Finnhub',
  code: 'finnhub',
  delay: 'minutes',
  adjustment: 'split-adjusted',
  timeZone: 'UTC',
  licence: 'for the holder of the key, for personal use',
  keyName: 'FINNHUB_API_KEY',
  domain: 'finnhub.io',
  timeFrames: Object.keys(RESOLUTIONS),
};

const BASE_URL = 'https://finnhub.io';

const numbers = z.array(z.number());
const Candles = z.union([
  z.object({ s: z.literal('ok'), t: numbers, o: numbers, h: numbers, l: numbers, c: numbers, v: numbers }),
  z.object({ s: z.literal('no_data') }),
]);

const read: Reading = ({ status, body }) => {
  const words = wordsOf(body, ['error']);
  if (words === undefined || status >= 500) return undefined;
  if (status === 429 || /limit/i.test(words)) return { refusal: 'rate-limited', reason: words };
  if (status === 404) return { refusal: 'no-data', reason: words };
  return { refusal: status === 401 || status === 403 || /key|access/i.test(words) ? 'key' : 'refused', reason: words };
};

/** Fetches one symbol. */
export async function fetchFinnhub(symbol: string, request: PriceRequest = {}): Promise<RecordedTape> {
  const timeFrame = timeFrameOf(FINNHUB, request);
  const key = keyOf(FINNHUB, request);
  const { from = 0, to = request.now ?? Date.now() * 1000 } = request;
  const question = {
    baseUrl: request.baseUrl ?? BASE_URL,
    path: '/api/v1/stock/candle',
    query: {
      symbol,
      resolution: RESOLUTIONS[timeFrame],
      from: String(Math.floor(from / SECOND)),
      to: String(Math.floor(to / SECOND)),
    },
    headers: { 'x-finnhub-token': key },
    symbol,
  };
  const candles = parseReply(FINNHUB, Candles, await ask(FINNHUB, question, request, read), symbol);
  if (candles.s === 'no_data') return tapeOfRows(FINNHUB, symbol, [], request);
  const { t, o, h, l, c, v } = candles;
  const uneven = [o, h, l, c, v].some((column) => column.length !== t.length);
  if (uneven) throw new Fault('finnhub.bad-reply', 'the columns of the candles differ in length', { field: symbol });
  return tapeOfRows(
    FINNHUB,
    symbol,
    t.map((seconds, i) => ({ at: seconds * SECOND, open: o[i], high: h[i], low: l[i], close: c[i], volume: v[i] })),
    { ...request, timeFrame },
  );
}
