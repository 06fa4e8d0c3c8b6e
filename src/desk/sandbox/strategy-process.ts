/**
 * The process of a strategy: it is told what it is and then what happens, one line of JSON each, and answers with what the
 * strategy asks for. It holds no key, needs no network and no file but its code; the pipe is all that it has.
 *
 * The desk is never trusted less by it than it by the desk: whatever it says is data there.
 */
import { writeSync } from 'node:fs';
import process from 'node:process';
import { Console } from 'node:console';
import { Fault } from '../../base/fault.ts';
import { StrategySeat, seatOptions } from '../../engine/live/index.ts';
import { extendState } from '../../engine/state/extend.ts';
import type { DeckState } from '../../engine/state/state.ts';
import { engineHash } from '../run/engine-hash.ts';
import { loadStrategy } from '../run/strategy-file.ts';
import { headedDeck } from '../session/options.ts';
import { LineReader } from './lines.ts';
import { NOTE_MAX, NOTES_MAX, PROTOCOL, STATE_PIECE, type Said } from './said.ts';
import type { Begin, CodeHashes, Describe, Told } from './told.ts';

/** The beginning of a session may hold the state of the one before. */
const TOLD_MAX = 256 * 2 ** 20;
const STDOUT = 1;

/** Whatever is printed is the strategy's log; the way to the desk is this file's alone. */
function keepThePipe(): void {
  globalThis.console = new Console(process.stderr, process.stderr);
  Object.defineProperty(process, 'stdout', { value: process.stderr });
}

function say(said: Said): void {
  const bytes = Buffer.from(`${JSON.stringify(said)}\n`);
  for (let from = 0; from < bytes.length;) from += writeSync(STDOUT, bytes, from);
}

class StrategyProcess {
  private seat: StrategySeat | undefined;
  /** When its next timer is due, as it was said last. */
  private wakes: number | null = null;
  private seq = 0;
  /** Lines are taken one after the other, though to load a strategy takes a while. */
  private work: Promise<void> = Promise.resolve();

  hear(line: string): void {
    const told = JSON.parse(line) as Told; // The desk's own words.
    if (told.do === 'take' && this.seat !== undefined) this.obey(() => this.take(told.seq, told.input));
    else this.work = this.work.then(() => this.obeyed(told));
  }

  private async obeyed(told: Told): Promise<void> {
    try {
      switch (told.do) {
        case 'describe':
          await describe(told);
          return;
        case 'begin':
          this.seat = await begin(told);
          return;
        case 'take':
          this.take(told.seq, told.input);
          return;
        case 'end':
          this.end();
      }
    } catch (error) {
      this.fail(error);
    }
  }

  private obey(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  private take(seq: number, input: Parameters<StrategySeat['take']>[0]): void {
    this.seq = seq;
    const { requests, wakes, notes } = this.seat!.take(input);
    const isNew = wakes !== this.wakes;
    this.wakes = wakes;
    say({
      say: 'took',
      seq,
      ...(requests.length === 0 ? {} : { requests: [...requests] as NonNullable<Took['requests']> }),
      ...(isNew ? { wakes } : {}),
      ...(notes.length === 0 ? {} : { notes: shortened(notes) }),
    });
  }

  /** What the next session goes on from, in pieces that fit in a line. */
  private end(): void {
    const text = this.seat === undefined ? '' : JSON.stringify(this.seat.saveState());
    const of = Math.max(1, Math.ceil(text.length / STATE_PIECE));
    for (let piece = 0; piece < of; piece++) {
      say({ say: 'state', piece, of, text: text.slice(piece * STATE_PIECE, (piece + 1) * STATE_PIECE) });
    }
    process.exit(0);
  }

  private fail(error: unknown): never {
    if (error instanceof Error && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
    const message = error instanceof Error ? error.message : String(error);
    say({ say: 'failed', seq: this.seq, message: message.slice(0, NOTE_MAX) });
    process.exit(1);
  }
}

type Took = Extract<Said, { say: 'took' }>;

/** Loads the strategy and holds its code, and the engine's, to what the desk has. */
async function loaded({ name, file }: Describe['strategy'], folder: string, code: CodeHashes) {
  const strategy = await loadStrategy({ name, file }, folder);
  const own = { strategy: strategy.codeHash, engine: engineHash() };
  for (const what of ['engine', 'strategy'] as const) {
    if (own[what] === code[what]) continue;
    const rule = `the ${what}'s code of this process is another: ${own[what]}, the desk has ${code[what]}`;
    throw new Fault('sandbox.other-code', rule);
  }
  return { strategy, own };
}

async function describe({ strategy: named, folder, code }: Describe): Promise<void> {
  const { strategy, own } = await loaded(named, folder, code);
  const { name, parameters = {} } = strategy.definition;
  const specs = Object.entries(parameters).map(([key, spec]) => {
    const { min, max, ...rest } = { min: 0, max: 0, ...spec };
    const isNumber = spec.kind === 'whole' || spec.kind === 'real';
    // JSON has no infinity.
    const bounds = isNumber ? { min: finite(min), max: finite(max) } : {};
    return { ...rest, ...bounds, key };
  });
  say({ say: 'described', protocol: PROTOCOL, name, parameters: specs as Described['parameters'], code: own });
}

type Described = Extract<Said, { say: 'described' }>;

async function begin(told: Begin): Promise<StrategySeat> {
  const { head, folder, strategy: number, decisionLifeUs, state } = told;
  const config = head.deck as { strategy: Describe['strategy'] }; // Written by the desk from a deck that was checked.
  const { strategy, own } = await loaded(config.strategy, folder, head.code);
  const symbols = head.tape.instruments.map(({ symbol }) => symbol);
  // What it said itself at its last end.
  const restored = state === null ? null : extendState(JSON.parse(state) as DeckState, symbols);
  const deck = headedDeck({ ...head, restored }, strategy);
  const seat = new StrategySeat(seatOptions(deck, { strategy: number, decisionLifeUs }, head.lineage), number);
  say({ say: 'ready', protocol: PROTOCOL, name: strategy.definition.name, code: own });
  return seat;
}

/** Notes within the bounds of a line; what is left out is said. */
function shortened(notes: readonly string[]): string[] {
  const kept = notes.slice(0, NOTES_MAX - 1).map((note) => note.slice(0, NOTE_MAX));
  return notes.length < NOTES_MAX ? kept : [...kept, `… and ${notes.length - kept.length} notes more`];
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

keepThePipe();
const strategyProcess = new StrategyProcess();
const lines = new LineReader(
  {
    line: (text) => strategyProcess.hear(text),
    broken: (why) => {
      process.stderr.write(`the desk sent what cannot be read: ${why}\n`);
      process.exit(1);
    },
  },
  TOLD_MAX,
);
process.stdin.on('data', (bytes: Buffer) => lines.push(bytes));
// Without its desk it is nobody's.
process.stdin.on('end', () => process.exit(0));
