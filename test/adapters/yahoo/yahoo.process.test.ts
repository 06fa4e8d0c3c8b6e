/** Yahoo's protocol, spoken with a server on this machine that answers as Yahoo does. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchYahoo, type YahooRequest } from '../../../src/adapters/yahoo/fetch.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { formatInstant } from '../../../src/time/instant.ts';

type Answer = { status?: number; body: unknown; headers?: Record<string, string> };

let server: Server | undefined;
let asked: URL[] = [];
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serve(answer: (url: URL, request: IncomingMessage) => Answer): Promise<YahooRequest> {
  asked = [];
  server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://yahoo');
    asked.push(url);
    const { status = 200, body, headers = {} } = answer(url, request);
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseUrl, cookieUrl: `${baseUrl}/cookie`, firstWaitMs: 1, now: NOW };
}

const session = (date: string) => calendar('XNYS').session(date)!;
const NOW = session('2024-06-12').openAt;
const seconds = (date: string) => session(date).openAt / 1e6;

/** Four sessions around a ten-for-one split on 2024-06-10 and a dividend a day later, adjusted for the split. */
function chart(dates = ['2024-06-06', '2024-06-07', '2024-06-10', '2024-06-11']): unknown {
  return {
    chart: {
      error: null,
      result: [
        {
          meta: { currency: 'USD', symbol: 'NVDA', instrumentType: 'EQUITY', exchangeTimezoneName: 'America/New_York' },
          timestamp: dates.map(seconds),
          events: {
            splits: { 1: { date: seconds('2024-06-10'), numerator: 10, denominator: 1, splitRatio: '10:1' } },
            dividends: { 2: { date: seconds('2024-06-07'), amount: 0.01 } },
          },
          indicators: {
            quote: [{ open: [120, 121, 120, 122], high: [121, 122, 121, 123], low: [119, 120, 119, 121], close: [120, 121, 120, 122], volume: [1000, 1000, 1000, 1000] }],
            adjclose: [{ adjclose: [60, 60.5, 60, 61] }],
          },
        },
      ],
    },
  }; // prettier-ignore
}

describe('daily bars', () => {
  test('raw prices are those that were traded, with split and dividend as events', async () => {
    const tape = await fetchYahoo('NVDA', await serve(() => ({ body: chart() })));
    const [stream] = tape.slice.streams;
    expect(stream).toMatchObject({ kind: 'bars', symbol: 'NVDA', timeFrame: '1d' });
    if (stream?.kind !== 'bars') return;
    expect([...stream.columns.close]).toEqual([1200, 1210, 120, 122]);
    expect([...stream.columns.volume]).toEqual([100, 100, 1000, 1000]);
    expect(stream.columns.time[0]).toBe(session('2024-06-06').closeAt);
    expect(tape.actions.map((action) => [action.kind, formatInstant(action.at)])).toEqual([
      ['dividend', '2024-06-07T04:00:00Z'],
      ['split', '2024-06-10T04:00:00Z'],
    ]);
    expect(tape.actions[0]).toMatchObject({ amount: 0.1 });
    expect(tape.adjustment).toBe('raw');
    expect(tape.findings).toEqual([]);
  });

  test('adjusted prices are taken when asked for, and are labelled', async () => {
    const server = await serve(() => ({ body: chart() }));
    const splits = await fetchYahoo('NVDA', { ...server, prices: 'split-adjusted' });
    expect([splits.adjustment, splits.actions.map(({ kind }) => kind)]).toEqual(['split-adjusted', ['dividend']]);
    const fully = await fetchYahoo('NVDA', { ...server, prices: 'fully-adjusted' });
    expect(fully).toMatchObject({
      adjustment: 'fully-adjusted',
      actions: [],
      source: 'NVDA 1d, Yahoo Finance, fully-adjusted',
    });
    expect(fully.slice.streams[0]).toMatchObject({ columns: { close: Float64Array.of(60, 60.5, 60, 61) } });
  });

  test('period and interval are asked for', async () => {
    const server = await serve(() => ({ body: chart() }));
    await fetchYahoo('NVDA', { ...server, from: session('2024-06-06').openAt, to: session('2024-06-12').openAt });
    const query = Object.fromEntries(asked[0].searchParams);
    expect(asked[0].pathname).toBe('/v8/finance/chart/NVDA');
    expect(query).toMatchObject({ interval: '1d', period1: String(seconds('2024-06-06')), events: 'div,splits' });
  });

  test('a day that is not over is left out', async () => {
    const server = await serve(() => ({ body: chart() }));
    const tape = await fetchYahoo('NVDA', { ...server, now: session('2024-06-11').openAt + 1 });
    expect(tape.slice.streams[0].columns.length).toBe(3);
    expect(tape.findings).toMatchObject([
      { severity: 'note', message: 'the bar is not complete yet and was left out' },
    ]);
  });

  test('a row without prices is left out and told', async () => {
    const body = chart() as { chart: { result: { indicators: { quote: Record<string, (number | null)[]>[] } }[] } };
    for (const column of Object.values(body.chart.result[0].indicators.quote[0])) column[1] = null;
    const tape = await fetchYahoo('NVDA', await serve(() => ({ body })));
    expect(tape.findings).toMatchObject([{ row: 2, message: expect.stringContaining('no prices') }, { rule: 'gap' }]);
  });
});

describe('what goes wrong', () => {
  test('a session that is refused is opened with cookie and crumb, once', async () => {
    const server = await serve((url, request) => {
      if (url.pathname === '/cookie') return { status: 404, body: '', headers: { 'set-cookie': 'A3=abc; Path=/' } };
      if (url.pathname === '/v1/test/getcrumb')
        return { body: request.headers.cookie === 'A3=abc' ? 'crumb1' : '<html>' };
      return url.searchParams.get('crumb') === 'crumb1' ? { body: chart() } : { status: 401, body: 'Unauthorized' };
    });
    await expect(fetchYahoo('NVDA', server)).resolves.toMatchObject({ adjustment: 'raw' });
    expect(asked.map(({ pathname }) => pathname)).toEqual([
      '/v8/finance/chart/NVDA',
      '/cookie',
      '/v1/test/getcrumb',
      '/v8/finance/chart/NVDA',
    ]);
  });

  test('"not now" is asked again, "not found" is not', async () => {
    let busy = 2;
    const server = await serve(() => (busy-- > 0 ? { status: 429, body: 'Too Many Requests' } : { body: chart() }));
    await expect(fetchYahoo('NVDA', server)).resolves.toBeDefined();
    expect(asked).toHaveLength(3);
    const refused = {
      chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } },
    };
    const gone = await serve(() => ({ status: 404, body: refused }));
    await expect(fetchYahoo('NVDX', gone)).rejects.toThrow('NVDX: Yahoo says: No data found, symbol may be delisted');
    expect(asked).toHaveLength(1);
  });

  test('patience ends with the reason', async () => {
    const server = await serve(() => ({ status: 503, body: 'down' }));
    await expect(fetchYahoo('NVDA', { ...server, retries: 2 })).rejects.toThrow(
      'Yahoo did not answer after 3 attempts (status 503)',
    );
    expect(asked).toHaveLength(3);
  });

  test.each([
    ['no JSON', '<html>', 'Yahoo answered status 200 and no JSON'],
    ['another shape', '{"chart":{"result":[{}]}}', /in another shape than it did: chart\.result\.0\.meta/],
    [
      'a refusal before the chart',
      '{"finance":{"error":{"code":"Unauthorized","description":"Invalid Crumb"}}}',
      'Yahoo says: Invalid Crumb',
    ],
    ['no rows', JSON.stringify(chart([])), 'Yahoo has no prices for NVDA in this period'],
  ])('a reply with %s is refused', async (_, body, message) => {
    await expect(fetchYahoo('NVDA', await serve(() => ({ body })))).rejects.toThrow(message);
  });

  test('a time frame that Yahoo does not have is refused before asking', async () => {
    await expect(fetchYahoo('NVDA', { timeFrame: '7m' })).rejects.toThrow('Yahoo has no 7m bars');
  });
});
