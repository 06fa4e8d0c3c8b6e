/** A strategy that says which crossings it waits for does what one does that asks on every bar, to the last bit. */
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { Deck } from '../../../src/engine/deck.ts';
import type { RunResult } from '../../../src/engine/result.ts';
import { CONVENTIONS } from '../../../src/engine/sim/conventions.ts';
import type { AnyStrategy, Context, Handlers } from '../../../src/engine/strategy/strategy.ts';
import { rsi, sma } from '../../../src/indicators/index.ts';
import type { StreamSlice } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { bars, days, tapeOf } from '../play.ts';
import { cutRows, randomRows } from '../random-flow.ts';

const ROWS = 700;

type React = (act: () => unknown, text: string) => unknown;

/** The same decisions, asked for on every bar or declared. */
function waiting(declares: boolean, way: number): AnyStrategy {
  return {
    name: 'waits',
    setup(context: Context): Handlers {
      const { use, onCross, targetPercent, buy, sell, note, bars: seen } = context;
      const [fast, slow, strength] = [use(sma, 3), use(sma, 8), use(rsi, 5)];
      const told: React = (act, text) => {
        note(`${text} ${seen.close.length} ${seen.close.value}`);
        act();
      };
      const all = [
        { line: fast, other: slow, above: () => targetPercent(1, 'up'), below: () => targetPercent(0, 'down') },
        { line: strength, other: 60, above: () => buy(3, { limit: seen.close.value }), below: () => sell(2) },
      ] as const;
      const pairs = way === 4 ? all.slice(0, 1) : all;
      const counts: Handlers = way === 3 ? { onBar: () => note(`bar ${seen.close.length}`) } : {};
      if (declares) {
        for (const { line, other, above, below } of pairs) {
          onCross(line, other, { above: () => told(above, 'above'), below: () => told(below, 'below') });
        }
        return counts;
      }
      return {
        onBar(bar) {
          for (const { line, other, above, below } of pairs) {
            if (line.crossedAbove(other)) told(above, 'above');
            else if (line.crossedBelow(other)) told(below, 'below');
          }
          counts.onBar?.(bar);
        },
      };
    },
  };
}

function playAll(
  definition: AnyStrategy,
  conventions: string,
  streams: readonly StreamSlice[],
  cuts: readonly number[],
) {
  const deck = new Deck({
    tape: tapeOf({ streams: [...streams] }),
    streams,
    cash: 20_000,
    conventions: CONVENTIONS[conventions],
    calendarOf: calendar,
    strategies: [{ definition }],
  });
  if (cuts.length === 0) deck.play({ streams: [...streams] });
  for (const [i, from] of cuts.entries()) {
    deck.play({ streams: cutRows(streams, from, cuts[i + 1] ?? ROWS) }, false);
  }
  const result: RunResult = deck.finish();
  return { ...deck.journal.snapshot(), result };
}

const one = [bars(days(randomRows(5, ROWS)), 'S0')];
const two = [...one, bars(days(randomRows(6, ROWS)), 'S1')];

describe('onCross', () => {
  it.each(Object.keys(CONVENTIONS).flatMap((name) => [0, 1, 2, 3, 4].map((way) => [name, way] as const)))(
    'does what asking on every bar does: %s, way %i',
    (conventions, way) => {
      const streams = way === 2 ? two : one;
      const cuts = way === 1 ? [0, 100, 101, 350, 600] : [];
      const asked = playAll(waiting(false, way), conventions, streams, cuts);
      const declared = playAll(waiting(true, way), conventions, streams, cuts);
      expect(declared).toEqual(asked);
      expect(asked.rows.length).toBeGreaterThan(100);
    },
  );

  it('jumps over the bars on which nothing can cross', () => {
    let looks = 0;
    const only: AnyStrategy = {
      name: 'only crosses',
      setup({ use, onCross }) {
        const fast = use(sma, 3);
        const look = fast.crossedAbove.bind(fast);
        fast.crossedAbove = (other) => {
          looks++;
          return look(other);
        };
        onCross(fast, use(sma, 20), {});
        return {};
      },
    };
    playAll(only, 'bt', one, []);
    expect(looks).toBeGreaterThan(20);
    expect(looks).toBeLessThan(ROWS / 3);
  });

  it('is declared in setup, because the engine has to know before the first bar', () => {
    const late: AnyStrategy = {
      name: 'late',
      setup: ({ onCross, bars: seen }) => ({ onBar: () => onCross(seen.close, 100, {}) }),
    };
    expect(() => playAll(late, 'bt', one, [])).toThrow(Fault);
  });
});
