/**
 * Where the command writes: results to standard output, everything else to standard error, colours only for people.
 */
import process from 'node:process';
import { styleText } from 'node:util';
import type { ProgressOutput } from '../desk/run/progress.ts';

export type Style = Parameters<typeof styleText>[0];

/** A line of results. */
export function print(line = ''): void {
  process.stdout.write(`${harmless(line)}\n`);
}

/** A line beside the results: warnings, what is going on, errors. */
export function tell(line: string): void {
  process.stderr.write(`${harmless(line)}\n`);
}

/** Everything that steers a terminal; the sequences of our own styles, of which none hides what follows, come first. */
const STEERING =
  // oxlint-disable-next-line no-control-regex -- These are what is looked for.
  /(\u001b\[(?:[0-79]|[2-4]\d|9[0-7]|10[0-7])(?:;(?:[0-79]|[2-4]\d|9[0-7]|10[0-7]))*m)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * The text with whatever steers a terminal shown instead of obeyed, but for styles: what brokers, strategies and files say
 * must not set titles, move the cursor over what was printed, or turn the order of letters round. Line ends and tabs stay.
 */
export function harmless(text: string): string {
  return text.replaceAll(STEERING, (found, style: string | undefined) =>
    style === undefined ? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}` : found,
  );
}

/** What others say within a line of ours: it cannot begin a line that looks like one of ours. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, ' ');
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
