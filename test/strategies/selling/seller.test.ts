/** What all sellers of options share: several underlyings, timers, a volatility index, events, days and ceilings. */
import { expect, test } from 'vitest';
import { Deck } from '../../../src/engine/deck.ts';
import { resolveParameters } from '../../../src/engine/strategy/parameters.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import type { ContractQuote } from '../../../src/market/option/chain.ts';
import type { StreamSlice } from '../../../src/market/tape.ts';
import { cashSecuredPuts } from '../../../src/strategies/csp/strategy.ts';
import { coveredCalls } from '../../../src/strategies/covered-calls/strategy.ts';
import { rankCalls } from '../../../src/strategies/selling/call-choice.ts';
import { premiumDays, type Candidate } from '../../../src/strategies/selling/contract-filter.ts';
import { judgeEvents, parseEvents } from '../../../src/strategies/selling/events.ts';
import { callExits, parseCallExits } from '../../../src/strategies/selling/exits.ts';
import { CALLS } from '../../../src/strategies/selling/parameters.ts';
import type { Scan } from '../../../src/strategies/selling/scan.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { parseDay } from '../../../src/time/civil.ts';
import { handmade } from './handmade.ts';
import { BASE, optionTape, play, type Given, type OptionTape } from './play.ts';

const KEPT: Given = {
  minDailyReturn: 0.0002,
  stopOnDelta: false,
  stopOnDeltaMultiple: false,
  stopOnDrop: false,
  earlyExit: 'off',
};
const THREE = optionTape(['AAA', 'BBB', 'CCC'], 4, '2023-04-20');

test('of several underlyings each is judged, and together they never commit more than there is', () => {
  const scans: Scan[] = [];
  const given = { ...KEPT, positionShare: 0.4, positionsMax: 3 };
  const { result } = play(
    THREE,
    cashSecuredPuts((scan) => scans.push(scan)),
    given,
    { cash: 60_000 },
  );
  const sold = new Set(result.fills.filter(({ quantity }) => quantity < 0).map(({ symbol }) => symbol.slice(0, 3)));
  expect(sold.size).toBeGreaterThan(1);
  for (const { committed, deployable, symbols, positions } of scans) {
    expect(symbols.map(({ symbol }) => symbol)).toEqual(['AAA', 'BBB', 'CCC']);
    expect(committed).toBeLessThanOrEqual(deployable + 1e-6);
    expect(positions.length).toBeLessThanOrEqual(3);
  }
});

test('a volatility index on the tape deploys by its level, and its spike since the open stops new puts', () => {
  const tape = handmade({ callStrike: 95 });
  const [bars] = tape.streams;
  if (bars.kind !== 'bars') throw new Error('the first stream is that of the share');
  const { columns } = bars;
  const levels = Float64Array.from(columns.time, (_, i) => (i === 0 ? 23 : 18));
  const opens = Float64Array.from(columns.time, (_, i) => (i === 0 ? 20 : 18));
  const index: StreamSlice = {
    kind: 'bars',
    symbol: 'VIX',
    timeFrame: '1d',
    columns: { ...columns, open: opens, high: levels, low: opens, close: levels },
  };
  const streams = [...tape.streams, index];
  const instruments = [...tape.tape.instruments, defineInstrument({ symbol: 'VIX', kind: 'index' })];
  const scans: Scan[] = [];
  const definition = cashSecuredPuts((scan) => scans.push(scan));
  const given = { ...BASE, ...KEPT, volatility: 'VIX', deployment: 'calm', stopOnSpike: true, positionShare: 1 };
  const parameters = resolveParameters(definition.parameters!, given);
  const strategies = [{ definition, parameters }];
  const deck = new Deck({
    tape: { ...tape.tape, instruments },
    streams,
    strategies,
    cash: 20_000,
    calendarOf: calendar,
  });
  deck.play({ streams });
  expect(scans[0]).toMatchObject({ volatility: 23, deployment: 0.2 });
  expect(scans[0].symbols[0].refusal).toBe('volatility 23.00 reached 23.00: no entries');
  expect(scans[1]).toMatchObject({ volatility: 18, deployment: 0.8, deployable: 16_000 });
  expect(scans[1].symbols[0].refusal).toBeUndefined();
});

test('covered calls buy whole hundreds, sell no more calls than they cover, and buy again what was called away', () => {
  const given = { callExits: 'none', callFloor: 'none', callMinStrikePct: 1, callDelta: 0.5, positionShare: 0.45 };
  const { result } = play(THREE, coveredCalls(), given, { cash: 100_000 });
  const held = new Map<string, number>();
  let away = 0;
  for (const { symbol, quantity } of result.fills) {
    held.set(symbol, (held.get(symbol) ?? 0) + quantity);
    if (symbol.length === 3) expect(Math.abs(quantity % 100)).toBe(0);
    if (symbol.length === 3 && quantity < 0) away++;
    for (const underlying of ['AAA', 'BBB', 'CCC']) {
      const calls = [...held].filter(([own]) => own.startsWith(underlying) && own !== underlying);
      const short = calls.reduce((sum, [, contracts]) => sum - contracts, 0);
      expect(100 * short).toBeLessThanOrEqual(Math.max(0, held.get(underlying) ?? 0));
    }
  }
  expect(away).toBeGreaterThan(1);
  expect(result.fills.filter(({ symbol, quantity }) => symbol.length === 3 && quantity > 0).length).toBeGreaterThan(
    away - 1,
  );
});

test('covered calls on shares that are held buy none', () => {
  expect(play(handmade({ callStrike: 95 }), coveredCalls(), { shares: 'held' }, { cash: 20_000 }).result.fills).toEqual(
    [],
  );
});

test('an event within the days ahead refuses, today and the last day included, and a later one does not', () => {
  const events = parseEvents('2024-02-09, GOOG:2024-02-01');
  const ask = (symbol: string, date: string) => judgeEvents(events, symbol, parseDay(date), 10);
  expect(ask('GOOG', '2024-02-01')).toMatchObject({ outcome: 'fail', value: 0 });
  expect(ask('GOOG', '2024-01-23')).toMatchObject({ outcome: 'fail', value: 9 });
  expect(ask('GOOG', '2024-01-22')).toMatchObject({ outcome: 'pass', value: 10 });
  expect(ask('AAPL', '2024-01-30')).toMatchObject({ outcome: 'pass' }); // The first is not its own.
  expect(ask('AAPL', '2024-01-31')).toMatchObject({
    outcome: 'fail',
    text: 'event of 2024-02-09 is 9 days away, not 10',
  });
});

test('both days of a meeting count, and where meetings are not known the rule fails', () => {
  const events = parseEvents('fomc');
  const ask = (date: string) => judgeEvents(events, 'AAA', parseDay(date), 1);
  expect(['2026-01-26', '2026-01-27', '2026-01-28', '2026-01-29'].map((date) => ask(date).outcome)).toEqual([
    'pass',
    'fail',
    'fail',
    'pass',
  ]);
  expect(ask('2027-01-04')).toMatchObject({ outcome: 'fail', value: undefined });
  expect(() => parseEvents('fomk')).toThrow('events are none, or fomc');
});

test('events have names, and beyond the spans of which they are told all days fail', () => {
  const events = parseEvents(
    'GOOG:2020-02-03 earnings, 2020-03-18 fomc, 2020-01-01..2020-06-30, fomc, 2020-07-01..2020-12-31',
  );
  const ask = (date: string, ahead = 10) => judgeEvents(events, 'GOOG', parseDay(date), ahead);
  expect(ask('2020-01-30').text).toBe('earnings of 2020-02-03 is 4 days away, not 10');
  expect(ask('2020-03-10').text).toBe('fomc of 2020-03-18 is 8 days away, not 10');
  // The two halves of the year touch.
  expect(ask('2020-06-28').outcome).toBe('pass');
  expect(ask('2020-12-28')).toMatchObject({
    outcome: 'fail',
    text: 'events are known from 2020-01-01 to 2020-12-31 and from 2025-01-01 to 2026-12-31 only',
  });
  expect(() => parseEvents('2020-12-31..2020-01-01')).toThrow('ends no sooner than it begins');
  expect(() => parseEvents('2020-02-30')).toThrow('existing day');
  expect(() => parseEvents('GOOG,2020-02-03')).toThrow('GOOG:2024-02-01 earnings');
});

test('an underlying above the highest price is left alone, and one at it is not', () => {
  const refusalAt = (priceMax: number): string | undefined => {
    const scans: Scan[] = [];
    const definition = cashSecuredPuts((scan) => scans.push(scan));
    play(handmade({ callStrike: 95 }), definition, { ...KEPT, positionShare: 1, priceMax }, { cash: 10_000 });
    return scans[0].symbols[0].refusal;
  };
  expect(refusalAt(99)).toBe('price 100 is above 99');
  expect(refusalAt(100)).toBeUndefined();
});

test('the ladder of exits has steps of its own', () => {
  const given = { ...KEPT, positionShare: 1, entryOrder: 'bid', exitOrder: 'stepped', earlyExit: 'off' };
  const closing = { ...given, closeBeforeExpiry: true, closeBeforeExpiryDays: 2, stepsMax: 0 };
  const limits = (more: Given): number[] =>
    play(handmade({ callStrike: 95 }), cashSecuredPuts(), { ...closing, ...more }, { cash: 10_000 })
      .entries.filter(({ kind, quantity }) => kind === 'submitted' && quantity > 0)
      .map(({ price }) => price);
  // 0.80 / 0.90 in the middle, and at the ask.
  expect(limits({})[0]).toBeCloseTo(0.85, 9);
  expect(limits({ exitLadderStart: 'far' })[0]).toBeCloseTo(0.9, 9);
  expect(limits({ ladderStart: 'far' })[0]).toBeCloseTo(0.85, 9);
});

test('a seller stays away from an event, and says which', () => {
  const scans: Scan[] = [];
  const given = { ...KEPT, positionShare: 1, events: 'AAA:2024-01-18' };
  const { result } = play(
    handmade({ callStrike: 95 }),
    cashSecuredPuts((scan) => scans.push(scan)),
    given,
    { cash: 10_000 },
  );
  expect(result.fills).toEqual([]);
  expect(scans[0].symbols[0]).toMatchObject({ refusal: 'event of 2024-01-18 is 2 days away, not 10' });
});

test('days with minutes count what is left of today in parts of a session', () => {
  const { option: terms } = occInstrument('AAA240119P00095000');
  const contract = { terms } as unknown as ContractQuote; // Only its terms are read.
  const session = calendar('XNYS').session('2024-01-16')!;
  const days = (at: number, dayCount: 'calendar' | 'minutes') =>
    premiumDays(contract, { date: '2024-01-16', at }, dayCount);
  expect(days(session.openAt, 'minutes')).toBe(4);
  expect(days(session.openAt + 195 * 60e6, 'minutes')).toBe(3.5);
  expect(days(session.closeAt, 'minutes')).toBe(3);
  expect(days(session.openAt, 'calendar')).toBe(3);
});

test('the medium average is a ceiling: a strike above it fails with the number, and an unknown one is no ceiling at all', () => {
  const scans: Scan[] = [];
  const given = { ...KEPT, strikeCeiling: 'average', smaMedium: 2, historyDays: 10, minStrikePct: 0.5 };
  play(
    handmade({ callStrike: 95 }),
    cashSecuredPuts((scan) => scans.push(scan)),
    given,
    { cash: 20_000 },
  );
  const told = scans.map(({ symbols }) =>
    symbols[0].contracts[0]?.outcomes.find(({ rule }) => rule === 'strikeToAverage'),
  );
  expect(told[0]).toMatchObject({ outcome: 'fail', value: undefined }); // One close makes no average of two.
  expect(told[1]).toMatchObject({ outcome: 'pass', value: 0.959595959596 }); // 95 of the mean of 100 and 98.
  expect(told[3]).toMatchObject({ outcome: 'fail', value: 1.00529100529 }); // 95 of the mean of 96 and 93.
});

test.each([
  { callWish: 'delta', first: 'B' },
  { callWish: 'minDelta', first: 'C' },
  { callWish: 'change', first: 'B' },
  { callWish: 'minChange', first: 'A' },
  { callWish: 'dailyReturn', first: 'C' },
] as const)('of three calls, $callWish wants $first', ({ callWish, first }) => {
  const of = (symbol: string, strike: number, delta: number, dailyReturn: number): Candidate => {
    const contract = { instrument: { symbol }, terms: { strike } } as unknown as ContractQuote; // Only these are read.
    return {
      contract,
      delta,
      days: 5,
      premiumDays: 5,
      dailyReturn,
      premiumPerDay: dailyReturn * strike,
      daysSinceStrike: 0,
    };
  };
  const some = [of('A', 103, 0.2, 0.0005), of('B', 101.9, 0.29, 0.001), of('C', 101, 0.35, 0.0018)];
  const wish = { callWish, callDelta: 0.3, callChange: 0.02, callDailyReturn: 0.0015 };
  expect(rankCalls(some, 100, wish)[0].contract.instrument.symbol).toBe(first);
});

test('a wish that is a least finds nothing where all is less', () => {
  expect(rankCalls([], 100, { callWish: 'minDelta', callDelta: 0.3, callChange: 0, callDailyReturn: 0 })).toEqual([]);
});

test('exits of calls are a preset or a list, and a misspelt one is answered', () => {
  const of = { ...resolveParameters(CALLS, { callExits: 'earlyExit' }), volatilitySpike: 1.15 };
  expect(callExits(of)).toMatchObject({ stopOnDelta: false, earlyExit: 'schedule', stopOnSpike: false });
  expect(parseCallExits('reference')).toEqual(['delta', 'volatilitySpike']);
  expect(() => parseCallExits('dleta')).toThrow('callExits is reference, none');
});

/** The two weeks by hand, the share split two for one before the third session. */
function splitTape(): OptionTape {
  const { tape, streams } = handmade({ callStrike: 95 });
  const [share, ...contracts] = streams;
  if (share.kind !== 'bars') throw new Error('the first stream is that of the share');
  const { columns } = share;
  const at = columns.openTime[2] - 3_600_000_000;
  const halved = columns.close.map((close, i) => (i < 2 ? close : close / 2));
  const own = { ...share, columns: { ...columns, open: halved, high: halved, low: halved, close: halved } };
  const all = [own, ...contracts];
  const actions = [{ kind: 'split', symbol: 'AAA', at, ratio: 2 }] as const;
  return { tape: { ...tape, actions, slice: { streams: all } }, streams: all } as unknown as OptionTape;
}

test('a split of the share is no fall of its price, and neither doubles what a put ties up', () => {
  const scans: Scan[] = [];
  const definition = cashSecuredPuts((scan) => scans.push(scan));
  const given = { ...KEPT, stopOnDrop: true, stockDropStop: 0.3, positionShare: 1 };
  const { result, notes } = play(splitTape(), definition, given, { cash: 10_000 });
  expect(notes.filter((text) => text.includes('adjusted, 2 are sold'))).toHaveLength(1);
  expect(notes.some((text) => text.includes('bought back'))).toBe(false);
  expect(scans.map(({ committed }) => committed).slice(1, 4)).toEqual([9500, 9500, 9500]);
  expect(notes.find((text) => text.includes('shares came'))).toMatch(
    /^AAA: 200 shares came at 47.5, 200 are held, which cost 47.50 each/,
  );
  expect(result.holdings.map(({ symbol, quantity }) => [symbol, quantity])).toEqual([['AAA', 200]]);
});

test('bars of a share before the open and after the close decide nothing: its options do not trade then', () => {
  const own = handmade({ callStrike: 95 });
  const [first, second] = calendar('XNYS').sessions('2024-01-16', '2024-01-17');
  // A price far below the stop before the second open, and after the first close.
  const odd = [first.closeAt + 3600e6, second.openAt - 60e6, second.openAt];
  const streams = own.streams.map((stream): StreamSlice => {
    if (stream.kind !== 'bars') return stream;
    const rows = [...stream.columns.time.keys()].map((i) => [stream.columns.time[i], stream.columns.close[i]] as const);
    const all = [...rows, ...odd.map((at) => [at, 60] as const)].sort(([a], [b]) => a - b);
    const [time, close] = [Float64Array.from(all, ([at]) => at), Float64Array.from(all, ([, price]) => price)];
    const columns = {
      length: all.length,
      time,
      openTime: time.map((at) => at - 60e6),
      open: close,
      high: close,
      low: close,
      close,
      volume: close,
    };
    return { kind: 'bars', symbol: stream.symbol, timeFrame: '1m', columns };
  });
  const scans: Scan[] = [];
  const tape = { ...own.tape, slice: { streams } };
  const given = { ...KEPT, stopOnDrop: true, positionShare: 1 };
  const { entries } = play(
    { tape, streams },
    cashSecuredPuts((scan) => scans.push(scan)),
    given,
    { cash: 20_000 },
  );
  expect(entries.some(({ kind }) => kind === 'filled')).toBe(true);
  expect(scans.map(({ at }) => at)).not.toEqual(expect.arrayContaining([odd[0]]));
  for (const { at } of scans) expect(odd).not.toContain(at);
  expect(entries.filter(({ text }) => text.includes('stockDrop') && text.includes('60'))).toEqual([]);
});
