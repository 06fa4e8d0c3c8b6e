/**
 * The section of docs/benchmarks.md that holds the last comparisons: a run writes the rows of its workloads anew and
 * leaves all others, and all text around them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Outcome } from './comparison.ts';

const BEGIN = '<!-- peers: begin -->';
const END = '<!-- peers: end -->';

/** What was measured in one go. */
export interface Measured {
  readonly outcomes: readonly Outcome[];
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  /** What was left out, in words. */
  readonly missing: readonly string[];
}

/** Puts the rows where the last ones of the same work and peer were, others at the end of the table. */
export function writeTables(file: string, measured: Measured): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n\n## Against other engines\n';
  const [start, end] = [before.indexOf(BEGIN), before.indexOf(END)];
  const text = tables(measured, start === -1 ? [] : before.slice(start, end).split('\n'));
  const after =
    start === -1
      ? `${before.trimEnd()}\n\n${text}\n`
      : `${before.slice(0, start)}${text}${before.slice(end + END.length)}`;
  writeFileSync(file, after);
}

/** Returns the table as Markdown: the rows of the last one, `known`, with those that were measured anew in their places. */
export function tables({ outcomes, machine, versions, missing }: Measured, known: readonly string[]): string {
  const made = Object.entries({ ...versionsOf(known), ...versions }).map(([name, version]) => `${name} ${version}`);
  const lines = [BEGIN, '', `${machine}; ${made.sort().join(', ')}.`, ''];
  if (missing.length > 0) lines.push(`Left out: ${missing.join('; ')}.`, '');
  lines.push('| work | against | ours | theirs | unit | times faster | goal | answers |');
  lines.push('| --- | --- | ---: | ---: | --- | ---: | ---: | --- |');
  const rows = new Map(known.filter(isRow).map((row) => [keyOf(row), row]));
  for (const row of outcomes.map(rowOf)) rows.set(keyOf(row), row);
  return [...lines, ...rows.values(), '', END].join('\n');
}

function rowOf({ workload, peer, ours, theirs, unit, ratio, goal, difference, compared, note }: Outcome): string {
  const agreement = difference === undefined ? 'agree' : `differ: ${difference}`;
  const answers = [compared ? agreement : 'not compared', note].filter(Boolean).join('; ');
  const cells = [workload, peer, figure(ours), figure(theirs), unit, figure(ratio), goal ?? '', answers];
  return `| ${cells.join(' | ')} |`;
}

/** The peers of the last table with their versions, which its first line ends with. */
function versionsOf(known: readonly string[]): Record<string, string> {
  const list =
    known
      .find((line) => line.endsWith('.') && line.includes('; '))
      ?.slice(0, -1)
      .split('; ')
      .at(-1) ?? '';
  const pairs = list
    .split(', ')
    .map((pair) => [pair.slice(0, pair.lastIndexOf(' ')), pair.split(' ').at(-1)!] as const);
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

/** A row is known by its work and its peer. */
function keyOf(row: string): string {
  return row.split('|', 3).join('|');
}

function isRow(line: string): boolean {
  return line.startsWith('| ') && !line.startsWith('| work |') && !line.startsWith('| ---');
}

/** Three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}
