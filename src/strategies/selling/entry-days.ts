/**
 * On which sessions of a tape anything may be begun on an underlying, and with how much money at most.
 */
import type { TapeFacts } from '../../engine/feeds/tape-facts.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDeployment } from './deployment.ts';
import { judgeEvents, parseEvents } from './events.ts';
import { ANYTHING, marksOf, type Span } from './marks.ts';
import type { GeneralParameters } from './parameters.ts';
import type { Asked, Measured } from './passes.ts';
import { VOL_MAX } from './reach.ts';

interface EntryDay {
  /** Days since 1970. */
  readonly date: number;
  /** Prices that the underlying may have; NaN where it has none. */
  readonly spot: Span;
  /** 1 where no event speaks against it, else 0. */
  readonly isFree: number;
  /** The greatest part of the money that may be committed, and the most that one position may tie up. */
  readonly share: number;
  readonly money: number;
}

const UNKNOWN: Span = { low: Number.NaN, high: Number.NaN };
/** Any share at all. */
const SOME = 1e-6;

/** The rules on underlyings and money, by their numbers. */
export const ENTRY_RULES = 4;

export class EntryDays {
  private readonly of: GeneralParameters;
  private readonly tape: TapeFacts;
  private readonly events;
  private readonly steps;
  private readonly days = new Map<string, EntryDay[]>();
  private readonly levels = { low: Infinity, high: -Infinity };
  private lastEvent = '';
  private nearest = { missing: Infinity, collateral: Infinity, money: 0 };

  constructor(of: GeneralParameters, tape: TapeFacts) {
    this.of = of;
    this.tape = tape;
    this.events = parseEvents(of.events);
    this.steps = of.volatility === 'none' ? [{ from: 0, share: 1 }] : parseDeployment(of.deployment);
  }

  /** What is known of a session, by its number. */
  on(underlying: string, session: number): EntryDay {
    let own = this.days.get(underlying);
    if (own === undefined) this.days.set(underlying, (own = []));
    return (own[session] ??= this.look(underlying, session));
  }

  /** The rules on underlyings and money, for what `what` is: `put` or `share`. */
  rules(what: 'put' | 'share'): Asked[] {
    const { of, levels } = this;
    const { priceMax } = of;
    const index = of.volatility === 'chain' ? 'volatility' : of.volatility;
    return [
      {
        rule: 'events',
        min: { name: 'events', value: 1 },
        does: 'is there on a day that they leave free',
        never: () => `events leave no day of the tape: on the last of them ${this.lastEvent}`,
      },
      {
        rule: 'deployment',
        min: { name: 'deployment', value: SOME },
        does: 'is there on a day for which it commits money',
        never: () =>
          `deployment commits no money at any level of the tape: ${index} lies within ${short(levels.low)} and ${short(levels.high)}`,
      },
      {
        rule: 'priceMax',
        ...(priceMax > 0 ? { max: { name: 'priceMax', value: priceMax } } : {}),
        less: (least) => `${what === 'put' ? 'is on an underlying' : 'is ever'} below ${short(least)}`,
      },
      {
        rule: 'positionShare',
        max: { name: 'positionShare', value: 0, told: of.positionShare },
        does: 'ties up so little as a position may have on its day',
        never: () => this.tooSmall(what),
      },
    ];
  }

  /** Measures a session by these rules, which begin at `from`, for something that ties up `collateral`. */
  measure(into: Measured, from: number, { isFree, share, spot, money }: EntryDay, collateral: number): void {
    // Up to the last digits, as sizes are counted.
    const missing = collateral * (1 - 1e-6) - money;
    if (missing < this.nearest.missing) this.nearest = { missing, collateral, money };
    into.set(from, isFree);
    into.set(from + 1, share);
    into.set(from + 2, spot.low, spot.high);
    into.set(from + 3, missing);
  }

  private tooSmall(what: 'put' | 'share'): string {
    const { collateral, money } = this.nearest;
    const said = what === 'put' ? 'no put can be secured: one contract' : 'no shares can be bought: a round lot';
    return sayTooSmall(said, collateral, money, this.of, this.tape);
  }

  private look(underlying: string, session: number): EntryDay {
    const { of, tape, events } = this;
    const marks = marksOf(tape, underlying);
    const spot = marks === undefined ? ANYTHING : (marks.in(session) ?? UNKNOWN);
    const date = calendar('XNYS').sessionAt(session).day;
    const event = judgeEvents(events, underlying, date, of.eventDays);
    const isFree = event.outcome === 'fail' ? 0 : 1;
    if (isFree === 0) this.lastEvent = event.text;
    const share = this.shareOn(session);
    return { date, spot, isFree, share, money: moneyFor(of, tape, share) };
  }

  /** The greatest share at any level of the session. */
  private shareOn(session: number): number {
    const { of, tape, steps, levels } = this;
    const isChain = of.volatility === 'chain';
    const index = isChain || of.volatility === 'none' ? undefined : marksOf(tape, of.volatility);
    const level = isChain ? { low: 0, high: 100 * VOL_MAX } : index === undefined ? ANYTHING : index.in(session);
    if (level === undefined) return 0;
    levels.low = Math.min(levels.low, level.low);
    levels.high = Math.max(levels.high, level.high);
    const met = steps.filter(({ from }, i) => from <= level.high && (steps[i + 1]?.from ?? Infinity) > level.low);
    return Math.max(0, ...met.map(({ share }) => share));
  }
}

/** Returns the most that a position may tie up at a share of the money; Infinity where that may grow by itself. */
export function moneyFor(
  { capital, positionShare }: GeneralParameters,
  { cash, isFlat, earnsInterest }: TapeFacts,
  share: number,
): number {
  const isKnown = isFlat && !earnsInterest;
  if (capital === 0 && !isKnown) return Infinity;
  const most = Math.min(positionShare, share) * (capital > 0 ? capital : cash);
  return isKnown ? Math.min(most, cash) : most;
}

/** Says that not even what ties up least fits into a position. */
export function sayTooSmall(
  what: string,
  least: number,
  money: number,
  { capital }: GeneralParameters,
  { cash }: TapeFacts,
): string {
  const all = capital > 0 ? capital : cash;
  const part = `${Number(((100 * money) / all).toFixed(4))} % of ${all.toFixed(2)}`;
  return `${what} ties up at least ${least.toFixed(2)}, and a position may have ${money.toFixed(2)}, which is ${part}`;
}

/** A number in six digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
