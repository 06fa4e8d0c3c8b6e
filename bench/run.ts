/**
 * Measures: `npm run bench -- [name…] [--json]` runs `bench/<name>.bench.ts`, all of them when none is named.
 *
 * Each file runs in a process of its own, one after the other, because what one leaves behind (compiled code, memory)
 * would show in the figures of the next. With `--json` the output is one array of `{name, value, unit, goal, met}`.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { basename } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import type { Bench, BenchRow } from './bench.ts';
import { ourEnvironment } from './memory.ts';

const ONE = '--one'; // How this file starts itself for a single benchmark.

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, one: { type: 'boolean', default: false } },
});

if (options.one) await runOne(positionals[0]);
else runAll();

/** Runs one benchmark in this process and prints its rows as JSON. */
async function runOne(name: string): Promise<void> {
  // Standard output belongs to the rows; what a benchmark says while it runs goes to standard error.
  console.log = console.error;
  const { bench } = (await import(`./${name}.bench.ts`)) as { bench: Bench }; // What each benchmark exports.
  process.stdout.write(JSON.stringify(await bench()));
}

function runAll(): void {
  const known = globSync('*.bench.ts', { cwd: import.meta.dirname }).map((file) => basename(file, '.bench.ts'));
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${known.sort().join(', ')}`);
    process.exitCode = 2;
    return;
  }
  if (!options.json) console.log(machine());
  const rows: BenchRow[] = [];
  for (const name of positionals.length > 0 ? positionals : known.sort()) {
    const measured = start(name);
    if (measured === undefined) process.exitCode = 1;
    else {
      rows.push(...measured);
      if (!options.json) console.log([`\n${name}`, ...measured.map(line)].join('\n'));
    }
  }
  if (options.json) console.log(JSON.stringify(rows, null, 2));
}

/** Runs one benchmark in a process of its own. One that breaks off says why, and the others still run. */
function start(name: string): BenchRow[] | undefined {
  const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', import.meta.filename, ONE, name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: ourEnvironment(),
  });
  if (status === 0) return JSON.parse(stdout) as BenchRow[]; // What runOne wrote.
  console.error(`The benchmark ${name} broke off.`);
  return undefined;
}

/** Describes the machine, without which a figure says little. */
function machine(): string {
  const [first] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${first?.model.trim() ?? process.arch}, ${cpus().length} cores, ${memory} GiB, Node ${process.versions.node}`;
}

function line({ name, value, unit, goal, met }: BenchRow): string {
  const figure = `${quantity(value)} ${unit}`.padStart(22);
  if (goal === undefined || met === undefined) return `  ${name.padEnd(72)}${figure}`;
  const text = `  ${name.padEnd(72)}${figure}   goal ${quantity(goal)}${met ? '' : '   MISSED'}`;
  return met ? text : styleText('red', text);
}

/** Returns `value` with three or four digits that count, and its thousands apart. */
function quantity(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(4)).toString();
}
