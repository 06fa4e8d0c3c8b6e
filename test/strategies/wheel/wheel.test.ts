/** The wheel, counted again by hand: premiums, assignment, cost, calls, and what a round earned. */
import { expect, test } from 'vitest';
import { resolveParameters } from '../../../src/engine/strategy/parameters.ts';
import { impossibility, PARAMETERS, wheel } from '../../../src/strategies/wheel/strategy.ts';
import type { Scan } from '../../../src/strategies/selling/scan.ts';
import { optionTape, play, type Given } from '../selling/play.ts';
import { handmade } from '../selling/handmade.ts';

/** Puts are kept to their end, and so are calls. */
const KEPT: Given = {
  minDailyReturn: 0.0002,
  stopOnDelta: false,
  stopOnDeltaMultiple: false,
  stopOnDrop: false,
  earlyExit: 'off',
  callExits: 'none',
};

const YEAR = optionTape(['AAA']);
const round = (value: number): number => Number(value.toFixed(2));

test('one turn by hand: a put is assigned at 95, a call at 95 takes the shares, and both premiums are left', () => {
  const { notes, result } = play(
    handmade({ callStrike: 95 }),
    wheel(),
    { ...KEPT, positionShare: 1 },
    { cash: 10_000 },
  );
  expect(result.fills.map(({ symbol, quantity, price }) => [symbol, quantity, price])).toEqual([
    ['AAA240119P00095000', -1, 1],
    ['AAA240119P00095000', 1, 0],
    ['AAA', 100, 95],
    ['AAA240126C00095000', -1, 0.8],
    ['AAA240126C00095000', 1, 0],
    ['AAA', -100, 95],
  ]);
  expect(notes).toContain('AAA: 100 shares came at 95, 100 are held, which cost 95.00 each, 94.01 after premiums');
  expect(notes).toContain('AAA: 100 shares went at 95, none are held');
  // 100 + 80 of premium, nothing on the shares, two fees of 1.00, the least of an order.
  expect(notes.find((note) => note.includes('a round of'))).toMatch(
    /is over with 178\.00: puts 100\.00, calls 80\.00, shares 0\.00, fees -2\.00$/,
  );
  expect(result.finalEquity).toBeCloseTo(10_178, 9);
});

test('shares that are called away above their cost earn the difference', () => {
  const { notes, result } = play(
    handmade({ callStrike: 96 }),
    wheel(),
    { ...KEPT, positionShare: 1 },
    { cash: 10_000 },
  );
  expect(notes.find((note) => note.includes('a round of'))).toContain(
    'is over with 278.00: puts 100.00, calls 80.00, shares 100.00',
  );
  expect(result.finalEquity).toBeCloseTo(10_278, 9);
});

test('a call below what the shares cost is refused with both numbers, and sold when the floor is off', () => {
  const tape = handmade({ callStrike: 94 });
  const given = { ...KEPT, positionShare: 1, callMinStrikePct: 1 };
  const scans: Scan[] = [];
  const held = play(
    tape,
    wheel((scan) => scans.push(scan)),
    given,
    { cash: 10_000 },
  );
  expect(held.result.fills.filter(({ symbol }) => symbol.includes('C0'))).toEqual([]);
  const reasons = scans.flatMap(({ symbols }) =>
    symbols.flatMap(({ contracts }) => contracts.map(({ reason }) => reason)),
  );
  expect(reasons).toContain('strike to cost 98.95 % is below 100 %');
  const sold = play(tape, wheel(), { ...given, callFloor: 'none' }, { cash: 10_000 });
  expect(sold.result.fills.at(-1)).toMatchObject({ symbol: 'AAA', quantity: -100, price: 94 });
});

test('a floor of net cost counts the premiums: 94.01 lets a strike of 95 and not of 94', () => {
  for (const { callStrike, calls } of [
    { callStrike: 94, calls: 0 },
    { callStrike: 95, calls: 2 },
  ]) {
    const given = { ...KEPT, positionShare: 1, callMinStrikePct: 1, callFloor: 'net' };
    const { result } = play(handmade({ callStrike }), wheel(), given, { cash: 10_000 });
    expect(result.fills.filter(({ symbol }) => symbol.includes('C0'))).toHaveLength(calls);
  }
});

test('a year of rounds, counted again from the fills alone, gives the same money', () => {
  const { notes, result } = play(YEAR, wheel(), { ...KEPT, callFloor: 'net', maxStrikePct: 1, deltaMax: 0.6 });
  const told = notes.flatMap((note) => {
    const match =
      /is over with (-?[\d.]+): puts (-?[\d.]+), calls (-?[\d.]+), shares (-?[\d.]+), fees (-?[\d.]+)$/.exec(note);
    return match === null ? [] : [match.slice(1).map(Number)];
  });
  const counted: number[][] = [];
  let [puts, calls, shares, fees] = [0, 0, 0, 0];
  const held = new Map<string, number>();
  const { fills } = result;
  for (const [i, { symbol, quantity, price, fee }] of fills.entries()) {
    held.set(symbol, (held.get(symbol) ?? 0) + quantity);
    const money = -quantity * price;
    if (symbol === 'AAA') shares += money;
    else if (/P\d{8}$/.test(symbol)) puts += 100 * money;
    else calls += 100 * money;
    fees += fee;
    const isFlat = [...held.values()].every((own) => own === 0);
    // What an assignment moves comes as two fills of one instant.
    if (!isFlat || fills[i + 1]?.at === fills[i].at) continue;
    counted.push([puts + calls + shares - fees, puts, calls, shares, -fees].map(round));
    [puts, calls, shares, fees] = [0, 0, 0, 0];
  }
  expect(told.length).toBeGreaterThanOrEqual(3);
  expect(fills.filter(({ symbol, quantity }) => symbol === 'AAA' && quantity < 0).length).toBeGreaterThan(0);
  expect(told).toEqual(counted.slice(0, told.length));
  expect(counted.length - told.length).toBeLessThan(2);
});

test('calls never cover shares twice, and no put is sold while shares are held', () => {
  const { result } = play(YEAR, wheel(), {
    ...KEPT,
    callFloor: 'none',
    callMinStrikePct: 1,
    maxStrikePct: 1,
    deltaMax: 0.6,
  });
  let [shares, calls] = [0, 0];
  for (const { symbol, quantity } of result.fills) {
    if (symbol === 'AAA') shares += quantity;
    else if (/C\d{8}$/.test(symbol)) calls += quantity;
    else if (quantity < 0) expect(shares).toBe(0);
    // Of an assignment the shares move after the contract.
    expect(-calls * 100).toBeLessThanOrEqual(Math.max(0, shares));
  }
  expect(result.fills.some(({ symbol, quantity }) => symbol === 'AAA' && quantity < 0)).toBe(true);
});

test('short calls tie up shares and no money: as much may be committed with them as without', () => {
  const given = { ...KEPT, callFloor: 'none', callMinStrikePct: 1, maxStrikePct: 1, deltaMax: 0.6 };
  const scans: Scan[] = [];
  const { result } = play(
    YEAR,
    wheel((scan) => scans.push(scan)),
    given,
  );
  const position = (at: number, of: RegExp): number =>
    result.fills
      .filter((fill) => fill.at < at && of.test(fill.symbol))
      .reduce((sum, { quantity }) => sum + quantity, 0);
  const cost = result.fills.filter(({ symbol, quantity }) => symbol === 'AAA' && quantity > 0);
  const some = scans.filter(({ at }) => position(at, /C\d{8}$/) < 0 && position(at, /P\d{8}$/) === 0);
  expect(some.length).toBeGreaterThan(3);
  for (const { at, committed } of some) {
    // Shares at what the last assignment cost, and nothing for the calls on them.
    const paid = cost.findLast((fill) => fill.at < at)!;
    expect(committed).toBeCloseTo(position(at, /^AAA$/) * paid.price, 6);
  }
});

test.each([
  { given: { callDelta: 0.4, callDeltaStop: 0.4 }, says: 'every call would be stopped at once' },
  { given: { callMinDte: 11 }, says: 'callMinDte (11) must not be above callMaxDte (10)' },
  { given: { callWish: 'minDelta', callDelta: 0.95, callExits: 'none' }, says: 'callDelta (0.95) can never be met' },
  { given: { callMinDailyReturn: 0.15 }, says: 'callMinDailyReturn (0.15) can never be met' },
  { given: { callWish: 'minChange', callChange: 0.2 }, says: 'lies beyond callMaxStrikePct' },
  { given: { minDailyReturn: 0.15 }, says: 'minDailyReturn (0.15) can never be met' },
  { given: { every: 'sometimes' }, says: 'every is bar, or a span' },
])('parameters that can never trade are refused with their rule: $says', ({ given, says }) => {
  expect(impossibility(resolveParameters(PARAMETERS, given))).toContain(says);
});

test('the defaults can trade', () => {
  expect(impossibility(resolveParameters(PARAMETERS, {}))).toBeUndefined();
});

test('options that are settled in cash deliver no shares, so the wheel is refused on them', () => {
  expect(() => play(handmade({ callStrike: 95, root: 'SPXW' }), wheel(), {})).toThrow('settled in cash');
});
