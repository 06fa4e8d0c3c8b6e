/**
 * A limit order that is worked: it starts in the middle of the quote and walks toward the far side, step by step.
 *
 * An execution algorithm that any strategy can use. It never goes through its floor (for purchases: ceiling), which is
 * the far side as it is quoted when the step is taken, or the price that the strategy names where that is nearer.
 * Before each step the quote is read anew and the strategy is asked whether it still wants the trade. Every price lies
 * on a tick, rounded to the side that is better for the order.
 */
import { assert } from '../../base/assert.ts';
import { toTick, type Instrument } from '../../market/instrument.ts';
import { NICKEL_TICKS } from '../../market/option/roots.ts';
import { calendar } from '../../time/calendars.ts';
import type { Asset, Context, OrderView } from '../strategy/strategy.ts';
import type { Side, TimeInForce } from './order.ts';
import { FINAL_STATES } from './order-state.ts';

export interface LadderSteps {
  /** Where the first price lies: in the middle, or at once at the far side, which is the bid for sales. */
  readonly start: 'mid' | 'far';
  /** How far one step goes, as a part of the spread. */
  readonly share: number;
  /** Steps after the first price. */
  readonly count: number;
}

/** Four steps of a quarter of the spread: the third price already is the far side, where the walk ends. */
export const USUAL_STEPS: LadderSteps = { start: 'mid', share: 0.25, count: 4 };

/**
 * Returns the limit of a step, 0 being the first; `undefined` where the quote has no two sides or they cross, and where
 * `worst` lies beyond the price at which the walk would start.
 *
 * `worst`: the price that is never crossed, money per share, where it is nearer than the far side.
 */
export function ladderPrice(
  instrument: Instrument,
  { bid, ask }: { readonly bid: number; readonly ask: number },
  side: Side,
  steps: LadderSteps,
  step: number,
  worst?: number,
): number | undefined {
  assert(step >= 0 && step <= steps.count, 'a step of the ladder');
  if (!(bid > 0 && ask >= bid)) return undefined;
  const [middle, spread] = [(bid + ask) / 2, ask - bid];
  // Written for sales: purchases walk up, so that signs turn.
  const sign = side === 1 ? 1 : -1;
  const far = side === 1 ? ask : bid;
  const begin = steps.start === 'mid' ? middle : far;
  const part = Math.min(step * steps.share, 0.5);
  // The far side is the price that was quoted, to the last bit: what misses it by rounding would never fill.
  const walked = steps.start === 'far' || part === 0.5 ? far : begin + sign * part * spread;
  if (worst !== undefined && sign * (begin - worst) > 1e-9) return undefined;
  const bounded = worst === undefined ? walked : sign * Math.min(sign * walked, sign * worst);
  // What is quoted lies on a step, whichever it is.
  return bounded === far && instrument.ticks.length === 0
    ? far
    : toTick(steppedLike(instrument), bounded, side === 1 ? 'down' : 'up');
}

/** An option whose steps nobody told trades in the coarser ones that exchanges have: they are valid in finer ones too. */
function steppedLike(instrument: Instrument): Instrument {
  const isUnknown = instrument.option !== undefined && instrument.ticks.length === 0;
  return isUnknown ? { ...instrument, ticks: NICKEL_TICKS } : instrument;
}

/** Returns all limits of a ladder on one quote; empty where there is none. */
export function ladderPrices(
  instrument: Instrument,
  quote: { readonly bid: number; readonly ask: number },
  side: Side,
  steps: LadderSteps = USUAL_STEPS,
): number[] {
  const all = Array.from({ length: steps.count + 1 }, (_, step) => ladderPrice(instrument, quote, side, steps, step));
  return all.filter((price) => price !== undefined);
}

export interface LadderOptions {
  readonly side: Side;
  /** Units; positive. */
  readonly quantity: number;
  readonly reason: string;
  readonly steps?: LadderSteps;
  /** How long a price stands before the next, in time of the session; 3 unless told. */
  readonly seconds?: number;
  readonly worst?: number;
  readonly timeInForce?: TimeInForce;
  readonly reduceOnly?: boolean;
  /** Asked before each step: says why the trade is no longer wanted, or nothing. */
  readonly recheck?: () => string | undefined;
}

/** The part of a strategy's context that a ladder needs. */
export type LadderContext = Pick<Context, 'update' | 'cancel' | 'now' | 'note' | 'wakeAt'>;

/** What a restart needs to go on with a ladder. */
export interface LadderState {
  readonly order: number;
  readonly taken: number;
  readonly steppedAt: number;
}

/**
 * One order that is being walked, by timers of its own. It holds no position: what filled is told by `onFill` as of any
 * order.
 */
export class LimitLadder {
  /** The order at work; `undefined` where nothing was sent. */
  readonly order: OrderView | undefined;
  private readonly context: LadderContext;
  private readonly asset: Asset;
  private readonly options: LadderOptions;
  private readonly steps: LadderSteps;
  private taken = 0;
  private steppedAt: number;
  private ended = false;

  /**
   * Sends the first price. Without a two-sided quote it sends nothing and is over. With `from`, what `save` gave before
   * a restart, it goes on with the order that is at work.
   */
  constructor(context: LadderContext, asset: Asset, options: LadderOptions, from?: LadderState) {
    assert(options.quantity > 0, 'a ladder needs a quantity above 0');
    this.context = context;
    this.asset = asset;
    this.options = options;
    this.steps = options.steps ?? USUAL_STEPS;
    if (from !== undefined) {
      this.order = asset.orders.find(({ id }) => id === from.order);
      this.taken = from.taken;
      this.steppedAt = from.steppedAt;
      this.arm();
      return;
    }
    this.steppedAt = context.now();
    const limit = this.priceAt(0);
    if (limit === undefined) {
      context.note(`${asset.symbol}: no ladder without a two-sided quote within its bounds`);
      this.ended = true;
      return;
    }
    const { side, quantity, reason, timeInForce = 'DAY', reduceOnly = false } = options;
    const order = { limit, reason, timeInForce, reduceOnly };
    this.order = side === 1 ? asset.buy(quantity, order) : asset.sell(quantity, order);
    this.ended = this.order === undefined;
    this.arm();
  }

  /** What a restart needs; only of one that is not over. */
  save(): LadderState {
    assert(this.order !== undefined, 'a ladder that is over has nothing to save');
    return { order: this.order.id, taken: this.taken, steppedAt: this.steppedAt };
  }

  /** Whether nothing of it is at work: filled, expired, given up or refused. */
  get isOver(): boolean {
    return this.ended || this.order === undefined || FINAL_STATES.has(this.order.status);
  }

  /**
   * Takes the next step if it is due; timers do so, and calling it besides harms nothing. After the last price has stood as long as the
   * others, or when the quote or the wish is gone, the rest is canceled; what filled until then stays.
   */
  step(): void {
    if (this.isOver) return;
    const { recheck } = this.options;
    if (this.context.now() < this.dueAt()) return;
    const unwanted = recheck?.();
    if (unwanted !== undefined) return this.giveUp(unwanted);
    if (this.taken === this.steps.count) return this.giveUp(`nobody took it in ${this.steps.count} steps`);
    const limit = this.priceAt(this.taken + 1);
    if (limit === undefined) return this.giveUp('the quote has no two sides within its bounds');
    this.taken++;
    this.steppedAt = this.context.now();
    // A price that did not move stays where it is in the queue.
    if (limit !== this.order!.limit) this.context.update(this.order!, { limit });
    this.arm();
  }

  /** When the present price has stood long enough. Nobody can take it while the market is closed. */
  private dueAt(): number {
    const { seconds = 3 } = this.options;
    const own = calendar(this.asset.instrument.calendar);
    const at = this.steppedAt + seconds * 1e6;
    const index = own.sessionIndexAt(this.steppedAt);
    const session = own.sessionAt(index);
    return at < session.closeAt ? at : own.sessionAt(index + 1).openAt + seconds * 1e6;
  }

  private arm(): void {
    if (!this.isOver) this.context.wakeAt(this.dueAt(), () => this.step());
  }

  private priceAt(step: number): number | undefined {
    return ladderPrice(this.asset.instrument, this.asset, this.options.side, this.steps, step, this.options.worst);
  }

  private giveUp(why: string): void {
    this.ended = true;
    this.context.note(`${this.asset.symbol}: ladder given up after step ${this.taken}, ${why}`);
    this.context.cancel(this.order!);
  }
}
