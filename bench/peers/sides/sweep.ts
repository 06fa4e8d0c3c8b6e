/**
 * The sweep of two averages in Tradedeck, on one core: the engine once for each pair, as `tradedeck sweep` plays it.
 * The argument is the file of daily bars.
 */
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import { shareLines } from '../../../src/engine/feeds/shared-lines.ts';
import { bt } from '../../../src/engine/sim/conventions.ts';
import { bpsFees } from '../../../src/engine/sim/fees.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { giveCompilerRoom } from '../../../src/desk/sweep/compiler-room.ts';
import { PointPlayer } from '../../../src/research/sweep/run.ts';
import smaCross from '../../../src/strategies/sma-cross/strategy.ts';
import { answer } from '../answering.ts';
import { readBars } from './bars.ts';

const columns = readBars(process.argv[2], 6.5 * 3600e6);
const stream = { kind: 'bars', symbol: 'SPY', timeFrame: '1d' } as const;
const options: DeckOptions = {
  tape: {
    source: 'SPY',
    simulated: false,
    instruments: [defineInstrument({ symbol: 'SPY', tick: 0.01, lot: 1e-6 })],
    actions: [],
    findings: [],
    fingerprint: '',
    adjustment: 'raw',
  },
  streams: [stream],
  rows: columns.length,
  strategies: [],
  // What is gained does not depend on it; with a million, no quantity is small enough for its rounding to show.
  cash: 1_000_000,
  conventions: { ...bt, fees: bpsFees(10), sizing: { ...bt.sizing, reservesFees: true } },
};
shareLines(Object.values(columns).filter((column) => column instanceof Float64Array));

function sweep(): Record<string, unknown> {
  giveCompilerRoom(4851);
  const player = new PointPlayer({
    options: (parameters) => ({ ...options, strategies: [{ definition: smaCross, parameters }] }),
    slice: { streams: [{ ...stream, columns }] },
    figures: ['totalReturn'],
    periodsPerYear: 252,
    allFigures: () => ({}),
  });
  let best = -1;
  let at: number[] = [];
  let sum = 0;
  let index = 0;
  for (let fast = 2; fast < 100; fast++) {
    for (let slow = fast + 1; slow <= 100; slow++) {
      const { finalEquity } = player.play(index++, { fast, slow }).row;
      const total = finalEquity / options.cash - 1;
      sum += total;
      if (total > best) [best, at] = [total, [fast, slow]];
    }
  }
  return { best, at, sum, runs: index, mb: process.resourceUsage().maxRSS / 1000 };
}

await answer({ sweep }, {});
