/**
 * The door of a running session for people on the same machine: a local socket that takes one JSON line and answers with
 * one. Who may open the socket's file may command; nobody else can reach it.
 */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import type { Command, Conductor } from '../../engine/live/index.ts';
import { CHANGEABLE } from '../../engine/limits/changing.ts';
import { Approval, type StepUp } from './approval.ts';
import type { Measures, MeasuresStatus } from './measures.ts';
import { questionIn } from './question.ts';
import { statusOf, type Surroundings } from './status.ts';
import type { Signed } from './step-up.ts';

/** What a client asks. */
export type Question =
  | { readonly ask: 'status' | 'measures' }
  | {
      readonly ask: 'command';
      readonly command: Command;
      readonly reason: string;
      /**
       * Chosen by who asks: asked again with the same words it is not obeyed again and gets the first answer, with other
       * words it is refused with code 409.
       */
      readonly id?: string;
      /** Where the command lets more happen than before, and the session asks for it. */
      readonly signed?: Signed;
      /** Of the authenticator of who signed. */
      readonly code?: string;
      /** Clears though books differ. */
      readonly despiteDifferences?: boolean;
    };

export type Answer =
  | { readonly ok: true; readonly status: ReturnType<typeof statusOf>; readonly measures?: MeasuresStatus }
  | { readonly error: string; readonly code?: number; readonly fault?: string; readonly hint?: string };

/** The session's clock, an Instant. */
type Now = () => number;

/** Names the socket in a run folder. */
export const CONTROL_FILE = 'control.json';
/** Longest question; a longer one is not one. */
const QUESTION_MAX = 100_000;
/** Longest id of a request. */
const ID_MAX = 128;

export class Control {
  private readonly server: Server;
  private readonly file: string;
  private readonly sockets = new Set<Socket>();

  private constructor(server: Server, file: string) {
    this.server = server;
    this.file = file;
  }

  static async open(
    folder: string,
    conductor: Conductor,
    now: Now,
    around: () => Surroundings | undefined = () => undefined,
    steps: StepUp = 'none',
    measures?: Measures,
  ): Promise<Control> {
    const approval = new Approval(folder, steps);
    const standing = (): Answer => ({ ok: true, status: statusOf(conductor, around()) });
    const answers = new Map<string, string>();
    const path = socketOf(folder);
    rmSync(path, { force: true });
    const server = createServer((socket) => {
      control.sockets.add(socket);
      socket.on('close', () => control.sockets.delete(socket));
      // A client that goes away in the middle of its question has no answer to get.
      socket.on('error', () => socket.destroy());
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > QUESTION_MAX) {
          socket.destroy();
          return;
        }
        const end = text.indexOf('\n');
        const parts: Parts = { conductor, now, answers, standing, approval, measures };
        if (end >= 0) socket.end(`${answer(text.slice(0, end), parts)}\n`);
      });
    });
    const control = new Control(server, join(folder, CONTROL_FILE));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(path, resolve);
    });
    chmodSync(path, 0o600);
    writeFileSync(control.file, JSON.stringify({ pid: process.pid, socket: path }));
    return control;
  }

  async close(): Promise<void> {
    rmSync(this.file, { force: true });
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

interface Parts {
  readonly conductor: Conductor;
  readonly now: Now;
  /** Those that were given to requests with an id. */
  readonly answers: Map<string, string>;
  readonly standing: () => Answer;
  readonly approval: Approval;
  readonly measures: Measures | undefined;
}

/** The answer as a line. */
function answer(line: string, parts: Parts): string {
  try {
    const question = questionOf(line, parts);
    if (question.ask === 'command') return obeyed(question, parts);
    const { conductor, measures, now } = parts;
    const standing = parts.standing();
    if (question.ask === 'status' || measures === undefined) return textOf(standing);
    return textOf({ ...standing, measures: measures.status(conductor, now()) });
  } catch (error) {
    if (error instanceof Fault) {
      const { rule, code: fault, hint } = error;
      return textOf({ error: rule, fault, ...(hint === undefined ? {} : { hint }) });
    }
    return textOf({ error: error instanceof Error ? error.message : String(error) });
  }
}

/** What was asked; what is no question leaves a record of what is wrong with it, and not of what it says. */
function questionOf(line: string, { conductor, now }: Parts): Question {
  try {
    return questionIn(line);
  } catch (error) {
    const why = error instanceof Fault ? `${error.code}: ${error.rule}` : 'it is no JSON';
    note(conductor, now, userInfo().username, `a question was refused: ${why}`);
    throw error;
  }
}

function obeyed(
  question: Extract<Question, { ask: 'command' }>,
  { conductor, now, answers, standing, approval }: Parts,
): string {
  const { command, reason, id } = question;
  if (id !== undefined && (typeof id !== 'string' || id.length === 0 || id.length > ID_MAX)) {
    return textOf({ error: `the id of a request has 1 to ${ID_MAX} letters` });
  }
  checkSymbol(command, conductor);
  checkContract(command, conductor);
  checkLimit(command, conductor);
  const user = userInfo().username;
  // What was obeyed already needs no second signature to be answered again.
  const isKnown = id !== undefined && conductor.session.asked.meets({ id, command, reason }) === 'again';
  const by = isKnown ? user : approval.of(question, conductor, user, (text) => note(conductor, now, user, text));
  const asked = { command, reason, ...(id === undefined ? {} : { id }) };
  const meets = conductor.session.asked.meets(asked);
  // A conflict is told to the session too: it leaves a record, and nothing else.
  if (meets !== 'again') conductor.take({ kind: 'command', at: now(), by, ...asked });
  if (meets === 'conflict') return textOf({ error: `id ${id} was used for another request: refused`, code: 409 });
  const text = (id === undefined ? undefined : answers.get(id)) ?? textOf(standing());
  if (id !== undefined) answers.set(id, text);
  return text;
}

function textOf(said: Answer): string {
  return JSON.stringify(said);
}

/** What a person wanted and did not get, written down. */
function note(conductor: Conductor, now: Now, by: string, reason: string): void {
  conductor.take({ kind: 'command', at: now(), by, reason, command: { do: 'note' } });
}

/** A limit that the session does not have is said before anything is done. */
function checkLimit(command: Command, { session }: Conductor): void {
  if (command.do !== 'limit') return;
  const changing = session.deck.orders.gate.limits?.changing;
  const known = CHANGEABLE.filter((key) => changing?.valueOf(key) !== undefined);
  if (!known.includes(command.limit)) {
    const rule = `${show(command.limit)} is no limit of this session that may be changed while it runs`;
    throw new Fault('session.no-limit', rule, {}, didYouMean(command.limit, known) ?? `these are: ${known.join(', ')}`);
  }
  if (!(command.value > 0) || !Number.isFinite(command.value)) {
    throw new Fault('session.limit-value', `a limit is a number above nought, was ${command.value}`);
  }
}

/** What is no contract, or is not held, is not exercised without a word. */
function checkContract(command: Command, { session: { deck } }: Conductor): void {
  if (command.do !== 'exercise' && command.do !== 'do-not-exercise') return;
  const { symbol } = command;
  const { index, instrument } = deck.markets.find((market) => market.symbol === symbol)!;
  if (instrument.option === undefined) {
    throw new Fault('session.no-contract', `only contracts are exercised, and ${symbol} is none`, {
      field: '--symbol',
    });
  }
  const held = deck.ledger.openPositions().find((each) => each.instrument === index && each.quantity > 0);
  if (command.do === 'exercise' && held === undefined) {
    throw new Fault('session.no-contract', `nothing of ${symbol} is held that could be exercised`, {
      field: '--symbol',
    });
  }
}

/** A symbol that the session does not have is said before anything is done. */
function checkSymbol(command: Command, { session }: Conductor): void {
  if (!('symbol' in command) || (command.symbol === 'all' && command.do.startsWith('flatten'))) return;
  const known = session.deck.markets.map(({ symbol }) => symbol);
  if (known.includes(command.symbol)) return;
  const hint = didYouMean(command.symbol, known);
  throw new Fault('session.no-symbol', `the session has no symbol ${show(command.symbol)}`, {}, hint);
}

/** Asks a running session; a `Fault` when there is none. */
export async function askSession(folder: string, question: Question): Promise<Extract<Answer, { ok: true }>> {
  // A request with an id may be asked again where its answer was lost: it is obeyed once.
  const mayRepeat = question.ask === 'command' && question.id !== undefined;
  const file = join(folder, CONTROL_FILE);
  if (!existsSync(file)) throw new Fault('session.not-running', 'no session runs here', { file: folder });
  const { socket: path } = JSON.parse(readFileSync(file, 'utf8')) as { socket: string };
  const first = await lineFrom(path, question);
  const line = first ?? (mayRepeat ? await lineFrom(path, question) : undefined);
  if (line === undefined) {
    throw new Fault('session.not-running', 'the session does not answer any more', { file: folder });
  }
  const answered = JSON.parse(line) as Answer;
  if ('error' in answered) {
    const { code, error, fault = code === 409 ? 'request.conflict' : 'session.refused', hint } = answered;
    throw new Fault(fault, error, { file: folder }, hint);
  }
  return answered;
}

/** One question and its answer; undefined where the connection broke before it was there. */
function lineFrom(path: string, question: Question): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = createConnection(path, () => socket.write(`${JSON.stringify(question)}\n`));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => (text += part));
    socket.on('end', () => resolve(text.endsWith('\n') ? text : undefined));
    socket.on('error', () => resolve(undefined));
  });
}

/** A name short enough for a socket, wherever the folder lies. */
function socketOf(folder: string): string {
  const name = `tradedeck-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}
