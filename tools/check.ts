/**
 * Runs every check that needs no test data: types, types of the pure rooms alone, lint, format, dependencies, and the
 * house's own rules. They run side by side; one line each, and the output of those that failed.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { styleText } from 'node:util';

interface Check {
  readonly name: string;
  readonly command: readonly [bin: string, ...args: string[]];
}

interface Outcome extends Check {
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

const CHECKS: readonly Check[] = [
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the pure rooms', command: ['tsc', '-p', 'tsconfig.pure.json'] },
  { name: 'lint', command: ['oxlint', '--type-aware'] },
  { name: 'format', command: ['oxfmt', '--check'] },
  {
    name: 'dependencies',
    command: ['knip', '--no-progress', '--no-config-hints', '--include', 'dependencies,unlisted,unresolved,binaries'],
  },
  { name: 'rules of the house', command: ['vitest', 'run', 'test/tidy'] },
];

const LINES_SHOWN = 120;
const root = join(import.meta.dirname, '..');
/** The tools of the repository come before those of the machine. */
const env = { ...process.env, PATH: [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter) };

function run({ name, command }: Check): Promise<Outcome> {
  const [bin, ...args] = command;
  const start = performance.now();
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = spawn(bin, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.on('close', (code) => {
    resolve({ name, command, passed: code === 0, seconds: (performance.now() - start) / 1000, output });
  });
  return promise;
}

/** Returns the first lines of an output, and how to get the others. */
function shortened(output: string, command: readonly string[]): string {
  const lines = output.split('\n');
  if (lines.length <= LINES_SHOWN) return output;
  return [...lines.slice(0, LINES_SHOWN), `… ${lines.length - LINES_SHOWN} more lines: npx ${command.join(' ')}`].join(
    '\n',
  );
}

const outcomes = await Promise.all(CHECKS.map(run));
for (const { passed, output, command } of outcomes) if (!passed) console.log(`${shortened(output.trim(), command)}\n`);
for (const { name, passed, seconds } of outcomes) {
  const mark = passed ? styleText('green', '✓') : styleText('red', '✗');
  console.log(`${mark} ${name.padEnd(24)} ${seconds.toFixed(1).padStart(5)} s`);
}
const failed = outcomes.filter(({ passed }) => !passed).length;
console.log(failed === 0 ? 'All checks passed.' : `${failed} of ${outcomes.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
