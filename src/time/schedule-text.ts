/**
 * Schedules as people write them: `last session of the week, 30m before close`.
 *
 * A text names the sessions, the time, or both, in either order:
 *
 * - sessions: `every session`, `first session of the month`, `2nd last session of the quarter`, `monday`,
 *   `every tuesday, thursday`, `3rd friday`, `last friday of the month`
 * - times: `at open`, `at close`, `15m after open`, `30m before close`, `at 10:00`, `at 15:45 America/New_York`,
 *   `every 5m in session`
 *
 * Without sessions it means every session; without a time, the open. Case, commas and `the` do not matter.
 */
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import { DURATION_UNITS, tryDuration } from './duration.ts';
import {
  afterClose,
  afterOpen,
  atClock,
  atClose,
  atOpen,
  beforeClose,
  beforeOpen,
  every,
  nthSession,
  rule,
  tryClock,
  type Period,
  type ScheduleRule,
  type SessionRule,
  type TimeRule,
} from './schedule-rule.ts';
import { zone } from './zone.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const PERIODS: readonly Period[] = ['week', 'month', 'quarter', 'year'];
const ORDINALS: ReadonlyMap<string, number> = new Map(
  [
    ['first', '1st'],
    ['second', '2nd'],
    ['third', '3rd'],
    ['fourth', '4th'],
    ['fifth', '5th'],
  ].flatMap((names, i) => names.map((name) => [name, i + 1] as const)),
);
const STARTS = ['at', 'every', 'last', ...ORDINALS.keys(), ...WEEKDAYS];

interface Word {
  readonly text: string;
  /** As written, for names in which case matters. */
  readonly raw: string;
  /** 1-based. */
  readonly column: number;
}

/** Parses a schedule; what is not understood is a `Fault` that shows where and suggests the word meant. */
export function parseSchedule(text: string): ScheduleRule {
  const parser = new Parser(text);
  let sessions: SessionRule | undefined;
  let time: TimeRule | undefined;
  while (!parser.done) {
    const start = parser.peek();
    const clause = parser.clause();
    if ('time' in clause) {
      if (time !== undefined) throw parser.fault(start, 'a schedule has one time, and this is a second');
      time = clause.time;
    } else if (sessions === undefined) {
      sessions = clause.sessions;
    } else {
      sessions = parser.both(sessions, clause.sessions, start);
    }
  }
  if (sessions === undefined && time === undefined) {
    throw new Fault(
      'schedule.empty',
      `a schedule must name sessions or a time, as in "30m before close", was ${show(text)}`,
    );
  }
  return rule({ ...(sessions === undefined ? {} : { sessions }), ...(time === undefined ? {} : { time }) });
}

type Clause = { readonly sessions: SessionRule } | { readonly time: TimeRule };

class Parser {
  private readonly text: string;
  private readonly words: readonly Word[];
  private position = 0;

  constructor(text: string) {
    this.text = text;
    this.words = [...text.matchAll(/[^\s,]+/g)]
      .map((match) => ({ text: match[0].toLowerCase(), raw: match[0], column: match.index + 1 }))
      .filter((word) => word.text !== 'the');
  }

  get done(): boolean {
    return this.position >= this.words.length;
  }

  peek(): Word | undefined {
    return this.words[this.position];
  }

  clause(): Clause {
    const word = this.peek()!;
    const duration = this.duration();
    if (duration !== undefined) return { time: this.offset(duration) };
    this.position++;
    if (word.text === 'at') return { time: this.at() };
    if (word.text === 'every') return this.every();
    if (word.text === 'last') return { sessions: this.nth(-1) };
    const ordinal = ORDINALS.get(word.text);
    if (ordinal !== undefined) return { sessions: this.nth(this.accept('last') ? -ordinal : ordinal) };
    const weekday = weekdayOf(word.text);
    if (weekday !== undefined) return { sessions: { kind: 'weekdays', weekdays: [weekday] } };
    throw this.unknown(word, STARTS);
  }

  /** Two clauses about sessions make sense only when both list days of the week, or one says "every session". */
  both(a: SessionRule, b: SessionRule, at: Word | undefined): SessionRule {
    if (a.kind === 'every-session') return b;
    if (b.kind === 'every-session') return a;
    if (a.kind === 'weekdays' && b.kind === 'weekdays') return { ...a, weekdays: [...a.weekdays, ...b.weekdays] };
    throw this.fault(at, 'a schedule names its sessions once, and this is a second time');
  }

  fault(at: Word | undefined, rule: string, hint?: string): Fault {
    const where = at === undefined ? 'at the end' : `at column ${at.column} (${show(at.raw)})`;
    return new Fault('schedule.bad-text', `schedule ${show(this.text)}, ${where}: ${rule}`, {}, hint);
  }

  /** `30m` or `30 minutes`. */
  private duration(): string | undefined {
    const first = this.peek();
    if (first === undefined || !/^\d/.test(first.text) || ORDINALS.has(first.text)) return undefined;
    if (tryDuration(first.text) !== undefined) {
      this.position++;
      return first.text;
    }
    const unit = this.words[this.position + 1];
    const text = `${first.text}${unit?.text ?? ''}`;
    if (!/^\d+(\.\d+)?$/.test(first.text) || tryDuration(text) === undefined) {
      const written = first.text.replace(/^[\d.]+/, '') || (unit?.text ?? '');
      throw this.fault(first, 'expected a duration as in 30m or 2h', didYouMean(written, DURATION_UNITS));
    }
    this.position += 2;
    return text;
  }

  private offset(duration: string): TimeRule {
    const side = this.oneOf(['before', 'after']);
    const edge = this.oneOf(['open', 'close']);
    if (side === 'before') return edge === 'open' ? beforeOpen(duration) : beforeClose(duration);
    return edge === 'open' ? afterOpen(duration) : afterClose(duration);
  }

  private at(): TimeRule {
    const word = this.peek();
    if (word !== undefined && /^\d/.test(word.text)) {
      if (tryClock(word.text) === undefined) throw this.fault(word, 'expected a time from 00:00 to 23:59');
      this.position++;
      return atClock(word.text, this.zone());
    }
    return this.oneOf(['open', 'close']) === 'open' ? atOpen() : atClose();
  }

  /** A zone is recognised by its slash; `UTC` is the one without. */
  private zone(): string | undefined {
    const word = this.peek();
    if (word === undefined || !(word.raw.includes('/') || word.text === 'utc')) return undefined;
    this.position++;
    return zone(word.text === 'utc' ? 'UTC' : word.raw).name;
  }

  private every(): Clause {
    const duration = this.duration();
    if (duration !== undefined) {
      if (this.accept('in')) this.oneOf(['session']);
      return { time: every(duration) };
    }
    const word = this.peek();
    const weekday = word === undefined ? undefined : weekdayOf(word.text);
    if (weekday === undefined) {
      this.oneOf(['session', ...WEEKDAYS]);
      return { sessions: { kind: 'every-session' } };
    }
    this.position++;
    return { sessions: { kind: 'weekdays', weekdays: [weekday] } };
  }

  private nth(n: number): SessionRule {
    const word = this.peek();
    const weekday = word === undefined ? undefined : weekdayOf(word.text);
    if (weekday !== undefined) {
      this.position++;
      if (this.accept('of')) this.oneOf(['month']);
      return { kind: 'nth-weekday', n, weekday };
    }
    this.oneOf(['session', ...WEEKDAYS]);
    this.oneOf(['of']);
    return nthSession(n, this.oneOf(PERIODS));
  }

  private accept(text: string): boolean {
    if (this.peek()?.text !== text) return false;
    this.position++;
    return true;
  }

  private oneOf<T extends string>(known: readonly T[]): T {
    const word = this.peek();
    const found = known.find((name) => name === word?.text);
    if (found === undefined) throw this.unknown(word, known);
    this.position++;
    return found;
  }

  private unknown(word: Word | undefined, known: readonly string[]): Fault {
    const few = known.length > 4 ? undefined : `expected ${known.map((name) => `"${name}"`).join(' or ')}`;
    return this.fault(word, few ?? 'not understood', word === undefined ? undefined : didYouMean(word.text, known));
  }
}

/** `friday`, `fridays` and `fri`. */
function weekdayOf(text: string): number | undefined {
  const found = WEEKDAYS.findIndex((name) => text === name || text === `${name}s` || text === name.slice(0, 3));
  return found < 0 ? undefined : found;
}
