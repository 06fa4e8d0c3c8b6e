/** Parameters that no contract of a tape can ever meet, and what a seller says that never sold. */
import { expect, test } from 'vitest';
import type { TapeFacts } from '../../../src/engine/feeds/tape-facts.ts';
import { chainRules, judgeChain } from '../../../src/market/option/filter.ts';
import { ChainValuation } from '../../../src/market/option/value.ts';
import type { OptionChain } from '../../../src/market/option/chain.ts';
import { sliceColumns } from '../../../src/market/columns.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { coveredCalls } from '../../../src/strategies/covered-calls/strategy.ts';
import { cashSecuredPuts } from '../../../src/strategies/csp/strategy.ts';
import { putRules } from '../../../src/strategies/selling/contract-filter.ts';
import { Refusals } from '../../../src/strategies/selling/refusals.ts';
import { resolveParameters } from '../../../src/engine/strategy/parameters.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { handmade } from './handmade.ts';
import { play } from './play.ts';

const HAND = handmade({ callStrike: 95 });

function facts(more: Partial<TapeFacts> = {}): TapeFacts {
  const { instruments } = HAND.tape;
  return {
    instruments,
    streams: HAND.streams,
    actions: [],
    listings: [],
    cash: 100_000,
    earnsInterest: false,
    isFlat: true,
    ...more,
  };
}

/** What the put seller says of a tape; the tape is too short for averages. */
function said(given: Record<string, string | number>, more: Partial<TapeFacts> = {}): string | undefined {
  const definition = cashSecuredPuts();
  const parameters = resolveParameters(definition.parameters!, { equityRules: 'none', deltaMin: 0, ...given });
  return definition.fits!(parameters, facts(more));
}

test('of a tape that is read piece by piece it says which averages nobody has looked at, and of one that is there nothing', () => {
  const definition = cashSecuredPuts();
  const open = (given: Record<string, string | number>, more: Partial<TapeFacts> = {}): string | undefined => {
    const parameters = resolveParameters(definition.parameters!, { deltaMin: 0, ...given });
    return definition.unforeseen!(parameters, facts(more));
  };
  const streams = HAND.streams.map(({ kind, symbol }) => ({ kind, symbol })) as TapeFacts['streams']; // As before the first piece.
  const rules = { equityRules: 'aboveShort', smaShort: 11 };
  expect(open(rules, { streams })).toContain('whether it has the 11 daily closes that rules on averages take');
  expect(open(rules)).toBeUndefined();
  expect(open({ equityRules: 'none' }, { streams })).toBeUndefined();
  // One that goes on brings closes of its own.
  expect(open(rules, { streams, isFlat: false })).toBeUndefined();
});

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

const PUT = HAND.tape.instruments.find(({ option }) => option?.right === 'put')!;

test('days to expiry that no put of the tape is ever quoted at can never be met', () => {
  // The put expires on 2024-01-19 and is quoted from the 16th to the 19th.
  expect(said({ minDte: 3, maxDte: 30 })).toBeUndefined();
  expect(said({ minDte: 4, maxDte: 30 })).toBe(
    'minDte (4) can never be met: no put of the tape is quoted more than 3 days before it expires',
  );
  const early = HAND.streams.map((stream) =>
    stream.symbol === PUT.symbol && stream.kind === 'quotes'
      ? { ...stream, columns: sliceColumns(stream.columns, 0, 2) }
      : stream,
  );
  expect(said({ minDte: 1, maxDte: 2 }, { streams: early })).toBeUndefined();
  expect(said({ minDte: 1, maxDte: 1 }, { streams: early })).toBe(
    'maxDte (1) can never be met: no put of the tape is quoted less than 2 days before it expires',
  );
  // A tape whose rows are still to come does not say when its contracts are quoted.
  const streams = HAND.streams.map(({ kind, symbol }) => ({ kind, symbol }));
  expect(said({ minDte: 4, maxDte: 30 }, { streams })).toBeUndefined();
  // But a live one lists contracts of so many days on each of its own.
  const listedDays = { least: 2, most: 10 };
  expect(said({ minDte: 11, maxDte: 30 }, { streams, listedDays })).toBe(
    'minDte (11) can never be met: the contracts that are listed have at most 10 days to expiry',
  );
  expect(said({ maxDte: 1 }, { streams, listedDays })).toContain('at least 2 days');
  expect(said({ maxDte: 2 }, { streams, listedDays })).toBeUndefined();
});

/** Bids of 1, 0.8, 0.6 and 2 on a strike of 95, asks 0.1 above; closes of 100, 98, 96 and 93. */
test.each([
  {
    given: { maxSpreadPct: 0.04 },
    says: 'maxSpreadPct (0.04) can never be met: no put of the tape has a spread below',
  },
  {
    given: { priceMax: 92.99 },
    says: 'priceMax (92.99) can never be met: no put of the tape is on an underlying below 93',
  },
  // The last bid, of the day of the expiry, brings no end of it.
  { given: { minDailyReturn: 0.0085 }, says: 'minDailyReturn (0.0085) leaves nothing: of the 5 quotes that pass all' },
  { given: { minDailyReturn: 0.0085 }, says: 'other rules none brings more than 0.00842105 of its strike a day' },
  {
    given: { maxStrikePct: 0.94 },
    says: 'maxStrikePct (0.94) can never be met: no put of the tape has a strike below',
  },
  { given: { minStrikePct: 1.03, maxStrikePct: 1.1 }, says: 'no put of the tape has a strike above 1.02151 of the' },
  { given: { events: '2023-01-01..2023-12-31' }, says: 'events leave no day of the tape: on the last of them events' },
  { given: { events: '2024-01-19 fomc' }, says: 'fomc of 2024-01-19 is 0 days away, not 10' },
  {
    given: { equityRules: 'aboveShort', smaShort: 11 },
    says: 'it takes 11 daily closes, and the tape has no more than 10 days of AAA',
  },
  { given: { strikeCeiling: 'average' }, says: 'strikeCeiling can never be met: it takes 20 daily closes' },
  { given: { volatility: 'AAA', deployment: '0:0, 101:1' }, says: 'AAA lies within 93 and 100' },
  { given: { volatility: 'chain', deployment: '0:0, 501:1' }, says: 'volatility lies within 0 and 500' },
  { given: { maxDte: 1, maxStrikePct: 0.96 }, says: 'maxDte (1) leaves nothing: of the 3 quotes that pass all other' },
  {
    given: { maxDte: 1, maxStrikePct: 0.96, minDailyReturn: 0.0085 },
    says: 'no put of the tape ever passes all rules',
  },
])('$given can never be met on a tape that has no such thing', ({ given, says }) => {
  expect(said(given)).toContain(says);
});

test.each([
  { maxSpreadPct: 0.0953 },
  { priceMax: 96 },
  { minDailyReturn: 0.0084 },
  { maxStrikePct: 0.95 },
  { minStrikePct: 0.989, maxStrikePct: 1.1 },
  { events: '2024-01-31 fomc', eventDays: 10 },
  { equityRules: 'aboveShort', smaShort: 10 },
  { volatility: 'AAA', deployment: '0:0, 100:1' },
  // Between the closes of two days a level may be anything that lies between them.
  { volatility: 'AAA', deployment: '0:0, 97:1, 97.5:0' },
  { volatility: 'none', deployment: '0:0' },
])('%j is met by something, and is not refused', (given) => {
  expect(said(given)).toBeUndefined();
});

test('where money is there only on days on which nothing else fits, that is said', () => {
  // At 99 and more all of it may be committed, which is on the first two days; the daily return asks for the third.
  const given = { volatility: 'AAA', deployment: '0:0.05, 99:1', positionShare: 0.5, maxDte: 1, minDailyReturn: 0.005 };
  expect(said(given)).toBe(
    'positionShare (0.5) leaves nothing: of the 2 quotes that pass all other rules none ties up so little as a position may have on its day',
  );
  expect(said({ ...given, deployment: '0:0.1' })).toBeUndefined();
});

test('interest may make the money enough, and capital that is told is no cash', () => {
  const cash = 94_999;
  expect(said({}, { cash, earnsInterest: true })).toBeUndefined();
  expect(said({ capital: 1_000_000 }, { cash: 9_499 })).toContain('a position may have 9499.00');
  expect(said({ capital: 1_000_000 }, { cash: 9_500 })).toBeUndefined();
});

test('shares that can never be bought leave nothing to sell calls on', () => {
  const definition = coveredCalls();
  const refusal = (given: Record<string, string | number>, more: Partial<TapeFacts> = {}): string | undefined =>
    definition.fits!(
      resolveParameters(definition.parameters!, { equityRules: 'none', callMaxStrikePct: 2, ...given }),
      facts(more),
    );
  expect(refusal({ positionShare: 0.093 })).toBeUndefined();
  expect(refusal({ positionShare: 0.0929 })).toContain('a round lot ties up at least 9300.00');
  expect(refusal({ priceMax: 90 })).toContain('priceMax (90) can never be met');
  // Who goes on from a state may hold them already.
  expect(refusal({ priceMax: 90 }, { isFlat: false })).toBeUndefined();
  expect(refusal({ callMinStrikePct: 1.1 }, { isFlat: false })).toContain('callMinStrikePct (1.1) can never be met');
  expect(refusal({ callWish: 'minChange', callChange: 0.05 })).toContain('callChange (0.05) can never be met');
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
