/**
 * From a file to columns: how fast a tape of ten million bars streams out of Parquet and in how much memory, and how
 * long 100,000 bars of CSV take. `TRADEDECK_BENCH_LONG=1` adds a tape of a hundred million bars.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atLeast, atMost, type BenchRow } from './bench.ts';

interface Reading {
  readonly seconds: number;
  readonly rows: number;
  readonly peakMb: number;
  readonly scanSeconds?: number;
  readonly warmSeconds?: number;
}

const RUNS = 3;
const MAKE = new URL('./tape/make.ts', import.meta.url);
const READ = new URL('./tape/read.ts', import.meta.url);

export function bench(): BenchRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const long = process.env['TRADEDECK_BENCH_LONG'] === '1';
    return [
      ...parquet(folder, 10_000_000, RUNS),
      ...(long ? parquet(folder, 100_000_000, 1) : []),
      ...csv(folder, 100_000),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function parquet(folder: string, count: number, runs: number): BenchRow[] {
  const file = join(folder, `${count}.parquet`);
  run(MAKE, 'parquet', file, String(count));
  const [streamed, alone] = [median('stream', file, runs), median('floor', file, runs)];
  if (streamed.rows !== count) throw new Error(`${count} bars were written, ${streamed.rows} read`);
  const what = `${count / 1e6} million bars of Parquet`;
  return [
    atLeast(`${what} as slices`, count / streamed.seconds, 'bars/s', 5e6),
    atMost(`${what} over DuckDB alone`, streamed.seconds / alone.seconds, 'ratio'),
    atMost(`${what}, peak resident memory`, streamed.peakMb, 'MB', 400),
  ];
}

function csv(folder: string, count: number): BenchRow[] {
  const file = join(folder, 'bench.csv');
  run(MAKE, 'csv', file, String(count));
  const readings = Array.from({ length: RUNS }, () => read('csv', file)).sort((a, b) => a.seconds - b.seconds);
  const { seconds, scanSeconds = NaN, warmSeconds = NaN } = readings[RUNS >> 1];
  return [
    atMost('100,000 bars of CSV to a checked tape, first time in a process', seconds * 1000, 'ms', 100),
    atMost('100,000 bars of CSV to a checked tape, when compiled', warmSeconds * 1000, 'ms'),
    atMost('100,000 bars of CSV over a bare scan of the bytes', warmSeconds / scanSeconds, 'ratio'),
  ];
}

function median(how: string, file: string, runs: number): Reading {
  const readings = Array.from({ length: runs }, () => read(how, file)).sort((a, b) => a.seconds - b.seconds);
  return { ...readings[runs >> 1], peakMb: Math.max(...readings.map(({ peakMb }) => peakMb)) };
}

function read(how: string, file: string): Reading {
  return Object.assign(
    {},
    ...run(READ, how, file)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ) as Reading;
}

function run(script: URL, ...args: string[]): string {
  const options = { encoding: 'utf8', maxBuffer: 1 << 24 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(script), ...args], options);
  if (status !== 0) throw new Error(`${script.pathname} ended with ${status}: ${stderr}`);
  return stdout;
}
