/**
 * Fails every call to the file system in turn, as errors and as crashes: `npm run simulate:disk [-- --every 5] [--json]`. Exit
 * code 1 when a session does not come back from one of them as it should.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { crashHere, failAt } from './check.ts';
import type { Failure } from './failing.ts';

const { values } = parseArgs({
  options: {
    every: { type: 'string', default: '1' },
    child: { type: 'string' },
    at: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

if (values.child !== undefined) await crashHere(values.child, Number(values.at));
else process.exitCode = await loop(Number(values.every));

async function loop(every: number): Promise<number> {
  const rows: { failure: Failure; points: number; violations: string[] }[] = [];
  for (const failure of ['EIO', 'ENOSPC', 'crash'] as const) {
    const row = { failure, points: 0, violations: [] as string[] };
    rows.push(row);
    for (let n = 1; ; n += every) {
      const { violation, isOver } = await failAt(n, failure);
      if (isOver) break;
      row.points++;
      if (violation !== undefined) row.violations.push(`call ${n}: ${violation}`);
    }
  }
  if (values.json) console.log(JSON.stringify(rows, undefined, 2));
  else {
    for (const { failure, points, violations } of rows) {
      console.log(`${failure.padEnd(8)} at ${points} calls, ${violations.length} wrong`);
      for (const violation of violations) console.log(`  ${violation}`);
    }
  }
  return rows.some(({ violations }) => violations.length > 0) ? 1 : 0;
}
