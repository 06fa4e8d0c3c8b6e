/**
 * The part of the suite about orders that wait for a price, an instant or an auction, and about futures.
 */
import { expect } from 'vitest';
import { defineInstrument, type Instrument } from '../../src/market/instrument.ts';
import { STOCK } from './rig.ts';
import { filled, hold, type Case } from './steps.ts';

export const FUTURE = 'ESZ26';
const WITH_FUTURE: readonly Instrument[] = [
  defineInstrument({ symbol: STOCK, tick: 0.01 }),
  defineInstrument({
    symbol: FUTURE,
    kind: 'future',
    tick: 0.25,
    multiplier: 50,
    future: { root: 'ES', expiry: '2026-12-18', initialMargin: 25_300, maintenanceMargin: 23_000 },
  }),
];

export const ORDER_TYPE_CASES: readonly Case[] = [
  {
    id: 'V-42',
    name: 'an order if touched sleeps until the market comes to its price, and then takes the market',
    run: async (rig) => {
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { touch: 95, timeInForce: 'DAY' }));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(96, 96.02);
      await rig.wait(3);
      expect(rig.held()).toBe(0);
      rig.quote(94.9, 94.92);
      await rig.until(filled(rig, 10));
      expect(rig.entries('filled')[0].price).toBe(94.92);
    },
  },
  {
    id: 'V-43',
    name: 'a limit order if touched that was touched rests at its limit',
    run: async (rig) => {
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { touch: 95, limit: 94, timeInForce: 'DAY' }));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(94.9, 94.92);
      await rig.wait(3);
      expect(rig.held()).toBe(0);
      // It is awake: the market has left the price of the touch, and it fills all the same.
      rig.quote(96, 96.02);
      rig.quote(93.9, 93.92);
      await rig.until(filled(rig, 10));
    },
  },
  {
    id: 'V-44',
    name: 'a trailing stop with a limit follows the market, and rests at its limit once it was touched',
    run: async (rig) => {
      await hold(rig, 10);
      const terms = { trail: { amount: 2 }, limitOffset: 0.5, timeInForce: 'DAY' } as const;
      rig.quote(100, 100.02, () => void rig.hands.sell(10, terms));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(105, 105.02);
      await rig.wait(2);
      // The stop is at 103 and its limit at 102.50: a gap below both fills nothing.
      rig.quote(102, 102.02);
      await rig.wait(2);
      expect(rig.held()).toBe(10);
      rig.quote(102.6, 102.62);
      await rig.until(filled(rig, 0));
    },
  },
  {
    id: 'V-45',
    name: 'an order that is good till an instant ends then',
    run: async (rig) => {
      const goodTill = rig.venue.now + 600_000_000;
      const terms = { limit: 90, timeInForce: 'GTD', goodTill } as const;
      rig.quote(100, 100.02, () => void rig.hands.buy(10, terms));
      await rig.until(() => rig.order?.status === 'accepted');
      const order = rig.order!;
      rig.venue.pass(300_000_000);
      await rig.wait(1);
      expect(order.status).toBe('accepted');
      rig.venue.pass(400_000_000);
      await rig.until(() => order.status === 'canceled' || order.status === 'expired');
      rig.quote(89, 89.5);
      await rig.wait(2);
      expect(rig.held()).toBe(0);
    },
  },
  {
    id: 'V-46',
    name: 'a future costs nothing to open, counts its points by its multiplier, and is closed',
    instruments: WITH_FUTURE,
    run: async (rig) => {
      rig.quote(100, 100.02);
      rig.quote(6000, 6000.25, () => void rig.hands.assets[1].buy(1), FUTURE);
      await rig.until(() => rig.held(FUTURE) === 1);
      expect(rig.entries('filled')).toMatchObject([{ quantity: 1, price: 6000.25 }]);
      expect(rig.session.deck.ledger.cash[0].amount).toBeCloseTo(100_000, -1);
      rig.quote(6010, 6010.25, () => void rig.hands.assets[1].sell(1), FUTURE);
      await rig.until(() => rig.held(FUTURE) === 0);
      await rig.wait(3);
      const { amount } = rig.session.deck.ledger.cash[0];
      expect(amount).toBeCloseTo(100_000 + 9.75 * 50, -1);
      expect(rig.venue.cash() ?? amount).toBeCloseTo(amount, 6);
      expect(rig.session.differences ?? []).toEqual([]);
    },
  },
  {
    id: 'V-47',
    name: 'a future is sold short and bought back by a resting limit',
    instruments: WITH_FUTURE,
    run: async (rig) => {
      rig.quote(100, 100.02);
      rig.quote(6000, 6000.25, () => void rig.hands.assets[1].sell(1), FUTURE);
      await rig.until(() => rig.held(FUTURE) === -1);
      const [, future] = rig.hands.assets;
      rig.quote(6000, 6000.25, () => void future.buy(1, { limit: 5990, timeInForce: 'DAY' }), FUTURE);
      await rig.until(() => future.orders[0]?.status === 'accepted');
      rig.quote(5989, 5989.25, undefined, FUTURE);
      await rig.until(() => rig.held(FUTURE) === 0);
    },
  },
  {
    id: 'V-48',
    name: 'a stop that rests is changed, and sleeps at its new price',
    run: async (rig) => {
      await hold(rig, 10);
      rig.quote(100, 100.02, () => void rig.hands.sell(10, { stop: 95, timeInForce: 'DAY' }));
      await rig.until(() => rig.order?.status === 'accepted');
      const order = rig.order!;
      rig.quote(100, 100.02, () => void rig.hands.update(order, { stop: 90 }));
      await rig.until(() => order.stop === 90 && order.status === 'accepted');
      rig.quote(94, 94.02);
      await rig.wait(2);
      expect(rig.held()).toBe(10);
      rig.quote(89.9, 89.92);
      await rig.until(filled(rig, 0));
    },
  },
];
