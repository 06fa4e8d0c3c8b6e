/**
 * The days of a deck at an account, in the order in which they were played, and what the last one left to the next:
 * positions, orders, bookings, indicators. A day that did not end as it should is played again from its journal.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { readSession } from '../../adapters/session-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { headOf, inputOf, verifySession, type LiveSession, type SessionHead } from '../../engine/live/index.ts';
import type { DeckState } from '../../engine/state/state.ts';
import { JOURNAL_FOLDER } from './journal-folder.ts';
import { sessionOf } from './options.ts';
import { engineHash } from '../run/engine-hash.ts';
import { ProcessRecord, replayedProcess } from './replayed-process.ts';
import { writeFiles } from '../whole-files.ts';

/** A bar that was taken: its series, and when it opened. */
export type TakenBar = readonly [symbol: string, timeFrame: string, openTime: number];

/** What a day left. */
export interface Left {
  readonly date: string;
  readonly state: DeckState;
  /** Money of the deck at its beginning. */
  readonly cash: number;
  readonly tape: SessionHead['tape'];
  /** The newest bar of each series: what comes next follows it. */
  readonly bars: readonly TakenBar[];
  /** What a strategy in a process of its own told at its end, in its own words; left out where there is none. */
  readonly strategyState?: string;
}

interface Day {
  readonly date: string;
  /** From where runs are. */
  readonly folder: string;
}

/** The file in a session's folder. */
const LEFT_FILE = 'left.json';

/** The list of days of one deck, in one mode, at one account. */
export class Days {
  private readonly base: string;
  private readonly path: string;

  /** `base` is the folder of runs; `key` tells decks, modes and accounts apart, and does not name them. */
  constructor(base: string, name: string, key: string) {
    this.base = base;
    this.path = join(base, `${name}-${key}.days.json`);
  }

  /** What the last day before `date` left; undefined before the first. */
  async before(date: string, deckFolder: string): Promise<Left | undefined> {
    const day = this.list().findLast((each) => each.date < date);
    if (day === undefined) return undefined;
    const folder = resolve(this.base, day.folder);
    const path = join(folder, LEFT_FILE);
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Left;
    return againstJournal(day.date, folder, deckFolder, this.path);
  }

  /** Puts a day on the list when its session begins. */
  begin(date: string, folder: string): void {
    const days = this.list().filter((day) => day.date !== date);
    const listed = [...days, { date, folder: relative(this.base, folder) }];
    writeFiles(dirname(this.path), { [basename(this.path)]: JSON.stringify(listed) });
  }

  private list(): readonly Day[] {
    return existsSync(this.path) ? (JSON.parse(readFileSync(this.path, 'utf8')) as Day[]) : [];
  }
}

/** Writes down what a session leaves; it has ended, and its strategies were not told yet. */
export function leave(
  folder: string,
  session: LiveSession,
  head: SessionHead,
  date: string,
  strategyState?: string,
): void {
  const left = leftOf(session, head, date, newestBars(folder));
  const whole: Left = strategyState === undefined ? left : { ...left, strategyState };
  writeFiles(folder, { [LEFT_FILE]: JSON.stringify(whole) });
}

/**
 * The day was killed and never came back: its journal says where it stood. Code that has changed since is taken where it leads
 * to the same records, byte for byte: then what it remembers is what that day left.
 */
async function againstJournal(date: string, folder: string, deckFolder: string, list: string): Promise<Left> {
  const { texts } = readSession(join(folder, JOURNAL_FOLDER));
  const head = headOf(texts[0], folder);
  const { session, loaded } = await sessionOf(head, deckFolder, true);
  const record = new ProcessRecord(head);
  const divergence = verifySession(session, texts.slice(1), record.heard);
  if (divergence !== undefined) {
    const rule = `the session of ${date} was killed, and the code of today decides record ${divergence.record} of it otherwise: what it left is not known`;
    const hint = `begin with the code of then; or put ${basename(list)} aside and begin anew: what is held stays frozen until you have looked`;
    throw new Fault('journal.diverges', rule, { file: folder }, hint);
  }
  const left = leftOf(session, head, date, newestBars(folder));
  const code = { strategy: loaded.strategy.codeHash, engine: engineHash() };
  const played = await replayedProcess({ ...head, code }, loaded.strategy, deckFolder, record);
  if (played === undefined) return left;
  if (played.state !== undefined) return { ...left, strategyState: played.state };
  const rule = `the session of ${date} was killed, and what its strategy knew then is not known: ${played.difference ?? 'it does not say'}`;
  const hint = `put ${basename(list)} aside and begin anew: what is held stays frozen until you have looked`;
  throw new Fault('journal.diverges', rule, { file: folder }, hint);
}

function leftOf(session: LiveSession, { deck, tape }: SessionHead, date: string, bars: readonly TakenBar[]): Left {
  const { cash = Number.NaN } = (deck as { account?: { cash?: number } }).account ?? {};
  return { date, state: session.saveState(), cash, tape, bars };
}

function newestBars(folder: string): TakenBar[] {
  const newest = new Map<string, TakenBar>();
  for (const text of readSession(join(folder, JOURNAL_FOLDER)).texts.slice(1)) {
    const input = inputOf(text);
    if (input.kind !== 'market') continue;
    for (const row of input.rows) {
      if (row[0] === 'bar') newest.set(`${row[1]} ${row[2]}`, [row[1], row[2], row[3]]);
    }
  }
  return [...newest.values()];
}
