/**
 * Runs seeds of the simulator: `npm run simulate -- --seeds 2000 [--from 1] [--threads 2] [--json] [--bugs]`. Exit code 1
 * when one fails; it is then shown with the smallest script of faults that still makes it fail. A long run fails, too, in
 * which something that must come about never did. Ctrl-C ends it with what is known so far, and says how to go on.
 */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { PLANTED_EDITS } from '../planted/bank.ts';
import { FAULT_NAMES } from './faults.ts';
import { noneFired, shrink, type Script } from './guarded.ts';
import { addUp, missing, type Counts } from './occurrences.ts';
import { PLANTED_BUGS } from './planted.ts';
import { Progress } from './progress.ts';
import { inOrder, jobsOf } from './threads.ts';

/** After so many failures it stops: there is enough to look at. */
const FAILURES_MAX = 10;
/** From so many seeds on everything must have come about. */
const SEEDS_ENOUGH = 2000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
    bugs: { type: 'boolean', default: false },
  },
});
const seeds = whole('seeds', values.seeds);
const from = whole('from', values.from);
const threads = whole('threads', values.threads);

await (values.bugs ? hunt() : simulate());

async function simulate(): Promise<void> {
  const fired = noneFired();
  const totals = { seeds: 0, events: 0, orders: 0, fills: 0 };
  const seen: Counts = {};
  const failures: { seed: number; violation: string; script: Script }[] = [];
  let isStopped = false;
  process.once('SIGINT', () => (isStopped = true));
  const start = performance.now();
  const progress = new Progress(seeds, start);
  search: for await (const results of inOrder(jobsOf(from, seeds), threads)) {
    for (const { seed, violation, ...result } of results) {
      totals.seeds++;
      totals.events += result.events;
      totals.orders += result.orders;
      totals.fills += result.fills;
      addUp(fired, result.fired);
      addUp(seen, result.seen);
      if (violation === undefined) continue;
      process.stderr.write(`seed ${seed}: ${violation}\n`);
      failures.push({ seed, violation, script: shrink(seed) });
      if (failures.length >= FAILURES_MAX) break search;
    }
    progress.show(totals, failures.length);
    if (isStopped) break;
  }
  progress.end();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage();
  const processorSeconds = (user + system) / 1e6;
  const absent = totals.seeds < SEEDS_ENOUGH ? [] : missing(seen, fired);
  const all = { ...totals, seconds, processorSeconds, threads, fired, seen, absent, failures };
  if (values.json) console.log(JSON.stringify(all, undefined, 2));
  else {
    for (const { seed, violation, script } of failures) console.log(failureText(seed, violation, script));
    console.log('faults that struck:');
    for (const name of FAULT_NAMES) console.log(`  ${name.padEnd(32)} ${fired[name]}`);
    console.log('what came about:');
    for (const name of Object.keys(seen).sort()) console.log(`  ${name.padEnd(32)} ${seen[name]}`);
    const rate = Math.round(totals.events / seconds);
    console.log(
      `${totals.seeds} seeds from ${from}, ${totals.events} events (${rate}/s, ${threads} threads), ` +
        `${totals.orders} orders, ${totals.fills} fills`,
    );
    console.log(failures.length === 0 ? 'All seeds are clean.' : `${failures.length} seeds failed.`);
    if (absent.length > 0) console.log(`What must come about and never did: ${absent.join(', ')}`);
  }
  const left = seeds - totals.seeds;
  if (isStopped && left > 0) {
    process.stderr.write(`Stopped. The rest: npm run simulate -- --seeds ${left} --from ${from + totals.seeds}\n`);
  }
  process.exitCode = failures.length > 0 || absent.length > 0 ? 1 : isStopped && left > 0 ? 130 : 0;
}

function failureText(seed: number, violation: string, { faults, strikes, violation: least }: Script): string {
  const lines = strikes.map(({ name, at }) => `    ${(at / 1e6).toFixed(3).padStart(8)} s  ${name}`);
  return [
    `seed ${seed}: ${violation}`,
    `  needs: ${faults.join(', ') || 'no fault at all'}`,
    `  smallest script, ${strikes.length} faults, which gives ${least}`,
    ...lines,
  ].join('\n');
}

/** Plants each bug of the banks in turn, and looks for the first seed, or the test, that finds it. */
async function hunt(): Promise<void> {
  const jobs = PLANTED_BUGS.map(({ name }) => ({ from, count: seeds, bug: name }));
  const rows: { name: string; foundBy: string | undefined; violation: string | undefined }[] = [];
  const add = (name: string, foundBy: string | undefined, violation?: string): void => {
    rows.push({ name, foundBy, violation });
    if (!values.json) console.log([foundBy ?? 'missed', name, violation ?? ''].join('\t'));
  };
  for await (const results of inOrder(jobs, threads)) {
    const { seed, violation } = results.at(-1)!;
    add(PLANTED_BUGS[rows.length].name, violation === undefined ? undefined : `seed ${seed}`, violation);
  }
  const { finderOf } = await import('../planted/hunt.ts');
  for (const planted of PLANTED_EDITS) add(planted.name, await finderOf(planted));
  if (values.json) console.log(JSON.stringify(rows, undefined, 2));
  const missed = rows.filter(({ foundBy }) => foundBy === undefined).length;
  console.log(`${rows.length - missed} of ${rows.length} planted bugs found`);
  process.exitCode = missed === 0 ? 0 : 1;
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number above 0, was ${text}`);
  process.exit(2);
}
