/**
 * What a simulated broker takes back of what has filled: executions that are busted, or corrected in price or size.
 */
import type { Fill } from '../../src/engine/live/broker/reports.ts';
import type { BookedFill } from './booked.ts';
import type { SimulatedBroker } from './broker.ts';
import { exact } from './parts-and-trails.ts';
import type { World } from './world.ts';

type Books = Pick<SimulatedBroker, 'fills' | 'execute' | 'happen' | 'move' | 'changes' | 'cash' | 'commissions'>;

export class TakenBack {
  /** What took the place of another execution last. */
  private corrected: string | undefined = undefined;
  private readonly world: World;
  private readonly broker: Books;

  constructor(world: World, broker: Books) {
    this.world = world;
    this.broker = broker;
  }

  /** One of the newest executions, not always the last, had another price; resized, it was for less, or for nothing. */
  correctOld(isResized: boolean): void {
    const { latest } = this.world;
    const again =
      latest.below(2) === 0 ? this.broker.fills.findLastIndex((each) => each.executionId === this.corrected) : -1;
    const place = again >= 0 ? again : Math.max(0, this.broker.fills.length - 1 - latest.below(10));
    const fill = this.takeBack(place, !isResized);
    if (fill === undefined) return;
    const { order, executionId } = fill;
    const quantity = isResized ? latest.below(Math.floor(fill.quantity) + 1) : fill.quantity;
    if (quantity < fill.quantity && order.status === 'filled') order.status = 'canceled';
    const atPrice = (): Fill => {
      return this.broker.execute(order, quantity, fill.price + (latest.below(9) - 4) / 100, fill.leg);
    };
    const by = quantity === 0 ? undefined : atPrice();
    this.corrected = by?.executionId;
    this.broker.happen({ kind: 'bust', executionId, ...(by === undefined ? {} : { by }) });
  }

  bustOne(): void {
    const fill = this.takeBack();
    if (fill === undefined) return;
    const { order, executionId } = fill;
    // A busted order does not come back to life.
    if (order.status === 'filled') order.status = 'canceled';
    this.broker.happen({ kind: 'bust', executionId });
  }

  /** The newest execution had another price: nothing else of its order changes. */
  correctOne(): void {
    const fill = this.takeBack(this.broker.fills.length - 1, true);
    if (fill === undefined) return;
    const { order, quantity, executionId, leg } = fill;
    const by = this.broker.execute(order, quantity, fill.price + (this.world.newer.below(9) - 4) / 100, leg);
    this.broker.happen({ kind: 'bust', executionId, by });
  }

  /** Takes an execution out of the books, the newest unless told. Of options only prices are corrected. */
  private takeBack(place = this.broker.fills.length - 1, isOnlyPrice = false): BookedFill | undefined {
    const fill = this.broker.fills[place] as BookedFill | undefined;
    if (fill === undefined || fill.order.isForeign || fill.order.status === 'replaced') return undefined;
    const symbol = fill.leg?.symbol ?? fill.order.symbol;
    if (isOption(symbol) && !isOnlyPrice) return undefined;
    this.broker.fills.splice(place, 1);
    const { order, quantity, price } = fill;
    this.broker.changes++;
    const side = fill.leg?.side ?? order.side;
    const counted = fill.leg ?? order;
    counted.filled = exact(counted.filled - quantity);
    counted.value -= quantity * price;
    this.broker.move(symbol, -side * quantity, price, 0);
    this.broker.cash += this.broker.commissions.get(fill.executionId) ?? 0;
    this.broker.commissions.delete(fill.executionId);
    order.updatedAt = this.world.now;
    return fill;
  }
}

/** Options have long names. */
export function isOption(symbol: string): boolean {
  return symbol.length > 6;
}
