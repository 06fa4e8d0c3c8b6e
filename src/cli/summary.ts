/**
 * A run on one screen of a terminal: what was played, the figures one looks at first, what to be careful about.
 */
import { deflatedSharpeOf } from '../desk/experiments/luck.ts';
import { earlierText, type EarlierTrials } from '../desk/experiments/trials.ts';
import type { ParameterSpecs } from '../engine/strategy/parameters.ts';
import type { FinishedRun } from '../desk/run/run.ts';
import type { RunResult } from '../engine/result.ts';
import type { ReportData } from '../report/data.ts';
import { decimal, marginCallsText } from '../report/text.ts';
import { premiumLines } from '../report/options/premium.ts';
import { formatDate } from '../time/instant.ts';
import { styled } from './terminal.ts';

/** A strategy of more parameters is told by those that are not as it declares them. */
const PARAMETERS_SHOWN = 8;

function parametersOf({ result, strategy }: FinishedRun): string[] {
  const values = Object.entries(result.strategies[0]?.parameters ?? {});
  const declared: ParameterSpecs = strategy.definition.parameters ?? {};
  const isLong = values.length > PARAMETERS_SHOWN;
  const shown = isLong ? values.filter(([name, value]) => declared[name]?.default !== value) : values;
  const texts = shown.map(([name, value]) => `${name} ${value}`);
  return isLong ? [...texts, `${values.length - shown.length} parameters as declared`] : texts;
}

/** Returns the lines of a run's summary. */
export function summary(run: FinishedRun, data: ReportData, earlier: EarlierTrials): string[] {
  const { result, isComplete } = run;
  const [strategy] = result.strategies;
  const title = [strategy?.name ?? '', parametersOf(run).join(', ')].filter((part) => part !== '').join('  ');
  const span = `${formatDate(result.startAt)} to ${formatDate(result.endAt)}`;
  const { fatal, warning, note } = data.findings;
  return [
    styled('bold', title),
    styled('dim', `${result.simulated ? 'SIMULATED PRICES  ' : ''}${result.source}`),
    styled('dim', `${span}, ${counted(result.events, 'row')}, ${result.conventions}`),
    '',
    ...data.keyFigures.map(
      ({ label, text, note: remark }) => `  ${label.padEnd(16)}${text.padStart(10)}   ${styled('dim', remark)}`,
    ),
    '',
    `  ${data.currency} ${decimal(data.startingCash)} became ${decimal(data.finalEquity)} after ${costsText(result)}`,
    ...(data.options === null ? [] : premiumLines(data.options.premium)).map((line) => `  ${line}`),
    ...(fatal + warning + note > 0
      ? [
          styled(
            'yellow',
            `  data: ${counted(fatal, 'fatal finding')}, ${counted(warning, 'warning')}, ${counted(note, 'note')} (see the report)`,
          ),
        ]
      : []),
    ...[...turnedAway(data), ...idle(data, run), ...triedBefore(run, earlier)].map((line) => styled('yellow', line)),
    ...(data.marginCalls === 0 ? [] : [styled('red', `  ${marginCallsText(data.marginCalls)}`)]),
    ...(result.ruinedAt === undefined
      ? []
      : [styled('red', `  the account was ruined on ${formatDate(result.ruinedAt)}`)]),
    ...(isComplete ? [] : [styled('yellow', '  the run was stopped: the figures end there')]),
  ];
}

/** Orders that never were, with the most frequent reason: without them a run that did nothing is a riddle. */
function turnedAway({ orders, reasons }: ReportData): string[] {
  return (['refused', 'rejected'] as const).flatMap((kind) => {
    if (orders[kind] === 0) return [];
    const own = reasons.filter((reason) => reason.kind === kind).sort((a, b) => b.count - a.count);
    const [most] = own;
    const why = most === undefined ? '' : `, mostly ${most.example === '' ? most.text : most.example}`;
    const counts = own.map(({ text, count }) => `${text} ${count.toLocaleString('en-US')}`).join(', ');
    return [
      `  ${counted(orders[kind], 'order')} ${orders[kind] === 1 ? 'was' : 'were'} ${kind}${why}`,
      ...(own.length > 1 ? [`    by control: ${counts}`] : []),
    ];
  });
}

/** Whoever tries often enough finds something: a figure that knows of the attempts stands beside the run. */
function triedBefore(run: FinishedRun, earlier: EarlierTrials): string[] {
  const text = earlierText(earlier);
  if (text === undefined) return [];
  const odds = deflatedSharpeOf(run, earlier);
  const left = odds === undefined ? '' : `; after all of them, better than nought with ${(odds * 100).toFixed(1)} %`;
  return [`  ${text}${left}`];
}

/** A run without a single fill is seldom what was meant: the strategy's last word may say why. */
function idle({ orders }: ReportData, { deck }: FinishedRun): string[] {
  if (orders.submitted + orders.refused + orders.rejected > 0) return [];
  const { journal } = deck;
  const last = journal.length === 0 ? undefined : journal.entry(journal.length - 1);
  return [
    ...(last?.kind === 'note' ? [`  ${last.text}`] : []),
    '  no order was ever sent: `npx tradedeck why last --date <day>` says what was seen on a day',
  ];
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Fees, and what else moved money: where nothing did, nothing is said. */
function costsText({ fees, dividends, interest }: RunResult): string {
  const rest = [
    ...(dividends === 0 ? [] : [`${decimal(dividends)} of dividends`]),
    ...(interest === 0 ? [] : [`${decimal(interest)} of interest`]),
  ];
  return `${decimal(fees)} of fees${rest.length === 0 ? '' : `, with ${rest.join(' and ')}`}`;
}
