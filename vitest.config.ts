/** How the tests run: one project of fast, shared-process unit tests; one of tests that need processes of their own. */
import { join } from 'node:path';
import process from 'node:process';
import { defineConfig } from 'vitest/config';
import LongestFirst from './tools/longest-first.ts';

// What the processes of tests load is compiled once for all of them.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '.cache', 'tests');

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    coverage: { include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.process.test.ts', 'node_modules'],
          pool: 'threads',
          isolate: false,
          // They compute, so each core has one.
          maxWorkers: '100%',
          // A million fills against a shadow ledger take seconds, and many times that where other work shares the machine.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'process',
          include: ['test/**/*.process.test.ts'],
          pool: 'forks',
          // Each file has a process, which loads our modules as they are: half of the time of one that has them translated.
          experimental: { viteModuleRunner: false, nodeLoader: false },
          // The commands that they start keep their code where a user's do.
          setupFiles: ['tools/as-a-user.ts'],
          // On a quiet machine none takes a minute.
          testTimeout: 180_000,
          hookTimeout: 60_000,
          // A fact is looked for now and then, which takes time of whoever is asked, and waited for as long as a machine under load
          // may need; a second is no such time.
          expect: { poll: { interval: 50, timeout: 25_000 } },
          // They mostly wait, so five wait beside each other, after the unit tests, which keep all cores busy.
          maxWorkers: 5,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
