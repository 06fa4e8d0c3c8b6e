/**
 * Whether a command may be obeyed: a halt or kill is cleared with a reason and on books that agree, and with real money what
 * lets more happen than before is signed. What was refused leaves a record of who wanted what.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { againstClosing, type Command, type Conductor } from '../../engine/live/index.ts';
import { standingStop } from './everywhere.ts';
import { secretFileOf, takeCode } from './one-time-code.ts';
import { approvers, loosens, SecondPerson, signerOf, type Signed } from './step-up.ts';

interface Wanted {
  readonly command: Command;
  readonly reason: string;
  readonly id?: string;
  readonly signed?: Signed;
  readonly code?: string;
  readonly despiteDifferences?: boolean;
}

const CLOSING_HINT =
  'books are compared within seconds of a start (tradedeck status); what is stopped or frozen is let go first, or closed with --from-halt where the account is stopped; or in the broker’s own program';

/** What is asked of who lets more happen; where a key has a second factor, its code is asked for with each signature. */
export type StepUp = 'none' | 'signature' | 'signature and code';

export class Approval {
  private readonly folder: string;
  private readonly steps: StepUp;
  private readonly second = new SecondPerson();

  constructor(folder: string, steps: StepUp) {
    this.folder = folder;
    this.steps = steps;
  }

  /** Returns in whose name a command is obeyed; a `Fault` where it is not. `note` writes down what was refused. */
  of(wanted: Wanted, conductor: Conductor, user: string, note: (text: string) => void): string {
    const { command, reason } = wanted;
    try {
      if (command.do === 'clear') checkEverywhere();
      if (command.do === 'flatten-halted') checkStopped(conductor);
      if (command.do === 'clear' || command.do === 'flatten-halted')
        checkBooks(conductor, wanted.despiteDifferences === true);
      if (command.do === 'flatten') checkClosing(conductor, command.symbol);
      const limits = conductor.session.deck.orders.gate.limits?.changing;
      const limitNow = command.do === 'limit' ? limits?.valueOf(command.limit) : undefined;
      if (this.steps === 'none' || !loosens(command, limitNow)) return user;
      return this.signers(wanted, user);
    } catch (error) {
      const why = error instanceof Fault ? `${error.code}: ${error.rule}` : String(error);
      note(`${command.do} was not obeyed (${reason}): ${why}`);
      throw error;
    }
  }

  private signers({ command, reason, id = '', signed, code }: Wanted, user: string): string {
    const nowMs = Date.now();
    const { name, keyFile } = signerOf(signed, { session: basename(this.folder), command, reason, id }, nowMs);
    if (this.steps === 'signature and code' || existsSync(secretFileOf(keyFile))) takeCode(keyFile, code, nowMs);
    if (command.do !== 'limit' || approvers().size < 2) return `${user}, signed by ${name}`;
    const both = this.second.join(name, command, reason, nowMs);
    if (both !== undefined) return `${user}, signed by ${both}`;
    const others = [...approvers().keys()].filter((other) => other !== name);
    throw new Fault(
      'approval.second',
      `${name} has signed; a looser limit takes a second person within five minutes`,
      {},
      `the same command with the same reason, signed by ${others.join(' or ')}`,
    );
  }
}

/** Where the account is not stopped nobody needs more than a flatten, which takes no key. */
function checkStopped({ session: { states } }: Conductor): void {
  if (states.account === 'halted' || states.account === 'killed') return;
  const rule = `the account is ${states.account}, neither halted nor killed`;
  throw new Fault('session.not-halted', rule, {}, 'tradedeck flatten, without --from-halt');
}

/** What is stopped for all sessions is not cleared for one. */
function checkEverywhere(): void {
  const stop = standingStop();
  if (stop === undefined) return;
  const rule = `all sessions are ${stop.state} since ${stop.at} by ${stop.by}: ${stop.reason}`;
  throw new Fault('session.stopped-everywhere', rule, {}, 'first tradedeck clear --everywhere --reason …');
}

/** Where nothing of what is meant may be closed, that is said at once; where some of it may, the rest is an alert. */
function checkClosing({ session }: Conductor, what: string): void {
  const { deck, states } = session;
  const meant = deck.ledger.openPositions().filter(({ instrument }) => {
    return what === 'all' || deck.markets[instrument].symbol === what;
  });
  const why = meant.map(({ instrument }) => againstClosing(deck, states, instrument, session.at));
  const [first] = why;
  if (first === undefined || why.includes(undefined)) return;
  throw new Fault('session.not-closed', `${first.code}: ${first.message}`, {}, CLOSING_HINT);
}

/** Nobody lets orders go again on books that are known to differ, or were not read since. */
function checkBooks({ session }: Conductor, isDespite: boolean): void {
  const { venue, differences, states } = session;
  if (venue === undefined || isDespite) return;
  const hint = 'settle them first (tradedeck reconcile); or --despite-differences, and their symbols stay frozen';
  if (differences !== undefined && differences.length > 0) {
    const which = differences.map(({ symbol, ours, theirs }) => `${symbol}: ours ${ours}, the broker's ${theirs}`);
    throw new Fault('session.books-differ', `books differ: ${which.join('; ')}`, {}, hint);
  }
  const unknown = venue.open.filter(({ order }) => order.status === 'unknown').length;
  if (unknown > 0) {
    throw new Fault(
      'session.unknown',
      `the outcome of ${unknown} orders is not known yet; state ${states.account}`,
      {},
      hint,
    );
  }
}
