/**
 * The part of the suite about packages: several legs that are one order at the venue, with one answer and one end.
 */
import { expect } from 'vitest';
import { defineInstrument, type Instrument } from '../../src/market/instrument.ts';
import { occInstrument } from '../../src/market/option/contract.ts';
import type { ComboView } from '../../src/engine/strategy/strategy.ts';
import { STOCK, type Rig } from './rig.ts';
import type { Case } from './steps.ts';

const LONG = 'AAPL261218P00095000';
const SHORT = 'AAPL261218P00100000';
const SPREAD: readonly Instrument[] = [
  defineInstrument({ symbol: STOCK, tick: 0.01 }),
  occInstrument(LONG),
  occInstrument(SHORT),
];

const legs = (rig: Rig): readonly [long: number, short: number] => [rig.held(LONG), rig.held(SHORT)];

/** Asks for two put spreads, sold for a credit; the market then pays 0.90. */
function sell(rig: Rig, credit: number): { combo: ComboView | undefined } {
  const sent: { combo: ComboView | undefined } = { combo: undefined };
  rig.quote(100, 100.02);
  rig.quote(1, 1.1, undefined, LONG);
  const wish = (): void => {
    const [, long, short] = rig.hands.assets;
    const wanted = [
      { asset: short, quantity: -1 },
      { asset: long, quantity: 1 },
    ];
    sent.combo = rig.hands.combo(wanted, { quantity: 2, limit: -credit, timeInForce: 'DAY' });
  };
  rig.quote(2, 2.1, wish, SHORT);
  return sent;
}

const isWorking = (rig: Rig) => (): boolean => rig.hands.assets[1].orders[0]?.status === 'accepted';

const CALL = 'AAPL261218C00105000';
const COVERED: readonly Instrument[] = [defineInstrument({ symbol: STOCK, tick: 0.01 }), occInstrument(CALL)];

const covered = (rig: Rig): string => `${rig.held(STOCK)},${rig.held(CALL)}`;

/** Asks for two buy-writes, or for two to be undone where `sign` is −1; the market has them at 98 to 98.12. */
function write(rig: Rig, limit: number, sign = 1): void {
  rig.quote(2, 2.1, undefined, CALL);
  rig.quote(100.1, 100.12, () => {
    const [shares, call] = rig.hands.assets;
    const wanted = [
      { asset: shares, quantity: sign * 100 },
      { asset: call, quantity: -sign },
    ];
    rig.hands.combo(wanted, { quantity: 2, limit, timeInForce: 'DAY' });
  });
}

export const PACKAGE_CASES: readonly Case[] = [
  {
    id: 'V-37',
    name: 'a package is filled for its net price, and each leg is booked by itself',
    instruments: SPREAD,
    run: async (rig) => {
      sell(rig, 0.9);
      await rig.until(() => legs(rig).join() === '2,-2');
      expect(rig.entries('filled').map(({ quantity, price }) => [quantity, price])).toEqual([
        [-2, 2],
        [2, 1.1],
      ]);
      expect(rig.venue.held(LONG) ?? 2).toBe(2);
    },
  },
  {
    id: 'V-38',
    name: 'a package rests until its net price is paid',
    instruments: SPREAD,
    run: async (rig) => {
      sell(rig, 1.2);
      await rig.until(isWorking(rig));
      await rig.wait(3);
      expect(legs(rig)).toEqual([0, 0]);
      rig.quote(2.4, 2.5, undefined, SHORT);
      await rig.until(() => legs(rig).join() === '2,-2');
    },
  },
  {
    id: 'V-39',
    name: 'a resting package is canceled, with all of its legs',
    instruments: SPREAD,
    run: async (rig) => {
      const sent = sell(rig, 1.5);
      await rig.until(isWorking(rig));
      rig.quote(100, 100.02, () => rig.hands.cancelCombo(sent.combo!));
      await rig.until(() => rig.hands.assets.every(({ orders }) => orders.length === 0));
      rig.quote(3, 3.1, undefined, SHORT);
      await rig.wait(3);
      expect(legs(rig)).toEqual([0, 0]);
    },
  },
  {
    id: 'V-40',
    name: 'LF-01 a package whose answer is lost is found whole, and is there once',
    needs: 'answers',
    instruments: SPREAD,
    run: async (rig) => {
      rig.venue.loseAnswer?.();
      sell(rig, 0.9);
      await rig.until(() => rig.reports.some(({ kind }) => kind === 'lost'));
      await rig.until(() => legs(rig).join() === '2,-2');
      expect(new Set(rig.session.venue?.open.map(({ order }) => order.status))).toEqual(new Set());
    },
  },
  {
    id: 'V-41',
    name: 'LF-21 a process that dies with a package at work finds it, and its legs’ fills, when it begins again',
    needs: 'process',
    instruments: SPREAD,
    run: async (rig) => {
      sell(rig, 1.2);
      await rig.until(isWorking(rig));
      rig.die();
      rig.venue.quote(SHORT, 2.4, 2.5);
      rig.venue.pass(10_000_000);
      await rig.start();
      await rig.until(() => legs(rig).join() === '2,-2');
      expect(rig.entries('filled').map(({ price }) => price)).toEqual([2.4, 1.1]);
    },
  },
  {
    id: 'V-49',
    name: 'the net price of a resting package is changed',
    instruments: SPREAD,
    run: async (rig) => {
      const sent = sell(rig, 1.5);
      await rig.until(isWorking(rig));
      rig.quote(100, 100.02, () => void rig.hands.updateCombo(sent.combo!, -0.9));
      await rig.until(() => legs(rig).join() === '2,-2');
      expect(sent.combo!.limit).toBe(-0.9);
    },
  },
  {
    id: 'V-54',
    name: 'shares and the calls on them are bought and sold in one order, for the net price per share',
    instruments: COVERED,
    run: async (rig) => {
      write(rig, 98.12);
      await rig.until(() => covered(rig) === '200,-2');
      expect(rig.entries('filled').map(({ quantity, price }) => [quantity, price])).toEqual([
        [200, 100.12],
        [-2, 2],
      ]);
      expect(rig.venue.held(STOCK) ?? 200).toBe(200);
    },
  },
  {
    id: 'V-55',
    name: 'shares and the calls on them are given back in one order, for a net price that is received',
    instruments: COVERED,
    run: async (rig) => {
      write(rig, 98.2);
      await rig.until(() => covered(rig) === '200,-2');
      write(rig, -98, -1);
      await rig.until(() => covered(rig) === '0,0');
      expect(rig.entries('filled').map(({ price }) => price)).toEqual([100.12, 2, 100.1, 2.1]);
    },
  },
  {
    id: 'V-56',
    name: 'shares and the calls on them rest together until their net price is there, and die with nothing left',
    instruments: COVERED,
    run: async (rig) => {
      write(rig, 97.9);
      await rig.until(() => rig.hands.assets[0].orders[0]?.status === 'accepted');
      await rig.wait(3);
      expect(covered(rig)).toBe('0,0');
      rig.quote(2.3, 2.4, undefined, CALL);
      await rig.until(() => covered(rig) === '200,-2');
      write(rig, 97, 1);
      await rig.until(() => rig.hands.assets[1].orders[0]?.status === 'accepted');
      const [order] = rig.hands.assets[0].orders;
      rig.quote(100.1, 100.12, () => rig.hands.cancel(order));
      await rig.until(() => rig.hands.assets.every(({ orders }) => orders.length === 0));
      expect(covered(rig)).toBe('200,-2');
    },
  },
];
