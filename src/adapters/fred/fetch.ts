/**
 * Daily series of the Federal Reserve Bank of St. Louis (FRED), such as VIXCLS or DGS10: one number a day, no key.
 *
 * The bank publishes a day's number on the next, and revises some: a series is what is known now, not what was then.
 */
import { Fault, show } from '../../base/fault.ts';
import type { Finding, RecordedTape } from '../../market/tape.ts';
import { parseDay } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import { daysOf, leftOut, tapeOfRows, timeFrameOf, type PriceRow } from '../web-prices/bars.ts';
import { ask } from '../web-prices/request.ts';
import type { PriceRequest, SourceTerms } from '../web-prices/source.ts';

export const FRED: SourceTerms = {
  title: 'FRED',
  code: 'fred',
  delay: 'next-day',
  adjustment: 'raw',
  timeZone: 'America/New_York',
  licence: 'public, but some series belong to others, who are named on their pages',
  keyName: undefined,
  domain: 'fred.stlouisfed.org',
  timeFrames: ['1d'],
};

/** Days between the numbers of a series, at most, for it to be daily; longer ones are no prices of days. */
const DAILY_MAX = 4;

/** Fetches a series as bars whose four prices are its number. */
export async function fetchFred(series: string, request: PriceRequest = {}): Promise<RecordedTape> {
  timeFrameOf(FRED, request);
  const { first, last } = daysOf(request);
  const query = {
    id: series,
    ...(first === undefined ? {} : { cosd: first }),
    ...(last === undefined ? {} : { coed: last }),
  };
  const baseUrl = request.baseUrl ?? 'https://fred.stlouisfed.org';
  const text = await ask(
    FRED,
    { baseUrl, path: '/graph/fredgraph.csv', query, symbol: series },
    request,
    // An unknown series is answered with a page.
    ({ status, body }) =>
      status === 200 && body.trimStart().startsWith('<')
        ? { refusal: 'no-data', reason: `there is no series ${series}` }
        : undefined,
  );
  const { rows, findings } = rowsOf(text, series);
  const tape = tapeOfRows(FRED, series, rows, { ...request, instrument: { kind: 'index', ...request.instrument } });
  return { ...tape, findings: [...findings, ...tape.findings] };
}

function rowsOf(text: string, series: string): { rows: PriceRow[]; findings: Finding[] } {
  const [head = '', ...lines] = text
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  const names = head.split(',');
  if (names.length !== 2 || names[1].toUpperCase() !== series.toUpperCase()) {
    throw new Fault('fred.bad-reply', `the header must be a date and ${series}, was ${show(head)}`, { field: series });
  }
  const rows: PriceRow[] = [];
  const findings: Finding[] = [];
  for (const [i, line] of lines.entries()) {
    const [date = '', value = ''] = line.split(',');
    if (!/^\d{4}-\d\d-\d\d$/.test(date) || !/^(\.|-?\d*\.?\d+|)$/.test(value)) {
      const rule = `line ${i + 2} must be a date and a number, was ${show(line)}`;
      throw new Fault('fred.bad-reply', rule, { field: series });
    }
    const day = parseDay(date);
    if (value === '' || value === '.') findings.push(leftOut(FRED, series, i + 2, day, date));
    else {
      const price = Number(value);
      rows.push({ at: day * DAY, open: price, high: price, low: price, close: price, volume: 0 });
    }
  }
  refuseOtherThanDaily(rows, series);
  return { rows, findings };
}

function refuseOtherThanDaily(rows: readonly PriceRow[], series: string): void {
  const steps = rows.slice(1).map(({ at }, i) => (at - rows[i].at) / DAY);
  const usual = steps.sort((a, b) => a - b)[steps.length >> 1];
  if (usual === undefined || usual <= DAILY_MAX) return;
  throw new Fault('fred.time-frame', `the series has a number every ${usual} days, and must have one a day`, {
    field: series,
  });
}
