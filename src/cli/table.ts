/**
 * Tables for a terminal: columns as wide as what is in them, the head dim.
 */
import { harmless, styled } from './terminal.ts';

/** Returns the lines of a table. Columns from `numbersFrom` on stand at the right, and so do those in `numeric`. */
export function tableText(
  given: readonly (readonly string[])[],
  numbersFrom: number,
  numeric: ReadonlySet<number> = new Set(),
): string[] {
  // A cell that begins a line of its own could pass for a row.
  const rows = given.map((row) => row.map((cell) => harmless(cell.replaceAll(/[\r\n]+/g, ' '))));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row, i) => {
    const cells = row.map((cell, column) =>
      column >= numbersFrom || numeric.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
    );
    const text = cells.join('  ').trimEnd();
    return i === 0 ? styled('dim', text) : text;
  });
}
