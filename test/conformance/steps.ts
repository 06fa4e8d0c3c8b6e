/**
 * What cases are made of: what one is, and the steps that many of them share.
 */
import { expect } from 'vitest';
import type { Instrument } from '../../src/market/instrument.ts';
import { STOCK, type Rig } from './rig.ts';

/** What a venue must be able to be told before a case can be run on it. */
export type Need = 'answers' | 'process' | 'stream' | 'connection' | 'others';

export interface Case {
  readonly id: string;
  readonly name: string;
  readonly needs?: Need;
  readonly instruments?: readonly Instrument[];
  readonly run: (rig: Rig) => Promise<void>;
}

/** Whether the session holds so much. */
export const filled = (rig: Rig, quantity: number) => (): boolean => rig.held() === quantity;

/** Has the session hold a position before the case begins. */
export async function hold(rig: Rig, quantity: number): Promise<void> {
  rig.quote(100, 100.02, () => void (quantity > 0 ? rig.hands.buy(quantity) : rig.hands.sell(-quantity)));
  await rig.until(filled(rig, quantity));
}

/** Has an order rest below the market. */
export async function rest(rig: Rig, limit = 90) {
  rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit, timeInForce: 'DAY' }));
  await rig.until(() => rig.order?.status === 'accepted');
  return rig.order!;
}

/** Both books say the same. */
export function agree(rig: Rig): void {
  expect(rig.venue.held(STOCK) ?? rig.held()).toBe(rig.held());
  const cash = rig.venue.cash();
  if (cash !== undefined) expect(rig.session.deck.ledger.cash[0].amount).toBeCloseTo(cash, 6);
}
