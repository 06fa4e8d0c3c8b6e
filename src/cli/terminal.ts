/**
 * Where the command writes: results to standard output, everything else to standard error, colours only for people.
 */
import process from 'node:process';
import { styleText } from 'node:util';
import type { ProgressOutput } from '../desk/run/progress.ts';

export type Style = Parameters<typeof styleText>[0];

/** A line of results. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** A line beside the results: warnings, what is going on, errors. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Text in a style where standard output is a terminal that shows colours; else as it is. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function styledError(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stderr });
}

/** Progress goes to standard error, and only when that is a terminal. */
export const progressOutput: ProgressOutput = {
  get isTerminal() {
    return process.stderr.isTTY;
  },
  write: (text) => void process.stderr.write(text),
};

export const NO_PROGRESS: ProgressOutput = { isTerminal: false, write: () => undefined };
