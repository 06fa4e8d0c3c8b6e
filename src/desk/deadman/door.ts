/**
 * Who may stop an account from a telephone: a person with a key of its own, and a code of the authenticator. The key is 256
 * random bits, kept here as a hash alone; only who has it may try a code, so a stranger can neither guess nor use up
 * somebody's attempts. What is wrong is counted by address; who comes with the right key is never held up by others.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { replaceSynced } from '../session/synced.ts';
import { takeCode } from '../session/one-time-code.ts';
import { approvers } from '../session/step-up.ts';

export interface Claim {
  readonly person: string;
  readonly key: string;
}

const WRONG_PER_MINUTE = 10;
const MINUTE_MS = 60_000;
/** Addresses whose mistakes are remembered at most. */
const ADDRESSES_MAX = 1000;

/** Where the hash of a person's key for the telephone lies. */
export function phoneFileOf(keyFile: string): string {
  return keyFile.replace(/\.pem$/, '.phone');
}

/** Makes a key for a person's telephone and returns it; one that was there is good no more. */
export function makePhoneKey(keyFile: string): string {
  const key = randomBytes(32).toString('base64url');
  mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
  replaceSynced(phoneFileOf(keyFile), `${hashOf(key).toString('hex')}\n`);
  return key;
}

export class Door {
  private readonly wrong = new Map<string, number[]>();

  /** Names the person whose key it is; a `Fault` where it is nobody's, or the address has tried too often. */
  knows({ person, key }: Claim, from: string, nowMs: number): { readonly name: string; readonly keyFile: string } {
    const keyFile = [...approvers().values()].find((file) => basename(file, '.pem') === person);
    const kept = keyFile === undefined ? undefined : hashIn(phoneFileOf(keyFile));
    // As long for somebody whom nobody knows.
    const isOwn = timingSafeEqual(hashOf(key), kept ?? hashOf(''));
    if (keyFile !== undefined && kept !== undefined && isOwn) return { name: person, keyFile };
    const before = (this.wrong.get(from) ?? []).filter((at) => nowMs - at < MINUTE_MS);
    if (this.wrong.size >= ADDRESSES_MAX) this.wrong.clear();
    this.wrong.set(from, [...before, nowMs].slice(-WRONG_PER_MINUTE - 1));
    if (before.length >= WRONG_PER_MINUTE) throw new Fault('door.busy', 'too many were wrong: wait a minute');
    throw new Fault('door.stranger', 'person and key do not belong together');
  }

  /** Takes the code of somebody whose key was right, once. */
  takes(code: string, { keyFile }: { readonly keyFile: string }, nowMs: number): void {
    takeCode(keyFile, code, nowMs);
  }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function hashIn(file: string): Buffer | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
  return bytes.length === 32 ? bytes : undefined;
}
