/** What the broker says of account and assets is refused here by name, and never guessed. */
import { describe, expect, test } from 'vitest';
import type { AccountRules, AssetRules, BrokerReport } from '../../../src/engine/live/index.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import { plain } from '../play.ts';
import { Bench, deckOf, puppet } from './bench.ts';

type Wish = (context: Context<Record<string, never>>) => void;
type Books = Extract<BrokerReport, { kind: 'snapshot' }>;

const PUT = 'AAA261218P00090000';
const AAA = defineInstrument({ symbol: 'AAA', tick: 0.01, calendar: '24-7', lot: 0.001 });

function benchOf(rules: AccountRules, asset: Partial<AssetRules> = {}) {
  const strategy = puppet();
  const base = deckOf();
  const tape = { ...base.tape, instruments: [AAA, { ...occInstrument(PUT), calendar: '24-7' }] };
  const bench = new Bench({ tape, strategies: [strategy], conventions: { ...plain, margin: regT } });
  const tell = (more: AccountRules, of: Partial<AssetRules>, held = 0): void => {
    const account: Books['account'] = {
      number: 'PA0001',
      cash: 10_000,
      equity: 10_000,
      buyingPower: 10_000,
      isBlocked: false,
      rules: more,
    };
    const positions = held === 0 ? [] : [{ symbol: 'AAA', quantity: held }];
    bench.snapshot(positions, { account, assets: [{ symbol: 'AAA', isTradable: true, ...of }] });
  };
  tell(rules, asset);
  const wish = (each: Wish): string[] => {
    const before = bench.submissions.length;
    bench.quote(99.99, 100.01);
    bench.quote(0.99, 1.01, PUT);
    strategy.wishes.push(each);
    bench.quote(99.99, 100.01);
    const refused = [...bench.session.deck.journal.entries()].filter(({ kind }) => kind === 'refused');
    return bench.submissions.length > before ? ['sent'] : refused.slice(-1).map(({ text }) => text.split(':')[0]);
  };
  return { bench, tell, wish };
}

const buy: Wish = (context) => void context.buy(1, 'test');
const sell: Wish = (context) => void context.sell(1, 'test');

describe('an order that the broker would refuse is refused by name', () => {
  test.each<[string, AccountRules, Partial<AssetRules>, Wish]>([
    ['broker.not-tradable', {}, { isTradable: false }, buy],
    ['broker.no-shorts', { mayShort: false }, { shorting: 'easy' }, sell],
    ['broker.not-shortable', { mayShort: true }, { shorting: 'none' }, sell],
    ['broker.hard-to-borrow', { mayShort: true }, { shorting: 'hard' }, sell],
    ['broker.no-fractions', { mayHoldFractions: false }, {}, (context) => void context.buy(0.5, 'test')],
    ['broker.not-fractionable', {}, { isFractionable: false }, (context) => void context.buy(0.5, 'test')],
    ['broker.fraction-short', { mayHoldFractions: true }, {}, (context) => void context.sell(0.5, 'test')],
  ])('%s', (code, rules, asset, wish) => {
    expect(benchOf(rules, asset).wish(wish)).toEqual([code]);
  });

  test('by a level of options that it does not have', () => {
    const level = (optionLevel: number, wish: Wish): string[] => benchOf({ optionLevel }).wish(wish);
    const sale: Wish = ({ assets }) => void assets[1].sell(1, { limit: 1, timeInForce: 'DAY' });
    const purchase: Wish = ({ assets }) => void assets[1].buy(1, { limit: 1, timeInForce: 'DAY' });
    expect(level(0, sale)).toEqual(['option.level']);
    expect(level(1, sale)).toEqual(['sent']);
    expect(level(1, purchase)).toEqual(['option.level']);
    expect(level(2, purchase)).toEqual(['sent']);
  });

  test('that closes what is held and opens the other side', () => {
    const { bench, wish } = benchOf({ mayTurn: false });
    wish(buy);
    bench.report({
      kind: 'fill',
      clientId: bench.id,
      executionId: 'x1',
      symbol: 'AAA',
      side: 1,
      quantity: 1,
      price: 100.01,
      fee: 0,
    });
    expect(wish((context) => void context.sell(3, 'test'))).toEqual(['broker.turns']);
    expect(wish((context) => void context.sell(1, 'test'))).toEqual(['sent']);
  });
});

test('what the broker has not said is sent, and it decides', () => {
  for (const wish of [buy, sell]) expect(benchOf({}).wish(wish)).toEqual(['sent']);
});

test('LF-49 a share that can be borrowed no more is raised, and no short is opened in it', () => {
  const { bench, tell, wish } = benchOf({ mayShort: true }, { shorting: 'easy' });
  expect(wish(sell)).toEqual(['sent']);
  tell({ mayShort: true }, { shorting: 'hard' });
  expect(bench.alerts).toMatchObject([{ code: 'account.rules', priority: 2 }]);
  expect(wish((context) => void context.sell(2, 'test'))).toEqual(['broker.hard-to-borrow']);
  tell({ mayShort: false }, { shorting: 'hard' });
  expect(bench.alerts.at(-1)?.message).toContain('may not sell short');
});

test('LF-49 the reason of a block is told', () => {
  const bench = new Bench().begin();
  const account = { number: 'PA0001', cash: 1, equity: 1, buyingPower: 1, isBlocked: true };
  bench.snapshot([], { account: { ...account, blocked: 'trading is suspended by its owner' } });
  expect(bench.session.states.reason).toContain('suspended by its owner');
});

test('another account behind the same keys halts: a test account that was reset is another one', () => {
  const bench = new Bench().begin();
  const account = { number: 'PA0002', cash: 10_000, equity: 10_000, buyingPower: 10_000, isBlocked: false };
  bench.snapshot([], { account });
  expect(bench.alerts).toMatchObject([{ code: 'account.other', priority: 1 }]);
  expect(bench.session.states.account).toBe('halted');
});
