/**
 * The keys to an account: from a file that only its owner may read, or, in a rehearsal, from the environment. They are
 * handed to the adapter and appear nowhere else: not in the deck, the journal, or any message.
 */
import { readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../../base/fault.ts';

export interface Keys {
  readonly keyId: string;
  readonly secret: string;
  /** Where they come from, in words, for people. */
  readonly from: string;
}

export interface KeyNames {
  readonly keyId: string;
  readonly secret: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads keys from a file: lines `NAME=value` with the broker's own names, or JSON with `keyId` and `secret`. A file that
 * others may read is a `Fault`.
 */
export function keysOfFile(path: string, folder: string, names: KeyNames): Keys {
  const file = resolve(folder, path);
  const shown = relative(process.cwd(), file);
  const text = read(file, shown);
  refuseReadable(file, shown);
  const keys = text.trimStart().startsWith('{') ? ofJson(text, shown) : ofLines(text, names);
  const missing = keys.keyId === '' ? 'keyId' : keys.secret === '' ? 'secret' : undefined;
  if (missing !== undefined) {
    const hint = `two lines, ${names.keyId}=… and ${names.secret}=…, or JSON with keyId and secret`;
    throw new Fault('keys.missing', `the file of keys has no ${missing}`, { file: shown }, hint);
  }
  return { ...keys, from: shown };
}

/** Reads keys from the environment; undefined where there are none. */
export function keysOfEnvironment(environment: Environment, names: KeyNames): Keys | undefined {
  const keyId = environment[names.keyId] ?? '';
  const secret = environment[names.secret] ?? '';
  return keyId === '' || secret === '' ? undefined : { keyId, secret, from: 'the environment' };
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
export function secretOf(environment: Environment, name: string): string | undefined {
  const value = environment[name] ?? '';
  if (value !== '') return value;
  const path = environment[`${name}_FILE`] ?? '';
  if (path === '') return undefined;
  return secretOfFile(resolve(path), name);
}

/** Reads one secret from a file that only its owner may read: the secret alone, or a line `NAME=…`. */
export function secretOfFile(file: string, name: string): string {
  const shown = relative(process.cwd(), file);
  const text = read(file, shown);
  refuseReadable(file, shown);
  // An address may hold an equals sign; lines of variables begin with a name.
  const hasNames = /^\s*(?:export\s+)?[A-Z_][A-Z0-9_]*\s*=/m.test(text);
  const secret = hasNames ? valueOf(text, name) : text.trim();
  if (secret !== '' && !/\s/.test(secret)) return secret;
  throw new Fault('keys.missing', `the file of keys has no ${name}`, { file: shown }, `the key alone, or ${name}=…`);
}

function refuseReadable(file: string, shown: string): void {
  if (process.platform === 'win32' || (statSync(file).mode & 0o077) === 0) return;
  throw new Fault(
    'keys.readable',
    'others than its owner may read the file of keys',
    { file: shown },
    `chmod 600 ${shown}`,
  );
}

function read(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Fault('keys.unreadable', `the file of keys cannot be read: ${reason}`, { file: shown });
  }
}

function ofJson(text: string, file: string): { keyId: string; secret: string } {
  try {
    const { keyId = '', secret = '' } = JSON.parse(text) as Partial<Record<'keyId' | 'secret', unknown>>;
    return { keyId: String(keyId), secret: String(secret) };
  } catch {
    // What the parser says would repeat the text.
    throw new Fault('keys.malformed', 'the file of keys is not JSON', { file });
  }
}

function ofLines(text: string, names: KeyNames): { keyId: string; secret: string } {
  return { keyId: valueOf(text, names.keyId), secret: valueOf(text, names.secret) };
}

function valueOf(text: string, name: string): string {
  return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*["']?([^"'\\s]+)`, 'm').exec(text)?.[1] ?? '';
}
