/**
 * The part of the suite about orders that only close: at every venue they trade no more than is held.
 */
import { expect } from 'vitest';
import { agree, filled, hold, type Case } from './steps.ts';

const CLOSING = { reduceOnly: true, timeInForce: 'DAY' } as const;

export const CLOSING_CASES: readonly Case[] = [
  {
    id: 'V-57',
    name: 'an order that only closes trades no more than is held, whatever it was asked for',
    run: async (rig) => {
      await hold(rig, 10);
      rig.quote(100, 100.02, () => void rig.hands.sell(25, CLOSING));
      await rig.until(() => rig.held() === 0 && rig.order === undefined);
      await rig.wait(3);
      expect(rig.held()).toBe(0);
      agree(rig);
    },
  },
  {
    id: 'V-58',
    name: 'an order that only closes ends where nothing is held, and trades nothing',
    run: async (rig) => {
      rig.quote(100, 100.02, () => void rig.hands.sell(5, CLOSING));
      await rig.until(() => rig.entries('canceled').length === 1 && rig.order === undefined);
      await hold(rig, 10);
      rig.quote(100, 100.02, () => void rig.hands.buy(5, CLOSING));
      await rig.until(() => rig.entries('canceled').length === 2 && rig.order === undefined);
      await rig.wait(3);
      expect(rig.held()).toBe(10);
      agree(rig);
    },
  },
  {
    id: 'V-59',
    name: 'what only closes and rests trades no more than another sale has left',
    run: async (rig) => {
      await hold(rig, 10);
      rig.quote(100, 100.02, () => void rig.hands.sell(10, { ...CLOSING, limit: 105 }));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(100, 100.02, () => void rig.hands.sell(4));
      await rig.until(filled(rig, 6));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(106, 106.02);
      await rig.until(() => rig.held() === 0 && rig.order === undefined);
      await rig.wait(3);
      expect(rig.held()).toBe(0);
      agree(rig);
    },
  },
  {
    id: 'V-60',
    name: 'what is to protect a purchase that has not filled protects it from its fill on',
    run: async (rig) => {
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 98, timeInForce: 'DAY' }));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(100, 100.02, () => void rig.hands.sell(10, { ...CLOSING, stop: 95 }));
      await rig.wait(3);
      rig.quote(97.9, 97.92);
      await rig.until(filled(rig, 10));
      await rig.until(() => rig.order?.status === 'accepted');
      rig.quote(94, 94.02);
      await rig.until(() => rig.held() === 0 && rig.order === undefined);
      await rig.wait(3);
      agree(rig);
    },
  },
];
