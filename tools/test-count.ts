/** Prints the count of a test run as one line, from the JSON that the test runner wrote: `12 passed, 0 failed, 1 skipped`. */
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** False when a test failed, and also when a file could not be run at all, which no count shows. */
  readonly success: boolean;
}

const text = readFileSync(process.argv[2], 'utf8');
if (text === '') throw new Error('the test runner wrote no report');
const report = JSON.parse(text) as Report; // Written by the test runner in the step before.
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`);
process.exitCode = report.success && report.numPassedTests > 0 ? 0 : 1;
