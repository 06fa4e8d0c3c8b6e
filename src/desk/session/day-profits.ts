/**
 * What a session earned on each of its days: of a deck at a broker from the summaries of its days, of one on a recorded tape
 * from its run, and of one that runs or died by taking its inputs again.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readSession } from '../../adapters/session-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { headOf, inputOf, type LiveSession } from '../../engine/live/index.ts';
import { calendar } from '../../time/calendars.ts';
import { formatDay } from '../../time/civil.ts';
import { instantFromMillis } from '../../time/instant.ts';
import { askSession, CONTROL_FILE } from './control.ts';
import { SUMMARY_FILE, type DaySummary } from './day-summary.ts';
import { deckFolderOf, JOURNAL_FOLDER } from './journal-folder.ts';
import { sessionOf } from './options.ts';

/** The account at the end of a day, or now. Dates `YYYY-MM-DD` of the exchange. */
export interface DayProfit {
  readonly date: string;
  readonly equity: number;
  readonly profit: number;
}

export interface Profits {
  readonly currency: string;
  /** What the account was worth before the first day. */
  readonly start: number;
  readonly days: readonly DayProfit[];
}

interface Level {
  readonly date: string;
  readonly equity: number;
}

/** Returns the days of the session in `folder`, oldest first; of a deck at a broker also those before and after it. */
export async function profitsOf(folder: string): Promise<Profits> {
  const summary = summaryOf(folder);
  const chain = chainOf(folder);
  if (summary !== undefined || chain.length > 1) return ofChain(chain, folder);
  if (existsSync(join(folder, 'equity.csv'))) return ofRun(folder);
  const { session, currency } = await replaySession(folder);
  const { deck } = session;
  const { time, value } = deck.equity.sessions();
  const zone = zoneOf(session);
  const levels = Array.from(time, (at, i) => ({ date: formatDay(zone.dayAt(at)), equity: value[i] }));
  return withProfits(currency, deck.equity.startingValue, levels);
}

/** Takes the inputs of a session again, up to its newest, with the code of now where it is the same. */
export async function replaySession(folder: string): Promise<{ session: LiveSession; currency: string }> {
  const { texts } = readSession(join(folder, JOURNAL_FOLDER));
  const { session } = await sessionOf(headOf(texts[0], folder), deckFolderOf(folder) ?? process.cwd());
  for (const text of texts.slice(1)) session.take(inputOf(text));
  session.deck.sync();
  return { session, currency: session.deck.ledger.cash[0].currency };
}

/** Days of a deck at a broker that have a summary, and the one that runs. */
async function ofChain(chain: readonly string[], folder: string): Promise<Profits> {
  const folders = chain.length > 0 ? chain : [folder];
  const summaries = folders.flatMap((each) => summaryOf(each) ?? []);
  const levels: Level[] = summaries.map(({ date, equity }) => ({ date, equity }));
  const last = folders.at(-1)!;
  if (summaryOf(last) === undefined && existsSync(join(last, CONTROL_FILE))) {
    const { status } = await askSession(last, { ask: 'status' });
    const { at, zone, equity, currency, startingCash } = status;
    const date = new Date(at / 1000).toLocaleDateString('en-CA', { timeZone: zone });
    const [first] = summaries;
    const start = first === undefined ? startingCash : first.equity - first.profit;
    return withProfits(currency, start, [...levels, { date, equity }]);
  }
  const [first] = summaries;
  if (first === undefined) throw new Fault('session.empty', 'no day of this session has ended yet', { file: folder });
  return withProfits(first.currency, first.equity - first.profit, levels);
}

function ofRun(folder: string): Profits {
  // Both were written by this program.
  const { result, data } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
    result: { currency: string; startingCash: number };
    data: { instruments: readonly { calendar: string }[] };
  };
  const { zone } = calendar(data.instruments[0].calendar);
  const byDate = new Map<string, number>();
  for (const line of readFileSync(join(folder, 'equity.csv'), 'utf8').split('\n').slice(1)) {
    const [time, equity] = line.split(',');
    if (time !== '') byDate.set(formatDay(zone.dayAt(instantFromMillis(Date.parse(time)))), Number(equity));
  }
  return withProfits(
    result.currency,
    result.startingCash,
    Array.from(byDate, ([date, equity]) => ({ date, equity })),
  );
}

function withProfits(currency: string, start: number, levels: readonly Level[]): Profits {
  const days = levels.map(({ date, equity }, i) => ({
    date,
    equity,
    profit: equity - (i === 0 ? start : levels[i - 1].equity),
  }));
  return { currency, start, days };
}

function summaryOf(folder: string): DaySummary | undefined {
  const file = join(folder, SUMMARY_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DaySummary) : undefined;
}

/** Folders of the days of the deck that the session belongs to, oldest first; none where it stands for itself. */
function chainOf(folder: string): readonly string[] {
  const home = dirname(folder);
  for (const name of readdirSync(home).filter((entry) => entry.endsWith('.days.json'))) {
    const days = JSON.parse(readFileSync(join(home, name), 'utf8')) as readonly { folder: string }[];
    if (days.some((day) => basename(day.folder) === basename(folder))) return days.map((day) => join(home, day.folder));
  }
  return [];
}

function zoneOf({ deck }: LiveSession) {
  return calendar(deck.markets[0].instrument.calendar).zone;
}
