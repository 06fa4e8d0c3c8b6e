/**
 * The part of the suite that is about exits: tied to each other at the venue where that keeps them, and in the session
 * where it does not. What must hold is the same.
 */
import { expect } from 'vitest';
import { STOCK, type Rig } from './rig.ts';
import { agree, filled, type Case } from './steps.ts';

/** Ten with both exits, bought when the market comes to 100; entry and exits stand until they are canceled. */
const BOTH = { stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' } as const;

const working = (rig: Rig) => rig.hands.assets[0].orders;
const exitsWork = (rig: Rig) => (): boolean =>
  rig.held() === 10 && working(rig).length === 2 && working(rig).every(({ status }) => status === 'accepted');

/** Holds ten with both exits at work. */
async function protect(rig: Rig): Promise<void> {
  rig.quote(100, 100.02, () => void rig.hands.buy(10, BOTH));
  await rig.until(exitsWork(rig));
}

export const EXIT_CASES: readonly Case[] = [
  {
    id: 'V-30',
    name: 'exits that go with their entry work from its fill, and a stop that fills ends the target',
    run: async (rig) => {
      await protect(rig);
      rig.quote(94, 94.02);
      await rig.until(() => rig.held() === 0 && working(rig).length === 0);
      rig.quote(106, 106.02);
      await rig.wait(3);
      agree(rig);
      expect(rig.alerts).toEqual([]);
    },
  },
  {
    id: 'V-31',
    name: 'an entry that is canceled takes its exits with it',
    run: async (rig) => {
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { ...BOTH, limit: 98 }));
      await rig.until(() => rig.order?.status === 'accepted');
      const entry = rig.order!;
      rig.quote(100, 100.02, () => rig.hands.cancel(entry));
      await rig.until(() => entry.status === 'canceled' && working(rig).length === 0);
      rig.quote(94, 94.02);
      await rig.wait(3);
      expect(rig.held()).toBe(0);
      agree(rig);
    },
  },
  {
    id: 'V-32',
    name: 'of two exits one is canceled, and the other goes on',
    run: async (rig) => {
      await protect(rig);
      const target = working(rig).find(({ type }) => type === 'limit')!;
      rig.quote(100, 100.02, () => rig.hands.cancel(target));
      await rig.until(() => target.status === 'canceled');
      await rig.until(() => working(rig).length === 1 && working(rig)[0].status === 'accepted');
      await rig.wait(3);
      rig.quote(94, 94.02);
      await rig.until(filled(rig, 0));
      await rig.wait(3);
      agree(rig);
    },
  },
  {
    id: 'V-33',
    name: 'the price of an exit is changed',
    run: async (rig) => {
      await protect(rig);
      const stop = working(rig).find(({ type }) => type === 'stop')!;
      rig.quote(100, 100.02, () => void rig.hands.update(stop, { stop: 98 }));
      await rig.until(() => stop.stop === 98 && stop.status === 'accepted');
      rig.quote(97, 97.02);
      await rig.until(() => rig.held() === 0 && working(rig).length === 0);
      await rig.wait(3);
      agree(rig);
    },
  },
  {
    id: 'V-34',
    name: 'a position whose exits work is closed by hand, and nothing of them is left',
    run: async (rig) => {
      await protect(rig);
      const command = { do: 'flatten', symbol: STOCK } as const;
      rig.conductor.take({ kind: 'command', at: rig.venue.now, by: 'test', reason: 'test', command });
      await rig.until(() => rig.held() === 0 && working(rig).length === 0);
      rig.quote(94, 94.02);
      await rig.wait(3);
      agree(rig);
    },
  },
  {
    id: 'V-35',
    name: 'LF-21 a process that dies with exits at work finds them, and the fill of one, when it begins again',
    needs: 'process',
    run: async (rig) => {
      await protect(rig);
      rig.die();
      rig.venue.quote(STOCK, 94, 94.02);
      rig.venue.pass(10_000_000);
      await rig.start();
      await rig.until(() => rig.held() === 0 && working(rig).length === 0);
      await rig.wait(3);
      agree(rig);
      expect(rig.alerts).not.toContain('order.external');
    },
  },
  {
    id: 'V-36',
    name: 'LF-01 the answer to an entry with exits is lost: all are found, and are there once',
    needs: 'answers',
    run: async (rig) => {
      const before = rig.venue.orders();
      rig.venue.loseAnswer?.();
      rig.quote(100, 100.02, () => void rig.hands.buy(10, BOTH));
      await rig.until(() => rig.reports.some(({ kind }) => kind === 'lost'));
      await rig.until(exitsWork(rig));
      expect(rig.venue.orders() - before).toBe(3);
      rig.quote(106, 106.02);
      await rig.until(() => rig.held() === 0 && working(rig).length === 0);
      await rig.wait(3);
      agree(rig);
      expect(rig.alerts).not.toContain('order.external');
    },
  },
];
