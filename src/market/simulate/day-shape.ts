/**
 * The shape of a trading day: how activity is spread from the open to the close.
 *
 * Volatility and volume are high at both ends and low in the middle. The weight at the fraction u of the session's
 * trading time is (1 + c·(2u − 1)²) / (1 + c/3), whose mean is 1; its integral has a closed form.
 */
import type { SessionColumns } from '../../time/session.ts';

/** Returns the share of a session's activity before the fraction `u` of its trading time (0 … 1). */
export function activityBefore(u: number, seasonality: number): number {
  const end = 2 * u - 1;
  return (u + (seasonality * (end * end * end + 1)) / 6) / (1 + seasonality / 3);
}

/** Returns the fraction of trading time by which `share` of the activity has happened: the inverse, by bisection. */
export function timeOfActivity(share: number, seasonality: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (activityBefore(middle, seasonality) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A session cut into steps that follow each other: instants, and each step's share of the day's activity. */
export interface Steps {
  readonly length: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly share: Float64Array;
}

/** Cuts sessions into steps. Sessions of one pattern (hours, break) share the work. */
export class DayShape {
  private readonly seasonality: number;
  private readonly patterns = new Map<string, Steps>();

  constructor(seasonality: number) {
    this.seasonality = seasonality;
  }

  /** Steps of `micros` from the open, the last before a break or the close cut short; one step when undefined. */
  byTime(sessions: SessionColumns, row: number, micros: number | undefined): Steps {
    return this.pattern(sessions, row, `t${micros}`, (spans) => {
      if (micros === undefined) return [spans[0][0], ...spans.slice(-1).map(([, end]) => end)];
      const cuts: number[] = [];
      for (const [start, end] of spans) for (let at = start; at < end; at += micros) cuts.push(at);
      return [...cuts, spans.at(-1)![1]];
    });
  }

  /** `count` steps of equal activity: short when the market is busy. */
  byActivity(sessions: SessionColumns, row: number, count: number): Steps {
    return this.pattern(sessions, row, `a${count}`, (spans) => {
      const cuts = new Set<number>();
      for (let i = 0; i <= count; i++) cuts.add(instantAfter(timeOfActivity(i / count, this.seasonality), spans));
      return [...cuts];
    });
  }

  private pattern(
    { openAt, closeAt, breakStartAt, breakEndAt }: SessionColumns,
    row: number,
    kind: string,
    cut: (spans: readonly Span[]) => number[],
  ): Steps {
    const open = openAt[row];
    const [close, breakStart, breakEnd] = [closeAt[row] - open, breakStartAt[row] - open, breakEndAt[row] - open];
    const key = `${kind} ${close} ${breakStart} ${breakEnd}`;
    let steps = this.patterns.get(key);
    if (steps === undefined) {
      const spans: Span[] = Number.isNaN(breakStart)
        ? [[0, close]]
        : [
            [0, breakStart],
            [breakEnd, close],
          ];
      steps = this.steps(cut(spans), spans);
      this.patterns.set(key, steps);
    }
    return steps;
  }

  /** Steps between neighbouring cuts, without those that fall into the break. */
  private steps(cuts: readonly number[], spans: readonly Span[]): Steps {
    const rows: (readonly [start: number, end: number, share: number])[] = [];
    for (let i = 1; i < cuts.length; i++) {
      const [start, end] = [cuts[i - 1], cuts[i]];
      const span = spans.find((candidate) => start >= candidate[0] && start < candidate[1]);
      if (span === undefined) continue;
      // Only a whole-day step may reach over the break.
      const last = cuts.length === 2 ? end : Math.min(end, span[1]);
      rows.push([start, last, this.activity(last, spans) - this.activity(start, spans)]);
    }
    return {
      length: rows.length,
      start: Float64Array.from(rows, ([start]) => start),
      end: Float64Array.from(rows, ([, end]) => end),
      share: Float64Array.from(rows, ([, , share]) => share),
    };
  }

  private activity(at: number, spans: readonly Span[]): number {
    const total = spans.reduce((sum, [start, end]) => sum + end - start, 0);
    const before = spans.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(at, end) - start), 0);
    return activityBefore(before / total, this.seasonality);
  }
}

type Span = readonly [start: number, end: number];

/** Returns the whole microsecond after which a fraction of the trading time has passed. */
function instantAfter(fraction: number, spans: readonly Span[]): number {
  const total = spans.reduce((sum, [start, end]) => sum + end - start, 0);
  let left = Math.round(fraction * total);
  for (const [start, end] of spans) {
    if (left <= end - start) return start + left;
    left -= end - start;
  }
  return spans.at(-1)![1];
}
