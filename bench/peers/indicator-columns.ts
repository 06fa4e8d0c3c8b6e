/** The rows that indicators are compared on: a walk of bars in cents, as raw floats, column after column. */
import { writeFileSync } from 'node:fs';
import { Random } from '../../src/base/random.ts';

export function writeColumns(path: string, rows: number): string {
  const random = new Random(1);
  const all = new Float64Array(5 * rows);
  let price = 10_000;
  for (let i = 0; i < rows; i++) {
    const open = price + random.below(11) - 5;
    price = Math.max(500, open + random.below(101) - 50);
    const high = Math.max(open, price) + random.below(40);
    const low = Math.min(open, price) - random.below(40);
    [open, high, low, price].forEach((cents, column) => (all[column * rows + i] = cents / 100));
    all[4 * rows + i] = 100 + random.below(100_000);
  }
  writeFileSync(path, all);
  return path;
}
