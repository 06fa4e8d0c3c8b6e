/**
 * A tape larger than what is in memory at once: made slice by slice while it is played, in a process of its own, so
 * that its memory is its own. Started by the benchmark with the number of bars.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Random } from '../../src/base/random.ts';
import smaCross from '../../src/strategies/sma-cross/strategy.ts';
import { crossBars, crossDeck } from './cross.ts';

/** Rows in a slice. */
const SLICE = 100_000;

interface Streamed {
  readonly bars: number;
  /** Inside the engine, without the time that makes the prices. */
  readonly seconds: number;
  readonly peakMb: number;
}

/** Plays `count` bars in another process. */
export function streamElsewhere(count: number): Streamed {
  const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), String(count)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the stream ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Streamed;
}

function stream(count: number): Streamed {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(stream(Number(process.argv[2]))));
}
