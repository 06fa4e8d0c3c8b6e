/** The section of docs/benchmarks.md that holds the last comparison: written anew by each full run, the rest kept. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Outcome } from './comparison.ts';

const BEGIN = '<!-- peers: begin -->';
const END = '<!-- peers: end -->';

/** Returns the tables as Markdown. */
export function tables(
  outcomes: readonly Outcome[],
  machine: string,
  versions: Readonly<Record<string, string>>,
  missing: readonly string[],
): string {
  const made = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const lines = [BEGIN, '', `${machine}; ${made.sort().join(', ')}.`, ''];
  if (missing.length > 0) lines.push(`Left out: ${missing.join('; ')}.`, '');
  lines.push('| work | against | ours | theirs | unit | times faster | goal | answers |');
  lines.push('| --- | --- | ---: | ---: | --- | ---: | ---: | --- |');
  for (const outcome of outcomes) {
    const { workload, peer, ours, theirs, unit, ratio, goal, difference, compared, note } = outcome;
    const agreement = difference === undefined ? 'agree' : `differ: ${difference}`;
    const answers = [compared ? agreement : 'not compared', note].filter(Boolean).join('; ');
    const cells = [workload, peer, figure(ours), figure(theirs), unit, figure(ratio), goal ?? '', answers];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return [...lines, '', END].join('\n');
}

/** Puts the tables where the last ones were, or at the end. */
export function writeTables(file: string, text: string): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n\n## Against other engines\n';
  const [start, end] = [before.indexOf(BEGIN), before.indexOf(END)];
  const after =
    start === -1
      ? `${before.trimEnd()}\n\n${text}\n`
      : `${before.slice(0, start)}${text}${before.slice(end + END.length)}`;
  writeFileSync(file, after);
}

/** Three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}
