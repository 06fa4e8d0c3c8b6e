/**
 * The conductor: takes inputs into a session, writes down what they led to, and lets requests go only when that is on
 * the disk.
 *
 * It knows neither files nor sockets: a disk and a broker are handed in, and call back. So the same conductor runs in
 * the desk and in the simulator that crashes it ten thousand times.
 */
import { frameOf, pureDigests, type Digests, type Frame } from './frames.ts';
import type { Input } from './inputs.ts';
import { mustStay } from './broker/leaving.ts';
import { recordText } from './record.ts';
import type { BrokerRequest, ReplaceRequest, SubmitRequest } from './broker/requests.ts';
import type { LiveSession, Outcome } from './session.ts';

export interface Disk {
  /** Adds bytes after those that are there. Throws when they do not fit. */
  append(bytes: Uint8Array): void;
  /** The disk was full, and what is written now goes into what was kept in reserve: enough to stop in order. */
  readonly isShort?: boolean;
  /** Takes that reserve again, if there is room: asked when a person lets the account trade again. */
  refill?(): void;
  /** Calls back once everything appended so far is sure to survive; with an error when that is not known. */
  sync(done: (error?: Error) => void): void;
}

/** Where requests go. Answers come back as inputs. */
export interface BrokerLink {
  send(request: BrokerRequest): void;
}

export interface ConductorParts {
  readonly session: LiveSession;
  readonly disk: Disk;
  /** Left out where orders go to a simulated venue. */
  readonly broker?: BrokerLink;
  /** The clock by which decisions age, microseconds since 1970. */
  readonly now: () => number;
  /** Whether that clock has jumped and nobody knows yet how old a decision is. */
  readonly isTimeUnsure?: () => boolean;
  /** Whether this process may send: it holds the account's lease. */
  readonly maySend?: () => boolean;
  /** Called with what came of each input, after it was written. */
  readonly onOutcome?: (outcome: Outcome, input: Input) => void;
  /** The disk does not keep what it is given: nothing new is sent from here on. */
  readonly onBroken: (error: Error) => void;
  readonly digests?: Digests;
  /** How an input and what it led to are written; as frames that hold JSON when left out. */
  readonly encode?: (input: Input, outcome: Outcome, before: Uint8Array) => Frame;
}

export class Conductor {
  readonly session: LiveSession;
  /** Hash of the newest record. */
  hash: Uint8Array;
  /** Records written, the head included. */
  records: number;
  /** Why nothing new is sent any more; undefined while all is well. */
  broken: Error | undefined = undefined;
  private readonly parts: ConductorParts;
  private readonly digests: Digests;
  private readonly waiting: BrokerRequest[] = [];
  private isSyncing = false;
  /** Something that must survive was written while a sync was under way, which may not cover it. */
  private isLate = false;
  /** A command that lets more leave was written meanwhile: nothing leaves on its strength before it is kept. */
  private isLoosened = false;
  /** What requests that were not sent led to: taken once the present input is done. */
  private readonly echoes: Input[] = [];
  private isTaking = false;
  /** Whether the account was halted because the disk is full. */
  private isHalted = false;

  /** `hash` and `records` are those of the journal that is there: at least its head. */
  constructor(parts: ConductorParts, hash: Uint8Array, records: number) {
    this.parts = parts;
    this.session = parts.session;
    this.digests = parts.digests ?? pureDigests;
    this.hash = hash;
    this.records = records;
  }

  /** Takes an input, and then whatever it led to at once. */
  take(input: Input): void {
    this.echoes.push(input);
    if (this.isTaking) return;
    this.isTaking = true;
    try {
      for (let next = this.echoes.shift(); next !== undefined; next = this.echoes.shift()) this.takeOne(next);
    } finally {
      this.isTaking = false;
    }
  }

  /** Requests that are decided and not sent yet. */
  get held(): number {
    return this.waiting.length;
  }

  private takeOne(given: Input): void {
    const { session } = this;
    // Clocks may step back; the session's time does not.
    const input = given.at < session.at ? { ...given, at: session.at } : given;
    const outcome = session.take(input);
    if (this.isSyncing && loosens(input)) this.isLoosened = true;
    if (this.broken === undefined) {
      const frame = this.frameOf(input, outcome);
      try {
        this.parts.disk.append(frame.bytes);
        this.hash = frame.hash;
        this.records++;
        if (input.kind === 'command' && input.command.do === 'clear') this.lookAtDisk();
        this.haltWhenShort(input.at);
      } catch (error) {
        this.breakWith(error instanceof Error ? error : new Error(String(error)));
      }
    }
    for (const request of outcome.requests) this.waiting.push(request);
    this.parts.onOutcome?.(outcome, input);
    if (this.broken !== undefined) this.release(this.waiting.length);
    else if (this.waiting.length > 0 || mustSurvive(input)) this.sync();
  }

  /** Who clears a halt may have made room; where not, the account is halted again at once. */
  private lookAtDisk(): void {
    if (!this.isHalted) return;
    this.parts.disk.refill?.();
    this.isHalted = false;
  }

  /** On a disk that is full nothing new is begun; cancels and what a person commands still find room. */
  private haltWhenShort(at: number): void {
    if (this.isHalted || this.parts.disk.isShort !== true) return;
    this.isHalted = true;
    const reason = 'the disk is full; the journal is in its reserve';
    this.echoes.push({ kind: 'command', at, by: 'desk', reason, command: { do: 'halt' } });
  }

  private frameOf(input: Input, outcome: Outcome): Frame {
    const { encode } = this.parts;
    if (encode !== undefined) return encode(input, outcome, this.hash);
    return frameOf(recordText(input, outcome, this.session), this.hash, this.digests);
  }

  private sync(): void {
    if (this.isSyncing) {
      this.isLate = true;
      return;
    }
    this.isSyncing = true;
    const count = this.waiting.length;
    this.parts.disk.sync((error) => {
      const { isLate, isLoosened } = this;
      this.isSyncing = false;
      this.isLate = false;
      this.isLoosened = false;
      if (error !== undefined) this.breakWith(error);
      if (this.broken !== undefined) this.release(this.waiting.length);
      else if (!isLoosened) this.release(count);
      const goesOn = this.waiting.length > 0 || (isLate && this.broken === undefined);
      if (goesOn && !this.isSyncing) this.sync();
    });
  }

  private release(count: number): void {
    for (const request of this.waiting.splice(0, count)) {
      if (request.kind === 'submit' || request.kind === 'replace') this.sendNew(request);
      else if (this.parts.maySend?.() !== false) this.parts.broker?.send(request);
    }
  }

  /** What makes risk, or more of it, leaves only while everything that would have to know of it works. */
  private sendNew(request: SubmitRequest | ReplaceRequest): void {
    if (this.broken !== undefined) {
      this.refuse(request, 'desk.journal', `the journal cannot be written: ${this.broken.message}`);
      return;
    }
    if (this.parts.maySend?.() === false) {
      this.refuse(request, 'desk.lease', 'another desk holds the account');
      return;
    }
    // What was decided a moment ago and must not leave now does not leave.
    const now = this.parts.now();
    const refusal = mustStay(this.session, request, now, this.parts.isTimeUnsure?.() === true);
    if (refusal === undefined) this.parts.broker?.send(request);
    else this.refuse(request, refusal.code, refusal.message);
  }

  /** What was not sent: this is known for sure. */
  private refuse(request: SubmitRequest | ReplaceRequest, code: string, message: string): void {
    const { at } = this.session;
    const { clientId } = request;
    if (request.kind === 'replace') {
      this.take({ kind: 'report', at, report: { kind: 'replace-refused', clientId, reason: `${code}: ${message}` } });
    } else if (request.posts > 1) {
      // A repeated submission that is not sent leaves the first one's outcome as unknown as it was.
      this.take({ kind: 'report', at, report: { kind: 'lost', clientId, request: 'submit', cause: message } });
    } else this.take({ kind: 'report', at, report: { kind: 'refused', clientId, code, message } });
  }

  private breakWith(error: Error): void {
    if (this.broken !== undefined) return;
    this.broken = error;
    this.parts.onBroken(error);
  }
}

/**
 * What survives from the moment it is taken, though nothing is to be sent: what a person commanded, and that the broker's
 * books were read. What it booked before it was read for the first time is history, and what it books after that is ours.
 */
function mustSurvive(input: Input): boolean {
  return input.kind === 'command' || (input.kind === 'report' && input.report.kind === 'snapshot');
}

/** Whether what was refused before it may leave after it. */
function loosens(input: Input): boolean {
  return input.kind === 'command' && ['clear', 'resume', 'unfreeze', 'flatten-halted'].includes(input.command.do);
}
