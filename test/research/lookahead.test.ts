/** The look-ahead check finds strategies that know the future, and only those. */
import { expect, test } from 'vitest';
import { Deck } from '../../src/engine/deck.ts';
import { defineStrategy, type AnyStrategy } from '../../src/engine/strategy/strategy.ts';
import { ema, sma } from '../../src/indicators/index.ts';
import { simulateTape } from '../../src/market/simulate/simulate.ts';
import { checkHistory } from '../../src/research/history.ts';
import { checkLookahead, subjectOf, type LookaheadSubject } from '../../src/research/lookahead.ts';
import { joinRows, prefixOf, suffixOf } from '../../src/research/tape-parts.ts';

const tape = simulateTape({ seed: 3, symbols: ['AAA'], start: '2020-01-01', end: '2021-12-31' });
const { streams } = tape.slice;
const bars = streams[0];
if (bars.kind !== 'bars') throw new Error('the simulator makes bars');
const closes = bars.columns.close;

function subject(definition: AnyStrategy): LookaheadSubject {
  return subjectOf(tape.slice, (slice) => {
    const deck = new Deck({ tape, streams, strategies: [{ definition }], cash: 100_000 });
    deck.play(slice);
    return deck;
  });
}

const honest = defineStrategy({
  name: 'honest',
  setup({ use, bars: now, targetPercent }) {
    const average = use(sma, 10);
    return {
      onBar() {
        if (now.close.crossedAbove(average)) targetPercent(1);
        else if (now.close.crossedBelow(average)) targetPercent(0);
      },
    };
  },
});

/** Knows tomorrow's close, from a column that the engine's own line holds. */
const cheat = defineStrategy({
  name: 'cheat',
  setup({ bars: now, targetPercent }) {
    return {
      onBar() {
        const tomorrow = now.close.column[now.close.length];
        if (tomorrow !== undefined) targetPercent(tomorrow > now.close.value ? 1 : 0);
      },
    };
  },
});

/** Knows the best day from a table that its author made of the whole tape, and acts on the tape's length. */
const lastDay = defineStrategy({
  name: 'last-day',
  setup({ bars: now, buy }) {
    return {
      onBar() {
        if (now.close.length === now.close.column.length - 5) buy(1);
      },
    };
  },
});

test('a strategy that uses what it is shown gives the same decisions on every shorter tape', async () => {
  const report = await checkLookahead(subject(honest), 60);
  expect(report.finding).toBeUndefined();
  expect(report.prefixes).toBeGreaterThan(50);
  expect(report.decisions).toBeGreaterThan(20);
});

test('a strategy that knows tomorrow is found, at a bar on which it decides', async () => {
  const { finding } = await checkLookahead(subject(cheat), 40);
  expect(finding).toBeDefined();
  expect(finding!.at).toBe(finding!.cutAt);
  expect(finding!.onWhole).toBeDefined();
  expect(finding!.onPrefix).toBeUndefined();
});

test('a strategy that knows how long the tape is, is found by what it decides on a shorter one', async () => {
  const { finding } = await checkLookahead(subject(lastDay), 10);
  expect(finding).toBeDefined();
  expect(finding!.onWhole).toBeUndefined();
  expect(finding!.onPrefix?.kind).toBe('submitted');
});

test('a prefix has the rows that are complete at an instant, a suffix the last ones', () => {
  const at = bars.columns.time[9];
  expect(prefixOf(tape.slice, at).streams[0].columns.length).toBe(10);
  expect(prefixOf(tape.slice, at - 1).streams[0].columns.length).toBe(9);
  const last = suffixOf(tape.slice, 7).streams[0];
  expect(last.columns.length).toBe(7);
  expect(last.columns.time.at(-1)).toBe(bars.columns.time.at(-1));
  expect(closes.length).toBeGreaterThan(400);
});

test('trap 9: recursive indicators depend on the start date: an average of 20 needs 32 bars, an exponential one more', async () => {
  const definition = defineStrategy({
    name: 'lines',
    setup({ use }) {
      use(sma, 20);
      use(ema, 20);
      return { onBar: () => undefined };
    },
  });
  const [simple, exponential] = await checkHistory(subject(definition));
  expect(simple).toMatchObject({ rows: 32 });
  expect(simple.trail).toEqual([{ rows: 32, difference: 0 }]);
  expect(exponential.rows).toBeGreaterThan(32);
  // The more bars, the less the start can be seen: the weight of what came before shrinks by (19 / 21) a bar.
  const off = exponential.trail.map(({ difference }) => difference);
  expect(off[0]).toBeGreaterThan(1e-6);
  expect([...off].sort((a, b) => b - a)).toEqual(off);
});

test('a strategy that decides by a state it keeps between runs is told from one that looks ahead', async () => {
  let runs = 0;
  const moody = defineStrategy({
    name: 'moody',
    setup({ bars: now, buy }) {
      const day = 20 + runs++;
      return {
        onBar() {
          if (now.close.length === day) buy(1);
        },
      };
    },
  });
  const report = await checkLookahead(subject(moody), 10);
  expect(report.isRepeatable).toBe(false);
  expect(report.prefixes).toBe(0);
  expect(report.finding).toBeDefined();
  expect((await checkLookahead(subject(honest), 10)).isRepeatable).toBe(true);
});

test('slices put together are the tape that was cut', () => {
  const cut = bars.columns.time[100];
  const rest = suffixOf(tape.slice, bars.columns.length - 101);
  expect(joinRows([prefixOf(tape.slice, cut), rest])).toEqual(tape.slice);
});
