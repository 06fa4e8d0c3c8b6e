/** What a broker says of an account, and what it means for a deck. */
import { describe, expect, test } from 'vitest';
import type { DeckConfig } from '../../../src/desk/config/schema.ts';
import { meaningsOf } from '../../../src/desk/session/account-meaning.ts';
import type { AccountFacts } from '../../../src/engine/live/index.ts';

const FACTS: AccountFacts = {
  number: 'PA1',
  status: 'ACTIVE',
  currency: 'USD',
  cash: 10_000,
  equity: 10_000,
  buyingPower: 20_000,
  optionBuyingPower: 10_000,
  optionLevel: 1,
  mayShort: true,
  blocked: undefined,
};

function say(check: string, facts: Partial<AccountFacts>, account: DeckConfig['account'] = {}) {
  // Only what the account is for is read.
  const config = { account } as DeckConfig;
  return meaningsOf(config, { ...FACTS, ...facts }).find((each) => each.check === check);
}

describe('margin', () => {
  test('what a cash deck does not borrow is no matter of the account', () => {
    expect(say('margin', { multiplier: 4 })).toEqual({
      check: 'margin',
      detail: "multiplier 4: up to 4 times its equity, overnight twice at most; the deck's books take no credit",
    });
  });

  test('a deck that takes more than the account has is bad', () => {
    expect(say('margin', { multiplier: 1 }, { type: 'margin' })?.isBad).toBe(true);
    expect(say('margin', { multiplier: 2 }, { type: 'leverage', leverage: 3 })?.isBad).toBe(true);
    expect(say('margin', { multiplier: 2 }, { type: 'margin' })?.isBad).toBeUndefined();
  });

  test('nothing is lent on equity under 2,000', () => {
    expect(say('margin', { multiplier: 2, equity: 1999 }, { type: 'margin' })).toMatchObject({ isBad: true });
    expect(say('margin', { multiplier: 2, equity: 2000 }, { type: 'margin' })?.isBad).toBeUndefined();
  });

  test('a broker that says nothing decides by its buying power', () => {
    expect(say('margin', {})?.detail).toContain('does not say');
  });
});

test('short sales that the account may not have are refused here, where the deck might want them', () => {
  expect(say('short sales', { mayShort: false }, { type: 'margin' })?.detail).toContain('broker.no-shorts');
  expect(say('short sales', { mayShort: false })?.detail).toBe('the account may not, and the deck sells none');
});

describe('day trades', () => {
  test('are free where the broker counts none', () => {
    expect(say('day trades', {})?.detail).toContain('counts none');
  });

  test.each([
    [1, false, 10_000, '2 more are free'],
    [3, false, 10_000, 'cannot be sold today'],
    [0, true, 10_000, 'cannot be sold today'],
    [9, true, 25_000, 'none is refused'],
  ])('%i of them, marked %s, with equity of %i', (dayTrades, isDayTrader, equity, words) => {
    expect(say('day trades', { dayTrades, isDayTrader, equity })?.detail).toContain(words);
  });
});
