/** How long the command takes to say its first word, measured from outside as a person waits for it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { atMost, type BenchRow } from './bench.ts';

const RUNS = 9;

export function bench(): BenchRow[] {
  const command = join(import.meta.dirname, '..', 'bin', 'tradedeck.js');
  const bare = milliseconds(process.execPath, '-e', '0');
  const help = milliseconds(command, '--help');
  return [
    atMost('tradedeck --help, from the sources', help, 'ms', 150),
    atMost('node alone', bare, 'ms'),
    atMost('tradedeck --help over node alone', help / bare, 'ratio'),
  ];
}

/** Returns the median of several runs, after one that fills the caches. */
function milliseconds(command: string, ...args: string[]): number {
  const times: number[] = [];
  for (let i = 0; i <= RUNS; i++) {
    const start = performance.now();
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
    if (i > 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1];
}
