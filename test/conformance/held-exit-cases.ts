/**
 * The part of the suite that is about exits of which a broker takes one at most: the session holds the others, and what must
 * hold of them is the same as where a broker keeps all.
 */
import { expect } from 'vitest';
import { defineInstrument, type Instrument } from '../../src/market/instrument.ts';
import { occInstrument } from '../../src/market/option/contract.ts';
import { STOCK, type Rig } from './rig.ts';
import { agree, type Case } from './steps.ts';

const PUT = 'AAPL261218P00100000';
const WITH_OPTION: readonly Instrument[] = [defineInstrument({ symbol: STOCK, tick: 0.01 }), occInstrument(PUT)];

/** Shows a price twice, a second apart: one alone proves nothing. */
async function show(rig: Rig, bid: number, ask: number, symbol: string): Promise<void> {
  rig.quote(bid, ask, undefined, symbol);
  await rig.wait(1);
  rig.quote(bid, ask, undefined, symbol);
}

/** Holds two contracts with a stop and a target at work. */
async function protect(rig: Rig): Promise<void> {
  const exits = { stopLoss: 1.5, takeProfit: 3 } as const;
  rig.quote(100, 100.02);
  rig.quote(2, 2.1, () => void rig.hands.assets[1].buy(2, { limit: 2.2, timeInForce: 'DAY', ...exits }), PUT);
  const { assets } = rig.hands;
  await rig.until(() => rig.held(PUT) === 2 && assets[1].orders.length === 2);
  await rig.until(() => assets[1].orders.every(({ status }) => status === 'accepted'));
}

const isFlat = (rig: Rig, asset: number, symbol: string) => (): boolean =>
  rig.held(symbol) === 0 && rig.hands.assets[asset].orders.length === 0;

export const HELD_EXIT_CASES: readonly Case[] = [
  {
    id: 'V-50',
    name: 'a stop of contracts that is reached closes them, and ends the target',
    instruments: WITH_OPTION,
    run: async (rig) => {
      await protect(rig);
      await show(rig, 1.4, 1.5, PUT);
      await rig.until(isFlat(rig, 1, PUT));
      await show(rig, 3.1, 3.2, PUT);
      await rig.wait(2);
      expect(rig.held(PUT)).toBe(0);
      agree(rig);
    },
  },
  {
    id: 'V-51',
    name: 'a target of contracts that is reached closes them, and ends the stop',
    instruments: WITH_OPTION,
    run: async (rig) => {
      await protect(rig);
      await show(rig, 3.1, 3.2, PUT);
      await rig.until(isFlat(rig, 1, PUT));
      await show(rig, 1.4, 1.5, PUT);
      await rig.wait(2);
      expect(rig.held(PUT)).toBe(0);
      agree(rig);
    },
  },
  {
    id: 'V-52',
    name: 'a target beside a trailing stop closes what is held, and nothing of the stop is left',
    run: async (rig) => {
      const exits = { trailingStop: { amount: 3 }, takeProfit: 105 } as const;
      rig.quote(100, 100.02, () => void rig.hands.buy(10, exits));
      await rig.until(
        () => rig.held() === 10 && rig.hands.assets[0].orders.every(({ status }) => status === 'accepted'),
      );
      await show(rig, 105.5, 105.52, STOCK);
      await rig.until(isFlat(rig, 0, STOCK));
      await show(rig, 94, 94.02, STOCK);
      await rig.wait(2);
      expect(rig.held()).toBe(0);
      expect(rig.alerts).toEqual([]);
      agree(rig);
    },
  },
  {
    id: 'V-53',
    name: 'LF-21 a process that dies while it holds a target goes on with it',
    needs: 'process',
    run: async (rig) => {
      const exits = { trailingStop: { amount: 3 }, takeProfit: 105 } as const;
      rig.quote(100, 100.02, () => void rig.hands.buy(10, exits));
      await rig.until(
        () => rig.held() === 10 && rig.hands.assets[0].orders.every(({ status }) => status === 'accepted'),
      );
      rig.die();
      rig.venue.pass(2_000_000);
      await rig.start();
      expect(rig.hands.assets[0].orders).toHaveLength(2);
      await show(rig, 105.5, 105.52, STOCK);
      await rig.until(isFlat(rig, 0, STOCK));
      agree(rig);
      expect(rig.alerts).not.toContain('order.external');
    },
  },
];
