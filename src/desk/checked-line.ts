/**
 * Lines that prove themselves whole: a hash before the text, so that one which was cut off or changed is not believed.
 */
import { hash } from 'node:crypto';

const DIGITS = 16;

/** Returns the text with its hash before it. The text must have no line feed. */
export function checkedLine(text: string): string {
  return `${hash('sha256', text).slice(0, DIGITS)} ${text}`;
}

/** Returns the text of a line, or `undefined` when the line is not what `checkedLine` made. */
export function textOfLine(line: string): string | undefined {
  const text = line.slice(DIGITS + 1);
  return line.length > DIGITS + 1 && hash('sha256', text).slice(0, DIGITS) === line.slice(0, DIGITS) ? text : undefined;
}
