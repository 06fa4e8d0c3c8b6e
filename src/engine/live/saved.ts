/**
 * What a session at a broker leaves to the next one beside its deck: what is known of orders on their way and at the
 * broker, which executions and bookings have counted, and what was stopped. A night is no reason to forget an order.
 */
import { assert } from '../../base/assert.ts';
import { DAY } from '../../time/instant.ts';
import { FINAL_STATES } from '../orders/order-state.ts';
import type { Order } from '../orders/order.ts';
import { plainNumber, type PlainNumber } from '../state/numbers.ts';
import { restoreOrders, saveOrders, type SavedOrder } from '../state/orders.ts';
import type { ChangingLimits } from '../limits/changing.ts';
import type { SavedActivities } from './books/activities.ts';
import type { SavedCorrections } from './broker/corrections.ts';
import type { ExitGroup } from './exits/exit-groups.ts';
import type { SavedHeldSet } from './exits/held-exits.ts';
import type { SavedDoor } from './door/saved-doors.ts';
import { Ticket, type Execution, type Filled, type Terms } from './broker/ticket.ts';
import type { SavedUntold } from './books/untold.ts';
import type { SavedStates } from './trading-state.ts';

type SavedTerms = readonly [units: number, limit: PlainNumber, stop: PlainNumber] | null;

export interface SavedTicket {
  readonly order: number;
  readonly clientId: string;
  readonly sendBy: number;
  readonly brokerId: string | null;
  readonly posts: number;
  /** Answers that were due when it was saved. */
  readonly awaited: readonly ('submit' | 'cancel' | 'replace')[];
  readonly lostAt: PlainNumber;
  readonly isTombstone: boolean;
  readonly cancelCode: string | null;
  readonly inForce: SavedTerms;
  readonly asked: SavedTerms;
  readonly wanted: SavedTerms;
  readonly changeLostAt: PlainNumber;
  readonly changeBy: PlainNumber;
  readonly executions: readonly (readonly [id: string, execution: Execution])[];
  readonly inferred: readonly [units: number, value: number, at: PlainNumber];
  readonly wasBusted: boolean;
  readonly seenAt: PlainNumber;
  readonly touchedAt: number;
  /** What the broker keeps together, where this one leads it. */
  readonly group?: SavedGroup;
  readonly sentUnits?: number;
  readonly isRefused?: boolean;
  readonly isOver?: boolean;
  readonly isRenewed?: boolean;
  readonly as?: Ticket['as'];
  /** Whether the desk closes by it what a strategy holds; left out where it does not. */
  readonly isOfDesk?: boolean;
  readonly agreedUnits?: PlainNumber;
  /** Of a ticket that has lost its place: what filled under it. */
  readonly former?: Filled;
  readonly before?: Filled;
}

interface SavedGroup extends Omit<ExitGroup, 'leader' | 'exits'> {
  /** Client ids. */
  readonly exits: readonly string[];
}

export interface SavedVenue extends SavedCorrections {
  readonly tickets: readonly SavedTicket[];
  /** Orders of tickets that have ended, which the deck does not keep. */
  readonly orders: readonly SavedOrder[];
  /** Commissions of executions that were not told yet. */
  readonly early: readonly (readonly [id: string, fee: number])[];
  /** Exits that are held here; left out where none are. */
  readonly held?: readonly SavedHeldSet[];
}

/** See the top of the file. */
export interface SavedLive {
  readonly states: SavedStates;
  /** Limits that a person made stricter than the deck; left out where there are none. */
  readonly limits?: ReturnType<ChangingLimits['save']>;
  /** Left out where orders go to a simulated venue. */
  readonly venue?: SavedVenue;
  readonly activities?: SavedActivities;
  /** Left out where the broker tells what it books. */
  readonly untold?: SavedUntold;
  /** Left out where no strategy lives in a process of its own. */
  readonly doors?: readonly SavedDoor[];
}

type Orders = Pick<WeakSet<Order>, 'has' | 'add'>;

/** How long after its end an order is remembered: fills, busts and commissions of it may still come. */
export const REMEMBERED_US = 10 * DAY;

/** The tickets that matter from `at` on, with the orders that only they know. */
export function saveTickets(all: Iterable<Ticket>, ofDesk: Orders, at: number): Pick<SavedVenue, 'tickets' | 'orders'> {
  const isRemembered = ({ order, touchedAt }: Ticket): boolean =>
    !FINAL_STATES.has(order.status) || touchedAt >= at - REMEMBERED_US;
  // Of a group all are remembered, or none.
  const tickets = [...all].filter((ticket) => {
    const { group } = ticket;
    return group === undefined ? isRemembered(ticket) : [group.leader, ...group.exits].some(isRemembered);
  });
  const ended = tickets.map(({ order }) => order).filter(({ status }) => FINAL_STATES.has(status));
  return { tickets: tickets.map((each) => saveTicket(each, ofDesk.has(each.order))), orders: saveOrders(ended) };
}

/**
 * Makes the tickets again. `working` are the orders of the deck, which those that have ended may be tied to; what the desk
 * closes itself is put into `ofDesk`.
 */
export function restoreTickets({ tickets, orders }: SavedVenue, working: readonly Order[], ofDesk: Orders): Ticket[] {
  const known = new Map(restoreOrders(orders).map((order) => [order.id, order]));
  const reached = new Set(working);
  for (const order of reached) {
    known.set(order.id, order);
    for (const tied of [...(order.children ?? []), ...(order.siblings ?? []), order.parent]) {
      if (tied !== undefined) reached.add(tied);
    }
  }
  const restored = tickets.map((saved) => {
    const order = known.get(saved.order);
    assert(order !== undefined, () => `the order of a saved ticket is saved too, ${saved.order} is missing`);
    if (saved.isOfDesk === true) ofDesk.add(order);
    return restoreTicket(saved, order);
  });
  const byId = new Map(restored.map((ticket) => [ticket.clientId, ticket]));
  for (const { clientId, group } of tickets) if (group !== undefined) restoreGroup(byId, clientId, group);
  return restored;
}

function restoreGroup(tickets: ReadonlyMap<string, Ticket>, id: string, { exits, ...rest }: SavedGroup): void {
  const found = (clientId: string): Ticket => {
    const ticket = tickets.get(clientId);
    assert(ticket !== undefined, () => `the tickets of a group are saved with it, ${clientId} is missing`);
    return ticket;
  };
  const group: ExitGroup = { ...rest, leader: found(id), exits: exits.map(found) };
  for (const ticket of [group.leader, ...group.exits]) ticket.group = group;
}

function saveTicket(ticket: Ticket, isOfDesk: boolean): SavedTicket {
  const { order, clientId, sendBy, brokerId, posts, awaited, isTombstone, cancelCode, executions, touchedAt } = ticket;
  return {
    order: order.id,
    clientId,
    sendBy,
    brokerId: brokerId ?? null,
    posts,
    awaited: [...awaited],
    lostAt: plainNumber(ticket.lostAt),
    isTombstone,
    cancelCode: cancelCode ?? null,
    inForce: saveTerms(ticket.inForce),
    asked: saveTerms(ticket.asked),
    wanted: saveTerms(ticket.wanted),
    changeLostAt: plainNumber(ticket.changeLostAt),
    changeBy: plainNumber(ticket.changeBy),
    executions: [...executions],
    inferred: [ticket.inferredUnits, ticket.inferredValue, plainNumber(ticket.inferredAt)],
    wasBusted: ticket.wasBusted,
    seenAt: plainNumber(ticket.seenAt),
    touchedAt,
    ...(ticket.group?.leader === ticket ? { group: saveGroup(ticket.group) } : {}),
    ...(ticket.group === undefined ? {} : { sentUnits: ticket.sentUnits, isOver: ticket.isOver }),
    ...(ticket.isRefused ? { isRefused: true } : {}),
    ...(ticket.isRenewed ? { isRenewed: true } : {}),
    ...(ticket.isRenewed || ticket.isOver ? { isOver: ticket.isOver } : {}),
    ...(ticket.as === undefined ? {} : { as: ticket.as }),
    ...(isOfDesk ? { isOfDesk } : {}),
    ...(ticket.agreedUnits === ticket.agreedUnits ? { agreedUnits: ticket.agreedUnits } : {}),
    ...(ticket.isFormer ? { former: ticket.own } : {}),
    ...(ticket.before.units === 0 ? {} : { before: ticket.before }),
  };
}

function saveGroup({ kind, exits, isRenewed, isAwake }: ExitGroup): SavedGroup {
  return { kind, exits: exits.map(({ clientId }) => clientId), isRenewed, isAwake };
}

function restoreTicket(saved: SavedTicket, order: Order): Ticket {
  const ticket = new Ticket(order, saved.clientId, saved.sendBy);
  ticket.brokerId = saved.brokerId ?? undefined;
  ticket.posts = saved.posts;
  for (const each of saved.awaited) ticket.awaited.add(each);
  ticket.lostAt = Number(saved.lostAt);
  ticket.isTombstone = saved.isTombstone;
  ticket.cancelCode = saved.cancelCode ?? undefined;
  ticket.inForce = restoreTerms(saved.inForce);
  ticket.asked = restoreTerms(saved.asked);
  ticket.wanted = restoreTerms(saved.wanted);
  ticket.changeLostAt = Number(saved.changeLostAt);
  ticket.changeBy = Number(saved.changeBy);
  for (const [id, execution] of saved.executions) ticket.executions.set(id, execution);
  const [units, value, at] = saved.inferred;
  ticket.inferredUnits = units;
  ticket.inferredValue = value;
  ticket.inferredAt = Number(at);
  ticket.wasBusted = saved.wasBusted;
  ticket.seenAt = Number(saved.seenAt);
  ticket.touchedAt = saved.touchedAt;
  // An order that has ended comes back without its package.
  ticket.mayLead = true;
  ticket.sentUnits = saved.sentUnits ?? 0;
  ticket.isRefused = saved.isRefused ?? false;
  ticket.isOver = saved.isOver ?? false;
  ticket.isRenewed = saved.isRenewed ?? false;
  ticket.as = saved.as;
  ticket.agreedUnits = Number(saved.agreedUnits ?? Number.NaN);
  ticket.before = saved.before ?? ticket.before;
  if (saved.former !== undefined) {
    ticket.isFormer = true;
    ticket.own = saved.former;
  }
  return ticket;
}

function saveTerms(terms: Terms | undefined): SavedTerms {
  return terms === undefined ? null : [terms.units, plainNumber(terms.limit), plainNumber(terms.stop)];
}

function restoreTerms(saved: SavedTerms): Terms | undefined {
  return saved === null ? undefined : { units: saved[0], limit: Number(saved[1]), stop: Number(saved[2]) };
}
