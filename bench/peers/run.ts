/**
 * Compares with other engines: `npm run bench:peers -- [name…] [--json] [--write]` runs the workloads that are named, all
 * of them when none is. The rows of the table in docs/benchmarks.md are written anew when all were run, or with `--write`.
 *
 * Both sides get the same data and take turns. With `--json` the output is one array of `{name, value, unit, goal, met}`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { atLeast, type BenchRow } from '../bench.ts';
import { OUR_FLAGS, ourEnvironment } from '../memory.ts';
import { compare, type Outcome } from './comparison.ts';
import { prepareEnvironment, type Environment } from './environment.ts';
import { Side } from './side.ts';
import { startComparisons } from './start.ts';
import { figure, writeTables } from './table.ts';
import { WORKLOADS, type Stage } from './workloads.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const JAVASCRIPT = new URL('./sides/javascript.ts', import.meta.url);
const START = 'start';
const known = [...Object.keys(WORKLOADS), START];
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no comparison ${unknown.join(', ')}. There are: ${known.join(', ')}`);
  process.exitCode = 2;
} else {
  await runAll(positionals.length > 0 ? positionals : known);
}

async function runAll(names: readonly string[]): Promise<void> {
  const environment = prepareEnvironment((text) => console.error(text));
  const versions: Record<string, string> = {};
  const outcomes: Outcome[] = [];
  const missing = [...environment.missing];
  for (const name of names) {
    try {
      if (name === START) {
        const started = start(environment);
        for (const outcome of started) console.error(line(outcome));
        outcomes.push(...started);
      } else outcomes.push(...(await runOne(name, environment, versions, missing)));
    } catch (error) {
      // One peer that breaks off is told, and the others still run.
      missing.push(`${name} broke off: ${String(error)}`);
      console.error(missing.at(-1));
      process.exitCode = 1;
    }
  }
  outcomes.push(...indicatorMeans(outcomes));
  if (options.json) console.log(JSON.stringify(outcomes.map(benchRow), null, 2));
  else for (const outcome of outcomes) console.log(line(outcome));
  if (options.write || positionals.length === 0) {
    const file = join(import.meta.dirname, '../../docs/benchmarks.md');
    writeTables(file, { outcomes, machine: machine(environment), versions, missing });
  }
}

/** Runs one workload in a folder of its own; its sides end with it. */
async function runOne(
  name: string,
  environment: Environment,
  versions: Record<string, string>,
  missing: string[],
): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  const sides: Side[] = [];
  const begin = async (title: string, command: readonly string[], env = process.env): Promise<Side> => {
    const side = new Side(title, command, folder, env);
    sides.push(side);
    Object.assign(versions, await side.ready());
    return side;
  };
  const { python, javascript, installed } = environment;
  const stage: Stage = {
    environment,
    folder,
    ours: (file, ...args) =>
      begin('ours', [process.execPath, ...OUR_FLAGS, fileURLToPath(file), ...args], ourEnvironment()),
    python: async (packageName, file, ...args) =>
      python === undefined || !installed.has(packageName)
        ? undefined
        : begin(packageName, [python, join(import.meta.dirname, 'python', file), ...args]),
    javascript: async (library, file) =>
      javascript === undefined
        ? undefined
        : begin(library, [process.execPath, fileURLToPath(JAVASCRIPT), file, javascript, library]),
  };
  const outcomes: Outcome[] = [];
  try {
    for (const comparison of await WORKLOADS[name](stage)) {
      try {
        const outcome = await compare(comparison);
        console.error(line(outcome));
        outcomes.push(outcome);
      } catch (error) {
        missing.push(`${comparison.workload} against ${comparison.peer} broke off: ${String(error)}`);
        console.error(missing.at(-1));
      }
    }
  } finally {
    for (const side of sides) side.end();
    rmSync(folder, { recursive: true });
  }
  return outcomes;
}

function start({ python, installed }: Environment): Outcome[] {
  if (python === undefined || !installed.has('backtesting')) return [];
  return startComparisons(python, 100_000);
}

/** The geometric mean of the indicators' ratios to the C library, which is what is to be level. */
function indicatorMeans(outcomes: readonly Outcome[]): Outcome[] {
  const kept = (outcome: Outcome): boolean => outcome.workload.endsWith('kept');
  return [false, true].flatMap((isKept) => {
    const rows = outcomes.filter((outcome) => outcome.peer === 'TA-Lib' && kept(outcome) === isKept);
    if (rows.length === 0) return [];
    const mean = (pick: (outcome: Outcome) => number): number =>
      Math.exp(rows.reduce((sum, outcome) => sum + Math.log(pick(outcome)), 0) / rows.length);
    return {
      workload: `geometric mean of ${rows.length} indicators${isKept ? ', into columns that are kept' : ''}`,
      peer: 'TA-Lib',
      unit: 'values/s',
      ours: mean(({ ours }) => ours),
      theirs: mean(({ theirs }) => theirs),
      ratio: mean(({ ratio }) => ratio),
      goal: 1,
      difference: undefined,
      compared: false,
      note: undefined,
    };
  });
}

function benchRow({ workload, peer, ratio, goal }: Outcome): BenchRow {
  return atLeast(`${workload}, times faster than ${peer}`, ratio, 'ratio', goal);
}

function line({ workload, peer, ours, theirs, unit, ratio, goal, difference }: Outcome): string {
  const missed = goal !== undefined && ratio < goal ? `   goal ${goal} MISSED` : '';
  const figures = `${figure(ours).padStart(12)} ${figure(theirs).padStart(12)} ${unit.padEnd(9)}${figure(ratio).padStart(7)}×`;
  const answers = difference === undefined ? '' : `   differ: ${difference}`;
  return `${workload.padEnd(64)} ${peer.padEnd(20)}${figures}${missed}${answers}`;
}

function machine({ python }: Environment): string {
  const [first] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const text = python === undefined ? '' : spawnSync(python, ['--version'], { encoding: 'utf8' }).stdout.trim();
  return `${first?.model.trim() ?? process.arch}, ${cpus().length} cores, ${memory} GiB; Node ${process.versions.node}, ${text}`;
}
