/** Parameters that no contract of a tape can ever meet, and what a seller says that never sold. */
import { expect, test } from 'vitest';
import type { TapeFacts } from '../../../src/engine/feeds/tape-facts.ts';
import { chainRules, judgeChain } from '../../../src/market/option/filter.ts';
import { ChainValuation } from '../../../src/market/option/value.ts';
import type { OptionChain } from '../../../src/market/option/chain.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { coveredCalls } from '../../../src/strategies/covered-calls/strategy.ts';
import { cashSecuredPuts } from '../../../src/strategies/csp/strategy.ts';
import { daysToExpiry } from '../../../src/market/option/life.ts';
import { putRules } from '../../../src/strategies/selling/contract-filter.ts';
import { Refusals } from '../../../src/strategies/selling/refusals.ts';
import { resolveParameters } from '../../../src/engine/strategy/parameters.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { handmade } from './handmade.ts';
import { play } from './play.ts';

const HAND = handmade({ callStrike: 95 });

function facts(more: Partial<TapeFacts> = {}): TapeFacts {
  const { instruments } = HAND.tape;
  return { instruments, streams: HAND.streams, listings: [], cash: 100_000, currency: 'USD', isFlat: true, ...more };
}

/** What the put seller says of a tape. */
function said(given: Record<string, string | number>, more: Partial<TapeFacts> = {}): string | undefined {
  const definition = cashSecuredPuts();
  return definition.fits!(resolveParameters(definition.parameters!, given), facts(more));
}

test('a tape of calls alone has nothing for a seller of puts', () => {
  const calls = HAND.tape.instruments.filter(({ option }) => option?.right !== 'put');
  expect(said({})).toBeUndefined();
  expect(said({}, { instruments: calls })).toBe('puts are sold, and the tape has none');
});

test('a put that ties up more than a position may have is never sold, whatever its price', () => {
  expect(said({ positionShare: 0.1 }, { cash: 95_000 })).toBeUndefined();
  expect(said({ positionShare: 0.1 }, { cash: 94_999 })).toBe(
    'no put can be secured: one contract ties up at least 9500.00, and a position may have 9499.90, which is 10 % of 94999.00',
  );
  expect(said({ capital: 50_000 })).toContain('10 % of 50000.00');
  expect(said({ positionShare: 1, deployment: '0:0.05, 20:0' })).toContain('5 % of 100000.00');
  // Shares that are held may be worth what is missing in cash.
  expect(said({}, { cash: 10, isFlat: false })).toBeUndefined();
});

test('days to expiry that no put of the tape is ever quoted at can never be met', () => {
  // The put expires on 2024-01-19 and is quoted from the 16th on.
  const put = HAND.tape.instruments.find(({ option }) => option?.right === 'put')!;
  const [from, to] = calendar('XNYS')
    .sessions('2024-01-16', '2024-01-18')
    .map(({ closeAt }) => closeAt);
  const days = daysToExpiry(put.option!.expiry, '2024-01-16');
  const streams = [{ kind: 'quotes', symbol: put.symbol, from, to }] as const;
  expect(said({ minDte: days, maxDte: 30 }, { streams })).toBeUndefined();
  expect(said({ minDte: days + 1, maxDte: 30 }, { streams })).toBe(
    `minDte (${days + 1}) can never be met: no put of the tape is quoted more than ${days} days before it expires`,
  );
  expect(said({ minDte: 1, maxDte: days - 2 }, { streams })).toBe(
    `maxDte (${days - 2}) can never be met: no put of the tape is quoted less than ${days - 1} days before it expires`,
  );
  // A tape that is streamed does not say when its contracts are quoted.
  expect(said({ minDte: days + 1, maxDte: 30 })).toBeUndefined();
});

test('volume and open interest that the tape never tells can never be enough', () => {
  const { instruments } = HAND.tape;
  const put = instruments[1];
  expect(said({ minVolume: 5 })).toContain('minVolume (5) can never be met');
  expect(said({ minOpenInterest: 5 })).toContain('minOpenInterest (5) can never be met');
  const contracts = [{ instrument: put, openInterest: 10, volume: undefined }];
  const listing = { underlying: 'AAA', root: 'AAA', date: '2024-01-16', knownAt: 0, contracts, source: '' };
  expect(said({ minOpenInterest: 5 }, { listings: [listing] })).toBeUndefined();
  expect(said({ minVolume: 5 }, { listings: [listing] })).toContain('minVolume');
  const bars = { kind: 'bars', symbol: put.symbol } as const;
  expect(said({ minVolume: 5 }, { streams: [...HAND.streams, bars] })).toBeUndefined();
});

test('calls on shares that are held are never sold from an account that holds none', () => {
  const definition = coveredCalls();
  const of = resolveParameters(definition.parameters!, { shares: 'held' });
  expect(definition.fits!(of, facts())).toBe('shares is held, and the account begins without any');
  expect(definition.fits!(of, facts({ isFlat: false }))).toBeUndefined();
});

test('who never sold says which rules refused how often', () => {
  const { notes } = play(HAND, cashSecuredPuts(), { positionShare: 1, maxSpreadPct: 0.001 }, { cash: 20_000 });
  expect(notes.at(-1)).toMatch(
    /^nothing was ever sold: of \d+ looks at an underlying .*; of \d+ at a contract spread refused \d+/,
  );
  const sold = play(HAND, cashSecuredPuts(), { positionShare: 1 }, { cash: 20_000 }).notes;
  expect(sold.some((text) => text.startsWith('nothing was ever sold'))).toBe(false);
});

test('refusals are counted on after a restart', () => {
  const first = new Refusals();
  first.underlying(['rsi']);
  first.chain(3, new Map([['delta', 2]]));
  const next = new Refusals();
  next.restore(JSON.parse(JSON.stringify(first.save())) as ReturnType<typeof first.save>);
  next.underlying(['rsi', 'aboveLong']);
  expect(next.sentence).toBe(
    'of 2 looks at an underlying rsi refused 2, aboveLong refused 1; of 3 at a contract delta refused 2',
  );
});

test('a contract that nobody has quoted in this session is not sold on what it was quoted at before', () => {
  const instrument = occInstrument('ABC240119P00095000');
  const [before, today] = calendar('XNYS').sessions('2024-01-16', '2024-01-17');
  const chain = (quotedAt: number): OptionChain => ({
    underlying: 'ABC',
    at: today.openAt + 60e6,
    date: today.date,
    spot: 100,
    contracts: [
      {
        instrument,
        terms: instrument.option!,
        bid: 1,
        ask: 1.1,
        bidSize: 1,
        askSize: 1,
        last: undefined,
        volume: undefined,
        openInterest: undefined,
        quotedAt,
        isListed: undefined,
      },
    ],
    source: '',
    isModel: false,
  });
  const of = resolveParameters(cashSecuredPuts().parameters!, { deltaMin: 0 });
  const day = (quotedAt: number) =>
    judgeChain(putRules(of, Number.NaN), new ChainValuation(chain(quotedAt), { rate: 0.04 }))[0].outcomes.find(
      ({ rule }) => rule.name === 'quoteDay',
    );
  expect(day(before.closeAt)).toMatchObject({ outcome: 'fail', value: 'earlier' });
  expect(day(today.openAt)).toMatchObject({ outcome: 'pass' });
});

test('a widest spread of 0 asks nothing, as one of 1', () => {
  const rules = (maxSpreadPct: number): string[] =>
    putRules(resolveParameters(cashSecuredPuts().parameters!, { maxSpreadPct }), Number.NaN).map(({ name }) => name);
  expect(rules(0)).toEqual(rules(1));
  expect(rules(0.1)).toContain('spread');
  expect(chainRules({ spread: { max: 0.1 } }).map(({ name }) => name)).toContain('spread');
});
