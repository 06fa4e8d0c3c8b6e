/**
 * Time zones: what a wall clock shows at an instant, and which instant a wall clock means, daylight saving included.
 *
 * The rules come from the runtime's own time-zone data (through `Temporal`, which knows when clocks change and starts
 * twenty times as fast as `Intl`), asked once per zone and year and kept as a table of offset changes, so that a
 * conversion is a search in a few numbers.
 */
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import { DAY, MILLISECOND, type Instant } from './instant.ts';
import { civilOf, dayOf } from './civil.ts';

interface YearOffsets {
  /** When each offset begins; the first is the start of the UTC year. */
  readonly from: readonly number[];
  /** Local time minus UTC, in microseconds. */
  readonly offset: readonly number[];
  /** The start of the next UTC year. */
  readonly to: number;
}

/** One IANA time zone. Get it from `zone(name)`. */
export class Zone {
  readonly name: string;
  private readonly years = new Map<number, YearOffsets>();
  /** The latest answer, which is mostly the next one too. */
  private recentFrom = Number.POSITIVE_INFINITY;
  private recentTo = Number.NEGATIVE_INFINITY;
  private recentOffset = 0;

  constructor(name: string) {
    this.name = name;
    // A name that the runtime does not know is refused here, not at the first question.
    this.localAt(0);
  }

  /** Returns local time minus UTC at an instant, in microseconds: −5 h in a New York winter. */
  offsetAt(at: number): number {
    if (at >= this.recentFrom && at < this.recentTo) return this.recentOffset;
    const { from, offset, to } = this.year(civilOf(Math.floor(at / DAY)).year);
    let i = from.length - 1;
    while (i > 0 && from[i] > at) i--;
    this.recentFrom = from[i];
    this.recentTo = i + 1 < from.length ? from[i + 1] : to;
    this.recentOffset = offset[i];
    return this.recentOffset;
  }

  /** Returns the local date (days since 1970) at an instant. */
  dayAt(at: number): number {
    return Math.floor((at + this.offsetAt(at)) / DAY);
  }

  /** Returns the microseconds the wall clock shows since local midnight. */
  clockAt(at: number): number {
    const local = at + this.offsetAt(at);
    return local - Math.floor(local / DAY) * DAY;
  }

  /**
   * Returns the instant at which the wall clock shows `clock` microseconds after midnight of `day`; `clock` may lie
   * outside the day (−7 h is 17:00 the day before). A time that daylight saving skips is taken as if the clock had
   * not moved (02:30 becomes 03:30); of a time that comes twice, the first.
   */
  instantAt(day: number, clock: number): Instant {
    const local = day * DAY + clock;
    const before = this.offsetAt(local - DAY);
    const after = this.offsetAt(local + DAY);
    if (before === after) return (local - before) as Instant;
    const early = local - before;
    if (this.offsetAt(early) === before) return early as Instant;
    const late = local - after;
    return (this.offsetAt(late) === after ? late : early) as Instant;
  }

  private year(year: number): YearOffsets {
    let offsets = this.years.get(year);
    if (offsets === undefined) {
      offsets = this.ask(year);
      this.years.set(year, offsets);
    }
    return offsets;
  }

  private ask(year: number): YearOffsets {
    const start = dayOf(year, 1, 1) * DAY;
    const to = dayOf(year + 1, 1, 1) * DAY;
    let local = this.localAt(start);
    const from = [start];
    const offset = [offsetOf(local)];
    for (;;) {
      const next = local.getTimeZoneTransition('next');
      if (next === null || next.epochMilliseconds * MILLISECOND >= to) return { from, offset, to };
      local = next;
      from.push(local.epochMilliseconds * MILLISECOND);
      offset.push(offsetOf(local));
    }
  }

  private localAt(at: number): Temporal.ZonedDateTime {
    return Temporal.Instant.fromEpochMilliseconds(at / MILLISECOND).toZonedDateTimeISO(this.name);
  }
}

function offsetOf({ offsetNanoseconds }: Temporal.ZonedDateTime): number {
  return offsetNanoseconds / 1000;
}

const ZONES = new Map<string, Zone>();

/** Returns the zone of an IANA name such as `America/New_York`; an unknown name is a `Fault`. */
export function zone(name: string): Zone {
  let known = ZONES.get(name);
  if (known === undefined) {
    try {
      known = new Zone(name);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Fault('time.unknown-zone', `no time zone ${show(name)}`, {}, didYouMean(name, zoneNames()));
    }
    ZONES.set(name, known);
  }
  return known;
}

/** Returns the IANA names that the runtime lists, and UTC. */
export function zoneNames(): string[] {
  return [...Intl.supportedValuesOf('timeZone'), 'UTC'];
}
