/**
 * Days to stay away from: meetings of the central bank, earnings, ex-dates, whatever a deck names.
 *
 * Nobody who plays the past may know these from the tape, so they are told. Where it is told of which spans they are
 * known, a day beyond fails: protection that has run out is not protection.
 */
import { Fault, show } from '../../base/fault.ts';
import { formatDay, parseDay } from '../../time/civil.ts';
import type { Outcome } from './outcome.ts';

interface EventDay {
  readonly day: number;
  readonly name: string;
  /** Every underlying when `undefined`. */
  readonly symbol: string | undefined;
}

type Span = readonly [from: number, to: number];

export interface Events {
  readonly days: readonly EventDay[];
  /** Spans, by their first and last day, of which all events are known; with none, what is told is taken as all. */
  readonly known: readonly Span[];
}

/** Second days of the meetings of the Federal Open Market Committee; each begins the day before. Source: its calendar. */
const FOMC = (
  '2025-01-29 2025-03-19 2025-05-07 2025-06-18 2025-07-30 2025-09-17 2025-10-29 2025-12-10 ' +
  '2026-01-28 2026-03-18 2026-04-29 2026-06-17 2026-07-29 2026-09-16 2026-10-28 2026-12-09'
)
  .split(' ')
  .map(parseDay);
const FOMC_KNOWN: Span = [parseDay('2025-01-01'), parseDay('2026-12-31')];

/**
 * Reads `fomc, 2024-03-20, GOOG:2024-02-01 earnings, 2024-01-01..2024-12-31`; `none` is no event. What is not understood
 * is a `Fault`.
 */
export function parseEvents(text: string): Events {
  const plain = text.trim();
  if (plain === 'none') return { days: [], known: [] };
  const days: EventDay[] = [];
  const known: Span[] = [];
  for (const part of plain.split(',').map((each) => each.trim())) {
    if (part === 'fomc') {
      known.push(FOMC_KNOWN);
      for (const day of FOMC)
        days.push(...[day - 1, day].map((each) => ({ day: each, name: 'fomc', symbol: undefined })));
      continue;
    }
    const span = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(part);
    if (span !== null) {
      const [from, to] = [parseDay(span[1]), parseDay(span[2])];
      if (from > to) {
        throw new Fault('selling.events', `a span ends no sooner than it begins, was ${show(part)}`, PLACE);
      }
      known.push([from, to]);
      continue;
    }
    const match = /^(?:([^\s:]+):)?(\d{4}-\d{2}-\d{2})(?:\s+(.+))?$/.exec(part);
    if (match === null) {
      const rule =
        'events are none, or fomc, days as 2024-03-20, days of an underlying as GOOG:2024-02-01 earnings, and spans of ' +
        `which all is told as 2024-01-01..2024-12-31, was ${show(part)}`;
      throw new Fault('selling.events', rule, PLACE);
    }
    days.push({ day: parseDay(match[2]), name: match[3] ?? 'event', symbol: match[1] });
  }
  return { days: days.sort((a, b) => a.day - b.day), known: joined(known) };
}

const PLACE = { field: 'events' };

/** Spans in order, those that touch made one. */
function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last !== undefined && from <= last[1] + 1) all[all.length - 1] = [last[0], Math.max(last[1], to)];
    else all.push([from, to]);
  }
  return all;
}

/** Whether an event of `symbol` lies in the `ahead` days from `today` on, which is one of them. */
export function judgeEvents({ days, known }: Events, symbol: string, today: number, ahead: number): Outcome {
  const last = today + ahead - 1;
  const rule = 'events';
  if (known.length > 0 && !known.some(([from, to]) => today >= from && last <= to)) {
    const spans = known.map(([from, to]) => `from ${formatDay(from)} to ${formatDay(to)}`);
    const text = `events are known ${spans.join(' and ')} only`;
    return { rule, outcome: 'fail', value: undefined, text };
  }
  const next = days.find((each) => each.day >= today && (each.symbol ?? symbol) === symbol);
  if (next === undefined) return { rule, outcome: 'pass', value: undefined, text: 'no event is known' };
  const value = next.day - today;
  const isNear = next.day <= last;
  return {
    rule,
    outcome: isNear ? 'fail' : 'pass',
    value,
    min: ahead,
    text: `${next.name} of ${formatDay(next.day)} is ${value} days away, ${isNear ? 'not' : 'at least'} ${ahead}`,
  };
}
