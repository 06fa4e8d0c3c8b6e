/**
 * Packages as plain data: their legs are saved as orders, this is what ties them.
 */
import { assert } from '../../base/assert.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Order } from '../orders/order.ts';
import type { Package } from '../orders/package.ts';
import { makePackage } from '../orders/package-entry.ts';
import { plainNumber, type PlainNumber } from './numbers.ts';

export interface SavedPackage {
  /** Ids of the legs. */
  readonly legs: readonly number[];
  readonly ratios: readonly number[];
  readonly quantity: number;
  readonly limit: PlainNumber;
  readonly name: string;
  readonly reason: string;
  readonly rested: boolean;
}

/** The field of a saved state; none where nothing waits. */
export function savedPackages(waiting: readonly Package[]): { packages?: readonly SavedPackage[] } {
  if (waiting.length === 0) return {};
  return {
    packages: waiting.map(({ legs, ratios, quantity, limit, name, reason, rested }) => ({
      legs: legs.map(({ id }) => id),
      ratios,
      quantity,
      limit: plainNumber(limit),
      name,
      reason,
      rested,
    })),
  };
}

/** Ties the legs again. */
export function restorePackages(saved: readonly SavedPackage[], orders: readonly Order[], ledger: Ledger): Package[] {
  const byId = new Map(orders.map((order) => [order.id, order] as const));
  return saved.map(({ legs, ratios, quantity, limit, name, reason, rested }) => {
    const found = legs.map((id) => {
      const order = byId.get(id);
      assert(order !== undefined, () => `a saved package has its legs, ${id} is missing`);
      return order;
    });
    const pack = makePackage({ ledger }, found, { ratios, quantity, limit: Number(limit), name, reason });
    pack.rested = rested;
    return pack;
  });
}
