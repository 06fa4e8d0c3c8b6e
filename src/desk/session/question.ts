/**
 * What may be asked of a running session, held to its shape before anything is done: a key that is not known is refused and
 * not passed over, for who says `by` or `approved` means something by it. Who asks is known from the socket alone.
 */
import { Fault, show } from '../../base/fault.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { Command } from '../../engine/live/index.ts';
import type { Question } from './control.ts';

type IsOf = (value: unknown) => boolean;

const isText: IsOf = (value) => typeof value === 'string' && value.length > 0 && value.length <= 200;
const isIndex: IsOf = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isOneOrAll: IsOf = (value) => value === 'all' || isIndex(value);
const symbol = { symbol: isText };

/** What each command takes beside its name. */
const COMMANDS: Readonly<Record<Command['do'], Readonly<Record<string, IsOf>>>> = {
  pause: { strategy: isIndex },
  resume: { strategy: isIndex },
  reduce: {},
  halt: {},
  kill: {},
  clear: {},
  reconcile: {},
  note: {},
  cancel: { order: isOneOrAll },
  limit: { limit: isText, value: (value) => typeof value === 'number' },
  acknowledge: { alert: isOneOrAll },
  flatten: symbol,
  'flatten-halted': symbol,
  freeze: symbol,
  unfreeze: symbol,
  exercise: symbol,
  'do-not-exercise': symbol,
};

/** Longest reason: it stands in the journal. */
const REASON_MAX = 2000;

const STATUS: Readonly<Record<string, IsOf>> = { ask: () => true };
const COMMAND: Readonly<Record<string, IsOf>> = {
  ask: () => true,
  command: isRecord,
  reason: (value) => typeof value === 'string' && value.length <= REASON_MAX,
  // What is wrong with these three is said where they are used.
  id: () => true,
  signed: isRecord,
  code: (value) => typeof value === 'string' && value.length <= 20,
  despiteDifferences: (value) => typeof value === 'boolean',
};

/** Returns a question as it was asked; a `Fault` names what it does not have. */
export function questionIn(line: string): Question {
  const found = JSON.parse(line) as unknown;
  if (!isRecord(found)) throw wrong('a question is an object');
  const { ask, command } = found;
  if (ask === 'status' || ask === 'measures') check(found, STATUS, `a question for ${ask}`);
  else if (ask === 'command') {
    check(found, COMMAND, 'a question');
    if (!isRecord(command)) throw wrong('a question for a command has one');
    const { do: what } = command;
    const known =
      typeof what === 'string' && Object.hasOwn(COMMANDS, what) ? COMMANDS[what as Command['do']] : undefined;
    if (known === undefined) {
      const hint = didYouMean(String(what), Object.keys(COMMANDS));
      throw new Fault('request.command', `there is no command ${show(what)}`, {}, hint);
    }
    check(command, { do: () => true, ...known }, `the command ${String(what)}`);
    const missing = Object.keys(known).find((key) => !Object.hasOwn(command, key));
    if (missing !== undefined) throw wrong(`the command ${String(what)} needs ${missing}`);
    if (typeof found['reason'] !== 'string') throw wrong('a command needs a reason');
  } else throw wrong('a question asks for status, measures or command');
  // Every key was just looked at.
  return found as unknown as Question;
}

function check(found: Readonly<Record<string, unknown>>, known: Readonly<Record<string, IsOf>>, what: string): void {
  for (const [key, value] of Object.entries(found)) {
    if (!Object.hasOwn(known, key)) throw wrong(`${what} has no key ${show(key)}`);
    if (!known[key](value)) throw wrong(`${what} has a wrong ${key}`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(rule: string): Fault {
  return new Fault('request.malformed', rule);
}
