/**
 * How long a person waits for a whole run: from the command's start to its figures, and to the demo's report.
 *
 * The first row ends when the figures are printed and nothing is written; the second writes the run folder and the report
 * as well.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateTape } from '../src/market/simulate/simulate.ts';
import { formatInstant } from '../src/time/instant.ts';
import { atMost, type BenchRow } from './bench.ts';

const ROWS = 100_000;
const ROWS_TEXT = ROWS.toLocaleString('en');
const RUNS = 7;
/** Runs that do not count: the first keeps what it has loaded for the next, the second what was compiled of that. */
const FIRST_RUNS = 2;
const COMMAND = join(import.meta.dirname, '..', 'bin', 'tradedeck.js');

export function bench(): BenchRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-bench-'));
  try {
    writeFileSync(join(folder, 'bars.csv'), minuteBars());
    const figures = seconds(folder, 'backtest', 'sma-cross', '--data', 'bars.csv', '--no-save', '--json');
    const saved = seconds(folder, 'backtest', 'sma-cross', '--data', 'bars.csv', '--quiet');
    const demo = seconds(folder, 'demo', '--quiet');
    return [
      atMost(`${ROWS_TEXT} bars of CSV, process start to finished metrics`, figures, 's', 0.3),
      atMost(`${ROWS_TEXT} bars of CSV, process start to run folder and report`, saved, 's'),
      atMost('the demo, process start to the report on disk', demo, 's', 3),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function minuteBars(): string {
  const tape = simulateTape({ seed: 1, symbols: ['BARS'], start: '2020-01-01', end: '2021-03-31', timeFrame: '1m' });
  const [stream] = tape.slice.streams;
  if (stream?.kind !== 'bars') throw new Error('the simulator makes bars');
  const { openTime, open, high, low, close, volume } = stream.columns;
  const lines = ['time,open,high,low,close,volume'];
  for (let i = 0; i < ROWS; i++) {
    lines.push([formatInstant(openTime[i]), open[i], high[i], low[i], close[i], volume[i]].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** Returns the median of several runs, after those that make ready for others. */
function seconds(cwd: string, ...args: string[]): number {
  const times: number[] = [];
  for (let i = -FIRST_RUNS; i < RUNS; i++) {
    const start = performance.now();
    const { status, stderr } = spawnSync(COMMAND, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    if (i >= 0) times.push((performance.now() - start) / 1000);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1];
}
