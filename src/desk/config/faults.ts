/**
 * All faults of a set-up at once, each with the place it stands at and the lines around it.
 */
import { Fault } from '../../base/fault.ts';

/** Where a text says something: 1-based line and column, and how many characters it is long. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** A fault with the lines of the file it stands in, a caret below the value. */
export interface LocatedFault {
  readonly fault: Fault;
  /** Empty where there is no file. */
  readonly excerpt: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly LocatedFault[];

  constructor(faults: readonly LocatedFault[]) {
    super(
      faults
        .map(({ fault, excerpt }) => (excerpt === '' ? fault.message : `${fault.message}\n${excerpt}`))
        .join('\n\n'),
    );
    this.faults = faults;
  }
}

/** Returns the line of a span, one line before it, and a caret under every character of the span. */
export function excerptOf(text: string, { line, column, length }: Span): string {
  const lines = text.split('\n');
  const width = String(line).length;
  const numbered = (number: number): string => `  ${String(number).padStart(width)} | ${lines[number - 1] ?? ''}`;
  const room = Math.max(1, (lines[line - 1] ?? '').length - column + 1);
  const caret = `  ${' '.repeat(width)} | ${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, Math.min(length, room)))}`;
  return [...(line > 1 ? [numbered(line - 1)] : []), numbered(line), caret].join('\n');
}
