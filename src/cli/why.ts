/**
 * `tradedeck why`: why a run did, or did not, trade on a day. The run is played again up to that day, and looked at; of a
 * session, also one that runs, the inputs of its journal are taken again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { Deck } from '../engine/deck.ts';
import type { TapeSlice } from '../market/tape.ts';
import { playUntil } from '../desk/run/play-until.ts';
import { checkSameData, checkSameJournal, findRun } from '../desk/run/replay.ts';
import { deckOptionsOf, loadRun } from '../desk/run/run.ts';
import { deckFolderOf } from '../desk/session/journal-folder.ts';
import { replayDay } from '../desk/session/replay-day.ts';
import { calendar } from '../time/calendars.ts';
import { formatDay, parseDay } from '../time/civil.ts';
import type { Zone } from '../time/zone.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { runningFolder, storedFolder } from './find-session.ts';
import { showDay } from './why-day.ts';

export interface WhyFlags {
  readonly date?: string;
  readonly symbol?: string;
  readonly runs?: string;
  readonly json?: boolean;
}

/** Runs the command. Without a name the session that runs is meant, and without a date its newest day. */
export async function why(name: string | undefined, flags: WhyFlags): Promise<ExitCode> {
  const { date, symbol, json } = flags;
  const session = sessionFolder(name, flags.runs);
  if (session !== undefined) {
    const { deck, bars, ...day } = await replayDay(session, deckFolderOf(session) ?? process.cwd(), date);
    showDay(deck, { ...day, symbol }, bars, json === true);
    return EXIT.ok;
  }
  if (date === undefined) {
    throw new Fault('config.missing', 'a run has many days: say which', { field: '--date' }, '--date YYYY-MM-DD');
  }
  const stored = await findRun(name ?? 'last', process.cwd());
  const loaded = await loadRun(stored.config, stored.folder);
  checkSameData(stored, loaded.tape.fingerprint);
  const { tape } = loaded;
  const { zone } = calendar(tape.instruments[0].calendar);
  const from = zone.instantAt(parseDay(date), 0);
  const to = zone.instantAt(parseDay(date) + 1, 0);
  if ('slice' in tape) checkWithin(tape.slice, zone, parseDay(date));
  const deck = new Deck({ ...deckOptionsOf(loaded), trace: { from, to } });
  const bars = new Map<string, number>();
  const isOver = await playUntil(deck, tape, to - 1, (slice) => countBars(slice, from, bars));
  // What the end of the tape has closed belongs to its last day.
  if (isOver && stored.isComplete) deck.end();
  checkSameJournal(stored, deck.journal);
  showDay(deck, { date, from, to, symbol }, bars, json === true);
  return EXIT.ok;
}

/** Refuses a day before the first row or after the last: what is known then is not what was known on it. */
function checkWithin({ streams }: TapeSlice, zone: Zone, day: number): void {
  const times = streams.map(({ columns }) => columns.time).filter(({ length }) => length > 0);
  const first = zone.dayAt(Math.min(...times.map((time) => time[0])));
  const last = zone.dayAt(Math.max(...times.map((time) => time[time.length - 1])));
  if (day >= first && day <= last) return;
  const rule = `the run goes from ${formatDay(first)} to ${formatDay(last)}, was ${formatDay(day)}`;
  throw new Fault('run.outside', rule, { field: '--date' });
}

/** The folder with the journal of a session, where one is meant: it is named, or it is the one that runs. */
function sessionFolder(name: string | undefined, runs: string | undefined): string | undefined {
  const folder = name === undefined ? runningFolder(undefined, runs) : storedFolder(name, runs);
  // A session that is over has left a run, which has all of its rows.
  return folder === undefined || existsSync(join(folder, 'run.json')) ? undefined : folder;
}

/** Counts the finest bars of each instrument from an instant on: a tape read slice by slice does not keep them. */
function countBars({ streams }: TapeSlice, from: number, bars: Map<string, number>): void {
  for (const symbol of new Set(streams.map((stream) => stream.symbol))) {
    const own = streams.filter((stream) => stream.symbol === symbol && stream.kind === 'bars');
    const counts = own.map(({ columns }) => columns.time.length - firstFrom(columns.time, from));
    bars.set(symbol, (bars.get(symbol) ?? 0) + Math.max(0, ...counts));
  }
}

function firstFrom(time: Float64Array, from: number): number {
  const row = time.findIndex((at) => at >= from);
  return row < 0 ? time.length : row;
}
