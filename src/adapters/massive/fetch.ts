/**
 * Bars of US shares from Massive, which was called Polygon: days, hours and minutes, with later splits in the prices.
 *
 * The free plan answers five requests a minute, and with prices of yesterday at the earliest. Bars shorter than a day
 * include trading before the open and after the close.
 */
import { z } from 'zod';
import { Fault, show } from '../../base/fault.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { DAY, formatDate, MILLISECOND } from '../../time/instant.ts';
import { zone } from '../../time/zone.ts';
import { daysOf, tapeOfRows, timeFrameOf, type PriceRow } from '../web-prices/bars.ts';
import { parseReply, wordsOf } from '../web-prices/parse.ts';
import { ask, keyOf, type Reading, type Refusal } from '../web-prices/request.ts';
import type { PriceRequest, SourceTerms } from '../web-prices/source.ts';

const SPANS: Readonly<Record<string, string>> = {
  '1m': '1/minute', '5m': '5/minute', '15m': '15/minute', '30m': '30/minute', '1h': '1/hour', '1d': '1/day',
}; // prettier-ignore

export const MASSIVE: SourceTerms = {
  title: 'Massive',
  code: 'massive',
  delay: 'end-of-day',
  adjustment: 'split-adjusted',
  timeZone: 'America/New_York',
  licence: 'for the holder of the key; the plan decides about delay and display',
  keyName: 'MASSIVE_API_KEY',
  domain: 'massive.com',
  timeFrames: Object.keys(SPANS),
};

const BASE_URL = 'https://api.massive.com';
/** The most bars of a reply; the rest is on further pages. */
const LIMIT = '50000';
/** A first day that is before all prices. */
const EVER = '1970-01-01';

const Page = z.object({
  status: z.string(),
  results: z
    .array(
      z.object({ t: z.number(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number().default(0) }),
    )
    .optional(),
  next_url: z.string().optional(),
});

const REFUSALS: Readonly<Record<number, Refusal>> = { 401: 'key', 403: 'key', 404: 'no-data', 429: 'rate-limited' };

const read: Reading = ({ status, body }) => {
  const reason = wordsOf(body, ['error', 'message']);
  if (reason === undefined || status === 200 || status >= 500) return undefined;
  return { refusal: REFUSALS[status] ?? 'refused', reason };
};

/** Fetches one symbol, page by page. */
export async function fetchMassive(symbol: string, request: PriceRequest = {}): Promise<RecordedTape> {
  const timeFrame = timeFrameOf(MASSIVE, request);
  const key = keyOf(MASSIVE, request);
  const { first = EVER, last = formatDate(request.now ?? Date.now() * 1000) } = daysOf(request);
  const baseUrl = (request.baseUrl ?? BASE_URL).replace(/\/$/, '');
  const market = zone(MASSIVE.timeZone);
  const rows: PriceRow[] = [];
  let path = `/v2/aggs/ticker/${encodeURIComponent(symbol)}/range/${SPANS[timeFrame]}/${first}/${last}`;
  let query: Record<string, string> = { adjusted: 'true', sort: 'asc', limit: LIMIT };
  for (;;) {
    const question = { baseUrl, path, query, symbol, headers: { authorization: key.after('Bearer ') } };
    const page = parseReply(MASSIVE, Page, await ask(MASSIVE, question, request, read), symbol);
    for (const { t, o, h, l, c, v } of page.results ?? []) {
      const at = t * MILLISECOND;
      // A day's bar begins at its midnight in New York.
      const day = timeFrame === '1d' ? market.dayAt(at) * DAY : at;
      rows.push({ at: day, open: o, high: h, low: l, close: c, volume: v });
    }
    if (page.next_url === undefined) return tapeOfRows(MASSIVE, symbol, rows, { ...request, timeFrame });
    ({ path, query } = next(page.next_url, baseUrl, symbol));
  }
}

/** The next page; one on another server would be given the key. */
function next(url: string, baseUrl: string, symbol: string): { path: string; query: Record<string, string> } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.origin !== new URL(baseUrl).origin) {
    const rule = `the next page must be on ${baseUrl}, was ${show(parsed?.origin ?? url)}`;
    throw new Fault('massive.bad-reply', rule, { field: symbol });
  }
  return { path: parsed.pathname, query: Object.fromEntries(parsed.searchParams) };
}
