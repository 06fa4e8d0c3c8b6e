/**
 * Limits over all sessions of this user on this machine, whichever deck and account: what they may lose together in a day,
 * and what they may hold and have at work together, in money.
 *
 * A session limits its own account before an order leaves; nobody but these limits what several do at once. Each session
 * writes how it stands into the desk's home, at most four times a second, and adds up what all of its mode have written, ended
 * ones of the day too, as soon as one of them has changed. At a limit each of them only reduces, at one and a half times the
 * loss each is halted, by its own journal. It acts within a turn of its loop, and not before an order: sessions are processes
 * of their own, and none waits for another.
 *
 * A loss is what a session's own books lost. Money that somebody brings to the account or takes from it is in no session's
 * books, and a session that begins with other money on the same day begins its own count, beside what those before it lost.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import { Fault, show } from '../../base/fault.ts';
import { isWorse, type Conductor } from '../../engine/live/index.ts';
import { appendSynced, replaceSynced, replaceWhole } from './synced.ts';

/** Money in the base currency of the sessions; what is left out is not limited. */
export interface TotalLimits {
  /** Loss of all since their day began. */
  readonly dayLoss?: number;
  /** Value of all that is held and at work, at worst, long and short. */
  readonly gross?: number;
}

export const TOTAL_LIMITS = ['dayLoss', 'gross'] as const satisfies readonly (keyof TotalLimits)[];

/** How one session stands. */
interface Standing {
  readonly mode: string;
  /** The day of its exchange, `YYYY-MM-DD`. */
  readonly date: string;
  readonly currency: string;
  /** Which session these are the books of. */
  readonly session: string;
  /** What sessions of this account before it lost on this day; below nought they won. */
  readonly lostBefore: number;
  /** What its books were worth when its day began, and are worth now. */
  readonly began: number;
  readonly equity: number;
  readonly gross: number;
}

/** What is beyond a limit, in words, and whether all are halted for it. */
interface Beyond {
  readonly text: string;
  readonly isHalt: boolean;
}

/** At how many times the loss nothing at all is sent any more. */
const HALT_AT = 1.5;
/** How often it writes how it stands, and looks at all though nothing seems to have changed. */
const WRITE_MS = 250;
const LOOK_MS = 1000;

/** Returns the limits; a file that cannot be understood is a `Fault`, and where sessions look, a limit that is passed. */
export function totalLimits(): TotalLimits {
  const file = join(home(), 'limits.json');
  if (!existsSync(file)) return {};
  const wrong = (rule: string): Fault =>
    new Fault('limits.unreadable', rule, { file }, 'limits.jsonl beside it has what was set');
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(`the limits of all sessions cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const [key, value] of Object.entries(found as object)) {
    if (isLimit(key) && typeof value === 'number' && value > 0) continue;
    throw wrong(`must have ${TOTAL_LIMITS.join(' and ')} with numbers above nought, had ${key}: ${show(value)}`);
  }
  return found as TotalLimits; // Each of its fields was just looked at.
}

export function isLimit(key: string): key is keyof TotalLimits {
  return (TOTAL_LIMITS as readonly string[]).includes(key);
}

/** Sets a limit, with a line of who, when and why; the limits before and now are in it. */
export function setTotalLimit(
  limit: keyof TotalLimits,
  value: number,
  about: { readonly by: string; readonly at: string; readonly reason: string },
): TotalLimits {
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new Fault('session.limit-value', `a limit is a number above nought, was ${show(value)}`, { field: '--set' });
  }
  const before = totalLimits();
  const now = { ...before, [limit]: value };
  mkdirSync(home(), { recursive: true, mode: 0o700 });
  appendSynced(
    join(home(), 'limits.jsonl'),
    `${JSON.stringify({ limit, before: before[limit] ?? null, value, ...about })}\n`,
  );
  replaceSynced(join(home(), 'limits.json'), JSON.stringify(now));
  return now;
}

/** Whose standing is added to whose: a restart of the same session goes on where its day began. */
export interface Whose extends Pick<Standing, 'mode' | 'date' | 'session'> {
  readonly account: string;
}

export class AllSessions {
  private readonly conductor: Conductor;
  private readonly now: () => number;
  private readonly file: string;
  private readonly whose: Pick<Standing, 'mode' | 'date' | 'session'>;
  private readonly onBeyond: (message: string) => void;
  private lookedMs = -Infinity;
  private writtenMs = -Infinity;
  /** Of what was looked at last. */
  private seen = '';

  /** `onBeyond` is told what a limit led to. */
  constructor(
    conductor: Conductor,
    now: () => number,
    { account, ...whose }: Whose,
    onBeyond: (message: string) => void,
  ) {
    this.conductor = conductor;
    this.now = now;
    this.whose = whose;
    this.onBeyond = onBeyond;
    const name = createHash('sha256').update(`${whose.mode} ${account}`).digest('hex').slice(0, 16);
    this.file = join(home(), 'standing', `${name}.json`);
    forgetBefore(whose.date);
  }

  /**
   * Writes how this session stands, and looks at all of them where one has changed; called with each turn of the loop. `wallMs` is
   * by a clock that never steps back.
   */
  look(wallMs: number): void {
    const isToWrite = wallMs - this.writtenMs >= WRITE_MS;
    if (isToWrite) this.writtenMs = wallMs;
    const why = this.why(wallMs, isToWrite);
    if (why === undefined) return;
    const [command, state] = why.isHalt ? (['halt', 'halted'] as const) : (['reduce', 'reducing'] as const);
    // As it will stand: who recovers is told too, once, and does as told when its books agree.
    const { account } = this.conductor.session.states.save();
    if (account !== 'recovering' && !isWorse(state, account)) return;
    const reason = `limits of all sessions: ${why.text}`;
    this.conductor.take({ kind: 'command', at: this.now(), by: 'desk', reason, command: { do: command } });
    this.onBeyond(reason);
  }

  /** What is beyond a limit; what cannot be known is not within one. */
  private why(wallMs: number, isToWrite: boolean): Beyond | undefined {
    try {
      if (isToWrite) this.write();
      const seen = versions();
      if (seen === this.seen && wallMs - this.lookedMs < LOOK_MS) return undefined;
      this.seen = seen;
      this.lookedMs = wallMs;
      return this.beyond();
    } catch (error) {
      const why = error instanceof Fault ? error.rule : String(error);
      return { text: `how all stand is not known: ${why}`, isHalt: false };
    }
  }

  private write(): void {
    const { deck } = this.conductor.session;
    const { ledger } = deck;
    const equity = ledger.equity();
    const gross = grossOf(this.conductor);
    // What has no price yet says nothing new: what was written last stands.
    if (!Number.isFinite(equity) || !Number.isFinite(gross)) return;
    const stored = standingIn(this.file);
    const before = stored?.date === this.whose.date ? stored : undefined;
    const isSame = before?.session === this.whose.session;
    const began = isSame ? before.began : equity;
    const lostBefore = before === undefined ? 0 : isSame ? before.lostBefore : lostBy(before);
    const { currency } = ledger.cash[0];
    const standing: Standing = { ...this.whose, currency, lostBefore, began, equity, gross };
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(standing)) return;
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    // From where its day is counted must outlive whatever happens; how it stands is written again at once.
    (isSame ? replaceWhole : replaceSynced)(this.file, JSON.stringify(standing));
  }

  private beyond(): Beyond | undefined {
    const { dayLoss = Infinity, gross = Infinity } = totalLimits();
    if (dayLoss === Infinity && gross === Infinity) return undefined;
    const all = standings().filter(({ mode, date }) => mode === this.whose.mode && date === this.whose.date);
    const { currency } = this.conductor.session.deck.ledger.cash[0];
    const other = all.find((each) => each.currency !== currency);
    // What cannot be added is not within a limit.
    if (other !== undefined) {
      return { text: `accounts in ${currency} and in ${other.currency} cannot be added`, isHalt: false };
    }
    const lost = all.reduce((sum, each) => sum + lostBy(each), 0);
    const held = all.reduce((sum, each) => sum + each.gross, 0);
    if (lost >= dayLoss) {
      const text = `${lost.toFixed(2)} was lost today by ${all.length}, the limit is ${dayLoss}`;
      return { text, isHalt: lost >= HALT_AT * dayLoss };
    }
    if (held <= gross) return undefined;
    return { text: `${held.toFixed(2)} could be held by ${all.length}, the limit is ${gross}`, isHalt: false };
  }
}

/** What is held and at work at worst, as the control of gross exposure counts it; without that control, what is held. */
function grossOf({ session: { deck } }: Conductor): number {
  const counted = deck.orders.uses().find(({ key }) => key === 'grossExposure');
  if (counted !== undefined) return counted.used;
  return deck.ledger.openPositions().reduce((sum, position) => sum + Math.abs(deck.ledger.positionValue(position)), 0);
}

/** What an account lost on its day; below nought it won. */
function lostBy({ lostBefore, began, equity }: Standing): number {
  return lostBefore + began - equity;
}

/** Changes whenever a standing, or a limit, is put in its place. */
function versions(): string {
  const folder = join(home(), 'standing');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const files = [join(home(), 'limits.json'), ...names.map((name) => join(folder, name))];
  return files
    .map((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
    })
    .join(' ');
}

function standings(): readonly Standing[] {
  const folder = join(home(), 'standing');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => standingIn(join(folder, name)) ?? []);
}

function standingIn(file: string): Standing | undefined {
  if (!existsSync(file)) return undefined;
  // It is put in its place whole: one that is not was changed by somebody else, and the loss of its day is not forgotten.
  return JSON.parse(readFileSync(file, 'utf8')) as Standing;
}

/** Takes away what days before left. */
function forgetBefore(date: string): void {
  const folder = join(home(), 'standing');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (name.endsWith('.json') && (standingIn(file)?.date ?? date) < date) rmSync(file, { force: true });
  }
}

function home(): string {
  return join(dirname(leaseHome()), 'all-sessions');
}
