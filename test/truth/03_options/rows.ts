/** The rows of a reference file of option values, and what a check of one says. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { OptionInputs, OptionTerms, Right } from '../../../src/options/contract.ts';
import type { ImpliedVol } from '../../../src/options/implied-vol.ts';

export type Row = Readonly<Record<string, string>>;

/** One quantity of a row: what it is, ours, theirs, and how far apart they may be. */
export type Check = readonly [name: string, ours: number, theirs: number, tolerance: number];

export function csvFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.csv'))
    .sort()
    .map((name) => join(folder, name));
}

export function parseCsv(text: string): Row[] {
  const [head, ...lines] = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const names = cells(head ?? '');
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i] ?? String(i), cell])));
}

function cells(line: string): string[] {
  const parts = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
  const whole = line.endsWith(',') ? parts : parts.slice(0, -1);
  return whole.map((part) => part.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"'));
}

export function num(row: Row, name: string): number {
  const text = row[name];
  if (text === undefined || text === '') throw new Error(`column ${name} is empty`);
  return Number(text);
}

export function terms(row: Row): OptionTerms {
  return {
    right: row['type'] as Right,
    spot: num(row, 'spot'),
    strike: num(row, 'strike'),
    years: row['t_years'] === undefined ? num(row, 'days_act365') / 365 : num(row, 't_years'),
    rate: num(row, 'r'),
    dividendYield: num(row, 'q'),
  };
}

export function inputs(row: Row): OptionInputs {
  return { ...terms(row), vol: num(row, 'vol') };
}

export function volOf(answer: ImpliedVol): number {
  return answer.ok ? answer.vol : Number.NaN;
}

/** Half a unit of the last digit a number is printed with, and a little for the one who rounded it. */
export function lastDigit(text: string): number {
  const match = /^-?\d+(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  const decimals = (match?.[1]?.length ?? 0) - Number(match?.[2] ?? 0);
  return 0.51 * 10 ** -decimals;
}
