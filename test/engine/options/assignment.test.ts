/** Early assignment, and what becomes of contracts when their share splits, pays or goes. */
import { describe, expect, it } from 'vitest';
import type { CorporateAction } from '../../../src/market/actions.ts';
import {
  earlyForDividend,
  earlyWhenDeep,
  earlyWithoutTimeValue,
  onlyAtExpiry,
  type AssignmentModel,
} from '../../../src/engine/sim/assignment.ts';
import { honestOptions } from '../../../src/engine/sim/option-models.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { deckOf, onBars, utc, type Played } from '../play.ts';
import { margined, playChain, streamsOf, type Chain, type Quoted } from './chain.ts';

const CALL = 'ABC240216C00100000';
const PUT = 'ABC240216P00100000';
const EX = utc('2024-01-19T05:00');

function sold(symbol: string, quotes: Quoted, closes: readonly number[], more: Partial<Chain> = {}): Chain {
  return {
    closes,
    quotes: { [symbol]: quotes },
    setup: onBars({ 0: ({ asset }) => void asset(symbol).sell(1) }),
    ...more,
  };
}

function by(assignment: AssignmentModel) {
  return { conventions: { ...margined, options: { ...honestOptions, assignment } } };
}

function assigned({ of }: Played): string[] {
  return of('assigned').map(({ at, text }) => `${new Date(at / 1000).toISOString().slice(0, 10)} ${text}`);
}

describe('trap 76: early assignment', () => {
  const dividend = (amount: number): CorporateAction[] => [{ kind: 'dividend', symbol: 'ABC', at: EX, amount }];
  const near: Quoted = [
    [6, 6.4],
    [6, 6.4],
    [6, 6.4],
    [6, 6.4],
  ];

  it('a call whose time value is less than the dividend is assigned on the evening before the ex-date', () => {
    const chain = sold(CALL, near, [106, 106, 106, 106]);
    expect(assigned(playChain(chain, { actions: dividend(0.5), ...by(earlyForDividend) }))).toEqual([
      '2024-01-18 assigned early: time value 0.2 is less than the dividend of 0.5',
    ]);
    expect(assigned(playChain(chain, { actions: dividend(0.15), ...by(earlyForDividend) }))).toEqual([]);
  });

  it('who is assigned before the ex-date neither gets nor owes the dividend', () => {
    const chain = sold(CALL, near, [106, 106, 106, 106], {
      setup: onBars({ 0: ({ buy, asset }) => (buy(100), void asset(CALL).sell(1)) }),
    });
    const played = playChain(chain, { actions: dividend(0.5), ...by(earlyForDividend) });
    expect(played.result.dividends).toBe(0);
    expect(played.result.holdings).toEqual([]);
  });

  it('in the money without time value', () => {
    const deep: Quoted = [
      [14, 14.6],
      [14, 14.6],
      [19.7, 20],
      [19.7, 20],
    ];
    expect(assigned(playChain(sold(PUT, deep, [86, 86, 80, 80]), by(earlyWithoutTimeValue)))).toEqual([
      '2024-01-18 assigned early: no time value is left: 20 for 20',
    ]);
    expect(assigned(playChain(sold(PUT, deep, [86, 86, 80, 80]), by(onlyAtExpiry)))).toEqual([]);
  });

  it('LEAN: at least 5 % in the money within 4 days of expiry', () => {
    const soon = 'ABC240119C00100000';
    const quotes: Quoted = [
      [4, 4.4],
      [4, 4.4],
      [5.4, 5.6],
      [5.4, 5.6],
    ];
    expect(assigned(playChain(sold(soon, quotes, [104, 105.2, 105.3, 105.3]), by(earlyWhenDeep())))).toEqual([
      '2024-01-18 assigned early: 5.03 % in the money, 1 days to expiry',
    ]);
    expect(assigned(playChain(sold(CALL, quotes, [104, 106, 106, 106]), by(earlyWhenDeep())))).toEqual([]);
  });

  it('European contracts are never assigned early', () => {
    const symbol = 'XSP240216C00400000';
    const quotes: Quoted = [
      [80, 81],
      [80, 81],
      [80, 80],
      [80, 80],
    ];
    const played = playChain(
      sold(symbol, quotes, [480, 480, 480, 480], { underlying: 'XSP' }),
      by(earlyWhenDeep(0, 99)),
    );
    expect(assigned(played)).toEqual([]);
  });
});

describe('trap 72 and 74: the share under an option', () => {
  const quotes: Quoted = [[4, 4.4], [4, 4.4], undefined, [2, 2.2], [2, 2.2]];
  const split = (ratio: number): CorporateAction[] => [{ kind: 'split', symbol: 'ABC', at: EX, ratio }];

  it('a split into whole shares multiplies contracts and divides strikes', () => {
    const played = playChain(sold(PUT, quotes, [100, 100, 100, 50, 45]), { actions: split(2), ...by(onlyAtExpiry) });
    expect(played.of('adjusted').map(({ text }) => text)).toEqual([
      'split of 2: strike 100 → 50, 100 shares a contract',
    ]);
    expect(played.result.holdings.map(({ quantity, averagePrice }) => [quantity, averagePrice])).toEqual([[-2, 2]]);
    played.deck.advance(utc('2024-02-20'));
    expect(played.deck.ledger.positions[0][0].quantity).toBe(200);
    expect(played.deck.ledger.cashValue()).toBe(100_000 + 400 - 200 * 50);
  });

  it.each([
    [0.1, 1000, 10],
    [1.5, 66.6, 150],
  ])('a split of %s leaves contracts and strike, and changes what one delivers', (ratio, price, shares) => {
    const played = playChain(sold(PUT, quotes, [100, 100, 100, price, price * 0.9]), { actions: split(ratio) });
    expect(played.of('adjusted').map(({ price: strike, amount }) => [strike, amount])).toEqual([[100, shares]]);
    played.deck.advance(utc('2024-02-20'));
    expect(played.deck.ledger.positions[0][0].quantity).toBe(shares);
    expect(played.deck.ledger.cashValue()).toBeCloseTo(100_000 + 400 - 10_000, 9);
  });

  it('the strategy is told of the terms that its contracts have now', () => {
    const told: unknown[] = [];
    const setup: Chain['setup'] = (context) => ({
      ...onBars({ 0: ({ asset }) => void asset(PUT).sell(1) })(context),
      onContract: ({ kind, quantity, strike, adjustment }) => told.push([kind, quantity, strike, adjustment]),
    });
    const closes = [100, 100, 100, 50, 45];
    playChain(sold(PUT, quotes, closes, { setup }), { actions: split(2), ...by(onlyAtExpiry) });
    const paid: CorporateAction[] = [{ kind: 'dividend', symbol: 'ABC', at: EX, amount: 5, special: true }];
    playChain(sold(PUT, quotes, closes, { setup }), { actions: paid, ...by(onlyAtExpiry) });
    expect(told).toEqual([
      ['adjusted', -2, 50, { factor: 0.5, fall: 0 }],
      ['adjusted', -1, 95, { factor: 1, fall: 5 }],
    ]);
  });

  it('orders in options end with the split and are refused until the next session', () => {
    const act = ({ asset }: Context): void => {
      asset(PUT).buy(1, { limit: 0.5 });
    };
    const chain = sold(PUT, quotes, [100, 100, 100, 50, 50], { setup: onBars({ 1: act, 2: act, 4: act }) });
    const played = playChain(chain, { actions: split(2) });
    expect(played.of('canceled').map(({ text }) => text)).toEqual(['option.split', 'option.split']);
    const noon = onBars({ 0: () => undefined });
    const day = playChain(
      {
        ...chain,
        setup: (context) => {
          context.schedule('1h after open', () => act(context));
          return noon(context);
        },
      },
      { actions: split(2) },
    );
    expect(day.of('refused').map(({ text }) => text)).toEqual([
      'option.split-day: ABC has split today: its options take orders again tomorrow',
    ]);
  });

  it('adjusted contracts are closed and not opened', () => {
    const chain = sold(PUT, quotes, [100, 100, 100, 1000, 1000, 1000], {
      setup: onBars({
        0: ({ asset }) => void asset(PUT).sell(1),
        4: ({ asset }) => {
          asset(PUT).sell(1);
          asset(PUT).buy(1);
        },
      }),
    });
    const played = playChain(chain, { actions: split(0.1) });
    expect(played.of('refused').map(({ text }) => text)).toEqual([
      'option.adjusted: ABC240216P00100000 is adjusted: it delivers 10 shares for its strike',
    ]);
    expect(played.deck.markets[1].working.length).toBe(1);
  });

  it('a special dividend lowers the strike; an ordinary one does not', () => {
    const paid = (special: boolean): CorporateAction[] => [
      { kind: 'dividend', symbol: 'ABC', at: EX, amount: 5, special },
    ];
    const chain = sold(PUT, quotes, [100, 100, 100, 95, 95]);
    expect(
      playChain(chain, { actions: paid(true) })
        .of('adjusted')
        .map(({ price }) => price),
    ).toEqual([95]);
    expect(playChain(chain, { actions: paid(false), ...by(onlyAtExpiry) }).of('adjusted')).toEqual([]);
  });

  it('a special dividend counts for the shares that an adjusted contract delivers', () => {
    const actions: CorporateAction[] = [
      ...split(0.1),
      { kind: 'dividend', symbol: 'ABC', at: utc('2024-01-22T05:00'), amount: 10, special: true },
      { kind: 'dividend', symbol: 'ABC', at: utc('2024-01-23T05:00'), amount: 1, special: true },
    ];
    const played = playChain(sold(PUT, quotes, [100, 100, 100, 1000, 990, 989]), { actions });
    // Ten shares pay 100.00, which is 1.00 for each of the hundred points of strike; 10.00 is too little.
    expect(played.of('adjusted').map(({ text }) => text)).toEqual([
      'split of 0.1: strike 100 → 100, 10 shares a contract',
      'special dividend of 10: strike 100 → 99, 10 shares a contract',
    ]);
  });

  it('when the share is delisted its options end in cash', () => {
    const actions: CorporateAction[] = [{ kind: 'delisting', symbol: 'ABC', at: EX, price: 80 }];
    const played = playChain(sold(PUT, quotes.slice(0, 2), [100, 100, 100]), { actions });
    played.deck.advance(utc('2024-03-01'));
    const settled = [...played.deck.journal.entries()].filter(({ kind }) => kind === 'settled');
    expect(settled.map(({ quantity, price, text }) => [quantity, price, text])).toEqual([
      [-1, 80, 'underlying delisted'],
    ]);
    expect(played.deck.ledger.cashValue()).toBe(100_000 + 400 - 2000);
  });

  it('options of a renamed share are settled by it', () => {
    const actions: CorporateAction[] = [{ kind: 'symbol-change', symbol: 'ABC', at: EX, to: 'XYZ' }];
    const played = playChain(sold(PUT, quotes, [100, 100, 100, 90, 90]), { actions, ...by(onlyAtExpiry) });
    played.deck.advance(utc('2024-02-20'));
    expect(played.deck.ledger.positions[0][0].quantity).toBe(100);
  });

  it('a run that is saved after a split goes on with the new strike', () => {
    const chain = sold(PUT, quotes, [100, 100, 100, 50, 45]);
    const first = playChain(chain, { actions: split(2) }).deck;
    const state = JSON.parse(JSON.stringify(first.saveState())) as ReturnType<typeof first.saveState>;
    const { instruments } = first.tape;
    const streams = streamsOf(chain);
    const later = deckOf({ streams, setup: () => ({}), instruments, conventions: margined, restore: state });
    expect(later.ledger.options!.of(1).strike).toBe(50);
  });
});
