/** The packed package in the hands of somebody who has an empty folder and whatever Node their machine has. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bom } from '../../tools/sbom.ts';
import { type Installed, install, strangersEnvironment } from './installed.ts';

const root = join(import.meta.dirname, '..', '..');
const hasCommand = existsSync(join(root, 'src', 'cli', 'main.ts'));
const hasDemo = hasCommand && globSync('src/cli/**/demo*.ts', { cwd: root }).length > 0;

let installed: Installed;

beforeAll(() => {
  installed = install();
}, 300_000);

afterAll(() => {
  installed[Symbol.dispose]();
});

interface Door {
  readonly name: string;
  readonly source: string;
}

/** The public doors that lead to a single file, by the name they are imported by. */
function doors(): Door[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  return Object.entries(exports)
    .filter(([door, source]) => !door.includes('*') && source.endsWith('.ts') && existsSync(join(root, source)))
    .map(([door, source]) => ({ name: `tradedeck${door.slice(1)}`, source }));
}

function packagedNode(code: string): string {
  const node = join(installed.folder, 'node_modules', '.bin', 'node');
  return execFileSync(node, ['--input-type=module', '-e', code], {
    cwd: installed.folder,
    env: strangersEnvironment(),
    encoding: 'utf8',
  });
}

function tradedeck(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(join(installed.folder, 'node_modules', '.bin', 'tradedeck'), args, {
    cwd: installed.folder,
    env: strangersEnvironment(),
    encoding: 'utf8',
  });
}

test('packing leaves the manifest of the repository as it was', () => {
  const before = readFileSync(join(root, 'package.json'), 'utf8');
  expect(readFileSync(join(installed.copy, 'package.json'), 'utf8')).toBe(before);
});

test('the package brings a list of everything that runs with it, and of nothing that only builds or tests', () => {
  const folder = join(installed.folder, 'node_modules', 'tradedeck');
  const { metadata, components } = JSON.parse(readFileSync(join(folder, 'dist', 'sbom.cdx.json'), 'utf8')) as Bom;
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, object> & {
    readonly version: string;
  };
  expect(metadata.component).toMatchObject({ name: 'tradedeck', version: manifest.version });
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const wanted = Object.entries({ ...manifest['dependencies'], ...manifest['optionalDependencies'] });
  expect(wanted.filter(([name, version]) => !listed.has(`${name}@${String(version)}`))).toEqual([]);
  expect([...listed].filter((each) => /^(?:vitest|typescript|knip)@/.test(each))).toEqual([]);
});

test('the package holds JavaScript and declarations, and no source that Node would refuse', () => {
  const files = globSync('node_modules/tradedeck/{dist,bin}/**/*.*', { cwd: installed.folder });
  expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(10);
  expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
});

test('every public door opens on the packaged Node', () => {
  const names = doors().map(({ name }) => name);
  expect(names).toContain('tradedeck');
  const code = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(await import(name)).length > 0);`;
  expect(packagedNode(code).trim().split('\n')).toEqual(names.map((name) => `${name} true`));
});

test("every public door has its types, and a user's strategy compiles against them", () => {
  const lines = doors().map(({ name }, i) => `import * as door${i} from '${name}'; export { door${i} };`);
  writeFileSync(join(installed.folder, 'doors.mts'), lines.join('\n'));
  writeFileSync(join(installed.folder, 'mine.ts'), STRATEGY);
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const flags = '--noEmit --strict --target esnext --module nodenext --types node --skipLibCheck false'.split(' ');
  const typeRoots = ['--typeRoots', join(root, 'node_modules', '@types')];
  const { stdout, status } = spawnSync(process.execPath, [compiler, ...flags, ...typeRoots, 'doors.mts', 'mine.ts'], {
    cwd: installed.folder,
    encoding: 'utf8',
  });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});

test.skipIf(!hasCommand)('the command starts whichever Node the machine has', () => {
  const help = tradedeck('--help');
  expect(help).toMatchObject({ status: 0, stderr: '' });
  expect(help.stdout).toContain('tradedeck');
});

test.skipIf(!hasCommand)('started by an old Node instead of a shell, the command starts itself again', () => {
  const command = join(installed.folder, 'node_modules', 'tradedeck', 'bin', 'tradedeck.js');
  const { stdout, status } = spawnSync('node', [command, '--help'], {
    cwd: installed.folder,
    env: strangersEnvironment(),
    encoding: 'utf8',
  });
  expect({ stdout: stdout.includes('tradedeck'), status }).toEqual({ stdout: true, status: 0 });
});

test.skipIf(!hasDemo)('the demo runs in an empty folder', () => {
  const demo = tradedeck('demo');
  expect(demo.status, demo.stderr).toBe(0);
});

test.skipIf(!hasDemo)("a user's own strategy in TypeScript runs", () => {
  writeFileSync(join(installed.folder, 'mine.ts'), STRATEGY);
  writeFileSync(join(installed.folder, 'prices.csv'), prices(300));
  const run = tradedeck('backtest', 'mine.ts', '--symbol', 'ABC', '--data', 'prices.csv', '--output', 'trades.csv');
  expect(run.status, run.stderr).toBe(0);
  const [header, ...trades] = readFileSync(join(installed.folder, 'trades.csv'), 'utf8').trim().split('\n');
  expect(header).toContain(',');
  expect(trades.length).toBeGreaterThan(0);
});

const STRATEGY = `
import { defineStrategy, whole } from 'tradedeck';
import { sma } from 'tradedeck/indicators';

export default defineStrategy({
  name: 'mine',
  description: 'In the market while the price is above its average.',
  parameters: { length: whole(20, { min: 2, max: 200, description: 'bars of the average' }) },
  setup({ parameters, use, targetPercent }) {
    const average = use(sma, parameters.length);
    return {
      onBar(bar) {
        if (bar.close > average.value) targetPercent(1, 'above the average');
        else targetPercent(0, 'below the average');
      },
    };
  },
});
`;

/** Returns daily bars of a price that swings around 100, so that it crosses its average again and again. */
function prices(days: number): string {
  const rows = ['date,open,high,low,close,volume'];
  for (let day = 0; rows.length <= days; day++) {
    const date = new Date(Date.UTC(2022, 0, 3 + day));
    if (date.getUTCDay() % 6 === 0) continue;
    const close = 100 + 10 * Math.sin(day / 12);
    const cells = [close - 0.1, close + 0.5, close - 0.5, close].map((price) => price.toFixed(2));
    rows.push([date.toISOString().slice(0, 10), ...cells, '100000'].join(','));
  }
  return `${rows.join('\n')}\n`;
}

test.skipIf(!hasDemo)('a strategy of the package plays in a process of its own, and a backtest within walls', () => {
  const deck =
    'strategy: { name: sma-cross, process: process }\ntape: { source: sp500, start: 2019-01-01, end: 2019-12-31 }\n';
  writeFileSync(join(installed.folder, 'walled.yaml'), deck);
  const paper = tradedeck('paper', 'walled.yaml', '--json');
  expect([paper.status, paper.stderr]).toEqual([0, '']);
  expect(JSON.parse(paper.stdout)).toMatchObject({ complete: true });
  const backtest = tradedeck('backtest', 'walled.yaml', '--json');
  expect([backtest.status, backtest.stderr]).toEqual([0, '']);
  expect(JSON.parse(backtest.stdout)).toMatchObject({ complete: true });
});
