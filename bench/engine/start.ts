/** From nothing to finished metrics: the command as a person starts it, over a CSV file. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crossBars } from './cross.ts';

const COMMAND = fileURLToPath(new URL('../../bin/tradedeck.js', import.meta.url));
const RUNS = 5;

/** Median of the wall-clock seconds of `tradedeck backtest … --json` over a file of `count` minute bars. */
export function startToMetrics(count: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const file = join(folder, 'walk.csv');
    const bars = crossBars(count);
    const lines = ['time,open,high,low,close,volume'];
    for (let i = 0; i < count; i++) {
      const time = new Date(bars.openTime[i] / 1000).toISOString();
      lines.push(`${time},${bars.open[i]},${bars.high[i]},${bars.low[i]},${bars.close[i]},${bars.volume[i]}`);
    }
    writeFileSync(file, lines.join('\n'));
    const args = [COMMAND, 'backtest', 'sma-cross', '--symbol', 'WALK', '--data', file, '--json'];
    const seconds: number[] = [];
    for (let run = 0; run <= RUNS; run++) {
      const start = performance.now();
      const { status, stderr, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(`tradedeck backtest ended with ${status}: ${stderr}${stdout.slice(0, 500)}`);
      // The first run fills the disk's caches and the code cache.
      if (run > 0) seconds.push((performance.now() - start) / 1000);
    }
    return seconds.sort((a, b) => a - b)[RUNS >> 1];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
