/**
 * Days to stay away from: meetings of the central bank, earnings, ex-dates, whatever a deck names.
 *
 * Nobody who plays the past may know these from the tape, so they are told. A day beyond what is known of the meetings
 * fails: protection that has run out is not protection.
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

export interface Events {
  readonly days: readonly EventDay[];
  /** First and last day of which meetings are known; `undefined` when nobody asks for meetings. */
  readonly known: readonly [from: number, to: number] | undefined;
}

/** Second days of the meetings of the Federal Open Market Committee; each begins the day before. Source: its calendar. */
const FOMC = (
  '2025-01-29 2025-03-19 2025-05-07 2025-06-18 2025-07-30 2025-09-17 2025-10-29 2025-12-10 ' +
  '2026-01-28 2026-03-18 2026-04-29 2026-06-17 2026-07-29 2026-09-16 2026-10-28 2026-12-09'
)
  .split(' ')
  .map(parseDay);
const FOMC_KNOWN = [parseDay('2025-01-01'), parseDay('2026-12-31')] as const;

/** Reads `fomc, 2024-03-20, GOOG:2024-02-01`; `none` is no event. What is not understood is a `Fault`. */
export function parseEvents(text: string): Events {
  const plain = text.trim();
  if (plain === 'none') return { days: [], known: undefined };
  const days: EventDay[] = [];
  let known: Events['known'];
  for (const part of plain.split(',').map((each) => each.trim())) {
    if (part === 'fomc') {
      known = FOMC_KNOWN;
      for (const day of FOMC)
        days.push(...[day - 1, day].map((each) => ({ day: each, name: 'fomc', symbol: undefined })));
      continue;
    }
    const match = /^(?:(.+):)?(\d{4}-\d{2}-\d{2})$/.exec(part);
    if (match === null) {
      const rule = `events are none, or fomc, days as 2024-03-20 and days of an underlying as GOOG:2024-02-01, was ${show(part)}`;
      throw new Fault('selling.events', rule, { field: 'events' });
    }
    days.push({ day: parseDay(match[2]), name: 'event', symbol: match[1] });
  }
  return { days: days.sort((a, b) => a.day - b.day), known };
}

/** Whether an event of `symbol` lies in the `ahead` days from `today` on, which is one of them. */
export function judgeEvents({ days, known }: Events, symbol: string, today: number, ahead: number): Outcome {
  const last = today + ahead - 1;
  const rule = 'events';
  if (known !== undefined && (today < known[0] || last > known[1])) {
    const text = `meetings are known from ${formatDay(known[0])} to ${formatDay(known[1])} only`;
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
