/**
 * Time zones: what a wall clock shows at an instant, and which instant a wall clock means, daylight saving included.
 *
 * The rules come from the runtime's own time-zone data (through `Intl`), asked once per zone and year and kept as a
 * table of offset changes, so that a conversion is a search in a few numbers.
 */
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import { DAY, MILLISECOND, MINUTE, type Instant } from './instant.ts';
import { civilOf, dayOf } from './civil.ts';

/** Offsets change on whole quarters of an hour in every zone with data since 1970. */
const QUARTER = 15 * MINUTE;

interface YearOffsets {
  /** When each offset begins; the first is the start of the UTC year. */
  readonly from: readonly number[];
  /** Local time minus UTC, in microseconds. */
  readonly offset: readonly number[];
}

/** One IANA time zone. Get it from `zone(name)`. */
export class Zone {
  readonly name: string;
  private readonly format: Intl.DateTimeFormat;
  private readonly years = new Map<number, YearOffsets>();

  constructor(name: string) {
    this.name = name;
    this.format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  /** Returns local time minus UTC at an instant, in microseconds: −5 h in a New York winter. */
  offsetAt(at: number): number {
    const { from, offset } = this.year(civilOf(Math.floor(at / DAY)).year);
    let i = from.length - 1;
    while (i > 0 && from[i] > at) i--;
    return offset[i];
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
    const from = [dayOf(year, 1, 1) * DAY];
    const offset = [this.read(from[0])];
    for (let month = 2; month <= 13; month++) {
      const end = dayOf(year, month, 1) * DAY - QUARTER;
      const start = Math.max(dayOf(year, month - 1, 1) * DAY, from.at(-1)!);
      this.bisect(start, end, offset.at(-1)!, from, offset);
    }
    return { from, offset };
  }

  /** Notes every change of offset in (start, end]. A month of Ramadan may have two, so both halves are looked at. */
  private bisect(start: number, end: number, offsetAtStart: number, from: number[], offset: number[]): void {
    const middle = start + Math.floor((end - start) / (2 * QUARTER)) * QUARTER;
    const atMiddle = this.read(middle);
    const atEnd = this.read(end);
    if (offsetAtStart !== atMiddle && middle > start) this.find(start, middle, offsetAtStart, from, offset);
    if (atMiddle !== atEnd) this.find(middle, end, atMiddle, from, offset);
  }

  private find(start: number, end: number, offsetAtStart: number, from: number[], offset: number[]): void {
    let low = start;
    let high = end;
    while (high - low > QUARTER) {
      const middle = low + Math.floor((high - low) / (2 * QUARTER)) * QUARTER;
      if (this.read(middle) === offsetAtStart) low = middle;
      else high = middle;
    }
    from.push(high);
    offset.push(this.read(high));
  }

  private read(at: number): number {
    const match = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(this.format.format(at / MILLISECOND));
    if (match === null || match[1] === undefined) return 0;
    const minutes = Number(match[2]) * 60 + Number(match[3]);
    return (match[1] === '-' ? -minutes : minutes) * MINUTE;
  }
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
