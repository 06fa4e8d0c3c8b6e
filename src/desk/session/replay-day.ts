/**
 * Plays a session's journal up to a day and watches that day: what a session did can be asked while it runs, without
 * asking it.
 */
import { join } from 'node:path';
import { readSession } from '../../adapters/session-files/index.ts';
import { Fault } from '../../base/fault.ts';
import type { Deck } from '../../engine/deck.ts';
import { headOf, inputOf, type Input } from '../../engine/live/index.ts';
import { calendar } from '../../time/calendars.ts';
import { formatDay, parseDay } from '../../time/civil.ts';
import { JOURNAL_FOLDER } from './journal-folder.ts';
import { sessionOf } from './options.ts';

export interface ReplayedDay {
  readonly deck: Deck;
  readonly date: string;
  /** Instants: the day is from here on and before `to`. */
  readonly from: number;
  readonly to: number;
  /** Bars of each symbol on that day. */
  readonly bars: ReadonlyMap<string, number>;
}

/** Replays the session in `folder` up to the end of `date`, or of its newest day. `deckFolder` is where paths start. */
export async function replayDay(folder: string, deckFolder: string, date?: string): Promise<ReplayedDay> {
  const { texts } = readSession(join(folder, JOURNAL_FOLDER));
  const head = headOf(texts[0], folder);
  const inputs = texts.slice(1).map(inputOf);
  const newest = inputs.at(-1)?.at;
  if (newest === undefined)
    throw new Fault('session.empty', 'nothing has happened in this session yet', { file: folder });
  const { zone } = calendar(head.tape.instruments[0].calendar);
  const day = date === undefined ? zone.dayAt(newest) : parseDay(date);
  const from = zone.instantAt(day, 0);
  const to = zone.instantAt(day + 1, 0);
  const { session } = await sessionOf(head, deckFolder, false, { from, to });
  const bars = new Map<string, number>();
  for (const input of inputs) {
    if (input.at >= to) break;
    if (input.at >= from) countBars(input, bars);
    session.take(input);
  }
  return { deck: session.deck, date: formatDay(day), from, to, bars };
}

function countBars(input: Input, bars: Map<string, number>): void {
  if (input.kind !== 'market') return;
  for (const [kind, symbol] of input.rows) if (kind === 'bar') bars.set(symbol, (bars.get(symbol) ?? 0) + 1);
}
