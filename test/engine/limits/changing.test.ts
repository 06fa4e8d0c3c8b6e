/** Limits that a person changes while a session runs, and what a night keeps of it. */
import { expect, test } from 'vitest';
import type { Command } from '../../../src/engine/live/index.ts';
import { LIVE_LIMITS } from '../../../src/engine/limits/settings.ts';
import { isLooser } from '../../../src/engine/limits/changing.ts';
import { Bench, puppet } from '../live/bench.ts';

const LIMITS = {
  orderShare: 0.5,
  grossExposure: 1,
  netExposure: 1,
  workingOrders: 3,
  dayLoss: 0.1,
  drawdown: 0.2,
  messagesPerMinute: 100,
  worstCase: true,
};

function begun() {
  const { definition, wishes } = puppet();
  const bench = new Bench({ strategies: [{ definition }], limits: LIMITS }).begin();
  const limit = (key: keyof typeof LIMITS, value: number): void => {
    // The keys above are all changeable but for two that are not asked for.
    const command = { do: 'limit', limit: key, value } as Command;
    bench.take({ kind: 'command', at: bench.at, by: 'anna', reason: 'nerves', command });
  };
  const refusals = (): string[] =>
    [...Array(bench.session.deck.journal.length).keys()]
      .map((row) => bench.session.deck.journal.entry(row))
      .filter(({ kind }) => kind === 'refused')
      .map(({ text }) => text);
  return { bench, wishes, limit, refusals };
}

test('a limit that is made stricter refuses from the next order on, and the journal says who changed what from what to what', () => {
  const { bench, wishes, limit, refusals } = begun();
  wishes.push(
    ({ buy }) => buy(20, { limit: 99 }),
    ({ buy }) => buy(20, { limit: 99 }),
  );
  bench.quote();
  expect(bench.submissions).toHaveLength(1);
  limit('orderShare', 0.1);
  bench.quote();
  expect(refusals()[0]).toMatch(
    /^order\.share: order value 2000\.20 is above the limit of 1000\.00, 10 % of the account/,
  );
  const { journal } = bench.session.deck;
  expect(journal.entry(journal.length - 2).text).toBe('limit orderShare: 0.5 → 0.1: nerves (anna)');
});

test('a loss limit is changed in place, with what it remembers', () => {
  const { bench, limit } = begun();
  bench.quote();
  limit('dayLoss', 0.05);
  bench.quote();
  const used = bench.session.deck.orders.uses().find(({ key }) => key === 'dayLoss');
  expect(used).toMatchObject({ used: 0, limit: 500, unit: 'money' });
});

test('how much of each limit is used counts what works at its worst', () => {
  const { bench, wishes } = begun();
  wishes.push(({ buy }) => buy(20, { limit: 99 }));
  bench.quote();
  const uses = new Map(bench.session.deck.orders.uses().map((use) => [use.key, use]));
  expect(uses.get('grossExposure')).toMatchObject({ used: 2000, limit: 10_000 });
  expect(uses.get('netExposure')).toMatchObject({ used: 2000, limit: 10_000 });
  expect(uses.get('workingOrders')).toMatchObject({ used: 1, limit: 3 });
  expect(uses.get('messagesPerMinute')).toMatchObject({ used: 2, limit: 100 });
});

test('what was made stricter stays over the night; what was made looser ends with the session', () => {
  const { bench, limit } = begun();
  limit('orderShare', 0.1);
  limit('grossExposure', 2);
  const { live } = bench.session.saveState();
  expect(live?.limits).toEqual([['orderShare', 0.1]]);
  const next = new Bench(
    { strategies: [{ definition: puppet().definition }], limits: LIMITS, restore: bench.session.saveState() },
    bench.at + 1,
  );
  expect(next.session.deck.orders.gate.limits?.inForce).toMatchObject({ orderShare: 0.1, grossExposure: 1 });
});

test('a deck that is stricter by itself is left as it is', () => {
  const { bench, limit } = begun();
  limit('orderShare', 0.1);
  const next = new Bench(
    {
      strategies: [{ definition: puppet().definition }],
      limits: { ...LIMITS, orderShare: 0.05 },
      restore: bench.session.saveState(),
    },
    bench.at + 1,
  );
  expect(next.session.deck.orders.gate.limits?.inForce).toMatchObject({ orderShare: 0.05 });
});

test('a limit that the deck does not have is not made by a command', () => {
  const { bench, limit } = begun();
  limit('orderShare', Number.NaN);
  bench.take({
    kind: 'command',
    at: bench.at,
    by: 'anna',
    reason: 'x',
    command: { do: 'limit', limit: 'contracts', value: 5 },
  });
  expect(bench.session.deck.orders.gate.limits?.inForce).toMatchObject({ orderShare: 0.5 });
  expect(bench.session.deck.orders.gate.limits?.inForce).not.toHaveProperty('contracts');
});

test('more is looser, but for the least value of an order', () => {
  expect(isLooser('orderShare', 0.2, 0.1)).toBe(true);
  expect(isLooser('minimumValue', 1, 5)).toBe(true);
  expect(isLooser('drawdown', LIVE_LIMITS.drawdown!, LIVE_LIMITS.drawdown!)).toBe(false);
});
