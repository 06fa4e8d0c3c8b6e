/**
 * The greeks of the whole book over time, in money, and the collateral that it ties up.
 *
 * Delta is what the book wins when every underlying rises by 1 %, gamma by how much that changes on a further 1 %, theta
 * what a calendar day brings, vega what one point of vol does. Shares of the underlyings count in delta: what was
 * assigned is still exposure.
 */
import type { RunResult } from '../../engine/result.ts';
import { packTimes, pick, telling, type PackedTimes, type Shown } from '../series.ts';
import type { OptionInput, SeenHolding, SeenSession } from './input.ts';
import { boundaryDelta, valueOf } from './value.ts';

const BUCKETS = 250;
/** American contracts cost a third of a millisecond each: of a longer run every second, third … session is valued. */
const VALUED_MAX = 4_000;

export interface BookGreeks {
  readonly delta: number;
  readonly gamma: number;
  readonly theta: number;
  readonly vega: number;
  /** The part of delta that is options. */
  readonly optionDelta: number;
  /** Value of the options that are held, not sold. */
  readonly bought: number;
}

/** One number per session of the run; nought where nothing was held. */
export interface BookColumns {
  readonly delta: Float64Array;
  readonly gamma: Float64Array;
  readonly theta: Float64Array;
  readonly vega: Float64Array;
  readonly optionDelta: Float64Array;
  readonly bought: Float64Array;
  /** Money that sold options tie up; NaN where the account would not allow them. */
  readonly collateral: Float64Array;
  /** Every how many sessions greeks were computed; NaN in between. */
  readonly stride: number;
}

export interface BookData {
  readonly time: PackedTimes;
  readonly delta: readonly Shown[];
  readonly gamma: readonly Shown[];
  readonly theta: readonly Shown[];
  readonly vega: readonly Shown[];
  /** Over equity. */
  readonly collateral: readonly Shown[];
  /** Every how many sessions greeks were computed. */
  readonly stride: number;
}

/** The greeks of what was held at the end of one session. */
export function greeksOf({ holdings }: SeenSession, { instruments, rate }: OptionInput): BookGreeks {
  let [delta, gamma, theta, vega, optionDelta, bought] = [0, 0, 0, 0, 0, 0];
  for (const holding of holdings) {
    const instrument = instruments.get(holding.symbol)!;
    const size = holding.quantity * instrument.multiplier * holding.rate;
    const percent = 0.01 * holding.underlying;
    if (instrument.option === undefined) {
      delta += size * percent;
      continue;
    }
    if (size > 0 && holding.mark > 0) bought += size * holding.mark;
    const value = valueOf(instrument, holding, rate);
    optionDelta += size * (value?.delta ?? boundaryDelta(instrument, holding.underlying)) * percent;
    if (value === undefined) continue;
    gamma += size * value.gamma * percent * percent;
    theta += (size * value.theta) / 365;
    vega += size * value.vega * 0.01;
  }
  return { delta: delta + optionDelta, gamma, theta, vega, optionDelta, bought };
}

/** Returns greeks and collateral at the end of each session of the run. */
export function bookColumns(result: RunResult, input: OptionInput): BookColumns {
  const { time } = result.sessions;
  const stride = strideOf(input);
  const column = (): Float64Array => new Float64Array(time.length);
  const greeks = { delta: column(), gamma: column(), theta: column(), vega: column(), optionDelta: column() };
  const names = Object.keys(greeks) as (keyof typeof greeks)[]; // The keys of an object are of its key type.
  const [bought, collateral] = [column(), column()];
  let held = 0;
  sessionsAt(time, input.sessions).forEach((session, i) => {
    if (session === undefined) return;
    collateral[i] = Number.isFinite(session.collateral) ? session.collateral : Number.NaN;
    const isValued = held++ % stride === 0;
    const values = isValued ? greeksOf(session, input) : undefined;
    for (const name of names) greeks[name][i] = values?.[name] ?? Number.NaN;
    bought[i] = values?.bought ?? Number.NaN;
  });
  return { ...greeks, bought, collateral, stride };
}

/** Returns what the page draws of them. */
export function bookData({ sessions }: Pick<RunResult, 'sessions'>, columns: BookColumns): BookData {
  const { delta, gamma, theta, vega, stride } = columns;
  const collateral = columns.collateral.map((money, i) => money / sessions.value[i]);
  const rows = telling([delta, gamma, theta, vega, collateral], BUCKETS);
  return {
    time: packTimes(rows.map((row) => sessions.time[row])),
    delta: pick(delta, rows, 5),
    gamma: pick(gamma, rows, 5),
    theta: pick(theta, rows, 5),
    vega: pick(vega, rows, 5),
    collateral: pick(collateral, rows, 4),
    stride,
  };
}

/**
 * What was held at the end of each session of the run: the last look of its day. Where a tape ends with bars after a
 * close, these are a session of their own, in which the same is held.
 */
export function sessionsAt(time: Float64Array, sessions: readonly SeenSession[]): (SeenSession | undefined)[] {
  let next = 0;
  let last: SeenSession | undefined;
  return Array.from(time, (end) => {
    // A session's last row may come some minutes before its close.
    while (next < sessions.length && dayOf(sessions[next].at) <= dayOf(end)) last = sessions[next++];
    return last !== undefined && dayOf(last.at) === dayOf(end) ? last : undefined;
  });
}

function strideOf({ sessions, instruments }: OptionInput): number {
  const isAmerican = ({ symbol }: SeenHolding): boolean => instruments.get(symbol)?.option?.style === 'american';
  const american = sessions.reduce((sum, { holdings }) => sum + holdings.filter(isAmerican).length, 0);
  return Math.max(1, Math.ceil(american / VALUED_MAX));
}

function dayOf(at: number): number {
  return Math.floor((at - 1) / 86_400_000_000);
}
