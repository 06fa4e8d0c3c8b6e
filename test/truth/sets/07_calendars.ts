/**
 * Calendars against session lists: every session's date, open, close and break, and no session that the list lacks.
 *
 * A case is a session of a list. A session that we have and the list lacks is a failed case of its own; so is each
 * holiday or early close of a market-hours file that our calendar does not have.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Calendar } from '../../../src/time/calendar.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { parseDay } from '../../../src/time/civil.ts';
import { formatInstant, MINUTE } from '../../../src/time/instant.ts';
import { zone } from '../../../src/time/zone.ts';
import type { TruthCase } from '../case.ts';
import { guarded } from '../guarded.ts';

/** Runs every list found in `folder`: `NAME_from_to.csv` and LEAN's `lean_us_equity_market_hours*.json`. */
export default function* calendars(folder: string): Generator<TruthCase> {
  for (const file of readdirSync(folder).sort()) {
    const text = (): string => readFileSync(join(folder, file), 'utf8');
    if (file.endsWith('.csv')) yield* guarded(file, () => sessionList(file, text()));
    else if (file.endsWith('.json')) yield* guarded(file, () => marketHours(file, text()).failures);
  }
}

/** Checks a list of sessions, named after its calendar, in both directions. */
export function* sessionList(file: string, text: string): Generator<TruthCase> {
  const market = calendar(file.slice(0, file.indexOf('_')));
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const fields = header.split(',');
  const listed = new Set<string>();
  for (const line of lines) {
    const row = Object.fromEntries(line.split(',').map((value, i) => [fields[i], value]));
    const date = row['session'];
    listed.add(date);
    const expected = [row['open_utc'], row['close_utc'], row['break_start_utc'], row['break_end_utc']];
    yield compare(`${file}#${date}`, expected.map((time) => time ?? '').join(' | '), describe(market, date));
  }
  const dates = [...listed].sort();
  for (const { date } of market.sessions(dates[0], dates.at(-1)!)) {
    if (!listed.has(date)) yield compare(`${file}#${date}`, 'no session', describe(market, date));
  }
}

function describe(market: Calendar, date: string): string {
  const session = market.session(date);
  if (session === undefined) return 'no session';
  const { openAt, closeAt, breakStartAt, breakEndAt } = session;
  return [openAt, closeAt, breakStartAt, breakEndAt].map((at) => (at === undefined ? '' : minute(at))).join(' | ');
}

/** `2014-03-07 14:30` */
function minute(at: number): string {
  return formatInstant(at).slice(0, 16).replace('T', ' ');
}

function compare(id: string, expected: string, actual: string): TruthCase {
  if (expected === actual) return { id, status: 'passed', error: 0 };
  return { id, status: 'failed', error: Infinity, detail: `expected ${expected}, was ${actual}` };
}

interface MarketHours {
  readonly exchangeTimeZone: string;
  readonly holidays: readonly string[];
  readonly earlyCloses: Readonly<Record<string, string>>;
}

/**
 * Checks the days of a market-hours file. They are facts about sessions already counted above, so only failures are
 * cases; `checked` says how many were looked at.
 */
export function marketHours(file: string, text: string): { checked: number; failures: TruthCase[] } {
  const hours = JSON.parse(text) as MarketHours; // the file's own shape; a missing field fails below
  const market = calendar('XNYS');
  const local = zone(hours.exchangeTimeZone);
  const holidays = hours.holidays.map(isoDate);
  const checks = holidays.map((date) => compare(`${file}#${date}`, 'no session', describe(market, date)));
  for (const [date, time] of Object.entries(hours.earlyCloses)) {
    const day = isoDate(date);
    const [hour, minutes] = time.split(':').map(Number) as [number, number];
    const closeAt = local.instantAt(parseDay(day), (hour * 60 + minutes) * MINUTE);
    const session = market.session(day);
    checks.push(
      compare(`${file}#${day}`, minute(closeAt), session === undefined ? 'no session' : minute(session.closeAt)),
    );
  }
  return { checked: checks.length, failures: checks.filter((check) => check.status === 'failed') };
}

/** `7/3/2014` to `2014-07-03`. */
function isoDate(american: string): string {
  const [month, day, year] = american.split('/') as [string, string, string];
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
