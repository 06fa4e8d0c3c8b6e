/**
 * `tradedeck check-lookahead`: plays a strategy on shorter and shorter tapes and shows the first decision that changes.
 */
import { Fault } from '../base/fault.ts';
import { Deck } from '../engine/deck.ts';
import type { TapeSlice } from '../market/tape.ts';
import { describeDecision } from '../research/decisions.ts';
import { checkHistory } from '../research/history.ts';
import { checkLookahead, type LookaheadReport, type LookaheadSubject } from '../research/lookahead.ts';
import { deckOptionsOf, loadRun } from '../desk/run/run.ts';
import { formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { print, styled } from './terminal.ts';

export interface LookaheadFlags extends RunFlags {
  readonly cuts?: number;
  readonly json?: boolean;
}

/** Runs the command; a strategy that looks ahead is a problem found. */
export async function checkLookaheadCommand(target: string, flags: LookaheadFlags): Promise<ExitCode> {
  // Without prices of its own a strategy is checked on those that come with Tradedeck.
  const isDeck = /\.ya?ml$/.test(target);
  const chosen = await chooseDeck(target, flags.data === undefined && !isDeck ? { ...flags, data: ['sp500'] } : flags);
  try {
    const loaded = await loadRun(chosen.config, chosen.folder);
    if (!('slice' in loaded.tape)) throw new Fault('tape.source', 'the tape is too long to be played many times');
    const { tape } = loaded;
    const subject: LookaheadSubject = {
      slice: tape.slice,
      play(slice: TapeSlice) {
        const last = Math.max(...slice.streams.map(({ columns }) => columns.time.at(-1) ?? -Infinity));
        const known = { ...tape, slice, actions: tape.actions.filter(({ at }) => at <= last) };
        const deck = new Deck(deckOptionsOf({ ...loaded, tape: known }));
        deck.play(slice);
        return deck;
      },
    };
    const report = checkLookahead(subject, flags.cuts ?? 100);
    const history = report.isRepeatable ? checkHistory(subject) : [];
    if (flags.json === true) print(JSON.stringify({ ...report, history }, undefined, 2));
    else {
      for (const line of lookaheadLines(report)) print(line);
      for (const { name, rows } of history) {
        const need = rows === undefined ? 'the start of the tape can be seen to its end' : `${rows} bars`;
        print(`  history  ${name}: ${need}`);
      }
    }
    return report.finding === undefined ? EXIT.ok : EXIT.problem;
  } catch (error) {
    throw error instanceof Fault ? await chosen.locate(error) : error;
  }
}

function lookaheadLines({ decisions, prefixes, isRepeatable, finding }: LookaheadReport): string[] {
  const played = `${prefixes} shorter tapes, ${decisions} decisions`;
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
