/** When the market has reached an exit that no broker watches, where it closes for the night. */
import { expect, test } from 'vitest';
import { ExitWatch } from '../../../src/engine/live/exits/exit-watch.ts';
import { Order } from '../../../src/engine/orders/order.ts';
import { plainMarket } from '../../../src/engine/orders/intents.ts';
import { alwaysOpen, type MarketHours } from '../../../src/engine/ports.ts';
import { Wakes } from '../../../src/engine/play/wakes.ts';

const SECOND = 1_000_000;

/** A stop at 95 of what is held, in a market that closes at `closeAt`. */
function stopUntil(closeAt: number) {
  const hours: MarketHours = { ...alwaysOpen, isOpen: (at) => at < closeAt || at >= closeAt + 3600 * SECOND };
  const wakes = new Wakes();
  const reached: number[] = [];
  const listener = { reached: (_order: Order, at: number) => void reached.push(at), left: () => undefined };
  const watch = new ExitWatch(wakes, [hours], listener);
  const intent = { ...plainMarket(0, 0), side: -1, quantity: 1, type: 'stop', stop: 95, reduceOnly: true } as const;
  const stop = new Order(1, intent, 1, 0);
  return { wakes, reached, look: (bid: number, at: number) => watch.look(stop, bid, bid + 0.02, at) };
}

test('a price that stands when the market closes, and the first one of the next day, are not two in a row', () => {
  const { wakes, reached, look } = stopUntil(10 * SECOND);
  look(94, 9 * SECOND);
  wakes.run(20 * SECOND);
  look(94, 4000 * SECOND);
  expect(reached).toEqual([]);
  look(94, 4001 * SECOND);
  expect(reached).toEqual([4001 * SECOND]);
});

test('a price that stands for two seconds before the close reaches it', () => {
  const { wakes, reached, look } = stopUntil(12 * SECOND);
  look(94, 9 * SECOND);
  wakes.run(20 * SECOND);
  expect(reached).toEqual([11 * SECOND]);
});

test('prices while the market is closed reach nothing', () => {
  const { wakes, reached, look } = stopUntil(10 * SECOND);
  look(94, 11 * SECOND);
  look(94, 12 * SECOND);
  wakes.run(20 * SECOND);
  expect(reached).toEqual([]);
});
