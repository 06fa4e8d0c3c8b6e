/** The known defects of sellers like these, one test each: what went wrong elsewhere must not go wrong here. */
import { expect, test } from 'vitest';
import { resolveParameters } from '../../../src/engine/strategy/parameters.ts';
import { judgeChain } from '../../../src/market/option/filter.ts';
import { ChainValuation } from '../../../src/market/option/value.ts';
import type { ContractQuote, OptionChain } from '../../../src/market/option/chain.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import type { Asset } from '../../../src/engine/strategy/strategy.ts';
import { cashSecuredPuts } from '../../../src/strategies/csp/strategy.ts';
import { impossibility, PARAMETERS } from '../../../src/strategies/csp/parameters.ts';
import { wheel } from '../../../src/strategies/wheel/strategy.ts';
import { coveredCalls } from '../../../src/strategies/covered-calls/strategy.ts';
import { putRules, RANK_MODES } from '../../../src/strategies/selling/contract-filter.ts';
import { deploymentShare, parseDeployment } from '../../../src/strategies/selling/deployment.ts';
import type { Scan } from '../../../src/strategies/selling/scan.ts';
import { VolatilityReader } from '../../../src/strategies/selling/volatility.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { handmade } from './handmade.ts';
import { optionTape, play, type Given } from './play.ts';

const KEPT: Given = {
  minDailyReturn: 0.0002,
  positionShare: 1,
  stopOnDelta: false,
  stopOnDeltaMultiple: false,
  stopOnDrop: false,
  earlyExit: 'off',
};
const MONTHS = optionTape(['AAA', 'BBB'], 4, '2023-04-20');

test('defect 1: a daily return of 15 % of the strike is refused before anything is played', () => {
  expect(impossibility(resolveParameters(PARAMETERS, { minDailyReturn: 0.15 }))).toContain('can never be met');
  expect(() => play(handmade({ callStrike: 95 }), cashSecuredPuts(), { minDailyReturn: 0.15 })).toThrow(
    'minDailyReturn',
  );
});

test('defect 2: which way volatility deploys is a table with a name, and the default is the calm one', () => {
  expect(resolveParameters(PARAMETERS, {}).deployment).toBe('calm');
  const at = (table: string, level: number): number => deploymentShare(parseDeployment(table), level);
  expect([at('calm', 10), at('calm', 30)]).toEqual([1, 0]);
  expect([at('reversed', 10), at('reversed', 30)]).toEqual([0, 1]);
});

test('defect 3: an order that was accepted is no position until it fills', () => {
  const scans: Scan[] = [];
  const { result } = play(
    handmade({ callStrike: 95 }),
    cashSecuredPuts((scan) => scans.push(scan)),
    KEPT,
    { cash: 10_000 },
  );
  const [first] = result.fills;
  const [decided, next] = scans;
  expect(decided.symbols[0].contracts.some(({ chosen }) => chosen)).toBe(true);
  expect(first.at).toBeGreaterThan(decided.at);
  expect(decided.positions).toEqual([]);
  expect(next.positions.map(({ symbol }) => symbol)).toEqual([first.symbol]);
});

test('defect 4: a put that has ended is a position no longer, and its collateral is free or has become shares', () => {
  const scans: Scan[] = [];
  play(
    handmade({ callStrike: 95 }),
    cashSecuredPuts((scan) => scans.push(scan)),
    KEPT,
    { cash: 10_000 },
  );
  const last = scans.at(-1)!;
  expect(last.positions).toEqual([]);
  expect(last.committed).toBe(9500); // A hundred shares at 95.
});

test('defect 5: nothing is decided outside sessions, the short one before a holiday included', () => {
  const scans: Scan[] = [];
  const tape = optionTape(['AAA'], 4, '2023-03-03');
  play(
    tape,
    cashSecuredPuts((scan) => scans.push(scan)),
    { ...KEPT, every: '2h' },
  );
  expect(scans.length).toBeGreaterThan(100);
  const market = calendar('XNYS');
  for (const { at } of scans) expect(market.isOpen(at)).toBe(true);
});

test('defect 6: of an order that fills in part, what filled is a position and the rest only reserves', () => {
  const scans: Scan[] = [];
  const given = { ...KEPT, positionShare: 1 };
  const tape = handmade({ callStrike: 95, size: 2 });
  const { result, notes } = play(
    tape,
    cashSecuredPuts((scan) => scans.push(scan)),
    given,
    { cash: 30_000 },
  );
  expect(notes).toContain('an order ended filled in part: time-in-force');
  expect(result.fills[0]).toMatchObject({ quantity: -2, price: 1 });
  // Three were asked for and two are offered: the order for the third ends with its day, and what it reserved is free.
  const [decided, next] = scans;
  expect(decided.symbols[0].contracts[0]).toMatchObject({ chosen: true, quantity: 3 });
  expect(next.committed).toBe(2 * 9500);
  expect(next.positions).toHaveLength(1);
  const sold = result.fills.filter(({ symbol, quantity }) => symbol.includes('P0') && quantity < 0);
  const assigned = result.fills.find(({ symbol }) => symbol === 'AAA')!;
  expect(assigned.quantity).toBe(-100 * sold.reduce((sum, { quantity }) => sum + quantity, 0));
});

test('defect 7: where one contract is more than the share of a position, none is sold', () => {
  expect(
    play(handmade({ callStrike: 95 }), cashSecuredPuts(), { ...KEPT, positionShare: 0.5 }, { cash: 10_000 }).result
      .fills,
  ).toEqual([]);
});

test('defect 8: short calls are covered by shares and tie up no cash', () => {
  const scans: Scan[] = [];
  const given = { ...KEPT, callExits: 'none' };
  play(
    handmade({ callStrike: 95 }),
    wheel((scan) => scans.push(scan)),
    given,
    { cash: 10_000 },
  );
  const withCall = scans.filter(({ positions }) => positions.some(({ symbol }) => symbol.includes('C0')));
  expect(withCall.length).toBeGreaterThan(2);
  for (const { committed } of withCall) expect(committed).toBe(9500);
});

test('defect 9: no parameter says whether it is paper or real: a seller cannot tell, and no key depends on it', () => {
  for (const { parameters = {} } of [cashSecuredPuts(), coveredCalls(), wheel()]) {
    expect(Object.keys(parameters).filter((name) => /paper|live|key|dry/i.test(name))).toEqual([]);
  }
});

test.each(RANK_MODES)('defect 10: %s ranks within an underlying and among all alike', (mode) => {
  const scans: Scan[] = [];
  const given = { ...KEPT, positionShare: 0.2, contractRank: mode, universeRank: mode };
  play(
    MONTHS,
    cashSecuredPuts((scan) => scans.push(scan)),
    given,
    { cash: 100_000 },
  );
  const chosen = scans.flatMap(({ symbols }) =>
    symbols.flatMap(({ contracts }) => contracts.filter((row) => row.chosen)),
  );
  expect(chosen.length).toBeGreaterThan(1);
  for (const { reason } of chosen) expect(reason).toMatch(new RegExp(`^${mode} is first: `));
  if (mode !== 'lowestDelta') return;
  for (const { symbols } of scans) {
    for (const { contracts } of symbols) {
      const own = contracts.find((row) => row.chosen);
      const passed = contracts.filter(({ outcomes }) => outcomes.every(({ outcome }) => outcome === 'pass'));
      if (own !== undefined) expect(own.delta).toBe(Math.min(...passed.map(({ delta }) => delta!)));
    }
  }
});

test('defect 11: open interest is what was open, never what was traded', () => {
  const instrument = occInstrument('AAA240119P00095000');
  const contract = { instrument, terms: instrument.option!, bid: 1, ask: 1.1, volume: 900, openInterest: 5 };
  const chain = { underlying: 'AAA', at: Date.UTC(2024, 0, 16, 21) * 1000, date: '2024-01-16', spot: 100 };
  const contracts = [contract as unknown as ContractQuote]; // Only these are read.
  const valuation = new ChainValuation({ ...chain, contracts } as unknown as OptionChain, { rate: 0.04 });
  const [verdict] = judgeChain(
    putRules(resolveParameters(PARAMETERS, { minOpenInterest: 100 }), Number.NaN),
    valuation,
  );
  const told = verdict.outcomes.find(({ rule }) => rule.name === 'openInterest');
  expect(told).toMatchObject({ outcome: 'fail', value: 5 });
});

test('defect 12: before the volatility index has opened, yesterday is no open of this session', () => {
  const shares = calendar('XNYS');
  const [monday, tuesday] = shares.sessions('2024-01-22', '2024-01-23');
  const index = {
    symbol: 'VIX',
    price: 20,
    bars: { timeFrame: '1d', time: { value: monday.closeAt }, open: { value: 15 } },
  } as unknown as Asset; // Only these are read.
  const reader = new VolatilityReader('VIX', [index]);
  expect(reader.read(monday.closeAt, () => undefined)).toEqual({ level: 20, sessionOpen: 15 });
  expect(reader.read(tuesday.openAt, () => undefined)).toEqual({ level: 20, sessionOpen: Number.NaN });
});

test('defect 13: collateral comes from the terms of contracts, whatever the name of an underlying looks like', () => {
  const scans: Scan[] = [];
  play(
    handmade({ callStrike: 95, root: 'T' }),
    cashSecuredPuts((scan) => scans.push(scan)),
    KEPT,
    { cash: 10_000 },
  );
  expect(scans.map(({ committed }) => committed)).toContain(9500);
});

test('defect 14: every end is told with its own reason', () => {
  const kept = { ...KEPT, callExits: 'none', callFloor: 'none', maxStrikePct: 1, deltaMax: 0.6 };
  const { entries } = play(MONTHS, wheel(), { ...kept, positionShare: 0.4 }, { cash: 60_000 });
  const reasons = new Set(
    entries.filter(({ kind }) => kind === 'lapsed' || kind === 'assigned').map(({ text }) => text),
  );
  expect(reasons).toEqual(new Set(['expired worthless', 'assigned at expiry']));
});
