/**
 * The suite as the guide shows it.
 */
import { CASES } from './cases.ts';
import type { Case } from './steps.ts';

/** The table of cases and venues, with a reason for each that is not run. */
export function tableOf(skips: Readonly<Record<string, (one: Case) => string | undefined>>): string {
  const venues = Object.keys(skips);
  const reasons: string[] = [];
  const cell = (one: Case, venue: string): string => {
    const reason = skips[venue](one);
    if (reason === undefined) return 'yes';
    if (!reasons.includes(reason)) reasons.push(reason);
    return `no (${reasons.indexOf(reason) + 1})`;
  };
  const rows = CASES.map(
    (one) => `| ${one.id} | ${one.name} | ${venues.map((venue) => cell(one, venue)).join(' | ')} |`,
  );
  return [
    `| case | what must hold | ${venues.join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(venues.length)}`,
    ...rows,
    '',
    ...reasons.map((reason, i) => `${i + 1}. ${reason}`),
  ].join('\n');
}
