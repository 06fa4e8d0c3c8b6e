/** B.4 good faith in a cash account: what unsettled proceeds have bought is not sold before they settle. */
import { expect, test } from 'vitest';
import type { DeckState } from '../../../src/engine/state/state.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { utc } from '../play.ts';
import { Bench, deckOf, puppet } from './bench.ts';

const NOON = utc('2026-11-02T17:00');
const NEXT = utc('2026-11-03T15:00');
const AFTER = utc('2026-11-04T15:00');

/** An account with 10,000 in two shares, AAA and BBB, at 100 each. */
function account(more: { isCash?: boolean; at?: number; restore?: DeckState; buyingPower?: number } = {}) {
  const { isCash = true, at = NOON, restore, buyingPower = 10_000 } = more;
  const { definition, wishes } = puppet();
  const instruments = ['AAA', 'BBB'].map((symbol) => defineInstrument({ symbol, tick: 0.01, calendar: 'XNYS' }));
  const bench = new Bench(
    {
      tape: { ...deckOf().tape, instruments },
      streams: instruments.map(({ symbol }) => ({ kind: 'quotes', symbol })),
      strategies: [{ definition }],
      calendarOf: calendar,
      ...(restore === undefined ? {} : { restore }),
    },
    at,
  );
  const read = (power: number): void => {
    const { ledger, markets } = bench.session.deck;
    const positions = markets.map(({ index, symbol }) => ({ symbol, quantity: ledger.netQuantity(index) }));
    bench.snapshot(positions, {
      account: { number: 'PA1', cash: power, equity: power, buyingPower: power, isBlocked: false, rules: { isCash } },
    });
  };
  read(buyingPower);
  const does = (wish: (context: Context<Record<string, never>>) => void): void => {
    bench.at += 1_000_000;
    bench.quote(100, 100, 'BBB');
    wishes.push(wish);
    bench.quote(100, 100);
  };
  const fill = (quantity: number, price = 100): void => {
    const { clientId, symbol, side } = bench.submissions.at(-1)!;
    const executionId = `x${bench.inputs.length}`;
    bench.report({ kind: 'fill', clientId, executionId, symbol, side, quantity, price, fee: 0 });
  };
  const trade = (side: 'buy' | 'sell', quantity: number, symbol = 'AAA'): void => {
    does((context) => void context.assets.find((each) => each.symbol === symbol)![side](quantity, { limit: 100 }));
    fill(quantity);
  };
  const refused = (): string[] => [...bench.session.deck.journal.entries('refused')].map(({ text }) => text);
  return { bench, does, fill, trade, refused, read };
}

/** All in AAA, sold, and half of it in BBB: bought with what settles tomorrow. */
function bought(isCash = true) {
  const desk = account({ isCash });
  desk.trade('buy', 100);
  desk.trade('sell', 100);
  desk.trade('buy', 50, 'BBB');
  return desk;
}

test('what was bought with the proceeds of today is not sold today, with what may be and from when', () => {
  const { does, refused, bench } = bought();
  const { length } = bench.submissions;
  does(({ assets }) => void assets[1].sell(20, { limit: 100 }));
  expect(bench.submissions).toHaveLength(length);
  expect(refused()).toEqual([
    'settlement.good-faith: 20 BBB are to be sold, and of those held 0 were paid with settled money; the rest is free at 2026-11-03T14:30:00Z',
  ]);
});

test('it is sold once they have settled', () => {
  const { bench, trade, refused } = bought();
  bench.at = NEXT;
  trade('sell', 50, 'BBB');
  expect(refused()).toEqual([]);
  expect(bench.session.deck.ledger.netQuantity(1)).toBe(0);
  expect(bench.alerts.filter(({ code }) => code === 'account.good-faith')).toEqual([]);
});

test('with credit, or money that has settled, nothing is refused', () => {
  const margin = bought(false);
  margin.trade('sell', 50, 'BBB');
  expect(margin.refused()).toEqual([]);
  const settled = account();
  settled.trade('buy', 40);
  settled.trade('sell', 40);
  settled.trade('buy', 60, 'BBB');
  settled.trade('sell', 60, 'BBB');
  expect(settled.refused()).toEqual([]);
});

test('of a purchase that was paid in part with proceeds the settled part may be sold, first bought first', () => {
  const { bench, trade, does, refused } = account();
  trade('buy', 60);
  trade('sell', 60);
  // 4,000 have settled, 6,000 come tomorrow.
  trade('buy', 50, 'BBB');
  does(({ assets }) => void assets[1].sell(41, { limit: 100 }));
  expect(refused()[0]).toContain('of those held 40 were paid with settled money');
  trade('sell', 40, 'BBB');
  expect(bench.alerts.filter(({ code }) => code === 'account.good-faith')).toEqual([]);
  does(({ assets }) => void assets[1].sell(1, { limit: 100 }));
  expect(refused()).toHaveLength(2);
});

test('a stop passes, and the violation that it makes is raised', () => {
  const { bench, does, fill, refused } = bought();
  does(({ assets }) => void assets[1].sell(50, { stop: 99 }));
  expect(refused()).toEqual([]);
  fill(50, 99);
  expect(bench.alerts.filter(({ code }) => code === 'account.good-faith').map(({ message }) => message)).toEqual([
    '50 BBB were sold before what paid for them had settled: violation 1 of this session',
  ]);
});

test('what the broker says can be spent is the floor where it is less', () => {
  const { trade, does, refused, read } = account();
  read(3000);
  trade('buy', 50);
  does(({ assets }) => void assets[0].sell(31, { limit: 100 }));
  expect(refused()[0]).toContain('of those held 30 were paid with settled money');
});

test('a night settles, and what the day before left is known the next morning', () => {
  const { bench, trade } = account({ at: NOON });
  trade('buy', 100);
  bench.at = NEXT;
  trade('sell', 100);
  trade('buy', 50, 'BBB');
  const next = account({ at: NEXT + 3_600_000_000, restore: bench.session.saveState(), buyingPower: 5000 });
  next.does(({ assets }) => void assets[1].sell(50, { limit: 100 }));
  expect(next.refused()[0]).toContain('settlement.good-faith');
  const later = account({ at: AFTER, restore: bench.session.saveState(), buyingPower: 10_000 });
  later.trade('sell', 50, 'BBB');
  expect(later.refused()).toEqual([]);
});
