/**
 * Mistakes in what the worlds that came last bring about, for the bank of planted bugs: clocks that are set, options,
 * packages, two desks, stops that follow.
 */
import { AccountLease } from '../../src/adapters/lease-files/account-lease.ts';
import { SteadyClock, type ClockSources } from '../../src/desk/session/steady-clock.ts';
import { Activities } from '../../src/engine/live/books/activities.ts';
import { BrokerPackages } from '../../src/engine/live/broker/broker-packages.ts';
import type { Executions } from '../../src/engine/live/broker/executions.ts';
import type { Activity, OrderReport } from '../../src/engine/live/broker/reports.ts';
import type { Ticket } from '../../src/engine/live/broker/ticket.ts';
import { ExitWatch } from '../../src/engine/live/exits/exit-watch.ts';
import { Settling } from '../../src/engine/options/settling.ts';
import type { Order } from '../../src/engine/orders/order.ts';
import { Market } from '../../src/engine/sim/market.ts';
import type { SimulatedDesk } from './desk.ts';
import { both, replace, replaceGetter, type PlantedBug } from './plant.ts';
import { ignored } from './planted-limits.ts';
import { TwoDesks } from './two-desks.ts';

export const PLANTED_WORLDS: readonly PlantedBug[] = [
  {
    name: 'the session goes by the wall clock, whatever it shows',
    plant: () =>
      replace(
        SteadyClock.prototype,
        'now',
        () =>
          function (this: { sources: ClockSources }) {
            return this.sources.wall();
          },
      ),
  },
  {
    name: 'a jump of the clock is left to the next reading of the books',
    plant: () =>
      replace(
        SteadyClock.prototype,
        'now',
        (original) =>
          function (this: SteadyClock) {
            const { onJump } = this;
            const silent = (): void => undefined;
            this.onJump = silent;
            const now = original.call(this);
            this.onJump = onJump;
            return now;
          },
      ),
  },
  {
    name: 'the broker’s time is never heard',
    plant: () => replace(SteadyClock.prototype, 'heard', () => function () {}),
  },
  {
    name: 'an assignment moves no shares',
    plant: () => replace(Settling.prototype, 'deliver', () => function () {}),
  },
  {
    name: 'one half of an assignment is enough',
    plant: () =>
      replace(
        Activities.prototype,
        'book',
        (original) =>
          function (this: unknown, activity: Activity, at: number) {
            if (activity.activity !== 'delivery') original.call(this, activity, at);
          },
      ),
  },
  {
    name: 'what ends contracts before their fill is told is never booked',
    plant: () =>
      replace(
        Activities.prototype,
        'place',
        (original) =>
          function (this: { unplaced: unknown[] }, ...parts: unknown[]) {
            original.call(this, ...parts);
            this.unplaced.length = 0;
          },
      ),
  },
  {
    name: 'what expires stays in the books',
    plant: () => replace(Activities.prototype, 'expired', () => function () {}),
  },
  {
    name: 'what a package fills is booked on its first leg',
    plant: () =>
      replace(
        BrokerPackages.prototype,
        'take',
        (original) =>
          function (this: { executions: Executions }, ticket: Ticket, report: OrderReport, at: number) {
            if (report.kind !== 'fill' || ticket.order.pack === undefined)
              return original.call(this, ticket, report, at);
            this.executions.fill(ticket, report, at);
            return true;
          },
      ),
  },
  {
    name: 'the lease is not looked at after a pause',
    plant: () => replace(AccountLease.prototype, 'maySend', () => holds),
  },
  {
    name: 'the lease is given back before the last request',
    plant: () =>
      both(
        replace(
          TwoDesks.prototype,
          'endInOrder',
          (original) =>
            function (this: unknown, desk: SimulatedDesk) {
              const epoch = desk.lease?.lease?.epoch;
              if (epoch !== undefined) desk.lease!.giveBack(epoch);
              original.call(this, desk);
            },
        ),
        replace(AccountLease.prototype, 'maySend', () => holds),
      ),
  },
  {
    name: 'a stop that is held here does not follow the price',
    plant: () => replace(ExitWatch.prototype, 'trail', () => function () {}),
  },
  {
    name: 'an order counts from when the broker has taken it',
    plant: () => {
      const { get } = Object.getOwnPropertyDescriptor(Market.prototype, 'working')!;
      return replaceGetter(Market.prototype, 'working', function (this: Market) {
        return (get!.call(this) as readonly Order[]).filter(({ status }) => status !== 'submitted');
      });
    },
  },
  ignored('options need no level', 'option.level'),
];

/** Whether nobody has told the holder that it lost the lease. */
function holds(this: { readonly isLost: boolean }): boolean {
  return !this.isLost;
}
