/** The put seller on the engine: money that backs one thing, positions from fills, contracts to their end, and reasons. */
import { expect, test } from 'vitest';
import { Deck } from '../../../src/engine/deck.ts';
import { resolveParameters } from '../../../src/engine/strategy/parameters.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { modelChain } from '../../../src/market/option/model-chain.ts';
import { simulateTape } from '../../../src/market/simulate/simulate.ts';
import { impossibility, PARAMETERS } from '../../../src/strategies/csp/parameters.ts';
import { cashSecuredPuts } from '../../../src/strategies/csp/strategy.ts';
import { leastVol } from '../../../src/strategies/selling/impossible.ts';
import type { Scan } from '../../../src/strategies/selling/scan.ts';
import { calendar } from '../../../src/time/calendars.ts';

const BASE = {
  volatility: 'chain',
  deployment: 'always',
  equityRules: 'none',
  positionShare: 0.5,
  positionsPerSymbol: 3,
  entryOrder: 'bid',
  exitOrder: 'market',
  minDailyReturn: 0.0002,
  stopOnSpike: false,
};

const SHARES = simulateTape({ seed: 4, symbols: ['AAA'], start: '2023-01-01', end: '2023-09-30' });
const [BARS] = SHARES.slice.streams;
if (BARS.kind !== 'bars') throw new Error('the simulator makes bars');
const OPTIONS = modelChain({
  underlying: 'AAA',
  prices: BARS.columns,
  daysMax: 10,
  expiries: 'weekly',
  rights: ['put'],
});

type Played = ReturnType<typeof playAnew>;
const played = new Map<string, Played>();

/** What several tests look at is played once. */
function play(parameters: Readonly<Record<string, string | number | boolean>>): Played {
  const key = JSON.stringify(parameters);
  const known = played.get(key) ?? playAnew(parameters);
  played.set(key, known);
  return known;
}

function playAnew(parameters: Readonly<Record<string, string | number | boolean>>) {
  const scans: Scan[] = [];
  const streams = [BARS, ...OPTIONS.streams];
  const deck = new Deck({
    tape: { ...SHARES, instruments: [defineInstrument({ symbol: 'AAA' }), ...OPTIONS.instruments] },
    streams,
    strategies: [
      {
        definition: cashSecuredPuts((scan) => scans.push(scan)),
        parameters: resolveParameters(PARAMETERS, { ...BASE, ...parameters }),
      },
    ],
    cash: 60_000,
    calendarOf: calendar,
  });
  deck.play({ streams });
  const result = deck.finish();
  const entries = [...deck.journal.entries()];
  return { deck, result, scans, notes: entries.filter(({ kind }) => kind === 'note').map(({ text }) => text), entries };
}

const HELD = { stopOnDeltaMultiple: false, stopOnDelta: false, stopOnDrop: false, earlyExit: 'off' };

test('collateral of all puts together never exceeds the cash, and no position its share', () => {
  const { scans, entries, result } = play({});
  expect(result.fills.length).toBeGreaterThan(20);
  for (const { committed, deployable } of scans) expect(committed).toBeLessThanOrEqual(deployable + 1e-6);
  expect(scans.some(({ committed }) => committed > 0)).toBe(true);
  expect(entries.filter(({ kind }) => kind === 'refused')).toEqual([]);
});

test('not even one contract is sold where one breaks the share of a position, and the scan says so', () => {
  const { result, scans } = play({ positionShare: 0.01 });
  expect(result.fills).toHaveLength(0);
  const reasons = scans.flatMap(({ symbols }) =>
    symbols.flatMap(({ contracts }) => contracts.map(({ reason }) => reason)),
  );
  expect(reasons.some((reason) => reason.startsWith('positionShare: one contract ties up'))).toBe(true);
});

test('every contract of every scan is chosen, or says why not', () => {
  for (const { symbols } of play({}).scans) {
    for (const { contracts } of symbols) for (const { reason } of contracts) expect(reason).not.toBe('');
  }
});

test('contracts that expire free their collateral, in the money or worthless, and end is told', () => {
  const { scans, notes, entries } = play(HELD);
  expect(entries.some(({ kind }) => kind === 'lapsed')).toBe(true);
  const today = (at: number): string => new Date(at / 1000).toISOString().slice(0, 10);
  for (const { at, positions } of scans) {
    expect(
      positions.every(
        ({ symbol }) => `20${symbol.slice(3, 5)}-${symbol.slice(5, 7)}-${symbol.slice(7, 9)}` >= today(at),
      ),
    ).toBe(true);
  }
  expect(notes.at(-1)).toMatch(/^premium collected \d/);
});

test('assigned shares are held, or sold at once, as the parameter says', () => {
  const sold = play({ ...HELD, onAssignment: 'sell' });
  const held = play({ ...HELD, onAssignment: 'hold' });
  const assigned = ({ entries }: ReturnType<typeof play>) => entries.filter(({ kind }) => kind === 'assigned').length;
  expect(assigned(sold)).toBeGreaterThan(0);
  expect(assigned(held)).toBeGreaterThan(0);
  expect(sold.deck.ledger.netQuantity(0)).toBe(0);
  expect(held.deck.ledger.netQuantity(0)).toBeGreaterThan(0);
});

test('premium collected is that of the fills, and nothing else is a position', () => {
  const { result, notes } = play({});
  const premium = result.fills
    .filter(({ quantity, symbol }) => quantity < 0 && symbol !== 'AAA')
    .reduce((sum, { quantity, price }) => sum - quantity * price * 100, 0);
  expect(notes.at(-1)).toContain(`premium collected ${premium.toFixed(2)}`);
});

test('a ladder on closes alone gets one step, and what did not fill is no position', () => {
  const { result, scans } = play({ entryOrder: 'stepped' });
  const sales = new Set(result.fills.filter(({ quantity }) => quantity < 0).map(({ symbol }) => symbol));
  for (const { positions } of scans) for (const { symbol } of positions) expect(sales.has(symbol)).toBe(true);
});

test('a tape without the volatility index that is asked for is refused with a way out', () => {
  expect(() => play({ volatility: 'VIX' })).toThrow('VIX');
});

test.each([
  { given: { minDailyReturn: 0.15 }, says: 'minDailyReturn (0.15) can never be met' },
  { given: { deployment: '0:0' }, says: 'deployment commits no money' },
  { given: { deltaMin: 0.4, deltaStop: 0.4 }, says: 'every put would be stopped at once' },
  { given: { minDte: 11 }, says: 'minDte (11) must not be above maxDte (10)' },
  { given: { historyDays: 40 }, says: 'equityRules need 53 closes' },
  { given: { closeBeforeExpiry: true, closeBeforeExpiryDays: 10 }, says: 'must be below maxDte' },
  {
    given: { deltaMin: 0.43, deltaMax: 0.5, deltaStop: 0.6 },
    says: 'strikes up to 0.98 of the price: no vol gives more than',
  },
  { given: { minStrikePct: 1.5, maxStrikePct: 1.6 }, says: 'deltaMax (0.4) can never be met with strikes from 1.5' },
  {
    given: { events: 'fomc, 2000-01-01..2000-01-05', eventDays: 800 },
    says: 'further ahead than events are known: 730',
  },
  { given: { equityRules: 'aboveBand, withinBand' }, says: 'aboveBand and withinBand can never hold together' },
  { given: { bandDeviations: 0 }, says: 'aboveLong and belowBand can never hold together: both are of 50 days' },
  { given: { smaShort: 20 }, says: 'shortBelowMedium can never hold: smaShort and smaMedium are both 20' },
  { given: { smaLong: 20 }, says: 'mediumBelowLong can never hold: smaMedium and smaLong are both 20' },
])('parameters that can never trade are refused with their rule: $says', ({ given, says }) => {
  expect(impossibility(resolveParameters(PARAMETERS, given))).toContain(says);
});

test.each([
  { volatility: 'none', deployment: '0:0' },
  { equityRules: 'aboveShort', historyDays: 20 },
  { equityRules: 'aboveBand, belowBand' },
  { deltaMin: 0.41, deltaMax: 0.5, deltaStop: 0.6 },
])('%j may trade, and is not refused', (given) => {
  expect(impossibility(resolveParameters(PARAMETERS, given))).toBeUndefined();
});

test('the defaults can trade: the daily return takes a vol that shares have', () => {
  const of = resolveParameters(PARAMETERS, {});
  expect(impossibility(of)).toBeUndefined();
  expect(leastVol(of)).toBeGreaterThan(0.1);
  expect(leastVol(of)).toBeLessThan(0.5);
});
