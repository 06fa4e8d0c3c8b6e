/**
 * Prices from Yahoo: daily and intraday bars as a tape, splits and dividends as events.
 *
 * Yahoo's prices have all later splits in them, and its dividends too. `raw` (the default) takes the splits out again,
 * so that prices are those that were traded and the splits happen on the tape, when they happened.
 */
import type { CorporateAction } from '../../market/actions.ts';
import type { InstrumentKind, InstrumentOptions } from '../../market/instrument.ts';
import type { Finding, RecordedTape } from '../../market/tape.ts';
import { Fault } from '../../base/fault.ts';
import { DAY, formatInstant, instant, SECOND } from '../../time/instant.ts';
import { type Zone, zone } from '../../time/zone.ts';
import type { Role } from '../files/roles.ts';
import { tapeOfTables } from '../files/tape.ts';
import { withoutUnfinished } from '../files/unfinished.ts';
import { type Chart, parseChart } from './chart.ts';
import { YahooHttp, type YahooOptions } from './http.ts';

export interface YahooRequest extends YahooOptions {
  /** `1d` when left out; `1m`, `5m`, `1h` … reach back some weeks only. */
  readonly timeFrame?: string;
  /** Instants; Yahoo gives what it has between them. */
  readonly from?: number;
  readonly to?: number;
  readonly prices?: 'raw' | 'split-adjusted' | 'fully-adjusted';
  readonly instrument?: Partial<InstrumentOptions>;
  /** The present instant: a bar that is not complete yet is left out. The clock when left out. */
  readonly now?: number;
}

const INTERVALS: Record<string, string> = {
  '1m': '1m', '2m': '2m', '5m': '5m', '15m': '15m', '30m': '30m', '1h': '60m', '1d': '1d', '1w': '1wk', '1mo': '1mo',
}; // prettier-ignore

const KINDS: Record<string, InstrumentKind> = {
  EQUITY: 'equity', ETF: 'etf', MUTUALFUND: 'etf', INDEX: 'index', CURRENCY: 'fx', CRYPTOCURRENCY: 'crypto', FUTURE: 'future',
}; // prettier-ignore

const CALENDARS: Record<string, string> = {
  'America/New_York': 'XNYS',
  'Europe/London': 'XLON',
  'Asia/Tokyo': 'XTKS',
  'Asia/Hong_Kong': 'XHKG',
};

/** Fetches one symbol; what Yahoo refuses is a `Fault` with its words. */
export async function fetchYahoo(
  symbol: string,
  request: YahooRequest = {},
  http = new YahooHttp(request),
): Promise<RecordedTape> {
  const timeFrame = request.timeFrame ?? '1d';
  const interval = INTERVALS[timeFrame];
  if (interval === undefined) {
    throw new Fault('yahoo.time-frame', `Yahoo has no ${timeFrame} bars`, { field: 'timeFrame' },
      `known: ${Object.keys(INTERVALS).join(', ')}`); // prettier-ignore
  }
  const now = request.now ?? Date.now() * 1000;
  const reply = await http.get(`/v8/finance/chart/${encodeURIComponent(symbol)}`, {
    interval,
    period1: String(Math.floor((request.from ?? 0) / SECOND)),
    period2: String(Math.floor((request.to ?? now) / SECOND)),
    events: 'div,splits',
    includePrePost: 'false',
  });
  return tapeOfChart(parseChart(reply.status, reply.body, symbol), { ...request, timeFrame, now });
}

function tapeOfChart(chart: Chart, request: YahooRequest & { timeFrame: string; now: number }): RecordedTape {
  const { symbol } = chart.meta;
  const file = `yahoo:${symbol}`;
  const instrument = { ...instrumentOf(chart, file, request.instrument), ...request.instrument };
  const times = chart.timestamp ?? [];
  const quote = chart.indicators.quote[0];
  const findings: Finding[] = [];
  const rows: number[] = [];
  times.forEach((seconds, i) => {
    const filled = [quote.open, quote.high, quote.low, quote.close].filter((column) => typeof column?.[i] === 'number');
    if (filled.length > 0) rows.push(i);
    else findings.push(left(file, symbol, i, seconds, 'warning', 'Yahoo has no prices for this row; it was left out'));
  });
  if (rows.length === 0)
    throw new Fault('yahoo.empty', `Yahoo has no prices for ${symbol} in this period`, { field: symbol });

  const prices = request.prices ?? 'raw';
  const market = zone(chart.meta.exchangeTimezoneName);
  const splits = splitsOf(chart, market);
  const ratios = rows.map((row) => (prices === 'raw' ? ratioAfter(splits, times[row] * SECOND) : 1));
  const column = (cells: readonly (number | null)[] | undefined, scale: (i: number) => number): Float64Array =>
    Float64Array.from(rows, (row, i) => (cells?.[row] ?? Number.NaN) * scale(i));
  const numbers = new Map<Role, Float64Array>();
  for (const role of ['open', 'high', 'low', 'close'] as const)
    numbers.set(
      role,
      column(quote[role], (i) => ratios[i]),
    );
  numbers.set(
    'volume',
    column(quote.volume, (i) => 1 / ratios[i]),
  );
  const adjclose = chart.indicators.adjclose?.[0]?.adjclose;
  if (prices !== 'raw')
    numbers.set('adjustedClose', adjclose === undefined ? numbers.get('close')! : column(adjclose, () => 1));

  const actions = prices === 'fully-adjusted' ? [] : actionsOf(chart, splits, market, prices);
  const at = rows.map((row) => times[row] * SECOND);
  const tape = tapeOfTables(
    [
      {
        file,
        length: rows.length,
        lines: Int32Array.from(rows, (row) => row + 1),
        numbers,
        values: new Map(),
        texts: new Map(),
        names: new Map(),
        day: Float64Array.from(at, (time) => Math.floor(time / DAY)),
        clock: Float64Array.from(at, (time) => time - Math.floor(time / DAY) * DAY),
        zoned: true,
        zone: undefined,
        header: true,
      },
    ],
    {
      symbol,
      timeFrame: request.timeFrame,
      instrument,
      actions,
      useAdjustedClose: prices === 'fully-adjusted',
      source: `${symbol} ${request.timeFrame}, Yahoo Finance, ${prices}`,
    },
  );
  return withoutUnfinished({ ...tape, findings: [...findings, ...tape.findings] }, file, request.now);
}

function instrumentOf(chart: Chart, file: string, given: Partial<InstrumentOptions> = {}): Partial<InstrumentOptions> {
  const kind = given.kind ?? KINDS[chart.meta.instrumentType ?? 'EQUITY'] ?? 'equity';
  const currency = chart.meta.currency ?? 'USD';
  if (kind === 'fx' || kind === 'crypto' || kind === 'future') return { kind, currency };
  const calendar = given.calendar ?? CALENDARS[chart.meta.exchangeTimezoneName];
  if (calendar !== undefined) return { kind, currency, calendar };
  const rule = `no calendar is known for a market in ${chart.meta.exchangeTimezoneName}`;
  throw new Fault('yahoo.calendar', rule, { file, field: 'instrument.calendar' }, 'give `instrument.calendar`');
}

interface SplitAt {
  readonly at: number;
  readonly ratio: number;
}

/** Splits take effect at the midnight before the session. */
function splitsOf(chart: Chart, market: Zone): SplitAt[] {
  return Object.values(chart.events?.splits ?? {})
    .map(({ date, numerator, denominator }) => ({ at: midnight(market, date), ratio: numerator / denominator }))
    .filter(({ ratio }) => ratio > 0 && Number.isFinite(ratio))
    .sort((a, b) => a.at - b.at);
}

function actionsOf(
  chart: Chart,
  splits: readonly SplitAt[],
  market: Zone,
  prices: 'raw' | 'split-adjusted',
): CorporateAction[] {
  const { symbol } = chart.meta;
  const dividends = Object.values(chart.events?.dividends ?? {}).map(({ date, amount }): CorporateAction => {
    const at = midnight(market, date);
    const ratio = prices === 'raw' ? ratioAfter(splits, at) : 1;
    return { kind: 'dividend', symbol, at: instant(at), amount: amount * ratio };
  });
  if (prices !== 'raw') return dividends;
  return [
    ...dividends,
    ...splits.map(({ at, ratio }): CorporateAction => ({ kind: 'split', symbol, at: instant(at), ratio })),
  ];
}

/** The product of all splits after an instant: what one share of then is today. */
function ratioAfter(splits: readonly SplitAt[], at: number): number {
  return splits.reduce((product, split) => (split.at > at ? product * split.ratio : product), 1);
}

function midnight(market: Zone, seconds: number): number {
  return market.instantAt(market.dayAt(seconds * SECOND), 0);
}

function left(
  file: string,
  symbol: string,
  row: number,
  seconds: number,
  severity: Finding['severity'],
  message: string,
): Finding {
  const at = seconds * SECOND;
  return { rule: 'gap', severity, file, row: row + 1, symbol, at, value: formatInstant(at), message };
}
