/**
 * A run on one screen of a terminal: what was played, the figures one looks at first, what to be careful about.
 */
import type { FinishedRun } from '../desk/run/run.ts';
import type { ReportData } from '../report/data.ts';
import { formatDate } from '../time/instant.ts';
import { styled } from './terminal.ts';

/** Returns the lines of a run's summary. */
export function summary({ result, isComplete }: FinishedRun, data: ReportData): string[] {
  const [strategy] = result.strategies;
  const parameters = Object.entries(strategy?.parameters ?? {}).map(([name, value]) => `${name} ${value}`);
  const title = [strategy?.name ?? '', parameters.join(', ')].filter((part) => part !== '').join('  ');
  const span = `${formatDate(result.startAt)} to ${formatDate(result.endAt)}`;
  const { fatal, warning, note } = data.findings;
  return [
    `${styled('bold', title)}`,
    styled('dim', `${result.simulated ? 'SIMULATED PRICES  ' : ''}${result.source}`),
    styled('dim', `${span}, ${result.events.toLocaleString('en-US')} rows, ${result.conventions}`),
    '',
    ...data.keyFigures.map(
      ({ label, text, note: remark }) => `  ${label.padEnd(16)}${text.padStart(10)}   ${styled('dim', remark)}`,
    ),
    '',
    `  ${data.currency} ${money(data.startingCash)} became ${money(data.finalEquity)} after ${money(result.fees)} of fees`,
    ...(fatal + warning + note > 0
      ? [styled('yellow', `  data: ${fatal} fatal findings, ${warning} warnings, ${note} notes (see the report)`)]
      : []),
    ...(result.ruinedAt === undefined
      ? []
      : [styled('red', `  the account was ruined on ${formatDate(result.ruinedAt)}`)]),
    ...(isComplete ? [] : [styled('yellow', '  the run was stopped: the figures end there')]),
  ];
}

function money(value: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
