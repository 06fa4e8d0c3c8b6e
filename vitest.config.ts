/** How the tests run: one project of fast, shared-process unit tests; one of tests that need processes of their own. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    coverage: { include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.process.test.ts', 'node_modules'],
          pool: 'threads',
          isolate: false,
          // A million fills against a shadow ledger take seconds, and longer where other work shares the machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'process',
          include: ['test/**/*.process.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
