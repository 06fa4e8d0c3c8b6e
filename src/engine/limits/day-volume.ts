/**
 * The average volume of a day, from the bars that a deck has seen: at most the last twenty days, today not included.
 */
import type { BarFeed } from '../feeds/feed.ts';

const DAY_US = 86_400e6;
const DAYS = 20;

/** Remembers one average per instrument and day: it is asked for each order, and changes overnight. */
export class DayVolume {
  private readonly feeds: readonly (BarFeed | undefined)[];
  private readonly dayOf: Float64Array;
  private readonly averages: Float64Array;

  /** `feeds` by instrument: the bars in which it trades. */
  constructor(feeds: readonly (BarFeed | undefined)[]) {
    this.feeds = feeds;
    this.dayOf = new Float64Array(feeds.length).fill(Number.NaN);
    this.averages = new Float64Array(feeds.length).fill(Number.NaN);
  }

  /** Units of the instrument per day; NaN before the first day is over, and where no volume is told. */
  at(instrument: number, now: number): number {
    const day = Math.floor(now / DAY_US);
    if (this.dayOf[instrument] !== day) {
      this.dayOf[instrument] = day;
      this.averages[instrument] = averageOf(this.feeds[instrument], day);
    }
    return this.averages[instrument];
  }
}

function averageOf(feed: BarFeed | undefined, today: number): number {
  if (feed === undefined) return Number.NaN;
  const { time, volume } = feed.columns;
  let sum = 0;
  let days = 0;
  let last = today;
  for (let row = feed.cursor.index; row >= 0; row--) {
    // A bar that ends at midnight belongs to the day before.
    const day = Math.floor((time[row] - 1) / DAY_US);
    if (day >= today) continue;
    if (day !== last && ++days > DAYS) break;
    last = day;
    sum += volume[row] > 0 ? volume[row] : 0;
  }
  const count = Math.min(days, DAYS);
  return count === 0 || sum === 0 ? Number.NaN : sum / count;
}
