/** Cboe's public files, asked of a server on this machine that answers as Cboe does. Numbers are made up. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchCboeChain } from '../../../src/adapters/cboe/chain.ts';
import { fetchCboeHistory } from '../../../src/adapters/cboe/history.ts';
import type { CboeOptions } from '../../../src/adapters/cboe/http.ts';
import { chainToCsv } from '../../../src/adapters/files/chain-csv.ts';
import { tapeOf } from '../../../src/adapters/files/tape.ts';
import { chainAt } from '../../../src/market/index.ts';
import { formatInstant } from '../../../src/time/instant.ts';

let server: Server | undefined;
let asked: string[] = [];
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serve(answers: readonly { status?: number; body: unknown }[]): Promise<CboeOptions> {
  asked = [];
  server = createServer((request, response) => {
    const { status = 200, body } = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(request.url!);
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, firstWaitMs: 1 };
}

function row(option: string, bid: number, ask: number, more: Record<string, unknown> = {}): unknown {
  const fields = { bid, bid_size: 3, ask, ask_size: 4, iv: 0.5, open_interest: 70, volume: 9, delta: 0.9 };
  return { option, ...fields, last_trade_price: 0, last_trade_time: null, ...more };
}

function chain(options: unknown, data: Record<string, unknown> = {}): unknown {
  return {
    timestamp: '2026-07-31 18:15:00',
    symbol: '_SPX',
    data: { symbol: '^SPX', current_price: 6400.5, close: 6390, options, ...data },
  };
}

describe('a delayed chain', () => {
  const good = chain([row('SPXW260807P06300000', 20, 20.4), row('SPX260821C06500000', 0, 31)]);

  test('is one chain of both classes, a quarter of an hour old', async () => {
    const { chain: found, findings } = await fetchCboeChain('SPX', await serve([{ body: good }]));
    expect(asked).toEqual(['/api/global/delayed_quotes/options/_SPX.json']);
    expect(found).toMatchObject({ underlying: 'SPX', spot: 6400.5, date: '2026-07-31', isModel: false });
    expect(found.source).toBe('Cboe delayed quotes of SPX');
    expect(found.contracts).toMatchObject([
      {
        terms: { root: 'SPXW', settledAt: 'pm', strike: 6300 },
        bid: 20,
        ask: 20.4,
        volume: 9,
        openInterest: 70,
        last: undefined,
      },
      { terms: { root: 'SPX', settledAt: 'am' }, bid: undefined, ask: 31 },
    ]);
    expect(formatInstant(found.contracts[0].quotedAt)).toBe('2026-07-31T18:00:00Z');
    expect(findings).toEqual([]);
  });

  test.each([
    { symbol: 'SPX', path: '_SPX', roots: ['SPX', 'SPXW'] },
    { symbol: '^vix', path: '_VIX', roots: ['VIX', 'VIXW'] },
    { symbol: '_NDX', path: '_NDX', roots: ['NDX', 'NDXP'] },
    { symbol: '$RUT', path: '_RUT', roots: ['RUT', 'RUTW'] },
    { symbol: 'XSP', path: '_XSP', roots: ['XSP'] },
  ])('of the index $symbol is asked for with its mark, and has all its classes', async ({ symbol, path, roots }) => {
    const body = chain(roots.map((root, i) => row(`${root}26090${1 + i}P00100000`, 1, 1.2)));
    const { chain: found } = await fetchCboeChain(symbol, await serve([{ body }]));
    expect(asked).toEqual([`/api/global/delayed_quotes/options/${path}.json`]);
    expect(found.contracts.map(({ terms }) => [terms.root, terms.settlement])).toEqual(
      roots.map((root) => [root, 'cash']),
    );
    expect(new Set(found.contracts.map(({ terms }) => terms.underlying))).toEqual(new Set([found.underlying]));
  });

  test('has fields that are read past, whole numbers with a point, noughts and nulls', async () => {
    // Every field that the file has, in its order; the time of a trade has no zone, that of the file is in UTC.
    const option =
      '{"option": "GOOG260821P00180000", "bid": 1.05, "bid_size": 12.0, "ask": 1.1, "ask_size": 31.0, "iv": 0.2731,' +
      ' "open_interest": 2960.0, "volume": 0.0, "delta": -0.1498, "gamma": 0.0131, "theta": -0.0711, "rho": -0.0199,' +
      ' "vega": 0.1012, "theo": 1.0731, "change": 0.0, "open": 0.0, "high": 0.0, "low": 0.0, "tick": "no_change",' +
      ' "last_trade_price": 1.2, "last_trade_time": "2026-07-30T15:59:12", "percent_change": 0.0,' +
      ' "prev_day_close": 1.1249999403953552}';
    const body =
      `{"timestamp": "2026-07-31 19:46:02", "symbol": "GOOG", "data": {"options": [${option}], "symbol": "GOOG",` +
      ' "security_type": "stock", "exchange_id": 3, "current_price": 196.525, "price_change": -1.2, "bid": 196.52,' +
      ' "price_change_percent": -0.6069, "ask": 196.53, "bid_size": 2, "ask_size": 3, "open": 197.1, "high": 198.0,' +
      ' "low": 195.7, "close": 0.0, "prev_day_close": 197.725, "volume": 9120311, "iv30": 27.4, "iv30_change": null,' +
      ' "iv30_change_percent": null, "seqno": 71032, "last_trade_time": "2026-07-31T15:31:01", "tick": "down"}}';
    const { chain: found, findings } = await fetchCboeChain('GOOG', await serve([{ body }]));
    expect(findings).toEqual([]);
    expect(found).toMatchObject({ spot: 196.525, date: '2026-07-31' });
    expect(formatInstant(found.at)).toBe('2026-07-31T19:46:02Z');
    expect(found.contracts).toMatchObject([
      { bid: 1.05, ask: 1.1, bidSize: 12, openInterest: 2960, volume: 0, last: 1.2, terms: { settlement: 'physical' } },
    ]);
    expect(formatInstant(found.contracts[0].quotedAt)).toBe('2026-07-31T19:31:02Z');
  });

  test('of a share is asked for without the mark of an index', async () => {
    const body = chain([row('GOOG260821C00200000', 5, 6)], { current_price: 201 });
    await fetchCboeChain('goog', await serve([{ body }]));
    expect(asked).toEqual(['/api/global/delayed_quotes/options/GOOG.json']);
  });

  test('leaves out adjusted contracts and says what crosses, with the row', async () => {
    const body = chain([row('SPXW260807P06300000', 21, 20), row('AAPL1260821C00200000', 5, 6)]);
    const { chain: found, findings } = await fetchCboeChain('SPX', await serve([{ body }]));
    expect(found.contracts).toHaveLength(1);
    expect(findings).toMatchObject([
      { rule: 'crossed-quote', row: 1, value: '21 > 20' },
      { rule: 'adjusted-contract', row: 2, value: 'AAPL1260821C00200000' },
    ]);
  });

  test('can be saved and read again as the same chain', async () => {
    const { chain: found } = await fetchCboeChain('SPX', await serve([{ body: good }]));
    const bytes = new TextEncoder().encode(chainToCsv(found));
    const again = chainAt(tapeOf([{ file: 'chain.csv', bytes }]), 'SPX', found.at);
    const facts = ({ contracts }: typeof found) =>
      contracts.map(({ instrument, bid, ask, bidSize, volume, openInterest }) => [
        instrument.symbol,
        bid,
        ask,
        bidSize,
        volume,
        openInterest,
      ]);
    expect(facts(again)).toEqual(facts(found));
    expect(again.spot).toBe(found.spot);
  });
});

describe('what is wrong is named', () => {
  test.each([
    ['no such symbol', [{ status: 403, body: '' }], 'cboe.no-data'],
    ['too many requests', [{ status: 429, body: '' }], 'cboe.rate-limited'],
    ['no answer', [{ status: 503, body: '' }], 'cboe.unavailable'],
    ['a page that refuses', [{ status: 403, body: '<!DOCTYPE html><title>Access denied</title>' }], 'cboe.refused'],
    ['a page for data', [{ body: '\n<html><title>Just a moment</title>' }], 'cboe.refused'],
    [
      'the bucket has none',
      [{ status: 403, body: '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>' }],
      'cboe.no-data',
    ],
    [
      'cut short',
      [{ body: JSON.stringify(chain([row('SPXW260807P06300000', 20, 21)])).slice(0, 80) }],
      'cboe.bad-shape',
    ],
    ['no list', [{ body: chain({}) }], 'cboe.bad-shape'],
    [
      'a text for a number',
      [{ body: chain([row('SPXW260807P06300000', 20, 21, { volume: 'many' })]) }],
      'cboe.bad-shape',
    ],
    ['no options', [{ body: chain([]) }], 'cboe.no-data'],
    [
      'no price',
      [{ body: chain([row('SPXW260807P06300000', 1, 2)], { current_price: 0, close: null }) }],
      'chain.no-underlying',
    ],
    ['no time', [{ body: { ...(chain([]) as object), timestamp: 'now' } }], 'cboe.bad-shape'],
  ])('%s', async (_, answers, code) => {
    await expect(fetchCboeChain('SPX', { ...(await serve(answers)), retries: 1 })).rejects.toMatchObject({ code });
  });

  test('a server that fails once is asked again', async () => {
    const body = chain([row('SPXW260807P06300000', 20, 21)]);
    await fetchCboeChain('SPX', await serve([{ status: 500, body: '' }, { body }]));
    expect(asked).toHaveLength(2);
  });
});

describe('the history of an index', () => {
  test('has American dates, open, high, low and close', async () => {
    const body =
      '\uFEFFDATE,OPEN,HIGH,LOW,CLOSE\n01/02/2020,13.46,13.72,12.42,12.47\n01/03/2020,15.01,16.2,13.13,14.02\n';
    const tape = await fetchCboeHistory('vix', await serve([{ body }]));
    expect(asked).toEqual(['/api/global/us_indices/daily_prices/VIX_History.csv']);
    expect(tape.instruments).toMatchObject([{ symbol: 'VIX', kind: 'index' }]);
    expect(tape.slice.streams[0].columns).toMatchObject({ length: 2, close: Float64Array.of(12.47, 14.02) });
  });

  test('or a date and its own name', async () => {
    const tape = await fetchCboeHistory('SKEW', await serve([{ body: 'DATE,SKEW\n01/02/2020,120.5\n' }]));
    expect(tape.slice.streams[0]).toMatchObject({ symbol: 'SKEW', columns: { close: Float64Array.of(120.5) } });
  });
});
