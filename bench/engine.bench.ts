/**
 * The engine against its floors: how many bars and events a second it plays with orders, gate, exact ledger, trade list
 * and journal, and how that compares with a hand-written loop in the same process that does only that one job.
 *
 * Workloads, floors and what is not measured are told in docs/benchmarks.md.
 */
import { atLeast, atMost, medianSeconds, type BenchRow } from './bench.ts';
import { floorCross, floorQuotes, floorRotation } from './engine/floors.ts';
import { crossAsked, crossBars, crossShare, crossTuned, playCross } from './engine/cross.ts';
import { makeQuotes, playQuotes, QUOTE_CASES } from './engine/quotes.ts';
import { makeUniverse, playRotation } from './engine/rotation.ts';
import { streamElsewhere } from './engine/stream.ts';
import { backtestingPy } from '../src/engine/sim/conventions.ts';
import smaCross from '../src/strategies/sma-cross/strategy.ts';

const RUNS = 9;

export function bench(): BenchRow[] {
  return [...cross(), ...quotes(), ...rotation(), ...stream()];
}

/** One symbol, 1,000,000 minute bars, moving averages of 10 and 50, all in or all out. */
function cross(): BenchRow[] {
  const count = 1_000_000;
  const bars = crossBars(count);
  let orders = 0;
  const engine = medianSeconds(() => (orders = playCross(bars, crossAsked)), RUNS);
  const declared = medianSeconds(() => playCross(bars, smaCross), RUNS);
  const tuned = medianSeconds(() => playCross(bars, crossTuned), RUNS);
  const floor = medianSeconds(() => floorCross(bars), RUNS);
  const minutes = crossBars(100_000);
  const share = medianSeconds(() => playCross(minutes, crossShare, { ...backtestingPy, end: 'keep' }), 25);
  const name = 'SMA cross, 1,000,000 bars';
  return [
    atLeast(name, count / engine, 'bars/s', 20e6),
    atMost(`${name}, over a loop that only crosses and marks`, engine / floor, 'ratio', 4),
    atMost(`${name}, as in the README over the best way to write it`, engine / Math.min(tuned, declared), 'ratio', 1.5),
    atLeast(`${name}, with onCross`, count / declared, 'bars/s'),
    atLeast(`${name}, orders filled`, orders, 'orders'),
    // A hundred times what backtesting.py reaches on such a machine.
    atLeast('SMA cross of one share, 100,000 bars, by backtesting.py’s conventions', 100_000 / share, 'bars/s', 17.5e6),
  ];
}

/** A quote each millisecond and a trade between two quotes; orders of four kinds. */
function quotes(): BenchRow[] {
  const rows: BenchRow[] = [];
  for (const count of [10_000, 1_000_000]) {
    const tape = makeQuotes(count);
    const events = 2 * count;
    const runs = count > 100_000 ? 5 : 25;
    const floor = medianSeconds(() => floorQuotes(tape), runs);
    for (const test of QUOTE_CASES) {
      const { name, goal } = test;
      const seconds = medianSeconds(() => playQuotes(tape, test), runs);
      const title = `${count.toLocaleString('en')} quotes and trades, ${name}`;
      rows.push(atLeast(title, events / seconds, 'events/s', goal));
      rows.push(atMost(`${title}, over a loop that only reads them`, seconds / floor, 'ratio'));
    }
  }
  return rows;
}

/** 500 instruments, 5,000 days, each month into the 50 that rose most. */
function rotation(): BenchRow[] {
  const tape = makeUniverse(500, 5000);
  const engine = medianSeconds(() => playRotation(tape), 3);
  const floor = medianSeconds(() => floorRotation(tape), 3);
  return [
    atMost('Rotation into 50 of 500 symbols, 5,000 days', engine, 's', 0.5),
    atMost('Rotation, over a loop that only ranks, trades and marks', engine / floor, 'ratio'),
  ];
}

/** Ten million bars in slices of which one is in memory at a time. */
function stream(): BenchRow[] {
  const { bars, seconds, peakMb } = streamElsewhere(10_000_000);
  return [
    atLeast('SMA cross, 10 million bars in slices', bars / seconds, 'bars/s', 5e6),
    atMost('SMA cross, 10 million bars in slices, peak resident memory', peakMb, 'MB', 400),
  ];
}
