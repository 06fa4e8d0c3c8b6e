/**
 * The keys to an account: from a file that only its owner may read, or, in a rehearsal, from the environment. They are
 * handed to the adapter and appear nowhere else: not in the deck, the journal, or any message.
 */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../../base/fault.ts';
import { Secret } from '../../base/secret.ts';

export interface Keys {
  readonly keyId: Secret;
  readonly secret: Secret;
  /** Where they come from, in words, for people. */
  readonly from: string;
}

/** Under which names the two stand in files and environments. */
export type KeyNames = Readonly<Record<'keyId' | 'secret', string>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads keys from a file: lines `NAME=value` with the broker's own names, or JSON with `keyId` and `secret`. A file that
 * others may read is a `Fault`.
 */
export function keysOfFile(path: string, folder: string, names: KeyNames): Keys {
  const file = resolve(folder, path);
  const shown = relative(process.cwd(), file);
  const text = ownersText(file);
  const keys = text.trimStart().startsWith('{') ? ofJson(text, shown) : ofLines(text, names);
  const missing = keys.keyId.isEmpty ? 'keyId' : keys.secret.isEmpty ? 'secret' : undefined;
  if (missing !== undefined) {
    const hint = `two lines, ${names.keyId}=… and ${names.secret}=…, or JSON with keyId and secret`;
    throw new Fault('keys.missing', `the file of keys has no ${missing}`, { file: shown }, hint);
  }
  return { ...keys, from: shown };
}

/** Reads keys from the environment; undefined where there are none. */
export function keysOfEnvironment(environment: Environment, names: KeyNames): Keys | undefined {
  const keyId = new Secret(environment[names.keyId] ?? '');
  const secret = new Secret(environment[names.secret] ?? '');
  return keyId.isEmpty || secret.isEmpty ? undefined : { keyId, secret, from: 'the environment' };
}

/** A key for real money that stands in the environment is seen by every child process and every crash report. */
export function refuseEnvironment(environment: Environment, names: readonly string[]): void {
  for (const name of names) {
    if ((environment[name] ?? '') === '') continue;
    const hint = 'take it out of the environment and name a file: broker.keys';
    throw new Fault('keys.environment', `live keys are never taken from the environment, and ${name} is set`, {}, hint);
  }
}

/**
 * Reads one secret: from the environment variable of that name, or from the file that `NAME_FILE` names, which only its
 * owner may read. `undefined` where there is neither.
 */
export function secretOf(environment: Environment, name: string): Secret | undefined {
  const value = environment[name] ?? '';
  if (value !== '') return new Secret(value);
  const path = environment[`${name}_FILE`] ?? '';
  if (path === '') return undefined;
  return secretOfFile(resolve(path), name);
}

/** Reads one secret from a file that only its owner may read: the secret alone, or a line `NAME=…`. */
export function secretOfFile(file: string, name: string): Secret {
  const shown = relative(process.cwd(), file);
  const text = ownersText(file);
  // An address may hold an equals sign; lines of variables begin with a name.
  const hasNames = /^\s*(?:export\s+)?[A-Z_][A-Z0-9_]*\s*=/m.test(text);
  const secret = hasNames ? valueOf(text, name) : text.trim();
  if (secret !== '' && !/\s/.test(secret)) return new Secret(secret);
  throw new Fault('keys.missing', `the file of keys has no ${name}`, { file: shown }, `the key alone, or ${name}=…`);
}

/** Reads a file that only its owner may read; what was looked at is what is read, whatever the name means a moment later. */
export function ownersText(file: string, what = 'file of keys'): string {
  const shown = relative(process.cwd(), file);
  let opened: number | undefined;
  try {
    opened = openSync(file, 'r');
    if (process.platform !== 'win32' && (fstatSync(opened).mode & 0o077) !== 0) {
      const rule = `others than its owner may read the ${what}`;
      throw new Fault('keys.readable', rule, { file: shown }, `chmod 600 ${shown}`);
    }
    return readFileSync(opened, 'utf8');
  } catch (error) {
    if (error instanceof Fault) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Fault('keys.unreadable', `the ${what} cannot be read: ${reason}`, { file: shown });
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

type Pair = Pick<Keys, 'keyId' | 'secret'>;

function ofJson(text: string, file: string): Pair {
  try {
    const { keyId = '', secret = '' } = JSON.parse(text) as Partial<Record<'keyId' | 'secret', unknown>>;
    return { keyId: new Secret(String(keyId)), secret: new Secret(String(secret)) };
  } catch {
    // What the parser says would repeat the text.
    throw new Fault('keys.malformed', 'the file of keys is not JSON', { file });
  }
}

function ofLines(text: string, names: KeyNames): Pair {
  return { keyId: new Secret(valueOf(text, names.keyId)), secret: new Secret(valueOf(text, names.secret)) };
}

function valueOf(text: string, name: string): string {
  return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*["']?([^"'\\s]+)`, 'm').exec(text)?.[1] ?? '';
}
