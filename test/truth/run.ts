/**
 * Holds Tradedeck against values that others computed: `npm run truth -- [folder] [--json] [--set NAME] [--failures]`.
 *
 * The folder holds one folder per set of reference cases; `test/truth/sets/<set>.ts` knows how to run it. A folder that
 * no module knows is counted as not covered. Where the data is absent, the sets are skipped and that is said.
 * The exit code is 1 when a case failed.
 */
import { existsSync, globSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import type { TruthCase, TruthSet } from './case.ts';
import { runSet, total, type SetResult } from './runner.ts';

const USAGE = `npm run truth -- [folder] [options]
  --set NAME    only this set of cases, also several times
  --failures    shows each case that failed
  --uncovered   shows each case that is not covered
  --json        prints the counts as JSON
  --help        prints this`;

/** What was asked for; a slip is answered with what there is. */
function asked() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        set: { type: 'string', multiple: true },
        failures: { type: 'boolean', default: false },
        uncovered: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return process.exit(2);
  }
}

const { values: options, positionals } = asked();
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

const root = resolve(positionals[0] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'truth'));
const modules = globSync('*.ts', { cwd: join(import.meta.dirname, 'sets') }).map((file) => basename(file, '.ts'));

// Without reference data a clone passes; a folder that somebody named and that is not there is a slip.
if (positionals[0] !== undefined && !existsSync(root)) {
  const isSet = modules.includes(positionals[0]);
  const rule = isSet ? `is a set, and not the folder of them: --set ${positionals[0]}` : `is not there: ${root}`;
  console.error(`${positionals[0]} ${rule}`);
  process.exit(2);
}

function folders(): string[] {
  const all = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const unknown = options.set?.filter((name) => !all.includes(name)) ?? [];
  if (unknown.length > 0) {
    console.error(`There is no set ${unknown.join(', ')} in ${root}. There are: ${all.join(', ')}`);
    process.exit(2);
  }
  return options.set === undefined ? all : all.filter((name) => options.set!.includes(name));
}

async function moduleOf(set: string): Promise<TruthSet | undefined> {
  if (!modules.includes(set)) return undefined;
  const module = (await import(`./sets/${set}.ts`)) as { default: TruthSet }; // What each file of the folder exports.
  return module.default;
}

function show(one: TruthCase): void {
  const wanted = (one.status === 'failed' && options.failures) || (one.status === 'not-covered' && options.uncovered);
  if (wanted && !options.json) console.log(`  ${one.status}: ${one.id}: ${one.detail ?? ''}`);
}

function row({ set, passed, failed, notCovered, worst }: SetResult, seconds: number): string {
  const cells = [passed, failed, notCovered].map((count) => String(count).padStart(9));
  const size = worst === null ? 'no number' : worst.toPrecision(3);
  const line = `${set.padEnd(28)}${cells.join('')}${size.padStart(12)}${seconds.toFixed(1).padStart(8)} s`;
  return failed > 0 ? styleText('red', line) : line;
}

if (!existsSync(root)) {
  if (options.json) console.log(JSON.stringify(total([])));
  console.error(`${modules.length} sets of reference cases were skipped: there is no folder ${root}`);
} else {
  const sets: SetResult[] = [];
  if (!options.json) console.log(`${'set'.padEnd(28)}   passed   failed  not cov. worst error    time`);
  for (const name of folders()) {
    const start = performance.now();
    const result = await runSet(name, await moduleOf(name), join(root, name), root, show);
    if (!options.json) console.log(row(result, (performance.now() - start) / 1000));
    sets.push(result);
  }
  const results = total(sets);
  const unknown = sets.map(({ set }) => set).filter((set) => !modules.includes(set));
  if (options.json) console.log(JSON.stringify(results, null, 2));
  else {
    if (unknown.length > 0) console.log(`Not covered because no module knows them: ${unknown.join(', ')}`);
    console.log(`${results.passed} cases passed, ${results.failed} failed.`);
  }
  process.exitCode = results.failed > 0 ? 1 : 0;
}
