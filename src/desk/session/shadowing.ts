/**
 * Reads an account again and again with questions alone, and holds each reading against the one before, which outlives the
 * process, or against the journal of a session.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import { readSession } from '../../adapters/session-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { headOf, verifySession, type AccountBooks } from '../../engine/live/index.ts';
import { DAY, formatInstant, SECOND } from '../../time/instant.ts';
import type { DeckConfig } from '../config/schema.ts';
import { writeFiles } from '../whole-files.ts';
import { openBroker, type Broker, type BrokerMode } from '../wiring/brokers.ts';
import type { Environment } from '../wiring/keys.ts';
import { clockOf } from './clock.ts';
import { sessionOf } from './options.ts';
import { checkAccount, tailOf } from './permission.ts';
import { compare, compareJournal, remember, standing, type Remembered, type Unexplained } from './shadow.ts';

export interface ShadowWorld {
  readonly mode: BrokerMode;
  readonly folder: string;
  readonly environment: Environment;
  readonly fakeUrl: string | undefined;
  /** Seconds of the broker's time between two readings, and how many there are; until it is stopped where left out. */
  readonly everySeconds: number;
  readonly readings?: number;
  /** The journal of a session to hold against, and where the paths of its deck start. */
  readonly journal?: { readonly folder: string; readonly deckFolder: string };
  readonly stop: { readonly isStopped: boolean };
  readonly onReading: (reading: ShadowReading) => void;
}

/** What a reading found. */
export interface ShadowReading {
  /** By the broker's clock, ISO 8601; null where it could not be read. */
  readonly at: string | null;
  /** The last digits of its number. */
  readonly account: string;
  /** Whether there was one before to compare with. */
  readonly isFirst: boolean;
  readonly positions: number;
  /** What was executed and booked since. */
  readonly fills: number;
  readonly bookings: number;
  readonly unexplained: readonly Unexplained[];
  /** Why it could not be read. */
  readonly failed?: string;
}

/** Bookings show up to days after their date: so far back they are read again, and counted once. */
const BACK_US = 3 * DAY;
/** What differs is read again after so long. */
const AGAIN_MS = 2000;
const LOOK_MS = 100;

/** Looks on until it is stopped or all readings are done; returns them. Throws where the account is not the one that was meant. */
export async function shadow(config: DeckConfig, world: ShadowWorld): Promise<readonly ShadowReading[]> {
  const { mode, folder, environment, fakeUrl, stop, onReading } = world;
  const { broker: named, tape } = config;
  const broker = await openBroker({ mode, config: named, tape, folder, environment, fakeUrl, isReadOnly: true });
  if (broker.books === undefined) {
    throw new Fault('broker.shadow', `the books of ${broker.name} cannot be read by questions alone`, {
      field: 'broker.name',
    });
  }
  const facts = await broker.facts();
  // An account that is blocked can be looked at as well.
  checkAccount(mode, config, { ...facts, blocked: undefined });
  const clock = await clockOf(broker);
  const kept = new Kept(facts.number);
  const readings: ShadowReading[] = [];
  for (let next = clock.now(); !stop.isStopped; next += world.everySeconds * SECOND) {
    while (clock.now() < next && !stop.isStopped) await wait(LOOK_MS);
    if (stop.isStopped) break;
    const reading = await readOnce(broker, kept, world, facts.number);
    readings.push(reading);
    onReading(reading);
    if (readings.length === world.readings) break;
  }
  return readings;
}

async function readOnce(broker: Broker, kept: Kept, { journal }: ShadowWorld, number: string): Promise<ShadowReading> {
  const account = tailOf(number);
  const before = kept.newest;
  try {
    const first = await look(broker, before, journal);
    const { books } = first;
    if (books.number !== number) throw new Fault('account.other', `the books are of account ${tailOf(books.number)}`);
    let { unexplained } = first;
    let last = first;
    if (unexplained.length > 0) {
      await wait(AGAIN_MS);
      last = await look(broker, before, journal);
      unexplained = standing(unexplained, last.unexplained);
    }
    kept.keep(last.books);
    return {
      at: formatInstant(last.books.at),
      account,
      isFirst: before === undefined,
      positions: last.books.positions.length,
      fills: last.fills,
      bookings: last.bookings,
      unexplained,
    };
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    return { at: null, account, isFirst: false, positions: 0, fills: 0, bookings: 0, unexplained: [], failed };
  }
}

interface Looked {
  readonly books: AccountBooks;
  readonly fills: number;
  readonly bookings: number;
  readonly unexplained: readonly Unexplained[];
}

async function look(broker: Broker, before: Remembered | undefined, journal: ShadowWorld['journal']): Promise<Looked> {
  const since = (before?.at ?? (await broker.clock()).at) - BACK_US;
  const books = await broker.books!(since, Object.keys(before?.open ?? {}));
  const compared = compare(before, books);
  if (journal === undefined) return { books, ...compared };
  // The journal is read after the books: what a session books while they are read is news on both sides.
  const ours = await heldIn(journal);
  return { books, ...compared, unexplained: [...compared.unexplained, ...compareJournal(ours, books)] };
}

/** What a session holds by its journal, which is taken again. */
async function heldIn({
  folder,
  deckFolder,
}: NonNullable<ShadowWorld['journal']>): Promise<ReadonlyMap<string, number>> {
  const { texts } = readSession(folder);
  const { session } = await sessionOf(headOf(texts[0], folder), deckFolder);
  const divergence = verifySession(session, texts.slice(1));
  if (divergence !== undefined) {
    throw new Fault('journal.diverges', `record ${divergence.record} is decided otherwise now`, { file: folder });
  }
  const { markets, ledger } = session.deck;
  return new Map(markets.map(({ index, symbol }) => [symbol, ledger.netQuantity(index)]));
}

const REMEMBERED = z.object({
  at: z.number(),
  account: z.string(),
  cash: z.number(),
  positions: z.record(z.string(), z.number()),
  open: z.record(z.string(), z.number()),
  counted: z.array(z.string()),
});

/** The newest reading of an account, in the desk's home: the next run goes on from it. */
class Kept {
  newest: Remembered | undefined;
  private readonly account: string;
  private readonly folder = join(dirname(leaseHome()), 'shadow');
  private readonly name: string;

  constructor(number: string) {
    this.account = createHash('sha256').update(number).digest('hex').slice(0, 16);
    this.name = `${this.account}.json`;
    const file = join(this.folder, this.name);
    if (!existsSync(file)) return;
    const parsed = REMEMBERED.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!parsed.success || parsed.data.account !== this.account) {
      const hint = 'move it away to begin anew';
      throw new Fault('shadow.remembered', 'is no reading of this account', { file }, hint);
    }
    this.newest = parsed.data;
  }

  keep(books: AccountBooks): void {
    this.newest = remember(books, this.account);
    writeFiles(this.folder, { [this.name]: `${JSON.stringify(this.newest)}\n` });
  }
}
