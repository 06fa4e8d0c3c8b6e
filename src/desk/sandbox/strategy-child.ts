/**
 * One process of a strategy: started, spoken to, listened to, and ended. What it says is read within bounds; what it prints
 * goes to its log, no faster than a log should grow.
 */
import type { ChildProcess } from 'node:child_process';
import { endLaunched, launched } from './launch/launched.ts';
import type { Launch } from './launch/launch.ts';
import { processorMs, standBack } from './launch/standing-back.ts';
import { LineReader } from './lines.ts';
import { NotAllowed, saidIn, type Said } from './said.ts';

export interface ChildEvents {
  /** A message; what this throws as `NotAllowed` ends the process. */
  said(said: Said): void;
  /** What it printed. */
  printed(bytes: Uint8Array): void;
  /** It is gone, once; why, in words. Nothing of it is heard after that. */
  gone(why: string): void;
}

/** Bytes that a log may grow by each turn: a quarter of a megabyte in a second. What prints more waits, and does not answer. */
const PRINTED_MAX = 25_000;
const TURN_MS = 100;
/** When it is lowered once more: others than root may lower but one session each tenth of a second. */
const LOWERED_AGAIN_MS = [120, 240, 480] as const;
/** How long after its end what it said last is waited for. */
const LAST_WORDS_MS = 500;

export class StrategyChild {
  private readonly child: ChildProcess;
  private readonly launch: Launch;
  private readonly events: ChildEvents;
  private readonly reader: LineReader;
  private readonly turning: NodeJS.Timeout;
  private printed = 0;
  private isGone = false;
  private isBack = false;

  constructor(launch: Launch, events: ChildEvents) {
    this.launch = launch;
    this.events = events;
    this.reader = new LineReader({
      line: (text) => this.hear(text),
      broken: (why) => this.kill(why),
    });
    this.child = launched(launch);
    this.turning = setInterval(() => this.turn(), TURN_MS).unref();
    const { stdin, stdout, stderr } = this.child;
    // A pipe to a process that is gone: its end says so.
    stdin!.on('error', () => undefined);
    stdout!.on('data', (bytes: Buffer) => this.reader.push(bytes));
    stderr!.on('data', (bytes: Buffer) => this.print(bytes));
    this.child.on('error', (error) => this.leave(`it could not be started: ${error.message}`));
    this.child.on('exit', (code, signal) => {
      const why = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
      this.child.once('close', () => this.leave(why));
      setTimeout(() => this.leave(why), LAST_WORDS_MS).unref();
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Milliseconds of a processor that it has used. */
  get usedMs(): number {
    return this.isAlive ? processorMs(this.child.pid!) : 0;
  }

  /** Has it stand back where others want the processor, until its end: an unprivileged desk may lower and never raise. */
  standBack(): void {
    if (this.isBack) return;
    this.isBack = true;
    this.lower();
    for (const ms of LOWERED_AGAIN_MS) setTimeout(() => this.lower(), ms).unref();
  }

  send(line: string): void {
    if (!this.isGone && this.child.stdin!.writable) this.child.stdin!.write(`${line}\n`);
  }

  /** Ends it at once, with all that belongs to it. */
  kill(why: string): void {
    if (!this.isGone) endLaunched(this.child, this.launch);
    this.leave(why);
  }

  /** Only while it was not seen to end is its number its own. */
  private get isAlive(): boolean {
    const { pid, exitCode, signalCode } = this.child;
    return !this.isGone && pid !== undefined && exitCode === null && signalCode === null;
  }

  private lower(): void {
    if (this.isAlive) standBack(this.child.pid!);
  }

  private hear(line: string): void {
    if (this.isGone) return;
    try {
      this.events.said(saidIn(line));
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      this.kill(error.message.slice(0, 300));
    }
  }

  private print(bytes: Buffer): void {
    if (this.isGone) return;
    this.events.printed(bytes);
    this.printed += bytes.length;
    if (this.printed >= PRINTED_MAX) this.child.stderr!.pause();
  }

  private turn(): void {
    this.printed = Math.max(0, this.printed - PRINTED_MAX);
    if (this.printed < PRINTED_MAX && this.child.stderr!.isPaused()) this.child.stderr!.resume();
  }

  private leave(why: string): void {
    if (this.isGone) return;
    this.isGone = true;
    this.reader.close();
    clearInterval(this.turning);
    this.child.stdout!.destroy();
    this.child.stderr!.destroy();
    this.child.stdin!.destroy();
    this.events.gone(why);
  }
}
