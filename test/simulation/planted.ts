/**
 * A bank of mistakes that others have made: each is planted for a while, and the simulator must find it. A simulator that
 * misses one would miss it in our own code as well.
 */
import { Activities } from '../../src/engine/live/books/activities.ts';
import { BrokerVenue } from '../../src/engine/live/broker/broker-venue.ts';
import { Cancels } from '../../src/engine/live/broker/cancels.ts';
import { Changes } from '../../src/engine/live/broker/changes.ts';
import { Closers } from '../../src/engine/live/broker/closers.ts';
import { Conductor } from '../../src/engine/live/conductor.ts';
import { Contact } from '../../src/engine/live/broker/contact.ts';
import { Corrections } from '../../src/engine/live/broker/corrections.ts';
import { HeldExits } from '../../src/engine/live/exits/held-exits.ts';
import { Executions } from '../../src/engine/live/broker/executions.ts';
import { LiveSession } from '../../src/engine/live/session.ts';
import type { Fill } from '../../src/engine/live/broker/reports.ts';
import type { SavedVenue } from '../../src/engine/live/saved.ts';
import type { Ticket } from '../../src/engine/live/broker/ticket.ts';
import { Halts } from '../../src/engine/limits/symbols.ts';
import { TradingStates } from '../../src/engine/live/trading-state.ts';
import { both, replace, replaceGetter, type PlantedBug } from './plant.ts';
import type { Order } from '../../src/engine/orders/order.ts';
import { PLANTED_DOORS } from './planted-doors.ts';
import { PLANTED_LIMITS } from './planted-limits.ts';
import { PLANTED_WORLDS } from './planted-worlds.ts';

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'a lost submission is sent again under a new id',
    plant: () =>
      replace(
        Contact.prototype,
        'lose',
        (original) =>
          function (this: { venue: BrokerVenue }, ticket: Ticket, cause: string, at: number) {
            const wasSubmit = ticket.awaited.has('submit');
            original.call(this, ticket, cause, at);
            if (!wasSubmit || ticket.posts > 1) return;
            ticket.posts++;
            const { order } = ticket;
            this.venue.orders.follow(order, 'accept');
            this.venue.dispatch(order, at);
          },
      ),
  },
  {
    name: 'one “not found” counts as a proof that it never arrived',
    plant: () =>
      replace(
        Contact.prototype,
        'absent',
        () =>
          function (this: { venue: BrokerVenue }, ticket: Ticket, at: number) {
            this.venue.orders.conclude(ticket.order, 'cancel', 'not found', at);
          },
      ),
  },
  {
    name: 'requests leave before the journal is synced',
    plant: () =>
      replace(
        Conductor.prototype,
        'sync',
        () =>
          function (this: { waiting: unknown[]; release(count: number): void }) {
            this.release(this.waiting.length);
          },
      ),
  },
  {
    name: 'a fill that is told twice counts twice',
    plant: () =>
      replace(
        Executions.prototype,
        'fill',
        (original) =>
          function (this: unknown, ticket: Ticket, fill: { executionId: string }, at: number) {
            ticket.executions.delete(fill.executionId);
            original.call(this, ticket, fill, at);
          },
      ),
  },
  {
    name: 'an order that has ended comes back to life',
    plant: () =>
      replace(
        BrokerVenue.prototype,
        'adopt',
        (original) =>
          function (this: unknown, ticket: Ticket, at: number) {
            original.call(this, ticket, at);
            if (ticket.order.status === 'canceled') ticket.order.status = 'accepted';
          },
      ),
  },
  {
    name: 'a timeout frees what the order had reserved',
    plant: () =>
      replace(
        Contact.prototype,
        'lose',
        (original) =>
          function (this: { venue: BrokerVenue }, ticket: Ticket, cause: string, at: number) {
            original.call(this, ticket, cause, at);
            this.venue.orders.leave(ticket.order, this.venue.markets[ticket.order.instrument]);
          },
      ),
  },
  {
    name: 'while a change is under way only the old size counts',
    plant: () =>
      replace(
        Changes.prototype,
        'want',
        (original) =>
          function (this: unknown, ticket: Ticket, terms: unknown) {
            const { units } = ticket.order;
            original.call(this, ticket, terms);
            ticket.order.units = units;
          },
      ),
  },
  {
    name: 'a kill is forgotten by a restart',
    plant: () =>
      replace(
        LiveSession.prototype,
        'act',
        (original) =>
          function (this: LiveSession, input: { kind: string; at: number }) {
            original.call(this, input);
            if (input.kind === 'start' && this.states.account !== 'recovering') {
              this.states.set('recovering', 'began again', input.at);
            }
          },
      ),
  },
  {
    name: 'an empty list of positions means that all is sold',
    plant: () =>
      replace(
        LiveSession.prototype,
        'report',
        (original) =>
          function (this: LiveSession, report: { kind: string; positions?: readonly unknown[] }) {
            original.call(this, report);
            if (report.kind !== 'snapshot' || report.positions?.length !== 0) return;
            for (const { instrument, strategy, quantity } of this.deck.ledger.openPositions().slice()) {
              if (quantity === 0) continue;
              this.deck.orders.forceClose(strategy, instrument, this.deck.ledger.marks[instrument], 'flat', this.at);
            }
          },
      ),
  },
  {
    name: 'an old decision is sent as if it were new',
    plant: () =>
      replace(
        Conductor.prototype,
        'sendNew',
        () =>
          function (this: { parts: { broker?: { send(request: unknown): void } } }, request: unknown) {
            this.parts.broker?.send(request);
          },
      ),
  },
  {
    name: 'inferred and true fills both count',
    plant: () =>
      replace(
        Executions.prototype,
        'fill',
        (original) =>
          function (this: unknown, ticket: Ticket, ...rest: unknown[]) {
            const { inferredUnits } = ticket;
            ticket.inferredUnits = 0;
            original.call(this, ticket, ...rest);
            ticket.inferredUnits = inferredUnits;
          },
      ),
  },
  {
    name: 'a fill after a cancel is dropped',
    plant: () =>
      replace(
        Executions.prototype,
        'book',
        (original) =>
          function (this: unknown, ticket: Ticket, ...rest: unknown[]) {
            if (ticket.order.status !== 'canceled') original.call(this, ticket, ...rest);
          },
      ),
  },
  {
    name: 'what filled is only learnt from fills, not from the broker’s books',
    plant: () => replace(Executions.prototype, 'upTo', () => function () {}),
  },
  {
    name: 'after a restart nothing is asked about what was under way',
    plant: () =>
      both(
        replace(BrokerVenue.prototype, 'restart', () => function () {}),
        replace(Contact.prototype, 'lookUp', () => function () {}),
      ),
  },
  {
    name: 'a cancel counts as done when it is sent',
    plant: () =>
      replace(
        Cancels.prototype,
        'ask',
        (original) =>
          function (this: { venue: BrokerVenue }, ticket: Ticket) {
            original.call(this, ticket);
            const { orders, now } = this.venue;
            if (ticket.awaited.has('cancel')) orders.conclude(ticket.order, 'cancel', 'sent', now);
          },
      ),
  },
  {
    name: 'a bust is not booked',
    plant: () => replace(Executions.prototype, 'bust', () => function () {}),
  },
  {
    name: 'what takes the place of an execution is not booked',
    plant: () => replace(Executions.prototype, 'correct', () => function () {}),
  },
  {
    name: 'what takes the place of an execution that nobody here knows is another fill',
    plant: () =>
      replace(
        Corrections.prototype,
        'putAside',
        () =>
          function (this: { venue: BrokerVenue }, _: string, __: Ticket, by: Fill, at: number) {
            this.venue.report(by, at);
          },
      ),
  },
  {
    name: 'what waits for the beginning of its chain counts when it is told again',
    plant: () => replace(Corrections.prototype, 'isWaiting', () => () => false),
  },
  {
    name: 'what waits to close is never too old',
    plant: () => replace(Closers.prototype, 'expire', () => function () {}),
  },
  {
    name: 'a person closes by books that differ or that nobody compared',
    plant: () => replace(TradingStates.prototype, 'againstClosing', () => function () {}),
  },
  {
    name: 'the desk closes while the exchange halts the symbol',
    plant: () => replace(Halts.prototype, 'against', () => function () {}),
  },
  {
    name: 'a broker that forgets ids is asked twice',
    plant: () => replaceGetter(BrokerVenue.prototype, 'hasUniqueIds', () => true),
  },
  {
    name: 'a booking that is told twice is booked twice',
    plant: () => replace(Activities.prototype, 'isNew', () => () => true),
  },
  {
    name: 'a commission that comes after its fill is not booked',
    plant: () => replace(Executions.prototype, 'commission', () => function () {}),
  },
  {
    name: 'the next session does not know what was asked for and not answered',
    plant: () => replace(BrokerVenue.prototype, 'restart', () => function () {}),
  },
  {
    name: 'the next session does not know which executions have counted',
    plant: () =>
      replace(
        BrokerVenue.prototype,
        'save',
        (original) =>
          function (this: unknown, at: number) {
            const saved = original.call(this, at) as SavedVenue;
            return { ...saved, tickets: saved.tickets.map((ticket) => ({ ...ticket, executions: [] })) };
          },
      ),
  },
  {
    name: 'an exit that was held goes out before the other one is canceled',
    plant: () =>
      replace(
        HeldExits.prototype,
        'fire',
        (original) =>
          function (this: Holder, order: Order, at: number) {
            original.call(this, order, at);
            if (this.isHere(order) && this.leave.mayClose(order.instrument, at)) this.send(order, true, at);
          },
      ),
  },
  {
    name: 'a night lifts a halt',
    plant: () => replace(TradingStates.prototype, 'restore', () => function () {}),
  },
  {
    name: 'a halt stops only what is decided after it',
    plant: () =>
      replace(
        Conductor.prototype,
        'sendNew',
        () =>
          function (this: Sender, request: { readonly sendBy: number }) {
            if (this.parts.now() <= request.sendBy) this.parts.broker?.send(request);
          },
      ),
  },
  ...PLANTED_LIMITS,
  ...PLANTED_WORLDS,
  ...PLANTED_DOORS,
];

interface Holder extends Pick<HeldExits, 'isHere' | 'leave'> {
  send(order: Order, isFired: boolean, at: number): void;
}

interface Sender {
  readonly parts: { now(): number; readonly broker?: { send(request: unknown): void } };
}
