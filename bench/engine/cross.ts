/** One symbol's random walk in cents, and the SMA cross over it: as the README writes it, and as well as it can be. */
import { Random } from '../../src/base/random.ts';
import { Deck } from '../../src/engine/deck.ts';
import { honest } from '../../src/engine/sim/conventions.ts';
import { defineStrategy, type AnyStrategy } from '../../src/engine/strategy/strategy.ts';
import { sma } from '../../src/indicators/index.ts';
import { allocateBars, type BarColumns } from '../../src/market/columns.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import type { TapeInfo } from '../../src/market/tape.ts';

const MINUTE = 60_000_000;

/** Minute bars of a price that moves about a tenth of a percent each minute. `from` is the first bar's number. */
export function crossBars(count: number, random = new Random(7), from = 0): BarColumns {
  const bars = allocateBars(count);
  let cents = 10_000;
  for (let i = 0; i < count; i++) {
    const openTime = 1.6e15 + (from + i) * MINUTE;
    const open = cents + Math.round(random.normal() * 2);
    const close = Math.max(5000, open + Math.round(random.normal() * 8));
    bars.openTime[i] = openTime;
    bars.time[i] = openTime + MINUTE;
    bars.open[i] = open / 100;
    bars.close[i] = close / 100;
    bars.high[i] = (Math.max(open, close) + random.below(5)) / 100;
    bars.low[i] = (Math.min(open, close) - random.below(5)) / 100;
    bars.volume[i] = 100_000;
    cents = close;
  }
  return bars;
}

/** The same strategy by somebody who counts nanoseconds: averages kept by hand, no lines, no crossing test. */
export const crossTuned: AnyStrategy = defineStrategy({
  name: 'sma-cross-tuned',
  setup({ use, targetPercent }) {
    const fast = use(sma, 10);
    const slow = use(sma, 50);
    let side = 0;
    return {
      onBar() {
        const difference = fast.value - slow.value;
        if (difference > 0) {
          if (side < 0) targetPercent(1, 'fast average rose above slow');
          side = 1;
        } else if (difference < 0) {
          if (side > 0) targetPercent(0, 'fast average fell below slow');
          side = -1;
        }
      },
    };
  },
});

/** As the README writes it: asked on every bar. */
export const crossAsked: AnyStrategy = defineStrategy({
  name: 'sma-cross',
  setup({ use, targetPercent }) {
    const fast = use(sma, 10);
    const slow = use(sma, 50);
    return {
      onBar() {
        if (fast.crossedAbove(slow)) targetPercent(1, 'fast average rose above slow');
        if (fast.crossedBelow(slow)) targetPercent(0, 'fast average fell below slow');
      },
    };
  },
});

/** One share while the fast average is above the slow one: what other engines are timed with. */
export const crossShare: AnyStrategy = defineStrategy({
  name: 'one-share',
  setup({ use, position, buy, sell }) {
    const fast = use(sma, 10);
    const slow = use(sma, 50);
    return {
      onBar() {
        const distance = fast.value - slow.value;
        if (distance > 1e-9 && position.isFlat) buy(1);
        else if (distance < -1e-9 && position.isLong) sell(1);
      },
    };
  },
});

export const CROSS_TAPE: TapeInfo = {
  source: 'a random walk',
  simulated: true,
  instruments: [defineInstrument({ symbol: 'WALK', tick: 0.01 })],
  actions: [],
  findings: [],
  fingerprint: '',
  adjustment: 'raw',
};

/** Plays the bars in one piece and returns the number of orders that filled. */
export function playCross(columns: BarColumns, definition: AnyStrategy, conventions = honest): number {
  const stream = { kind: 'bars', symbol: 'WALK', timeFrame: '1m' } as const;
  const deck = crossDeck(definition, columns.length, conventions);
  deck.play({ streams: [{ ...stream, columns }] });
  deck.release();
  return deck.counts.filled;
}

export function crossDeck(definition: AnyStrategy, rows: number, conventions = honest): Deck {
  return new Deck({
    tape: CROSS_TAPE,
    streams: [{ kind: 'bars', symbol: 'WALK', timeFrame: '1m' }],
    rows,
    strategies: [{ definition }],
    cash: 100_000,
    conventions,
  });
}
