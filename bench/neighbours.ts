/**
 * S19: a strategy that minds its own business beside one that does what none should, both in processes of their own below
 * one desk: how long the first one's answers take, and how long the desk's loop stands still.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import type { SessionHead } from '../src/engine/live/index.ts';
import { launchOf, type Launching } from '../src/desk/sandbox/launch/choose.ts';
import { STRATEGY_FLAGS } from '../src/desk/sandbox/program.ts';
import { Supervisor, type SupervisorParts } from '../src/desk/sandbox/supervisor.ts';

export interface Neighbours {
  /** Milliseconds from what it is told to its answer, at the 99th of 100. */
  readonly alone: number;
  readonly beside: number;
  /** Of pairs of rounds, alone and beside, one after the other: the median of their quotients, the least and the greatest. */
  readonly quotient: number;
  readonly quotients: readonly [least: number, greatest: number];
  /** Longest time for which the desk's loop stood still, in milliseconds. */
  readonly gapAlone: number;
  readonly gapBeside: number;
  /** How often the other one was stopped. */
  readonly stops: number;
}

/** What a strategy does with its first input, as code of its process. */
export const CHAOS = {
  'endless loop': 'for (;;);',
  'memory hog': 'const held = []; for (;;) held.push(Buffer.alloc(1e7, 1));',
  'fork bomb': "for (;;) { try { require('node:child_process').spawn(process.execPath, ['-e', '0']); } catch { } }",
  'log without end': "for (;;) writeSync(2, 'z'.repeat(100_000) + '\\n');",
  'huge message': "for (;;) writeSync(1, 'x'.repeat(1_000_000));",
} as const;

/** What is measured beside nobody at all: two rounds alone, whose quotient is the noise of the machine. */
export const NOBODY = 'nobody';

const ROUNDS = 5;
/** A round holds several lives of the other one: its madness, its end, and its starts. */
const TELLS = 600;
const EVERY_MS = 4;

const BODY = (does: string): string => `
const { writeSync } = require('node:fs');
const line = (value) => writeSync(1, JSON.stringify(value) + '\\n');
let rest = '';
process.stdin.on('data', (bytes) => {
  rest += bytes;
  for (let end = rest.indexOf('\\n'); end >= 0; end = rest.indexOf('\\n')) {
    const told = JSON.parse(rest.slice(0, end));
    rest = rest.slice(end + 1);
    if (told.do === 'begin') line({ say: 'ready', protocol: 1, name: 'odd', code: { strategy: 's', engine: 'e' } });
    if (told.do !== 'take') continue;
    ${does}
    line({ say: 'took', seq: told.seq, notes: ['n'] });
  }
});
`;

/** Measures one kind of neighbour behind a launcher; `NOBODY` is none. */
export async function neighbours(launcher: Launching['launcher'], does: string, rounds = ROUNDS): Promise<Neighbours> {
  const base = mkdtempSync(join(tmpdir(), 'tradedeck-neighbours-'));
  try {
    const pairs: { alone: Round; beside: Round }[] = [];
    let stops = 0;
    const good = new Process(base, 'good', launcher, '');
    await good.begin();
    await round(good);
    for (let pair = 0; pair < rounds; pair++) {
      const alone = await round(good);
      const bad = does === NOBODY ? undefined : new Process(base, `bad-${pair}`, launcher, does);
      await bad?.begin();
      bad?.tell();
      const beside = await round(good);
      bad?.close();
      stops += bad?.stops ?? 0;
      pairs.push({ alone, beside });
    }
    good.close();
    const quotients = pairs.map(({ alone, beside }) => beside.p99 / alone.p99);
    return {
      alone: median(pairs.map(({ alone }) => alone.p99)),
      beside: median(pairs.map(({ beside }) => beside.p99)),
      quotient: median(quotients),
      quotients: [Math.min(...quotients), Math.max(...quotients)],
      gapAlone: Math.max(...pairs.map(({ alone }) => alone.gap)),
      gapBeside: Math.max(...pairs.map(({ beside }) => beside.gap)),
      stops,
    };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** What a strategy is, and what is heard of it. */
export interface Odd extends Pick<SupervisorParts, 'answerMs'>, Partial<Pick<SupervisorParts, 'onAnswer' | 'onStop'>> {
  /** The folder of its files, and their name. */
  readonly base: string;
  readonly name: string;
  readonly launcher: Launching['launcher'];
  /** Code that it runs with each input, `told`. */
  readonly does: string;
}

/** A supervisor of a strategy that does what none should, for tests too; nothing is started yet. */
export function supervisorOf({ base, name, launcher, does, answerMs, onAnswer, onStop }: Odd): Supervisor {
  const file = join(base, `${name}.js`);
  writeFileSync(file, BODY(does));
  const launching = { launcher, memoryMb: 256, cpus: 1, isTrusted: false };
  const { execPath: node } = process;
  const program = { node, flags: STRATEGY_FLAGS, args: [file], reads: [file], writes: [], name, folder: '/' };
  return new Supervisor({
    // Of the head the supervisor reads the hashes alone.
    begin: {
      head: { code: { strategy: 's', engine: 'e' } } as SessionHead,
      folder: base,
      strategy: 0,
      decisionLifeUs: 1,
      state: null,
    },
    name: 'odd',
    launch: () => launchOf(launching, program, 'paper'),
    spool: join(base, `${name}.told`),
    log: join(base, `${name}.log`),
    answerMs,
    requestsPerSecond: 50,
    onAnswer: onAnswer ?? (() => undefined),
    onStop: onStop ?? (() => undefined),
    onBack: () => undefined,
  });
}

/** A process with a supervisor; one that is stopped for good is started anew at once. */
class Process {
  stops = 0;
  readonly tookMs: number[] = [];
  private readonly supervisor: Supervisor;
  private readonly toldAt = new Map<number, number>();
  private seq = 0;

  constructor(base: string, name: string, launcher: Launching['launcher'], does: string) {
    const onAnswer: SupervisorParts['onAnswer'] = ({ seq }) =>
      void this.tookMs.push(performance.now() - this.toldAt.get(seq)!);
    const onStop: SupervisorParts['onStop'] = (_, isFinal) => {
      this.stops++;
      if (isFinal) setImmediate(() => this.supervisor.revive());
    };
    this.supervisor = supervisorOf({
      base,
      name,
      launcher,
      does,
      answerMs: does === '' ? 60_000 : 400,
      onAnswer,
      onStop,
    });
  }

  async begin(): Promise<void> {
    this.supervisor.start();
    await this.supervisor.settled();
  }

  tell(): void {
    this.seq++;
    this.toldAt.set(this.seq, performance.now());
    this.supervisor.tell({ strategy: 0, seq: this.seq, input: { kind: 'tick', at: this.seq * 1000 } });
  }

  settled(): Promise<void> {
    return this.supervisor.settled();
  }

  close(): void {
    this.supervisor.close();
  }
}

interface Round {
  readonly p99: number;
  readonly gap: number;
}

async function round(good: Process): Promise<Round> {
  good.tookMs.length = 0;
  let gap = 0;
  let last = performance.now();
  const beating = setInterval(() => {
    gap = Math.max(gap, performance.now() - last);
    last = performance.now();
  }, 10);
  for (let tell = 0; tell < TELLS; tell++) {
    good.tell();
    await wait(EVERY_MS);
  }
  await good.settled();
  clearInterval(beating);
  const sorted = good.tookMs.toSorted((a, b) => a - b);
  return { p99: sorted[Math.floor(sorted.length * 0.99)], gap };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
