/** Runs the tests that must find a mistake of the bank, with the mistake in place; nothing on the disk is touched. */
import { join, resolve } from 'node:path';
import process from 'node:process';
import { startVitest } from 'vitest/node';
import type { PlantedEdit } from './edit.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Returns the name of the first test that fails; `undefined` where all pass. Tests that do not run at all throw. */
export async function finderOf({ name, edits, test }: PlantedEdit): Promise<string | undefined> {
  const planted = new Set<string>();
  const plugin = {
    name: 'planted',
    enforce: 'pre',
    transform: (code: string, id: string) => {
      const own = edits.filter(({ file }) => id === join(ROOT, 'src', file));
      for (const { file } of own) planted.add(file);
      return own.reduce((text, { from, to }) => text.replace(from, () => to), code);
    },
  } as const;
  const expect = { poll: { interval: 10, timeout: 25_000 } };
  const include = [`test/${test}`];
  // Kept modules would be those of another mistake, or this one's would be kept for other tests.
  const kept = { fsModuleCache: false, watch: false, config: false, silent: true } as const;
  const options = { ...kept, root: ROOT, include, reporters: [{}], testTimeout: 60_000, expect };
  const vitest = await startVitest('test', [], options, { plugins: [plugin] });
  try {
    const modules = vitest.state.getTestModules();
    const tests = modules.flatMap(({ children }) => [...children.allTests()]);
    // A file that is no code any more, or one that nobody loads, proves nothing.
    const errors = modules.flatMap((each) => each.errors()).map(({ message }) => message);
    if (tests.length === 0 || errors.length > 0) throw new Error(`${name}: ${test} did not run: ${errors.join('; ')}`);
    const absent = edits.filter(({ file }) => !planted.has(file)).map(({ file }) => file);
    if (absent.length > 0) throw new Error(`${name}: ${test} does not load ${absent.join(', ')}`);
    return tests.find((each) => each.result().state === 'failed')?.fullName;
  } finally {
    await vitest.close();
    // It counts a test that failed as its own failure, and here one is looked for.
    process.exitCode = 0;
  }
}
