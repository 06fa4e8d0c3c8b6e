/**
 * Relative volume: what was traded since the day began, over what usually is by then.
 */
import { factor, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;

/** The totals that days had reached so long after their first row, of the last days that had a row then. */
interface Mark {
  /** Microseconds after the end of the day's first row. */
  readonly after: number;
  readonly totals: Ring;
}

class RelativeVolume extends Stream {
  private readonly days: number;
  private readonly dayStart: number;
  /** By time after the first row. */
  private readonly marks: Mark[] = [];
  /** What today has reached so far, row by row; it joins the marks when the day is over. */
  private readonly today: { readonly after: number; readonly total: number }[] = [];
  private day = Number.NaN;
  private firstAt = 0;
  private total = 0;
  private daysSeen = -1;

  constructor(days: number, dayStart: number) {
    super();
    this.days = days;
    this.dayStart = dayStart * HOUR;
  }

  next(time: number, volume: number): number {
    // A bar that ends with the day is of that day.
    const day = Math.ceil((time - this.dayStart) / DAY) - 1;
    if (day !== this.day) this.beginDay(day, time);
    this.total += volume;
    const after = time - this.firstAt;
    this.today.push({ after, total: this.total });
    if (this.daysSeen < this.days) return Number.NaN;
    const usual = this.usualAt(after);
    return usual > 0 ? this.total / usual : 0;
  }

  private beginDay(day: number, time: number): void {
    for (const { after, total } of this.today.splice(0)) {
      const place = placeOf(this.marks, after);
      if (this.marks[place]?.after !== after) this.marks.splice(place, 0, { after, totals: new Ring(this.days) });
      this.marks[place].totals.push(total);
    }
    this.day = day;
    this.firstAt = time;
    this.total = 0;
    this.daysSeen++;
  }

  /** The mean of the totals at that time of day, or at the last earlier time that days before had; 0 where none has. */
  private usualAt(after: number): number {
    const place = placeOf(this.marks, after);
    const mark = this.marks[place]?.after === after ? this.marks[place] : this.marks[place - 1];
    if (mark === undefined) return 0;
    const { totals } = mark;
    let sum = 0;
    for (let i = 0; i < totals.count; i++) sum += totals.ago(i);
    return sum / totals.count;
  }

  /** The number of marks comes first, because a new stream has none. */
  override save(): number[] {
    const { marks, today } = this;
    const state = [this.day, this.firstAt, this.total, this.daysSeen, today.length, marks.length];
    for (const { after, total } of today) state.push(after, total);
    for (const { after, totals } of marks) {
      state.push(after, totals.count);
      for (let i = totals.count - 1; i >= 0; i--) state.push(totals.ago(i));
    }
    return state;
  }

  override restore(state: readonly (number | null)[]): void {
    let at = 0;
    const read = (): number => state[at++] ?? Number.NaN;
    [this.day, this.firstAt, this.total, this.daysSeen] = [read(), read(), read(), read()];
    const [rows, marks] = [read(), read()];
    this.today.splice(0);
    for (let i = 0; i < rows; i++) this.today.push({ after: read(), total: read() });
    this.marks.splice(0);
    for (let i = 0; i < marks; i++) {
      const mark: Mark = { after: read(), totals: new Ring(this.days) };
      for (let count = read(); count > 0; count--) mark.totals.push(read());
      this.marks.push(mark);
    }
  }
}

/** The first mark at or after a time of day. */
function placeOf(marks: readonly Mark[], after: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle].after < after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Relative daily volume: the volume since the day's first row over the mean of the same on the last `days` days that
 * had a row as long after their first one. Rows are told apart by days of UTC that begin `dayStart` hours after
 * midnight, and compared by the time since the first row, which daylight saving does not move.
 */
export const relativeVolume = defineIndicator({
  name: 'relativeVolume',
  title: 'Relative daily volume',
  family: 'volume',
  inputs: ['time', 'volume'],
  outputs: ['ratio'],
  parameters: [
    period('days', 2, 'days that are the measure'),
    factor('dayStart', 0, 'when a day begins, hours after midnight UTC', -24, 24),
  ],
  // A day has one row at least: of bars within the day, the first value comes with a day as well.
  warmUp: (days: number, _dayStart: number) => days,
  create: (days: number, dayStart: number) => new RelativeVolume(days, dayStart),
  aliases: ['rdv', 'relativedailyvolume'],
});
