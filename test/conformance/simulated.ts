/** The simulated venue on the stand: it lives in the session, and its time is whatever the test says. */
import { newYork } from '../adapters/fake-alpaca/desk.ts';
import type { Counterparty } from './rig.ts';

export function simulatedVenue(): Promise<Counterparty> {
  let now: number = newYork('2026-11-18', '10:30');
  return Promise.resolve({
    name: 'simulated',
    get now() {
      return now;
    },
    quote: () => undefined,
    pass: (micros) => {
      now += micros;
    },
    // Its books are the session's.
    held: () => undefined,
    cash: () => undefined,
    orders: () => 0,
    close: () => Promise.resolve(),
  });
}
