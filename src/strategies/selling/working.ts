/**
 * Orders of a seller at work: how a contract is sold to open and bought back, at once or by a ladder that lasts.
 */
import type { Context, OrderView } from '../../engine/strategy/strategy.ts';
import { LimitLadder, type LadderOptions, type LadderState } from '../../engine/orders/ladder.ts';
import type { Side } from '../../engine/orders/order.ts';
import { toTick } from '../../market/instrument.ts';
import type { Look } from './look.ts';
import type { GeneralParameters } from './parameters.ts';

interface Walk {
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: number;
  readonly reason: string;
}

interface Walking extends Walk {
  readonly ladder: LimitLadder;
}

/** What a restart needs. */
export interface WorkingState {
  readonly walking: readonly (Walk & LadderState)[];
  readonly triedExits: readonly string[];
}

/** Says why a contract is no longer wanted, or nothing. */
export type Objection = (symbol: string) => string | undefined;

export class Working {
  private readonly context: Context;
  private readonly look: Look;
  private readonly of: GeneralParameters;
  private readonly objection: Objection;
  private walking: Walking[] = [];
  /** Contracts whose patient exit was tried: what is left goes at the market. */
  private readonly triedExits = new Set<string>();

  constructor(context: Context, look: Look, of: GeneralParameters, objection: Objection) {
    this.context = context;
    this.look = look;
    this.of = of;
    this.objection = objection;
  }

  /** Sells to open; `undefined` where no order could be sent. */
  sell(symbol: string, quantity: number, reason: string): OrderView | undefined {
    const asset = this.look.asset(symbol);
    this.triedExits.delete(symbol);
    switch (this.of.entryOrder) {
      case 'market':
        return asset.sell(quantity, { reason, timeInForce: 'DAY' });
      case 'bid':
        return asset.sell(quantity, { reason, limit: toTick(asset.instrument, asset.bid, 'up'), timeInForce: 'DAY' });
      case 'stepped':
        return this.walk({ symbol, side: -1, quantity, reason });
    }
  }

  /** Buys all of a contract back; says how. Stops go at the market, and so does what a ladder left over. */
  buyBack(symbol: string, why: string, isStop: boolean): string {
    const asset = this.look.asset(symbol);
    const buying = asset.orders.filter(({ side }) => side === 1);
    const isPatient = !isStop && this.of.exitOrder === 'stepped' && !this.triedExits.has(symbol);
    if (buying.length > 0 && (!isStop || buying.some(({ type }) => type === 'market')))
      return `is being bought back, ${why}`;
    if (!isPatient) {
      asset.close({ reason: why });
      return `bought back at the market, ${why}`;
    }
    for (const order of asset.orders) this.context.cancel(order);
    this.triedExits.add(symbol);
    this.walk({ symbol, side: 1, quantity: -asset.position.quantity, reason: why });
    return `bought back by a ladder, ${why}`;
  }

  private walk(walk: Walk, from?: LadderState): OrderView | undefined {
    const ladder = new LimitLadder(this.context, this.look.asset(walk.symbol), this.optionsOf(walk), from);
    this.walking = this.walking.filter((each) => !each.ladder.isOver);
    if (!ladder.isOver) this.walking.push({ ...walk, ladder });
    return ladder.order;
  }

  private optionsOf({ symbol, side, quantity, reason }: Walk): LadderOptions {
    const { of } = this;
    if (side === 1) {
      const steps = { start: of.exitLadderStart, share: of.exitStepShare, count: of.exitStepsMax };
      return { side, quantity, reason, steps, seconds: of.exitStepSeconds, reduceOnly: true };
    }
    const steps = { start: of.ladderStart, share: of.stepShare, count: of.stepsMax };
    return { side, quantity, reason, steps, seconds: of.stepSeconds, recheck: () => this.objection(symbol) };
  }

  save(): WorkingState {
    return {
      walking: this.walking
        .filter(({ ladder }) => !ladder.isOver)
        .map(({ ladder, ...walk }) => ({ ...walk, ...ladder.save() })),
      triedExits: [...this.triedExits],
    };
  }

  restore({ walking, triedExits }: WorkingState): void {
    for (const { symbol, side, quantity, reason, ...from } of walking)
      this.walk({ symbol, side, quantity, reason }, from);
    for (const symbol of triedExits) this.triedExits.add(symbol);
  }
}
