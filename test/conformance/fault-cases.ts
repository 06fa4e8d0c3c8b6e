/**
 * The part of the suite in which something goes wrong between the session and its venue.
 */
import { expect } from 'vitest';
import { STOCK } from './rig.ts';
import { agree, filled, hold, rest, type Case } from './steps.ts';

export const FAULT_CASES: readonly Case[] = [
  {
    id: 'V-23',
    name: 'LF-01 an order whose answer is lost is found, and is there once',
    needs: 'answers',
    run: async (rig) => {
      rig.venue.loseAnswer?.();
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 101, timeInForce: 'DAY' }));
      await rig.until(() => rig.reports.some(({ kind }) => kind === 'lost'));
      await rig.until(filled(rig, 10));
      expect(rig.venue.orders()).toBe(1);
    },
  },
  {
    id: 'V-24',
    name: 'LF-02 an order that never arrived is there at most once, and its risk stays reserved until that is sure',
    needs: 'answers',
    run: async (rig) => {
      rig.venue.loseRequest?.();
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 101, timeInForce: 'DAY' }));
      await rig.until(() => rig.held() === 10 || rig.alerts.includes('order.tombstone'));
      expect(rig.venue.orders()).toBeLessThanOrEqual(1);
      if (rig.held() === 0) expect(rig.order?.status).toBe('unknown');
    },
  },
  {
    id: 'V-25',
    name: 'LF-21 a process that dies with an order at work finds it, and its fill, when it begins again',
    needs: 'process',
    run: async (rig) => {
      await rest(rig);
      rig.die();
      rig.venue.quote(STOCK, 89, 89.5);
      rig.venue.pass(10_000_000);
      await rig.start();
      await rig.until(filled(rig, 10));
      expect(rig.venue.orders()).toBe(1);
      await rig.wait(3);
      agree(rig);
    },
  },
  {
    id: 'V-26',
    name: 'LF-11 an execution that is told twice counts once',
    needs: 'stream',
    run: async (rig) => {
      rig.venue.doubleFills?.();
      await hold(rig, 10);
      await rig.wait(5);
      expect(rig.entries('filled')).toHaveLength(1);
      agree(rig);
    },
  },
  {
    id: 'V-27',
    name: 'LF-13 a fill that comes after the cancel is booked and raised',
    needs: 'stream',
    run: async (rig) => {
      rig.venue.delayFill?.(20_000_000);
      rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 100.02, timeInForce: 'DAY' }));
      await rig.until(() => rig.order?.status === 'accepted');
      const order = rig.order!;
      rig.quote(101, 101.02, () => rig.hands.cancel(order));
      await rig.until(() => order.status === 'canceled');
      await rig.until(filled(rig, 10));
      expect(rig.alerts).toContain('fill.after-end');
    },
  },
  {
    id: 'V-28',
    name: 'what happens while the connection is broken is booked once it stands again',
    needs: 'connection',
    run: async (rig) => {
      await rest(rig);
      const before = rig.reports.filter(({ kind }) => kind === 'snapshot').length;
      rig.venue.breakConnection?.();
      rig.venue.quote(STOCK, 89, 89.5);
      rig.venue.pass(5_000_000);
      await rig.until(() => rig.held() === 10 && rig.reports.filter(({ kind }) => kind === 'snapshot').length > before);
      expect(rig.entries('filled')).toHaveLength(1);
      agree(rig);
    },
  },
  {
    id: 'V-29',
    name: 'an order of somebody else is recognised and left alone',
    needs: 'others',
    run: async (rig) => {
      rig.quote(100, 100.02);
      rig.venue.placeForeign?.();
      await rig.wait(3);
      rig.conductor.take({ kind: 'start', at: rig.venue.now });
      await rig.until(() => rig.alerts.includes('order.foreign'));
      expect(rig.held()).toBe(0);
    },
  },
];
