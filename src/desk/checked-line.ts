/**
 * Lines that prove themselves whole: a hash before the text, so that one which was cut off or changed is not believed.
 */
import { hash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

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

/** Whether the last line of a file was cut off: what is written behind it needs a line feed first. */
export function endsOpen(file: string): boolean {
  if (!existsSync(file)) return false;
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
  } finally {
    closeSync(descriptor);
  }
}
