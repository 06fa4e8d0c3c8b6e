/**
 * Mistakes in the controls of the gate, for the bank of planted bugs: a control that is asked and not heeded, one that counts
 * less than there is, one that forgets.
 */
import { Gate, type Refusal } from '../../src/engine/gate/gate.ts';
import { Buckets } from '../../src/engine/limits/rates.ts';
import type { BrokerVenue } from '../../src/engine/live/broker/broker-venue.ts';
import { Closers } from '../../src/engine/live/broker/closers.ts';
import { ClosingSizes } from '../../src/engine/live/broker/closing-sizes.ts';
import { Contact } from '../../src/engine/live/broker/contact.ts';
import { TradingStates } from '../../src/engine/live/trading-state.ts';
import { Ticket } from '../../src/engine/live/broker/ticket.ts';
import type { Order } from '../../src/engine/orders/order.ts';
import { replace, replaceGetter, type PlantedBug } from './plant.ts';

/** A control refuses, and the order leaves all the same. */
export function ignored(name: string, code: string): PlantedBug {
  return {
    name,
    plant: () =>
      replace(
        Gate.prototype,
        'refusal',
        (original) =>
          function (this: unknown, ...parts: unknown[]) {
            const refusal = original.call(this, ...parts) as Refusal | undefined;
            return refusal?.code === code ? undefined : refusal;
          },
      ),
  };
}

export const PLANTED_LIMITS: readonly PlantedBug[] = [
  ignored('the collar is ignored', 'price.collar'),
  ignored('orders of one account meet each other', 'order.self-cross'),
  ignored('an old quote is good enough', 'quote.stale'),
  ignored('a quote with one side is good enough', 'quote.one-sided'),
  ignored('what could be held does not matter', 'position.quantity'),
  ignored('while reducing anything goes', 'state.reducing'),
  {
    name: 'to reduce lets a halt or a kill go',
    plant: () => replace(TradingStates.prototype, 'stop', () => TradingStates.prototype.set),
  },
  {
    name: 'what may only reduce does so before the books are compared',
    plant: () =>
      replace(
        TradingStates.prototype,
        'recover',
        (original) =>
          function (this: TradingStates, ...parts: unknown[]) {
            if (this.account !== 'reducing') original.call(this, ...parts);
          },
      ),
  },
  {
    name: 'a clear lets orders go before the books are compared',
    plant: () =>
      replace(
        TradingStates.prototype,
        'clear',
        () =>
          function (this: TradingStates, reason: string, at: number) {
            this.set('active', reason, at);
          },
      ),
  },
  {
    name: 'what was approved leaves without another look',
    plant: () => replace(Gate.prototype, 'againstLeaving', () => function () {}),
  },
  {
    name: 'the buckets never run dry',
    plant: () => replace(Buckets.prototype, 'take', () => function () {}),
  },
  {
    name: 'the buckets are filled a hundred times as fast',
    plant: () =>
      replace(
        Buckets.prototype,
        'at',
        (original) =>
          function (this: { perSecond: number }, ...parts: unknown[]) {
            const { perSecond } = this;
            this.perSecond = 100 * perSecond;
            const tokens = original.call(this, ...parts);
            this.perSecond = perSecond;
            return tokens;
          },
      ),
  },
  {
    name: 'market orders leave without a limit',
    plant: () =>
      replace(
        Gate.prototype,
        'asSent',
        () =>
          function (intent: unknown) {
            return intent;
          },
      ),
  },
  {
    name: 'of an order that is being changed only the old price is looked at',
    plant: () => replaceGetter(Ticket.prototype, 'pendingLimit', () => Number.NaN),
  },
  {
    name: 'an order that was given up reserves nothing',
    plant: () =>
      replace(
        Contact.prototype,
        'decide',
        (original) =>
          function (this: { venue: BrokerVenue }, ticket: Ticket, at: number) {
            original.call(this, ticket, at);
            if (ticket.isTombstone) this.venue.orders.leave(ticket.order, this.venue.markets[ticket.order.instrument]);
          },
      ),
  },
  {
    name: 'what closes is sent again for as much as at first, however little is held by then',
    plant: () =>
      replace(
        ClosingSizes.prototype,
        'isTooLarge',
        () =>
          function () {
            return false;
          },
      ),
  },
  {
    name: 'what only closes leaves for all that was asked for, whatever is held',
    plant: () =>
      replace(
        Closers.prototype,
        'go',
        () =>
          function (this: { venue: BrokerVenue }, order: Order, at: number, decidedAt: number) {
            this.venue.dispatch(order, at, undefined, decidedAt);
          },
      ),
  },
  {
    name: 'what only closes is not cut when less is held',
    plant: () =>
      replace(
        ClosingSizes.prototype,
        'fit',
        () =>
          function () {
            return undefined;
          },
      ),
  },
];
