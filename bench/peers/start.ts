/** From the start of a process to the final figure, over 100,000 bars of CSV, as a person waits for it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crossBars } from '../engine/cross.ts';
import { median, type Outcome } from './comparison.ts';

const COMMAND = join(import.meta.dirname, '../../bin/tradedeck.js');
const THEIRS = join(import.meta.dirname, 'python/cross_backtesting.py');
const ROUNDS = 5;
const CLOCKS = { wall: 'wall clock', core: 'processor' } as const;

/** Seconds of one run of a command: of the wall clock, and of the processor, which a busy machine does not stretch. */
interface Spent {
  readonly wall: number;
  readonly core: number;
}

/** The shell tells what its children took of the processor; Node does not. */
const TIMED = '"$@" > output.txt && times';

/** The command of ours with the shipped SMA cross against a script of backtesting.py, in turns. */
export function startComparisons(python: string, count: number): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  try {
    const bars = crossBars(count);
    const rows = (time: (i: number) => string): string => {
      const lines = ['time,open,high,low,close,volume'];
      for (let i = 0; i < count; i++) {
        lines.push(`${time(i)},${bars.open[i]},${bars.high[i]},${bars.low[i]},${bars.close[i]},${bars.volume[i]}`);
      }
      return `${lines.join('\n')}\n`;
    };
    writeFileSync(
      join(folder, 'ours.csv'),
      rows((i) => new Date(bars.openTime[i] / 1000).toISOString()),
    );
    writeFileSync(
      join(folder, 'theirs.csv'),
      rows((i) => String(bars.time[i])),
    );
    const run = (command: string, ...args: string[]): Spent => {
      const start = performance.now();
      const { status, stdout, stderr } = spawnSync('sh', ['-c', TIMED, 'sh', command, ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
      return { wall: (performance.now() - start) / 1000, core: secondsOf(stdout) };
    };
    const ours = (): Spent =>
      run(COMMAND, 'backtest', 'sma-cross', '--symbol', 'WALK', '--data', 'ours.csv', '--no-save', '--json');
    const theirs = (): Spent => run(python, THEIRS, 'theirs.csv', 'once');
    // One turn that fills the disk's caches does not count.
    ours();
    theirs();
    const turns = Array.from({ length: ROUNDS }, () => ({ left: ours(), right: theirs() }));
    return (['wall', 'core'] as const).map((clock) => ({
      workload: `SMA cross, 100,000 bars of CSV, process start to figures, ${CLOCKS[clock]}`,
      peer: 'backtesting',
      unit: 's',
      ours: median(turns.map(({ left }) => left[clock])),
      theirs: median(turns.map(({ right }) => right[clock])),
      ratio: median(turns.map(({ left, right }) => right[clock] / left[clock])),
      goal: 10,
      difference: undefined,
      compared: false,
      note: 'ours is fully invested, with costs and checks of the data',
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The children's line of `times`, as in `0m1.25s 0m0.10s`: user and system. */
function secondsOf(times: string): number {
  const children = times.trimEnd().split('\n').at(-1)!;
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + 60 * Number(m) + Number(s), 0);
}
