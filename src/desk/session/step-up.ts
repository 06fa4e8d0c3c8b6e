/**
 * Signed commands: what lets more happen than before (clearing a halt or a kill, resuming a strategy, unfreezing a symbol, a looser limit, closing in an account that is stopped) is not done on the word of
 * whoever sits at the machine. It is signed with a private key, a few minutes old at most, for this session and this command.
 *
 * The keys that prove it lie in the desk's home: `approvers/NAME.pem` for each person, or `arming.pem` alone. Where there are
 * two people or more, a looser limit takes two of them: the same command with the same reason, signed by each.
 */
import { Buffer } from 'node:buffer';
import { sign, verify, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import { Fault } from '../../base/fault.ts';
import type { Command } from '../../engine/live/index.ts';
import { isLooser } from '../../engine/limits/changing.ts';
import { canonical } from '../run/identity.ts';
import { keyIn } from './key-file.ts';
import { armingKeyFile } from './arming.ts';

/** What is signed. */
export interface Statement {
  readonly approval: 'tradedeck-approval';
  readonly version: 1;
  /** The folder's name, which no other session has. */
  readonly session: string;
  readonly command: Command;
  readonly reason: string;
  /** Of the request: a statement is good for one. */
  readonly id: string;
  /** When, milliseconds since 1970, by the clock of who signed. */
  readonly at: number;
}

export interface Signed {
  readonly at: number;
  /** Ed25519, base64. */
  readonly signature: string;
}

/** How long a signature is good, and how far clocks may differ. */
const GOOD_MS = 5 * 60_000;

export function statementOf(about: Pick<Statement, 'session' | 'command' | 'reason' | 'id' | 'at'>): Buffer {
  return Buffer.from(canonical({ approval: 'tradedeck-approval', version: 1, ...about }));
}

export function signedBy(key: KeyObject, about: Parameters<typeof statementOf>[0]): Signed {
  return { at: about.at, signature: sign(null, statementOf(about), key).toString('base64') };
}

/** Who may approve, by name. */
export function approvers(): ReadonlyMap<string, string> {
  const folder = join(dirname(leaseHome()), 'approvers');
  const people = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.pem')) : [];
  if (people.length > 0) return new Map(people.map((name) => [basename(name, '.pem'), join(folder, name)]));
  const alone = armingKeyFile();
  return new Map(existsSync(alone) ? [['the arming key', alone]] : []);
}

/** Commands after which something may be sent that was stopped before. */
const LETTING_GO: ReadonlySet<Command['do']> = new Set(['clear', 'resume', 'unfreeze', 'flatten-halted']);

/** Whether a command lets more happen than before. */
export function loosens(command: Command, limitNow: number | undefined): boolean {
  if (LETTING_GO.has(command.do)) return true;
  return command.do === 'limit' && limitNow !== undefined && isLooser(command.limit, command.value, limitNow);
}

/** Returns who signed, by name, and the key that proves it; a `Fault` where nobody did who may. */
export function signerOf(
  signed: Signed | undefined,
  about: Omit<Parameters<typeof statementOf>[0], 'at'>,
  nowMs: number,
): { readonly name: string; readonly keyFile: string } {
  const hint = 'the same command with --key private.pem';
  const keys = approvers();
  if (keys.size === 0) {
    const rule = 'this is done by signature only, and there is no key to prove one with';
    throw new Fault('approval.no-key', rule, { file: armingKeyFile() }, 'see the guide to limits: confirming a deck');
  }
  if (signed === undefined || about.id === '')
    throw new Fault('approval.unsigned', `${about.command.do} needs a signature here`, {}, hint);
  if (!(Math.abs(nowMs - signed.at) <= GOOD_MS)) {
    throw new Fault('approval.old', 'the signature is older than five minutes, or of a clock that is off', {}, hint);
  }
  const statement = statementOf({ ...about, at: signed.at });
  const signature = Buffer.from(signed.signature, 'base64');
  for (const [name, file] of keys) {
    if (verify(null, statement, keyIn(file, 'verify'), signature)) return { name, keyFile: file };
  }
  throw new Fault(
    'approval.signature',
    `the signature is of none who may approve: ${[...keys.keys()].join(', ')}`,
    {},
    hint,
  );
}

/** First signatures of commands that take two people. */
export class SecondPerson {
  private readonly first = new Map<string, { readonly name: string; readonly atMs: number }>();

  /** Returns both names once two different people have signed the same; until then `undefined`. */
  join(name: string, command: Command, reason: string, nowMs: number): string | undefined {
    for (const [words, { atMs }] of this.first) if (nowMs - atMs > GOOD_MS) this.first.delete(words);
    const words = canonical({ command, reason });
    const before = this.first.get(words);
    if (before !== undefined && before.name !== name) {
      this.first.delete(words);
      return `${before.name} and ${name}`;
    }
    this.first.set(words, { name, atMs: nowMs });
    return undefined;
  }
}
