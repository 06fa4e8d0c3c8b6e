/**
 * Exits that the simulated broker keeps: they sleep until their entry has filled whole, one that fills shrinks or ends the
 * other a moment later, so that both may fill, and what is canceled of a group takes all of it along.
 */
import type { BrokerVenueOptions } from '../../src/engine/live/broker/broker-venue.ts';
import type { ExitRules } from '../../src/engine/live/exits/exit-groups.ts';
import type { SubmitRequest } from '../../src/engine/live/broker/requests.ts';
import type { BookedFill, BookedOrder } from './booked.ts';
import { MILLI, type World } from './world.ts';

/**
 * Every other broker keeps exits itself, and says nothing of what a change of a part-filled order is of; of the others some
 * keep few or none, and let no order close what another one that rests holds.
 */
export function waysOf(lineage: string): Pick<BrokerVenueOptions, 'exits' | 'replacesPartFilled'> {
  if (Number(lineage.at(-1)) % 2 === 1) return { replacesPartFilled: false, exits: KEPT };
  const exits = HOLDING[lineage.at(-2)!];
  return exits === undefined ? {} : { replacesPartFilled: false, exits };
}

/** A broker that keeps all that can be kept. */
const KEPT: ExitRules = {
  entries: ['market', 'limit'],
  timesInForce: ['DAY', 'GTC'],
  mustOpen: true,
  stopDistance: 0.01,
};

/** A broker at which one exit holds all that there is to close. */
const ONE: ExitRules = {
  entries: [],
  timesInForce: [],
  kinds: [],
  mustOpen: true,
  stopDistance: 0.01,
  single: { kinds: ['equity'], types: ['stop', 'limit'] },
};

/** Which brokers let one exit hold all, by the digit before the last; some of them keep two exits together as well. */
const HOLDING: Readonly<Record<string, ExitRules>> = {
  '1': ONE,
  '2': ONE,
  '3': ONE,
  '4': { ...KEPT, single: ONE.single! },
  '7': { ...KEPT, single: ONE.single! },
};

/** Whether an order would close what its strategy does not hold, or what another order that rests would close. */
export function isHeld(
  { symbol, strategy, side, quantity }: SubmitRequest,
  fills: readonly BookedFill[],
  live: Iterable<BookedOrder>,
): boolean {
  let free = 0;
  for (const fill of fills) {
    const { order } = fill;
    if (order.symbol === symbol && order.strategy === strategy) free -= side * order.side * fill.quantity;
  }
  for (const order of live) {
    const isSame = order.symbol === symbol && order.strategy === strategy && order.side === side;
    if (isSame && order.reduceOnly) free -= order.quantity - order.filled;
  }
  return Number(quantity) > free + 1e-9;
}

interface Group {
  readonly leader: BookedOrder;
  /** Of two exits the leader is one. */
  readonly exits: readonly BookedOrder[];
}

export interface KeptBooks {
  readonly live: Set<BookedOrder>;
  book(of: BookedOrder, clientId: string, type: string, limit: number, stop: number): BookedOrder;
  end(order: BookedOrder): void;
  tellOf(order: BookedOrder): void;
  match(order: BookedOrder): void;
}

export class KeptExits {
  /** Groups that were booked, and those of which both exits filled before one could end the other. */
  readonly counts = { booked: 0, bothFilled: 0 };
  private readonly groups = new Map<BookedOrder, Group>();
  private readonly world: World;
  private readonly books: KeptBooks;

  constructor(world: World, books: KeptBooks) {
    this.world = world;
    this.books = books;
  }

  /** Books what an order brings along. */
  add(leader: BookedOrder, { exits }: SubmitRequest): void {
    if (exits === undefined) return;
    const { kind, target, stop } = exits;
    const legs: BookedOrder[] = kind === 'oco' ? [leader] : [];
    const add = (role: string, type: string, limit: number, at: number): void => {
      const leg = this.books.book(leader, `${leader.clientId}/${role}`, type, limit, at);
      if (kind !== 'oco') this.books.live.delete(leg);
      legs.push(leg);
    };
    if (target !== undefined && kind !== 'oco') add('target', 'limit', Number(target.limit), Number.NaN);
    if (stop !== undefined) add('stop', 'stop', Number.NaN, Number(stop.stop));
    const group = { leader, exits: legs };
    this.counts.booked++;
    for (const order of [leader, ...legs]) this.groups.set(order, group);
    for (const leg of legs) if (leg !== leader) this.books.tellOf(leg);
  }

  filled(order: BookedOrder, quantity: number): void {
    const group = this.groups.get(order);
    if (group === undefined) return;
    const { leader, exits } = group;
    if (exits.includes(order)) {
      if (exits.length > 1 && exits.every((exit) => exit.filled > 0)) this.counts.bothFilled++;
      for (const other of exits) if (other !== order && other.status === 'working') this.shrink(order, other, quantity);
    } else if (leader.status === 'filled') {
      for (const exit of exits) if (exit.status === 'working') this.books.live.add(exit);
      this.soon(() => exits.forEach((exit) => exit.status === 'working' && this.books.match(exit)));
    }
  }

  /** An order has ended without being filled. */
  ended(order: BookedOrder): void {
    const group = this.groups.get(order);
    if (group === undefined) return;
    for (const other of [group.leader, ...group.exits]) if (other.status === 'working') this.books.end(other);
  }

  private shrink(order: BookedOrder, other: BookedOrder, quantity: number): void {
    if (order.status !== 'filled') other.quantity = Math.max(other.filled, other.quantity - quantity);
    this.soon(() => {
      const isOver = order.status === 'filled' || other.quantity <= other.filled;
      if (isOver && other.status === 'working') this.books.end(other);
    });
  }

  private soon(work: () => void): void {
    this.world.in(this.world.between(0, 50 * MILLI), work);
  }
}
