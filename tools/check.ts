/**
 * Runs every check that needs no test data: types, types of the pure rooms alone, lint, format, dependencies, and the
 * house's own rules. They run side by side; one line each, and the output of those that failed.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { styleText } from 'node:util';

interface Check {
  readonly name: string;
  /** The package whose command runs, that command's name, and its arguments. */
  readonly command: readonly [pkg: string, bin: string, ...args: string[]];
}

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

const CHECKS: readonly Check[] = [
  { name: 'types', command: ['typescript', 'tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the pure rooms', command: ['typescript', 'tsc', '-p', 'tsconfig.pure.json'] },
  { name: 'lint', command: ['oxlint', 'oxlint', '--type-aware'] },
  { name: 'format', command: ['oxfmt', 'oxfmt', '--check'] },
  {
    name: 'dependencies',
    command: [
      'knip',
      'knip',
      '--no-progress',
      '--no-config-hints',
      '--include',
      'dependencies,unlisted,unresolved,binaries',
    ],
  },
  { name: 'rules of the house', command: ['vitest', 'vitest', 'run', 'test/tidy'] },
];

const root = join(import.meta.dirname, '..');

function run({ name, command: [pkg, bin, ...args] }: Check): Promise<Outcome> {
  const start = performance.now();
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = spawn(process.execPath, [binary(pkg, bin), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.on('close', (code) => {
    resolve({ name, passed: code === 0, seconds: (performance.now() - start) / 1000, output });
  });
  return promise;
}

/** Returns the file of a package's command, which is started with the Node that runs this check. */
function binary(pkg: string, bin: string): string {
  const require = createRequire(import.meta.url);
  const path = require.resolve(`${pkg}/package.json`);
  const manifest = require(path) as { bin: string | Record<string, string> }; // What every package with a command has.
  return join(dirname(path), typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin]);
}

const outcomes = await Promise.all(CHECKS.map(run));
for (const { passed, output } of outcomes) if (!passed) console.log(output.trim(), '\n');
for (const { name, passed, seconds } of outcomes) {
  const mark = passed ? styleText('green', '✓') : styleText('red', '✗');
  console.log(`${mark} ${name.padEnd(24)} ${seconds.toFixed(1).padStart(5)} s`);
}
const failed = outcomes.filter(({ passed }) => !passed).length;
console.log(failed === 0 ? 'All checks passed.' : `${failed} of ${outcomes.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
