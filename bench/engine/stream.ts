/** A tape larger than what is in memory at once: made slice by slice while it is played. */
import smaCross from '../../src/strategies/sma-cross/strategy.ts';
import { Random } from '../../src/base/random.ts';
import { crossBars, crossDeck } from './cross.ts';

/** Rows in a slice. */
const SLICE = 100_000;

/** Plays `count` bars; `seconds` are those inside the engine, without those that make the prices. */
export function playStream(count: number): { bars: number; seconds: number; peakMb: number } {
  const deck = crossDeck(smaCross, count);
  const random = new Random(5);
  let seconds = 0;
  let peak = 0;
  for (let from = 0; from < count; from += SLICE) {
    const columns = crossBars(SLICE, random, from);
    const start = performance.now();
    deck.play({ streams: [{ kind: 'bars', symbol: 'WALK', timeFrame: '1m', columns }] }, false);
    seconds += (performance.now() - start) / 1000;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  return { bars: deck.events, seconds, peakMb: peak / 1e6 };
}
