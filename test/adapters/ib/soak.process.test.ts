/**
 * Interactive Brokers under a swarm of faults: orders, quotes and breaks drawn from a seed. Whatever was lost, doubled or late,
 * in the end both books hold the same, nothing was sent twice, and what stays unknown keeps its risk.
 */
import { expect, test } from 'vitest';
import { readReference } from '../../../src/adapters/ib/exits.ts';
import { Random } from '../../../src/base/random.ts';
import { swarm } from '../../../src/adapters/fake-tws/core/faults.ts';
import { ibVenue, LOSING, type IbVenue } from '../../conformance/ib.ts';
import { Rig, STOCK } from '../../conformance/rig.ts';

/** Seeds under which much goes wrong. */
const SEEDS = [108, 111, 132];
const STEPS = 25;

/** One thing that happens: a quote with an order, a cancel or a change, a break, or the market alone. */
function step(rig: Rig, venue: IbVenue, random: Random): void {
  const mid = 95 + random.below(1000) / 100;
  const [bid, ask] = [Math.round((mid - 0.01) * 100) / 100, Math.round((mid + 0.01) * 100) / 100];
  const quantity = 1 + random.below(9);
  const orders = rig.hands.assets[0].orders;
  const order = orders[random.below(Math.max(1, orders.length))];
  const kind = random.below(8);
  if (kind === 0) venue.fake.disconnect();
  const limit = Math.round((mid + random.below(200) / 100 - 1) * 100) / 100;
  const wishes: (() => void)[] = [
    () => undefined,
    () => void rig.hands.buy(quantity, { limit, timeInForce: 'DAY' }),
    () => void rig.hands.sell(quantity, { limit, timeInForce: 'DAY' }),
    () => void rig.hands.buy(quantity),
    () => void rig.hands.sell(quantity),
    () => order !== undefined && rig.hands.cancel(order),
    () =>
      order !== undefined && void rig.hands.update(order, { limit: order.limit === order.limit ? limit : undefined! }),
    () => void rig.hands.buy(quantity, { limit, stopLoss: mid - 2, takeProfit: mid + 2, timeInForce: 'GTC' }),
  ];
  rig.quote(bid, ask, wishes[kind]);
}

// They mostly wait, and wait beside each other.
test.concurrent.each(SEEDS)('seed %i', async (seed) => {
  const venue = await ibVenue({ seed, partialFills: 0.3, timings: LOSING });
  const rig = await Rig.open(venue);
  try {
    await soak(rig, venue, seed);
  } finally {
    await rig.close();
  }
});

async function soak(rig: Rig, venue: IbVenue, seed: number): Promise<void> {
  const { faults } = venue.fake.tws;
  for (const rule of swarm(seed, 0.3)) faults.add(rule);
  const random = new Random(seed).fork('soak');
  for (let i = 0; i < STEPS; i++) {
    step(rig, venue, random);
    await rig.wait(1 + random.below(3));
  }
  const fired = [...faults.fired.values()].reduce((sum, count) => sum + count, 0);
  // A swarm that never stung has proved nothing.
  // How much depends on the machine: messages meet the swarm in real time.
  expect({ fired: fired > 3, placed: venue.orders() > 2 }).toEqual({ fired: true, placed: true });
  // The faults end; what they left is found out.
  faults.clear();
  const snapshots = (): number => rig.reports.filter(({ kind }) => kind === 'snapshot').length;
  const before = snapshots();
  venue.fake.disconnect();
  await rig.until(() => snapshots() > before);
  await rig.wait(60);
  rig.conductor.take({ kind: 'start', at: venue.now });
  await rig.until(() => snapshots() > before + 1);
  await rig.wait(5);
  expect({ ours: rig.held(), differences: rig.session.differences }).toEqual({
    ours: venue.held(STOCK),
    differences: [],
  });
  // Each placing has a number of its own, and each of our ids was placed once.
  const placed = venue.fake.tws.orders.all.map(({ words }) => words.orderRef);
  expect(new Set(placed).size).toBe(placed.length);
  for (const { words, status } of venue.fake.tws.orders.all) {
    const ticket = rig.session.venue?.tickets.get(readReference(words.orderRef).clientId);
    // Exits grow, shrink and are asked for anew: what each has done the books above say.
    if (ticket?.group !== undefined) continue;
    if (status === 'Filled') expect(ticket?.order.status).toBe('filled');
    if (status === 'Cancelled') expect(['canceled', 'expired', 'rejected']).toContain(ticket?.order.status);
  }
  expect(rig.session.deck.ledger.cash[0].amount).toBeCloseTo(venue.cash() ?? 0, 6);
}
