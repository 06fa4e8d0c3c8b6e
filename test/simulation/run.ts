/**
 * Runs seeds of the simulator: `npm run simulate -- --seeds 2000 [--from 1] [--json] [--bugs]`. Exit code 1 when one fails; it is
 * then shown with the fewest kinds of faults that still make it fail.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { FAULT_NAMES, type FaultName } from './faults.ts';
import { PLANTED_BUGS } from './planted.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    bugs: { type: 'boolean', default: false },
  },
});
const seeds = whole('seeds', values.seeds);
const from = whole('from', values.from);

if (values.bugs) hunt();
else simulate();

function simulate(): void {
  const fired = Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Record<FaultName, number>;
  const totals = { seeds: 0, events: 0, orders: 0, fills: 0 };
  const failures: { seed: number; violation: string; faults: readonly FaultName[] }[] = [];
  const start = performance.now();
  let shownAt = start;
  for (let seed = from; seed < from + seeds; seed++) {
    const result = guarded(seed);
    totals.seeds++;
    totals.events += result.events;
    totals.orders += result.orders;
    totals.fills += result.fills;
    for (const name of FAULT_NAMES) fired[name] += result.fired[name];
    if (result.violation !== undefined) {
      failures.push({ seed, violation: result.violation, faults: shrink(seed) });
      if (failures.length >= 10) break;
    }
    if (!values.json && process.stderr.isTTY && performance.now() - shownAt > 500) {
      shownAt = performance.now();
      process.stderr.write(`\r${totals.seeds} of ${seeds} seeds, ${failures.length} failed`);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  if (values.json) console.log(JSON.stringify({ ...totals, seconds, fired, failures }, undefined, 2));
  else {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    for (const { seed, violation, faults } of failures) {
      console.log(`seed ${seed}: ${violation}\n  needs: ${faults.join(', ') || 'no fault at all'}`);
    }
    console.log('faults that struck:');
    for (const name of FAULT_NAMES) console.log(`  ${name.padEnd(20)} ${fired[name]}`);
    const rate = Math.round(totals.events / seconds);
    console.log(
      `${totals.seeds} seeds, ${totals.events} events (${rate}/s), ${totals.orders} orders, ${totals.fills} fills`,
    );
    console.log(failures.length === 0 ? 'All seeds are clean.' : `${failures.length} seeds failed.`);
  }
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** Plants each bug of the bank in turn, and looks for the first seed that finds it. */
function hunt(): void {
  const rows = PLANTED_BUGS.map(({ name, plant }) => {
    const remove = plant();
    try {
      for (let seed = from; seed < from + seeds; seed++) {
        const { violation } = guarded(seed);
        if (violation !== undefined) return { name, seed, violation };
      }
      return { name, seed: undefined, violation: undefined };
    } finally {
      remove();
    }
  });
  if (values.json) console.log(JSON.stringify(rows, undefined, 2));
  else for (const { name, seed, violation } of rows) console.log(`${seed ?? 'missed'}\t${name}\t${violation ?? ''}`);
  const missed = rows.filter(({ seed }) => seed === undefined).length;
  console.log(`${rows.length - missed} of ${rows.length} planted bugs found`);
  process.exitCode = missed === 0 ? 0 : 1;
}

/** A thrown error is a finding too: a failed assertion stops a desk. */
function guarded(seed: number, without?: ReadonlySet<FaultName>): SeedResult {
  try {
    return runSeed(seed, without);
  } catch (error) {
    const violation = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const fired = Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Record<FaultName, number>;
    return { seed, violation, events: 0, fired, trace: '', orders: 0, fills: 0 };
  }
}

/** Leaves out one kind of fault after the other, as long as the seed still fails. */
function shrink(seed: number): FaultName[] {
  const without = new Set<FaultName>();
  for (const name of FAULT_NAMES) {
    without.add(name);
    if (guarded(seed, without).violation === undefined) without.delete(name);
  }
  return FAULT_NAMES.filter((name) => !without.has(name));
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number above 0, was ${text}`);
  process.exit(2);
}
