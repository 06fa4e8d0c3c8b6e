/**
 * Holds numbers of a run against expected ones, each with the tolerance its case states.
 */
import type { TruthCase } from '../case.ts';

export class Comparison {
  private worst = 0;
  private readonly failures: string[] = [];
  private checks = 0;

  /** Compares two numbers; `tolerance` is absolute. */
  number(what: string, actual: number, expected: number, tolerance: number): void {
    this.checks++;
    if (Number.isNaN(expected) && Number.isNaN(actual)) return;
    const error = Math.abs(actual - expected) / tolerance;
    if (!(error <= 1)) this.failures.push(`${what}: expected ${expected}, was ${actual}`);
    this.worst = Math.max(this.worst, Number.isNaN(error) ? Infinity : error);
  }

  /** Compares relative to the size of what is expected. */
  relative(what: string, actual: number, expected: number, tolerance: number): void {
    this.number(what, actual, expected, tolerance * Math.max(1e-9, Math.abs(expected)));
  }

  text(what: string, actual: string, expected: string): void {
    this.checks++;
    if (actual === expected) return;
    this.failures.push(`${what}: expected ${expected}, was ${actual}`);
    this.worst = Infinity;
  }

  result(id: string): TruthCase {
    if (this.checks === 0) return { id, status: 'failed', error: Infinity, detail: 'nothing was compared' };
    if (this.failures.length === 0) return { id, status: 'passed', error: this.worst };
    const more = this.failures.length > 4 ? ` (+${this.failures.length - 4} more)` : '';
    return { id, status: 'failed', error: this.worst, detail: this.failures.slice(0, 4).join('; ') + more };
  }
}

/** Returns which of the engine's switches a case turns on that its replay here does not know. */
export function unknownSwitch(
  parameters: Readonly<Record<string, unknown>>,
  switches: readonly string[],
): string | undefined {
  return switches.find(
    (name) => parameters[name] !== undefined && parameters[name] !== false && parameters[name] !== 0,
  );
}

export function notCovered(id: string, detail: string): TruthCase {
  return { id, status: 'not-covered', error: 0, detail };
}
