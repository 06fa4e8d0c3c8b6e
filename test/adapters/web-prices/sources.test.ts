/** Sources of prices on the web, spoken with a server on this machine that answers in the shapes they document. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ALPHA_VANTAGE, fetchAlphaVantage } from '../../../src/adapters/alpha-vantage/index.ts';
import { FINNHUB, fetchFinnhub } from '../../../src/adapters/finnhub/index.ts';
import { FRED, fetchFred } from '../../../src/adapters/fred/index.ts';
import { fetchMassive, MASSIVE } from '../../../src/adapters/massive/index.ts';
import { fetchTiingo, TIINGO } from '../../../src/adapters/tiingo/index.ts';
import type { PriceRequest, SourceTerms } from '../../../src/adapters/web-prices/index.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { RecordedTape } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { formatDate, formatInstant } from '../../../src/time/instant.ts';

interface Answer {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

const KEY = 'secret-0123456789';
const session = (date: string) => calendar('XNYS').session(date)!;
const NOW = session('2024-06-14').openAt;

let server: Server | undefined;
let asked: { url: URL; headers: IncomingMessage['headers'] }[] = [];
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serve(answer: (url: URL) => Answer): Promise<PriceRequest & { baseUrl: string }> {
  asked = [];
  server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://source');
    asked.push({ url, headers: request.headers });
    const { status = 200, body, headers = {} } = answer(url);
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseUrl, key: new Secret(KEY), firstWaitMs: 1, retries: 1, now: NOW };
}

function bars(tape: RecordedTape) {
  const [stream] = tape.slice.streams;
  if (stream?.kind !== 'bars') throw new Error('a tape of bars was expected');
  return stream.columns;
}

const closes = (tape: RecordedTape): [string, number][] =>
  [...bars(tape).close].map((close, i) => [formatDate(bars(tape).openTime[i]), close]);

describe('FRED', () => {
  const csv = 'observation_date,VIXCLS\n2024-06-10,12.74\n2024-06-11,12.85\n2024-06-12,.\n2024-06-13,11.94\n';

  test('gives a number a day as an index, and says which days it has none for', async () => {
    const request = await serve(() => ({ body: csv }));
    const tape = await fetchFred('VIXCLS', { ...request, from: Date.UTC(2024, 5, 10) * 1000, to: NOW });
    expect(closes(tape)).toEqual([['2024-06-10', 12.74], ['2024-06-11', 12.85], ['2024-06-13', 11.94]]); // prettier-ignore
    expect(tape.instruments[0]).toMatchObject({ symbol: 'VIXCLS', kind: 'index' });
    expect(tape.findings.find(({ value }) => value === '2024-06-12')).toMatchObject({ severity: 'note', row: 4 });
    expect(asked[0].url.search).toBe('?id=VIXCLS&cosd=2024-06-10&coed=2024-06-14');
  });

  test('of an unknown series has no data, and of a monthly one no bars of days', async () => {
    await expect(fetchFred('NOPE', await serve(() => ({ body: '<html>' })))).rejects.toMatchObject({
      code: 'fred.no-data',
    });
    server?.close();
    const monthly = 'observation_date,CPI\n2024-01-01,1\n2024-02-01,2\n2024-03-01,3\n';
    await expect(fetchFred('CPI', await serve(() => ({ body: monthly })))).rejects.toThrow('every 31 days');
  });
});

describe('Massive', () => {
  const bar = (date: string, c: number) => ({
    v: 1000,
    vw: c,
    o: c,
    c,
    h: c + 1,
    l: c - 1,
    t: Date.parse(`${date}T04:00:00Z`),
    n: 9,
  });
  const page = (results: unknown[], more = {}) => ({ ticker: 'AAPL', adjusted: true, results, status: 'OK', ...more });

  test('is read page by page, and its days are those of New York', async () => {
    const request = await serve((url) =>
      url.searchParams.has('cursor')
        ? { body: page([bar('2024-06-12', 213)]) }
        : { body: page([bar('2024-06-11', 207)], { next_url: `${request.baseUrl}/v2/aggs/more?cursor=abc` }) },
    );
    const tape = await fetchMassive('AAPL', request);
    expect(closes(tape)).toEqual([['2024-06-11', 207], ['2024-06-12', 213]]); // prettier-ignore
    expect(bars(tape).time[0]).toBe(session('2024-06-11').closeAt);
    expect(tape.adjustment).toBe('split-adjusted');
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`]);
    expect(asked[0].url.pathname).toBe('/v2/aggs/ticker/AAPL/range/1/day/1970-01-01/2024-06-14');
  });

  test('bars of a minute begin when they say', async () => {
    const t = session('2024-06-11').openAt / 1000;
    const body = page([
      { ...bar('2024-06-11', 207), t },
      { ...bar('2024-06-11', 208), t: t + 60_000 },
    ]);
    const tape = await fetchMassive('AAPL', { ...(await serve(() => ({ body }))), timeFrame: '1m' });
    expect([...bars(tape).openTime].map((at) => formatInstant(at))).toEqual([
      '2024-06-11T13:30:00Z',
      '2024-06-11T13:31:00Z',
    ]);
  });

  test('a next page on another server is refused: it would be given the key', async () => {
    const body = page([bar('2024-06-11', 207)], { next_url: 'https://elsewhere.example/v2' });
    await expect(fetchMassive('AAPL', await serve(() => ({ body })))).rejects.toThrow('elsewhere.example');
  });
});

describe('Tiingo', () => {
  const row = (date: string, close: number, more = {}) => ({
    date: `${date}T00:00:00.000Z`, close, high: close, low: close, open: close, volume: 100,
    adjClose: 1, adjHigh: 1, adjLow: 1, adjOpen: 1, adjVolume: 1, divCash: 0, splitFactor: 1, ...more,
  }); // prettier-ignore

  test('gives prices as traded, with dividends and splits as events', async () => {
    const body = [
      row('2024-06-07', 1210),
      row('2024-06-10', 121, { splitFactor: 10 }),
      row('2024-06-11', 120, { divCash: 0.01 }),
    ];
    const tape = await fetchTiingo('NVDA', await serve(() => ({ body })));
    expect(closes(tape).map(([, close]) => close)).toEqual([1210, 121, 120]);
    expect(tape.adjustment).toBe('raw');
    expect(tape.actions).toMatchObject([
      { kind: 'split', ratio: 10, symbol: 'NVDA' },
      { kind: 'dividend', amount: 0.01 },
    ]);
    expect(tape.actions.map(({ at }) => formatDate(at))).toEqual(['2024-06-10', '2024-06-11']);
    expect(asked[0].headers.authorization).toBe(`Token ${KEY}`);
  });
});

describe('Finnhub', () => {
  test('gives candles by their columns, and the day that is still traded is left out', async () => {
    const t = ['2024-06-12', '2024-06-13', '2024-06-14'].map((date) => Date.parse(date) / 1000);
    const body = { c: [1, 2, 3], h: [1, 2, 3], l: [1, 2, 3], o: [1, 2, 3], s: 'ok', t, v: [5, 5, 5] };
    const tape = await fetchFinnhub('IBM', await serve(() => ({ body })));
    expect(closes(tape)).toEqual([['2024-06-12', 1], ['2024-06-13', 2]]); // prettier-ignore
    expect(tape.findings.at(-1)?.message).toContain('not complete');
    expect(asked[0].headers['x-finnhub-token']).toBe(KEY);
  });

  test('columns of different lengths and no data are said', async () => {
    const body = { c: [1], h: [1, 2], l: [1], o: [1], s: 'ok', t: [1], v: [1] };
    await expect(fetchFinnhub('IBM', await serve(() => ({ body })))).rejects.toMatchObject({
      code: 'finnhub.bad-reply',
    });
    server?.close();
    const none = await serve(() => ({ body: { s: 'no_data' } }));
    await expect(fetchFinnhub('IBM', none)).rejects.toMatchObject({ code: 'finnhub.no-data' });
  });
});

describe('Alpha Vantage', () => {
  const meta = (zone: string) => ({ '1. Information': 'Daily Prices', '2. Symbol': 'IBM', '5. Time Zone': zone });
  const day = (close: string) => ({
    '1. open': close,
    '2. high': close,
    '3. low': close,
    '4. close': close,
    '5. volume': '10',
  });
  const body = (zone = 'US/Eastern') => ({
    'Meta Data': meta(zone),
    'Time Series (Daily)': { '2024-06-12': day('169.5'), '2024-06-11': day('168.25') },
  });

  test('is turned to run forwards, and the key is a part of the address alone', async () => {
    const tape = await fetchAlphaVantage('IBM', await serve(() => ({ body: body() })));
    expect(closes(tape)).toEqual([['2024-06-11', 168.25], ['2024-06-12', 169.5]]); // prettier-ignore
    expect(asked[0].url.searchParams.get('apikey')).toBe(KEY);
    expect(asked[0].url.searchParams.get('outputsize')).toBe('full');
  });

  test('says with status 200 that there were too many requests', async () => {
    const limited = { Information: `the rate limit of key ${KEY} is 25 requests per day` };
    const error = await fetchAlphaVantage('IBM', await serve(() => ({ body: limited }))).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: 'alpha-vantage.rate-limited' });
    expect(String(error)).not.toContain(KEY);
    expect(asked).toHaveLength(1);
  });

  test('days of another zone need a calendar', async () => {
    const request = await serve(() => ({ body: body('Europe/London') }));
    await expect(fetchAlphaVantage('IBM', request)).rejects.toMatchObject({ code: 'alpha-vantage.calendar' });
  });
});

const ALL: readonly [SourceTerms, (symbol: string, request: PriceRequest) => Promise<RecordedTape>, unknown][] = [
  [FRED, fetchFred, {}],
  [MASSIVE, fetchMassive, { status: 'ERROR', error: `no ${KEY}` }],
  [TIINGO, fetchTiingo, { detail: `no ${KEY}` }],
  [FINNHUB, fetchFinnhub, { error: `no ${KEY}` }],
  [ALPHA_VANTAGE, fetchAlphaVantage, {}],
];

describe.each(ALL.map((one) => [one[0].title, ...one] as const))('%s', (_title, terms, fetchPrices, words) => {
  test('says what it is', () => {
    expect(terms.licence).not.toBe('');
    expect(() => new Intl.DateTimeFormat('en', { timeZone: terms.timeZone })).not.toThrow();
  });

  test.each([
    [429, 'rate-limited'],
    [401, 'key'],
    [404, 'no-data'],
    [503, 'unavailable'],
  ])('status %i is a fault of its own, without the key', async (status, code) => {
    const request = await serve(() => ({ status, body: words }));
    const error = await fetchPrices('ABC', request).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: `${terms.code}.${code}` });
    expect(String(error)).not.toContain(KEY);
    // What may pass is asked for once more.
    expect(asked).toHaveLength(status === 429 || status === 503 ? 2 : 1);
  });

  test('a reply of another shape, a redirect and an unknown time frame are refused', async () => {
    const request = await serve(() => ({ body: '{"odd": true}' }));
    await expect(fetchPrices('ABC', request)).rejects.toMatchObject({ code: `${terms.code}.bad-reply` });
    server?.close();
    const elsewhere = await serve(() => ({ status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }));
    await expect(fetchPrices('ABC', elsewhere)).rejects.toMatchObject({ code: `${terms.code}.unavailable` });
    await expect(fetchPrices('ABC', { ...request, timeFrame: '7m' })).rejects.toMatchObject({
      code: `${terms.code}.time-frame`,
    });
  });

  test('without a key it says where one is expected', async () => {
    if (terms.keyName === undefined) return;
    const { key: _key, ...request } = await serve(() => ({ body: {} }));
    await expect(fetchPrices('ABC', request)).rejects.toThrow(terms.keyName);
    expect(asked).toHaveLength(0);
  });
});
