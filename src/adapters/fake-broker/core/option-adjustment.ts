/**
 * What a split does to option contracts: a whole one makes more contracts of lower strikes, any other one contracts that
 * deliver another number of shares, with a digit after their root.
 */
import { noteBooking } from './activities.ts';
import { makeContract } from './contracts.ts';
import { endOrder } from './lifecycle.ts';
import type { Listing } from './listing.ts';
import { canHappen } from './order.ts';
import type { BrokerState } from './state.ts';

/**
 * Puts adjusted contracts in the place of those on a share that splits; orders on the old ones are cancelled.
 * Source: OCC, Interpretative Guidance on the Adjustment Policy of the Securities Committee: whole splits change number
 * and strike, others the deliverable.
 */
export function adjustContracts(state: BrokerState, underlying: Listing, ratio: number, day: number): void {
  for (const contract of state.knownContracts(underlying).filter(({ isActive }) => isActive)) {
    contract.isActive = false;
    for (const order of state.openOrders()) {
      const parent = order.parent?.isMultiLeg === true ? order.parent : order;
      if (order.listing === contract && canHappen(parent, 'cancel')) endOrder(state, parent, 'cancel');
    }
    const position = state.holdings.positions.get(contract);
    if (position === undefined) continue;
    const isWhole = Number.isInteger(ratio);
    const { right, strike, expiryDay, size } = contract.option!;
    const next = isWhole
      ? makeContract(underlying, right, Math.round(strike / ratio), expiryDay, size)
      : makeContract(underlying, right, strike, expiryDay, Math.round(size * ratio));
    if (next === undefined) {
      state.notes.push(`${contract.symbol} could not be adjusted for a split of ${ratio}`);
      continue;
    }
    const { quantity, cost } = position;
    const listed = state.listings.get(next.symbol) ?? state.add(next);
    listed.isActive = true;
    const count = isWhole ? quantity * ratio : quantity;
    state.holdings.remove(contract);
    state.holdings.move(listed, count, cost);
    const subType = ratio > 1 ? 'FSPLIT' : 'RSPLIT';
    noteBooking(state, { type: 'OPCA', subType, day, listing: contract, quantity: -quantity, netAmount: 0n });
    noteBooking(state, { type: 'OPCA', subType, day, listing: listed, quantity: count, netAmount: 0n });
  }
}
