/**
 * `tradedeck check-lookahead`: plays a strategy on shorter and shorter tapes and shows the first decision that changes.
 */
import { Fault } from '../base/fault.ts';
import { describeDecision } from '../research/decisions.ts';
import { checkHistory, type LineHistory } from '../research/history.ts';
import { checkLookahead, type LookaheadReport } from '../research/lookahead.ts';
import { lookaheadSubject } from '../desk/run/lookahead-subject.ts';
import { outsideReads, type OutsideRead } from '../desk/run/outside-reads.ts';
import { loadRun } from '../desk/run/run.ts';
import { codeFiles } from '../desk/run/code-files.ts';
import { formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { print, styled } from './terminal.ts';

export interface LookaheadFlags extends RunFlags {
  readonly cuts?: number;
  readonly json?: boolean;
}

/** Shorter tapes that are played. A tape that is read anew each time is played fewer times. */
const CUTS = 100;
const CUTS_OF_LONG = 10;

/** Runs the command; a strategy that looks ahead is a problem found. */
export async function checkLookaheadCommand(target: string, flags: LookaheadFlags): Promise<ExitCode> {
  // Without prices of its own a strategy is checked on those that come with Tradedeck.
  const isDeck = /\.ya?ml$/.test(target);
  const chosen = await chooseDeck(target, flags.data === undefined && !isDeck ? { ...flags, data: ['sp500'] } : flags);
  try {
    const loaded = await loadRun(chosen.config, chosen.folder);
    const subject = await lookaheadSubject(loaded);
    const report = await checkLookahead(subject, flags.cuts ?? ('slice' in loaded.tape ? CUTS : CUTS_OF_LONG));
    const history = report.isRepeatable ? await checkHistory(subject) : [];
    const { file } = loaded.strategy;
    const outside = file === undefined ? [] : outsideReads(codeFiles(file));
    if (flags.json === true) print(JSON.stringify({ ...report, outside, history }, undefined, 2));
    else {
      for (const line of lookaheadLines(report, outside)) print(line);
      for (const line of history) print(historyLine(line));
    }
    return report.finding === undefined && outside.length === 0 ? EXIT.ok : EXIT.problem;
  } catch (error) {
    throw error instanceof Fault ? await chosen.locate(error) : error;
  }
}

/** How many bars a line needs, and how far off it is with fewer: what depends on the start of the tape says so. */
function historyLine({ name, rows, trail }: LineHistory): string {
  const need = rows === undefined ? 'the start of the tape can be seen to its end' : `${rows} bars`;
  const off = trail
    .filter((each) => each.rows !== rows && each.difference > 0)
    .map(
      (each) =>
        `${Number.isFinite(each.difference) ? `${percent(each.difference)} off` : 'no value'} with ${each.rows}`,
    );
  return `  history  ${name}: ${need}${off.length === 0 ? '' : ` (${off.slice(0, 5).join(', ')})`}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function lookaheadLines(report: LookaheadReport, outside: readonly OutsideRead[]): string[] {
  const { decisions, prefixes, isRepeatable, finding } = report;
  const played = `${prefixes} shorter tapes, ${decisions} decisions`;
  if (finding === undefined && outside.length > 0) {
    return [
      `${styled('red', 'not proved')}  ${played}: every one gave the same decisions, but the strategy reads beside the tape`,
      ...outside.map(({ file, line, what }) => `  ${file}:${line}  ${what}`),
      '  A shorter tape takes nothing of that away: it may know the future from there.',
    ];
  }
  if (finding === undefined) {
    const none = decisions === 0 ? styled('yellow', '  but nothing was decided, so nothing was proved') : undefined;
    return [
      `${styled('green', 'no look-ahead')}  ${played}: every one gave the same decisions`,
      ...(none === undefined ? [] : [none]),
    ];
  }
  const { at, cutAt, onWhole, onPrefix } = finding;
  if (!isRepeatable) {
    return [
      `${styled('red', 'not repeatable')}  the same tape gave other decisions when it was played again, first at ${formatInstant(at)}`,
      `  once    ${onWhole === undefined ? 'nothing was decided' : describeDecision(onWhole)}`,
      `  again   ${onPrefix === undefined ? 'nothing was decided' : describeDecision(onPrefix)}`,
      '  Chance, clocks and what an earlier run left behind do this: take chance from `random`, the time from `now`.',
    ];
  }
  return [
    `${styled('red', 'look-ahead')}  ${played}: the first that differs is at ${formatInstant(at)}`,
    `  knowing the whole tape   ${onWhole === undefined ? 'nothing was decided' : describeDecision(onWhole)}`,
    `  knowing it up to ${formatInstant(cutAt).slice(0, 10)}  ${onPrefix === undefined ? 'nothing was decided' : describeDecision(onPrefix)}`,
  ];
}
