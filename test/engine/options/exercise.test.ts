/** What a holder may exercise, and what it brings. */
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { deckOf, onBars } from '../play.ts';
import { cash, margined, playChain, streamsOf, type Chain } from './chain.ts';

const CALL = 'ABC240216C00100000';
const PUT = 'ABC240216P00100000';

function holding(symbol: string, act: (context: Context) => void, closes = [100, 104, 104, 104]): Chain {
  const quotes = {
    [symbol]: [
      [3, 3.2],
      [4.1, 4.3],
      [4.1, 4.3],
      [4.1, 4.3],
    ] as const,
  };
  return { closes, quotes, setup: onBars({ 0: ({ asset }) => void asset(symbol).buy(2), 2: act }) };
}

describe('early exercise', () => {
  it('an American call gives shares at the strike, without a fee, and is journaled with its reason', () => {
    const played = playChain(holding(CALL, ({ asset }) => void asset(CALL).exercise(1, 'for the dividend')));
    expect(played.of('exercised').map(({ quantity, balance, text }) => [quantity, balance, text])).toEqual([
      [1, 100, 'for the dividend'],
    ]);
    expect(played.result.holdings.map(({ symbol, quantity }) => `${quantity} ${symbol}`).sort()).toEqual([
      '1 ABC240216C00100000',
      '100 ABC',
    ]);
    expect(played.result.finalCash).toBe(100_000 - 2 * 430 - 10_000);
    const order = played.of('submitted').find(({ text }) => text === 'for the dividend')!;
    expect(played.of('exercised')[0].order).toBe(order.order);
  });

  it('all that is held unless told', () => {
    const played = playChain(holding(PUT, ({ asset }) => void asset(PUT).exercise(), [100, 96, 96, 96]));
    expect(played.result.holdings.map(({ quantity }) => quantity)).toEqual([-200]);
  });

  it('trap 75: a European option cannot be exercised before expiry', () => {
    const symbol = 'XSP240216C00480000';
    const act = ({ asset }: Context): void => {
      asset(symbol).exercise();
    };
    const played = playChain({ ...holding(symbol, act), underlying: 'XSP' });
    expect(played.of('refused').map(({ text }) => text)).toEqual([
      'option.european: XSP240216C00480000 is European: it is exercised at expiry, if it is in the money',
    ]);
  });

  it.each([
    ['more than is held', CALL, 3, 'option.not-held'],
    ['a share', 'ABC', 1, 'option.not-an-option'],
  ] as const)('%s is refused', (_, symbol, quantity, code) => {
    const played = playChain(holding(CALL, ({ asset }) => void asset(symbol).exercise(quantity)));
    expect(played.of('refused').map(({ text }) => text.split(':')[0])).toEqual([code]);
  });

  it('trap 75: beyond the account it is refused', () => {
    const played = playChain(
      holding(CALL, ({ asset }) => void asset(CALL).exercise(1)),
      { cash: 9000, conventions: cash },
    );
    expect(played.of('refused').map(({ text }) => text)).toEqual([
      'collateral.insufficient: exercising needs 10000.00, 8140.00 is free',
    ]);
  });

  it('a venue that exercises nothing says so', () => {
    const chain = holding(CALL, ({ asset }) => void asset(CALL).exercise(1));
    const streams = streamsOf(chain);
    const instruments = playChain(chain).deck.tape.instruments;
    const deck = deckOf({
      streams,
      setup: chain.setup,
      instruments,
      conventions: margined,
      venue: () => playChain({ ...chain, setup: () => ({}) }).deck.venue,
    });
    deck.exercise({ ...PLAIN, instrument: 1 });
    expect([...deck.journal.entries()].map(({ text }) => text)).toEqual([
      'option.exercise: there is nothing to exercise at this venue',
    ]);
  });
});

const PLAIN = {
  instrument: 0,
  strategy: 0,
  side: -1,
  quantity: 1,
  fraction: Number.NaN,
  type: 'exercise',
  timeInForce: 'GTC',
  limit: Number.NaN,
  stop: Number.NaN,
  trail: Number.NaN,
  trailIsFraction: false,
  limitOffset: Number.NaN,
  goodTill: Number.NaN,
  reduceOnly: true,
  affordable: false,
  reason: '',
} as const;
