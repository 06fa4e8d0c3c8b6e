/**
 * What limits promise, for thousands of random orders, changes, cancels and fills: after each step nothing that could come of
 * what works breaks them (I7, I17, I19), and what is sold is covered (I20).
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import { Deck } from '../../../src/engine/deck.ts';
import type { LimitSettings } from '../../../src/engine/limits/settings.ts';
import { Gate } from '../../../src/engine/gate/gate.ts';
import { isLive } from '../../../src/engine/sim/working-orders.ts';
import type { Context, OrderView } from '../../../src/engine/strategy/strategy.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { cash, playChain } from '../options/chain.ts';
import { C105, C110, P90, P95, QUOTES } from '../options/condor.ts';
import { quotes, tapeOf, type QuoteRow } from '../play.ts';
import { conventions } from './refusals.ts';

const STEPS = 400;
const MOST = 100;

/** They wake with their entry, by what was agreed then, and nobody can keep them from it. */
const EXITS: ReadonlySet<string> = new Set(['stop loss', 'take profit']);

/** Random quotes about 100, one a second. */
function walk(random: Random): QuoteRow[] {
  let cents = 10_000;
  return Array.from({ length: STEPS }, (_, second): QuoteRow => {
    cents += random.below(41) - 20;
    return [second, cents / 100, (cents + 2) / 100];
  });
}

/** Two strategies that do anything at all; `look` is called after each of their steps. */
function churn(seed: number, limits: LimitSettings, look: (deck: Deck) => void): Deck {
  const random = new Random(seed);
  const streams = [quotes(walk(random))];
  const act = ({ asset, cancel, update }: Context, at: number): void => {
    const abc = asset('ABC');
    const quantity = 1 + random.below(60);
    const price = at + (random.below(61) - 30) / 100;
    const orders: readonly OrderView[] = abc.orders;
    const [order] = orders;
    const round = Math.round(price * 100) / 100;
    switch (random.below(8)) {
      case 0:
        abc.buy(quantity);
        break;
      case 1:
        abc.sell(quantity);
        break;
      case 2:
        abc.buy(quantity, { limit: round });
        break;
      case 3:
        abc.sell(quantity, { limit: round });
        break;
      case 4:
        abc.buy(quantity, { limit: round, stopLoss: round - 0.5, takeProfit: round + 0.5 });
        break;
      case 5:
        if (order !== undefined) update(order, { limit: round, quantity: 60 + quantity });
        break;
      case 6:
        if (order !== undefined) cancel(order);
        break;
      default:
        abc.close();
    }
  };
  const setup = (context: Context) => ({
    onQuote: ({ bid }: { bid: number }) => {
      act(context, bid);
      look(deck);
    },
  });
  const definition = { name: 'churn', setup };
  const deck: Deck = new Deck({
    tape: tapeOf({ streams }),
    streams,
    strategies: [{ definition }, { definition }],
    cash: 1_000_000,
    conventions: { ...conventions, latency: 2_000_000 },
    calendarOf: calendar,
    limits,
  });
  deck.play({ streams });
  return deck;
}

/** The most that any mix of fills could leave, by strategy and not netted, signed by side. */
function worst(deck: Deck, side: 1 | -1): number {
  const { working } = deck.markets[0];
  let sum = 0;
  for (let strategy = 0; strategy < deck.hosts.length; strategy++) {
    let could = deck.ledger.positions[strategy][0].quantity * side;
    for (const order of working) if (order.strategy === strategy && order.side === side) could += order.remainingUnits;
    sum += Math.max(0, could);
  }
  return sum;
}

describe('after each of many random steps', () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1);

  test.each(seeds)('I7 no mix of fills breaks the limit: seed %i', (seed) => {
    let most = 0;
    const deck = churn(seed, { positionQuantity: MOST }, (now) => {
      most = Math.max(most, worst(now, 1), worst(now, -1));
    });
    expect(deck.counts.submitted).toBeGreaterThan(100);
    expect(most).toBeLessThanOrEqual(MOST);
    // It was near the limit, so there was something to hold.
    expect(most).toBeGreaterThan(MOST * 0.8);
  });

  test.each(seeds)('I19 no two orders of the account cross: seed %i', (seed) => {
    let crossings = 0;
    churn(seed, { selfCross: 'refuse' }, ({ markets }) => {
      const limits = markets[0].working.filter((order) => isLive(order) && order.type === 'limit' && !order.reduceOnly);
      const bids = limits.filter(({ side }) => side > 0).map(({ limit }) => limit);
      const asks = limits.filter(({ side }) => side < 0).map(({ limit }) => limit);
      if (Math.max(...bids) >= Math.min(...asks)) crossings++;
    });
    expect(crossings).toBe(0);
  });

  test.each(seeds)('I17 no window has more orders than its bucket: seed %i', (seed) => {
    const deck = churn(seed, { ordersPerSecond: 0.25, orderBurst: 4 }, () => undefined);
    for (const strategy of [0, 1]) {
      const times = [...deck.journal.entries('submitted')]
        .filter((entry) => entry.strategy === strategy && !EXITS.has(entry.text))
        .map(({ at }) => at);
      for (const [i, to] of times.entries()) {
        for (let first = i; first >= 0; first--) {
          const count = i - first + 1;
          expect(count).toBeLessThanOrEqual(4 + (0.25 * (to - times[first])) / 1e6 + 1e-9);
        }
      }
    }
  });

  test('a gate that does not heed what could be held is found out', () => {
    const { refusal } = Gate.prototype;
    Gate.prototype.refusal = function (...parts) {
      const found = refusal.apply(this, parts);
      return found?.code === 'position.quantity' ? undefined : found;
    };
    try {
      let most = 0;
      churn(1, { positionQuantity: MOST }, (now) => (most = Math.max(most, worst(now, 1), worst(now, -1))));
      expect(most).toBeGreaterThan(MOST);
    } finally {
      Gate.prototype.refusal = refusal;
    }
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('I20 whatever is tried, no call is short without shares: seed %i', (seed) => {
  const random = new Random(seed);
  const symbols = [P90, P95, C105, C110];
  const closes = Array.from({ length: 20 }, () => 100);
  const rows = Object.fromEntries(Object.entries(QUOTES).map(([symbol, [first]]) => [symbol, closes.map(() => first)]));
  const played = playChain(
    {
      closes,
      quotes: rows,
      setup: (context) => ({
        onBar() {
          for (let i = 0; i < 4; i++) {
            const symbol = symbols[random.below(symbols.length)];
            const quantity = 1 + random.below(3);
            const drawn = random.below(10);
            if (drawn < 2) context.buy(100 * quantity);
            else if (drawn < 4) context.sell(100 * quantity);
            else if (drawn < 7) context.asset(symbol).sell(quantity);
            else context.asset(symbol).buy(quantity);
          }
        },
      }),
    },
    { conventions: cash, cash: 60_000, limits: { optionLevel: 2, contracts: 5 } },
  );
  const { ledger, markets } = played.deck;
  const calls = [C105, C110].map((symbol) => markets.findIndex((market) => market.symbol === symbol));
  const sold = calls.reduce((sum, index) => sum + Math.max(0, -ledger.netQuantity(index)), 0);
  expect(100 * sold).toBeLessThanOrEqual(ledger.netQuantity(0));
  expect(played.result.fills.length).toBeGreaterThan(5);
});
