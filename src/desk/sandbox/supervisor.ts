/**
 * Keeps the process of a strategy: tells it what its session says it is to be told, awaits an answer to each, and ends it
 * when it does not answer, says what may not be said, or asks for too much. The session never waits for it.
 *
 * One that has ended is started again and told everything from the beginning; being deterministic it answers the same, to
 * which it is held, and goes on where it was. From the second time on it then stands back where others want the processor, as
 * does one that is late because it computes: what is wrong with it is not to slow the desk and the strategies beside it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { AskedInput, Input, Tell } from '../../engine/live/index.ts';
import type { Launch } from './launch/launch.ts';
import { NotAllowed, PROTOCOL, STATE_PIECE, type Said, type Took } from './said.ts';
import { Spool } from './spool.ts';
import { StrategyChild } from './strategy-child.ts';
import { StrategyLog } from './strategy-log.ts';
import type { Begin } from './told.ts';

export interface SupervisorParts {
  readonly begin: Omit<Begin, 'do' | 'protocol'>;
  /** What its code is called; what says it is ready under another name is not it. */
  readonly name: string;
  /** Makes the launch anew for each process; throws a `Fault` where its code is another than at first. */
  readonly launch: () => Launch;
  readonly spool: string;
  readonly log: string;
  readonly answerMs: number;
  readonly requestsPerSecond: number;
  /** Takes an answer that says something. */
  readonly onAnswer: (answer: Omit<AskedInput, 'at'>) => void;
  /** It was stopped, and why; `isFinal` where it is not started again by itself. */
  readonly onStop: (why: string, isFinal: boolean) => void;
  /** It is where it was before it was stopped. */
  readonly onBack: () => void;
}

/** How the process of a strategy is. */
export interface ProcessStatus {
  readonly state: 'starting' | 'catching-up' | 'running' | 'stopped' | 'over';
  readonly pid: number | null;
  readonly restarts: number;
  /** The number of what it answered last, and the instant of it. */
  readonly answered: number;
  readonly answeredAt: number | null;
  /** What it was told, or is to be told, and has not answered. */
  readonly backlog: number;
  /** Why it was stopped last; null while it never was. */
  readonly why: string | null;
}

/** What may be on its way to the process. */
const WINDOW = 256;
/** Inputs that a strategy which runs may be behind. */
const BACKLOG_MAX = 20_000;
/**
 * How long after it was stopped it is started again, the first time in an hour, the second and the third: what ends as soon as
 * it is told something would else keep the processors busy with starting it.
 */
const RESTART_AFTER_MS = [0, 500, 2000] as const;
const RESTARTS_MAX = RESTART_AFTER_MS.length;
/** Started again so often it stands back from the beginning. */
const SUSPECT_FROM = 2;
const HOUR_MS = 3_600_000;
const TURN_MS = 100;
/** How long a process may take until it is ready: its modules are loaded, perhaps on a machine under load. */
const START_MS = 60_000;
/** Least time for its last answers and its state, a part of what an end may take. */
const FAREWELL_MS = 3000;
const SECOND_US = 1_000_000;

interface Sent {
  readonly seq: number;
  readonly at: number;
}

export class Supervisor {
  private readonly parts: SupervisorParts;
  private readonly spool: Spool;
  private readonly log: StrategyLog;
  private readonly turning: NodeJS.Timeout;
  private child: StrategyChild | undefined;
  private state: ProcessStatus['state'] = 'stopped';
  private why: string | null = null;
  private readonly sent: Sent[] = [];
  /** Answers that said something, by what they answer. */
  private readonly answers = new Map<number, string>();
  /** Up to here answers are known: one that is started again is held to them. */
  private knownTo = 0;
  private answered = 0;
  private answeredAt = Number.NaN;
  /** What it must have answered to be where it was. */
  private target = 0;
  /** Milliseconds of our own turning that it has not answered. */
  private silentMs = 0;
  /** Of the processor's time, what it had used when its silence was noticed. */
  private usedMs = 0;
  private readonly restarts: number[] = [];
  private restartCount = 0;
  private asked = { from: -Infinity, count: 0 };
  private waiting: (() => void)[] = [];
  private pieces: string[] = [];
  /** Whether it is started again by itself. */
  private isComingBack = false;
  private starting: NodeJS.Timeout | undefined;
  private onEnd: ((state: string | undefined) => void) | undefined;

  constructor(parts: SupervisorParts) {
    this.parts = parts;
    this.spool = new Spool(parts.spool);
    this.log = new StrategyLog(parts.log, `strategy ${parts.name.replaceAll(/[^\w.-]+/g, '-')}`);
    this.turning = setInterval(() => this.turn(), TURN_MS).unref();
  }

  get status(): ProcessStatus {
    const { state, child, restartCount: restarts, answered, answeredAt, why } = this;
    return {
      state,
      pid: child?.pid ?? null,
      restarts,
      answered,
      answeredAt: answeredAt === answeredAt ? answeredAt : null,
      backlog: this.spool.count - answered,
      why,
    };
  }

  /** Remembers an answer of the journal: a process that is told the same must answer the same. */
  recall(answer: AskedInput): void {
    this.answers.set(answer.seq, textOf(answer));
    this.knownTo = Math.max(this.knownTo, answer.seq);
  }

  /** Has the strategy told something; it gets it when its turn comes. */
  tell({ seq, input }: Tell): void {
    this.spool.add(JSON.stringify({ do: 'take', seq, input }));
    this.pump();
    const { backlog, state } = this.status;
    if (state === 'running' && backlog > BACKLOG_MAX) this.stop(`it is ${backlog} inputs behind`, false);
  }

  /** Starts the process, for the first time or after a person said so. */
  start(): void {
    if (this.state !== 'stopped') return;
    clearTimeout(this.starting);
    this.state = 'starting';
    this.sent.length = 0;
    this.silentMs = 0;
    this.answered = 0;
    this.spool.rewind();
    this.target = this.spool.count;
    let launch: Launch;
    try {
      launch = this.parts.launch();
    } catch (error) {
      this.stop(error instanceof Error ? error.message : String(error), true);
      return;
    }
    const child: StrategyChild = new StrategyChild(launch, {
      said: (said) => this.heard(said),
      printed: (bytes) => this.log.print(bytes),
      gone: (why) => {
        if (this.child === child) this.gone(why);
      },
    });
    this.child = child;
    this.log.note(`started as process ${child.pid ?? '?'}`);
    child.send(JSON.stringify({ do: 'begin', protocol: PROTOCOL, ...this.parts.begin }));
  }

  /** A person lets it trade again: a process that is gone is started again, however often it was. */
  revive(): void {
    this.restarts.length = 0;
    this.start();
  }

  /** Resolves once everything that was told is answered, or no answer will come. */
  settled(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    return new Promise((done) => this.waiting.push(done));
  }

  /** Ends it as it should be ended; what it leaves to its next session, where it tells that in time. */
  async end(): Promise<string | undefined> {
    const patience = new AbortController();
    const isLate = wait(Math.max(this.parts.answerMs, FAREWELL_MS), undefined, { signal: patience.signal }).catch(
      () => undefined,
    );
    const left = await Promise.race([isLate, this.settled().then(() => this.stateLeft())]);
    patience.abort();
    this.close();
    return left;
  }

  /** Ends it as it is. */
  close(): void {
    if (this.state === 'over') return;
    this.state = 'over';
    clearInterval(this.turning);
    clearTimeout(this.starting);
    this.child?.kill('its session is over');
    this.child = undefined;
    this.wake();
    this.log.close();
    this.spool.close();
  }

  private stateLeft(): Promise<string | undefined> {
    const { child } = this;
    if (this.state !== 'running' || child === undefined) return Promise.resolve(undefined);
    return new Promise((done) => {
      this.onEnd = done;
      child.send(JSON.stringify({ do: 'end' }));
    });
  }

  private get isSettled(): boolean {
    if (this.state === 'stopped' || this.state === 'over') return !this.isComingBack;
    return this.state === 'running' && this.answered >= this.spool.count;
  }

  /** Sends what waits, as far as it may be on its way. */
  private pump(): void {
    const { child, state, sent } = this;
    if (child === undefined || (state !== 'running' && state !== 'catching-up')) return;
    while (sent.length < WINDOW) {
      const line = this.spool.next();
      if (line === undefined) return;
      const { seq, input } = JSON.parse(line) as { seq: number; input: Input };
      if (sent.length === 0) this.silentMs = 0;
      sent.push({ seq, at: input.at });
      child.send(line);
    }
  }

  private heard(said: Said): void {
    switch (said.say) {
      case 'ready':
        this.ready(said);
        return;
      case 'took':
        this.took(said);
        return;
      case 'failed':
        this.stop(`it failed: ${said.message}`, false);
        return;
      case 'state':
        this.left(said);
        return;
      case 'described':
        throw new NotAllowed('it was not asked what it is');
    }
  }

  private ready({ protocol, name, code }: Extract<Said, { say: 'ready' }>): void {
    if (this.state !== 'starting') throw new NotAllowed('it was ready before');
    const { head } = this.parts.begin;
    if (protocol !== PROTOCOL) throw new NotAllowed(`it speaks protocol ${protocol}, the desk ${PROTOCOL}`);
    for (const what of ['strategy', 'engine'] as const) {
      if (code[what] === head.code[what]) continue;
      this.stop(`the ${what}'s code is another: the desk has ${head.code[what]}, its process ${code[what]}`, true);
      return;
    }
    if (name !== this.parts.name) throw new NotAllowed(`it is called ${name}, and was to be ${this.parts.name}`);
    this.state = 'catching-up';
    this.silentMs = 0;
    // Its first end may be another's fault, and to start is none of its; what it does when it is told something may be.
    if (this.restarts.length >= SUSPECT_FROM) this.child?.standBack();
    this.pump();
    this.look();
  }

  private took(said: Took): void {
    const next = this.sent.shift();
    if (next === undefined || next.seq !== said.seq) {
      throw new NotAllowed(`it answered ${said.seq}, and was asked ${next?.seq ?? 'nothing'}`);
    }
    const { seq, at } = next;
    this.silentMs = 0;
    this.answered = seq;
    this.answeredAt = at;
    const { requests = [], wakes, notes = [] } = said;
    const text = textOf(said);
    const isNews = requests.length > 0 || wakes !== undefined || notes.length > 0;
    if (seq <= this.knownTo) {
      if ((isNews ? text : undefined) !== this.answers.get(seq)) {
        this.stop(`told the same it answered ${seq} otherwise than before: it is not deterministic`, true);
        return;
      }
    } else {
      this.knownTo = seq;
      if (isNews) this.answers.set(seq, text);
      if (this.isRunaway(requests.length, at)) {
        this.stop(`it asked for more than ${this.parts.requestsPerSecond} things in a second`, true);
        return;
      }
      if (isNews) {
        const answer = { kind: 'asked', strategy: this.parts.begin.strategy, seq, decidedAt: at, requests } as const;
        this.parts.onAnswer({
          ...answer,
          ...(wakes === undefined ? {} : { wakes }),
          ...(notes.length === 0 ? {} : { notes }),
        });
      }
    }
    this.pump();
    this.look();
  }

  private isRunaway(count: number, at: number): boolean {
    if (at >= this.asked.from + SECOND_US) this.asked = { from: at, count: 0 };
    this.asked.count += count;
    return this.asked.count > this.parts.requestsPerSecond;
  }

  /** Whether it is where it was, and whether somebody waits for that. */
  private look(): void {
    if (this.state === 'catching-up' && this.answered >= this.target) {
      this.state = 'running';
      this.isComingBack = false;
      this.parts.onBack();
    }
    if (this.isSettled) this.wake();
  }

  private left({ piece, of, text }: Extract<Said, { say: 'state' }>): void {
    if (this.onEnd === undefined || piece !== this.pieces.length || text.length > STATE_PIECE) {
      throw new NotAllowed('it was not asked for this piece of its state');
    }
    this.pieces.push(text);
    if (this.pieces.length === of) this.onEnd(this.pieces.join(''));
  }

  /** Time passes: only what we ourselves were there to hear counts as silence. */
  private turn(): void {
    if (this.state === 'starting') {
      this.silentMs += TURN_MS;
      if (this.silentMs > START_MS) this.stop(`it was not ready within ${START_MS / 1000} s`, false);
    } else if (this.sent.length > 0) {
      this.silentMs += TURN_MS;
      if (this.silentMs > this.parts.answerMs) {
        this.stop(`it gave no answer to input ${this.sent[0].seq} within ${this.parts.answerMs / 1000} s`, false);
        return;
      }
      this.lowerLate();
    }
  }

  /** Lateness alone is no fault: where all processors are busy a strategy waits for its turn. One that computes is the reason. */
  private lowerLate(): void {
    const { child } = this;
    if (child === undefined) return;
    if (this.silentMs === TURN_MS) this.usedMs = child.usedMs;
    else if (child.usedMs - this.usedMs >= TURN_MS / 2) child.standBack();
  }

  private gone(why: string): void {
    if (this.state === 'over') return;
    this.onEnd?.(undefined);
    this.stop(why, false);
  }

  private stop(why: string, isFinal: boolean): void {
    if (this.state === 'over' || (this.state === 'stopped' && this.child === undefined)) return;
    const { child } = this;
    this.child = undefined;
    this.state = 'stopped';
    this.why = why;
    this.sent.length = 0;
    child?.kill(why);
    this.log.note(`stopped: ${why}`);
    const now = performance.now();
    while (this.restarts.length > 0 && now - this.restarts[0] > HOUR_MS) this.restarts.shift();
    this.isComingBack = !isFinal && this.restarts.length < RESTARTS_MAX;
    this.parts.onStop(why, !this.isComingBack);
    if (this.isComingBack) {
      // What it led to is taken first.
      this.starting = setTimeout(() => this.start(), RESTART_AFTER_MS[this.restarts.length]);
      this.restarts.push(now);
      this.restartCount++;
    } else this.wake();
  }

  private wake(): void {
    for (const done of this.waiting.splice(0)) done();
  }
}

/** An answer in words that can be compared. */
function textOf({
  requests = [],
  wakes,
  notes = [],
}: Partial<Pick<AskedInput, 'requests' | 'wakes' | 'notes'>>): string {
  return JSON.stringify([requests, wakes === undefined ? 'same' : wakes, notes]);
}
