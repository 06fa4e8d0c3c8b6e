/** What a deck says about limits: where they start in each mode, what one key changes, and what is told of it. */
import { expect, test } from 'vitest';
import { armingHash, limitsOf } from '../../src/desk/config/limits.ts';
import { readDeck } from '../../src/desk/config/read.ts';
import { LIVE_LIMITS } from '../../src/engine/index.ts';

const GOOD = 'strategy: { name: sma-cross }\ntape: { source: sp500 }\n';
const deck = (more: string) => readDeck(GOOD + more, 'x.yaml');

test.each(['backtest', 'paper'] as const)('%s starts from none', (mode) => {
  expect(limitsOf({ ...deck(''), mode })).toEqual({ controls: [], loosened: [] });
});

test('the six oldest keys mean in a backtest what they always meant', () => {
  const { settings, controls } = limitsOf(deck('limits: { drawdown: 0.3, positionShare: 0.5 }'));
  expect(settings).toBeUndefined();
  expect(controls.map(({ name }) => name)).toEqual(['position-share', 'drawdown']);
});

test.each(['rehearsal', 'live'] as const)('%s starts from the defaults', (mode) => {
  const { settings, loosened } = limitsOf({ ...deck(''), mode });
  expect(settings).toMatchObject({ ...LIVE_LIMITS });
  expect(settings?.canaryOrders).toBe(mode === 'live' ? 10 : undefined);
  expect(loosened).toEqual([]);
});

test('limits: live gives a backtest the same', () => {
  expect(limitsOf(deck('limits: live')).settings).toEqual({ ...LIVE_LIMITS });
});

test('a key changes one default, off takes one out, and what is looser is told', () => {
  const { settings, loosened } = limitsOf({
    ...deck('limits: { orderShare: 0.1, spread: off, dayLoss: 0.01, optionQuoteAge: 9 }'),
    mode: 'live',
  });
  expect(settings).toMatchObject({ orderShare: 0.1, dayLoss: 0.01, quoteAge: { shares: 2, options: 9 } });
  expect(settings?.spread?.options).toBe(0.15);
  expect(loosened).toEqual([
    'quoteAge: {"shares":2,"options":9}, the default is {"shares":2,"options":5}',
    'spread: {"shares":off,"options":0.15}, the default is {"shares":0.01,"options":0.15}',
    'orderShare: 0.1, the default is 0.05',
  ]);
});

test('in a session none means none, and that is told', () => {
  const { settings, loosened } = limitsOf({ ...deck('limits: none'), mode: 'live' });
  expect(settings).toBeUndefined();
  expect(loosened).toEqual(['all defaults']);
});

test('a confirmed deck is armed until anything in it changes', () => {
  const digits = armingHash(deck('seed: 7'));
  expect(limitsOf(deck(`seed: 7\nlimits: { defaults: live, armed: '${digits}' }`)).settings?.armed).toBe(false);
  const own = armingHash(deck('seed: 7\nlimits: { defaults: live }'));
  expect(limitsOf(deck(`seed: 7\nlimits: { defaults: live, armed: '${own}' }`)).settings?.armed).toBe(true);
  expect(limitsOf(deck(`seed: 8\nlimits: { defaults: live, armed: '${own}' }`)).settings?.armed).toBe(false);
});

test('what a loss leads to needs a loss limit, and closing at a broker a collar', () => {
  const at = (mode: 'backtest' | 'rehearsal', limits: string) => () => limitsOf({ ...deck(`limits: ${limits}`), mode });
  expect(at('backtest', '{ onLoss: halt+cancel }')).toThrow('halt+cancel follows a loss limit, and there is none');
  expect(at('backtest', '{ onLoss: halt+cancel, dayLoss: 0.02 }')().settings?.onLoss).toBe('halt+cancel');
  expect(at('rehearsal', '{ onLoss: halt+cancel+flatten, collar: off }')).toThrow('there is no collar');
  expect(at('rehearsal', '{ onLoss: halt+cancel+flatten }')().loosened).toEqual([
    'onLoss: halt+cancel+flatten, the default is halt',
  ]);
});

test('sectors are the deck’s own: none is there by default, and each has its symbols and its share', () => {
  const { settings, loosened } = limitsOf({
    ...deck('limits: { sectors: { banks: { symbols: [JPM, BAC], share: 0.3 } } }'),
    mode: 'live',
  });
  expect(settings?.sectors).toEqual({ banks: { symbols: ['JPM', 'BAC'], share: 0.3 } });
  expect(loosened).toEqual([]);
  expect(() => deck('limits: { sectors: { banks: { symbols: [], share: 0.3 } } }')).toThrow('limits');
});
