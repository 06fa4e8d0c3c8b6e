/**
 * The conformance suite of venues: what each of them must do, by number, written once.
 *
 * It covers the abstract tests that LEAN runs on every brokerage and the families of NautilusTrader's execution tests
 * (market, limit, stop, trailing, time in force, change, cancel, exits, ambiguous outcomes, reconciliation, options) as far
 * as our order words have them.
 */
import { expect } from 'vitest';
import { defineInstrument } from '../../src/market/instrument.ts';
import { occInstrument } from '../../src/market/option/contract.ts';
import type { Instrument } from '../../src/market/instrument.ts';
import { CLOSING_CASES } from './closing-cases.ts';
import { EXIT_CASES } from './exit-cases.ts';
import { FAULT_CASES } from './fault-cases.ts';
import { HELD_EXIT_CASES } from './held-exit-cases.ts';
import { ORDER_TYPE_CASES } from './order-type-cases.ts';
import { PACKAGE_CASES } from './package-cases.ts';
import { STOCK } from './rig.ts';
import { agree, filled, hold, rest, type Case } from './steps.ts';

export const PUT = 'AAPL261218P00100000';
/** A session with an option beside its share. */
export const WITH_OPTION: readonly Instrument[] = [defineInstrument({ symbol: STOCK, tick: 0.01 }), occInstrument(PUT)];

export const CASES: readonly Case[] = [
  {
    id: 'V-01',
    name: 'it is connected and its books agree with ours before anything is sent',
    run: async (rig) => {
      rig.quote(100, 100.02);
      expect(rig.session.states.account).toBe('active');
      expect(rig.session.differences ?? []).toEqual([]);
      agree(rig);
    },
  },
  {
    id: 'V-02',
    name: 'a market order opens a long position at the ask',
    run: async (rig) => {
      await hold(rig, 10);
      expect(rig.entries('filled')).toMatchObject([{ quantity: 10, price: 100.02 }]);
    },
  },
  {
    id: 'V-03',
    name: 'a long position is closed',
    run: async (rig) => {
      await hold(rig, 10);
      rig.quote(100, 100.02, () => void rig.hands.sell(10));
      await rig.until(filled(rig, 0));
      expect(rig.entries('filled')[1]).toMatchObject({ quantity: -10, price: 100 });
    },
  },
  {
    id: 'V-04',
    name: 'a short position is opened at the bid',
    run: async (rig) => {
      await hold(rig, -10);
      expect(rig.entries('filled')).toMatchObject([{ quantity: -10, price: 100 }]);
    },
  },
  {
    id: 'V-05',
    name: 'a short position is closed',
    run: async (rig) => {
      await hold(rig, -10);
      rig.quote(100, 100.02, () => void rig.hands.buy(10));
      await rig.until(filled(rig, 0));
    },
  },
  {
    id: 'V-06',
    name: 'one order turns a long position into a short one',
    run: async (rig) => {
      await hold(rig, 10);
      rig.quote(100, 100.02, () => void rig.hands.sell(15));
      await rig.until(filled(rig, -5));
    },
  },
  {
    id: 'V-07',
    name: 'one order turns a short position into a long one',
    run: async (rig) => {
      await hold(rig, -10);
      rig.quote(100, 100.02, () => void rig.hands.buy(15));
      await rig.until(filled(rig, 5));
    },
  },
  {
    id: 'V-08',
    name: 'a limit order that crosses fills at the market and not at its limit',
    run: async (rig) => {
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 105, timeInForce: 'DAY' }));
      await rig.until(filled(rig, 10));
      expect(rig.entries('filled')).toMatchObject([{ price: 100.02 }]);
    },
  },
  {
    id: 'V-09',
    name: 'a limit order rests until the market comes to it',
    run: async (rig) => {
      await rest(rig);
      expect(rig.held()).toBe(0);
      rig.quote(89, 89.5);
      await rig.until(filled(rig, 10));
      expect(rig.entries('filled')[0].price).toBeLessThanOrEqual(90);
    },
  },
  {
    id: 'V-10',
    name: 'a stop sleeps until it is touched, and then takes the market',
    run: async (rig) => {
      await hold(rig, 10);
      rig.quote(100, 100.02, () => void rig.hands.sell(10, { stop: 95, timeInForce: 'DAY' }));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(96, 96.02);
      await rig.wait(3);
      expect(rig.held()).toBe(10);
      rig.quote(94, 94.02);
      await rig.until(filled(rig, 0));
      expect(rig.entries('filled')[1].price).toBe(94);
    },
  },
  {
    id: 'V-11',
    name: 'a stop-limit order that is touched rests at its limit',
    run: async (rig) => {
      await hold(rig, 10);
      rig.quote(100, 100.02, () => void rig.hands.sell(10, { stop: 95, limit: 94.5, timeInForce: 'DAY' }));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(94, 94.02);
      await rig.wait(3);
      expect(rig.held()).toBe(10);
      rig.quote(94.6, 94.62);
      await rig.until(filled(rig, 0));
    },
  },
  {
    id: 'V-12',
    name: 'a trailing stop follows the market and does not go back',
    run: async (rig) => {
      await hold(rig, 10);
      rig.quote(100, 100.02, () => void rig.hands.sell(10, { trail: { amount: 2 }, timeInForce: 'DAY' }));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(105, 105.02);
      await rig.wait(2);
      rig.quote(103.5, 103.52);
      await rig.wait(2);
      expect(rig.held()).toBe(10);
      rig.quote(102.9, 102.92);
      await rig.until(filled(rig, 0));
    },
  },
  {
    id: 'V-13',
    name: 'an order that must fill at once ends where it cannot',
    run: async (rig) => {
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 90, timeInForce: 'IOC' }));
      await rig.until(() => rig.entries('canceled').length + rig.entries('expired').length === 1);
      expect(rig.held()).toBe(0);
    },
  },
  {
    id: 'V-14',
    name: 'a resting order is canceled, and fills no more',
    run: async (rig) => {
      const order = await rest(rig);
      rig.quote(100, 100.02, () => rig.hands.cancel(order));
      await rig.until(() => order.status === 'canceled');
      rig.quote(89, 89.5);
      await rig.wait(3);
      expect(rig.held()).toBe(0);
    },
  },
  {
    id: 'V-15',
    name: 'price and quantity of a resting order are changed',
    run: async (rig) => {
      const order = await rest(rig);
      rig.quote(100, 100.02, () => void rig.hands.update(order, { limit: 95, quantity: 12 }));
      await rig.until(() => order.limit === 95 && order.status === 'accepted');
      rig.quote(94, 94.5);
      await rig.until(filled(rig, 12));
    },
  },
  {
    id: 'V-16',
    name: 'a cancel that comes after the fill changes nothing',
    run: async (rig) => {
      const order = await rest(rig);
      rig.quote(89, 89.5);
      await rig.until(filled(rig, 10));
      rig.quote(100, 100.02, () => rig.hands.cancel(order));
      await rig.wait(3);
      expect(order.status).toBe('filled');
      expect(rig.held()).toBe(10);
    },
  },
  {
    id: 'V-17',
    name: 'what the account cannot pay for is refused with a reason, and moves nothing',
    run: async (rig) => {
      rig.quote(100, 100.02, () => void rig.hands.buy(1_000_000, { limit: 105, timeInForce: 'DAY' }));
      await rig.until(() => rig.entries('rejected').length + rig.entries('refused').length === 1);
      expect([...rig.entries('rejected'), ...rig.entries('refused')][0].text).not.toBe('');
      expect(rig.held()).toBe(0);
      agree(rig);
    },
  },
  {
    id: 'V-18',
    name: 'cash and positions are the venue’s own after a round of trades',
    run: async (rig) => {
      await hold(rig, 10);
      rig.quote(101, 101.02, () => void rig.hands.sell(4));
      await rig.until(filled(rig, 6));
      rig.quote(99, 99.02, () => void rig.hands.buy(3));
      await rig.until(filled(rig, 9));
      await rig.wait(3);
      agree(rig);
    },
  },
  {
    id: 'V-19',
    name: 'exits work from the fill of their entry, and one that fills ends the other',
    run: async (rig) => {
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { stopLoss: 95, takeProfit: 105, timeInForce: 'DAY' }));
      await rig.until(
        () => rig.held() === 10 && rig.hands.assets[0].orders.every(({ status }) => status === 'accepted'),
      );
      rig.quote(106, 106.02);
      await rig.until(() => rig.held() === 0 && rig.hands.assets[0].orders.length === 0);
      rig.quote(94, 94.02);
      await rig.wait(3);
      expect(rig.held()).toBe(0);
    },
  },
  {
    id: 'V-20',
    name: 'an order for the day ends with it',
    run: async (rig) => {
      const order = await rest(rig);
      // Past midnight by any clock that the venue may keep.
      rig.venue.pass(10 * 3600 * 1_000_000);
      await rig.until(() => order.status === 'canceled' || order.status === 'expired');
      expect(rig.held()).toBe(0);
    },
  },
  {
    id: 'V-21',
    name: 'an option is bought by its OCC symbol and counts a hundred times its price',
    instruments: WITH_OPTION,
    run: async (rig) => {
      rig.quote(100, 100.02);
      rig.quote(2, 2.1, () => void rig.hands.assets[1].buy(2, { limit: 2.2, timeInForce: 'DAY' }), PUT);
      await rig.until(() => rig.held(PUT) === 2);
      expect(rig.entries('filled')).toMatchObject([{ quantity: 2, price: 2.1 }]);
      expect(rig.session.deck.ledger.cash[0].amount).toBeCloseTo(100_000 - 420, -1);
    },
  },
  {
    id: 'V-22',
    name: 'a put is sold and bought back',
    instruments: WITH_OPTION,
    run: async (rig) => {
      rig.quote(100, 100.02);
      rig.quote(2, 2.1, () => void rig.hands.assets[1].sell(1, { limit: 2, timeInForce: 'DAY' }), PUT);
      await rig.until(() => rig.held(PUT) === -1);
      rig.quote(1, 1.1, () => void rig.hands.assets[1].buy(1, { limit: 1.2, timeInForce: 'DAY' }), PUT);
      await rig.until(() => rig.held(PUT) === 0);
    },
  },
  ...FAULT_CASES,
  ...EXIT_CASES,
  ...PACKAGE_CASES,
  ...ORDER_TYPE_CASES,
  ...HELD_EXIT_CASES,
  ...CLOSING_CASES,
];
