/**
 * What a session says to a watchdog on another host, and what that answers: one signed line each, so that nobody between the
 * two can speak for either of them, or say again what one has said.
 *
 * The signature is HMAC-SHA-256 over the bytes of the body with a secret that both have in a file. A heartbeat counts up
 * within its process and has an instant; an answer repeats the number that it answers.
 */
import { createHash, createHmac } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import { isSameText } from '../session/one-time-code.ts';

/** The header of a request or an answer that has its signature, hexadecimal. */
export const SIGNATURE = 'x-tradedeck-signature';

export interface Heartbeat {
  readonly heartbeat: 'tradedeck-heartbeat';
  readonly version: 1;
  /** A farewell is the last word of a session that ends as it should. */
  readonly kind: 'beat' | 'farewell';
  /** The folder's name, which no other session has. */
  readonly session: string;
  /** Of the process: another one goes on with another. */
  readonly instance: string;
  /** Counts up by one within an instance. */
  readonly sequence: number;
  /** Milliseconds since 1970, by the clock of the session's machine. */
  readonly at: number;
  /** Names the account without telling its number; empty on paper. */
  readonly account: string;
  /** Its last digits, for people; empty on paper. */
  readonly tail: string;
  readonly mode: string;
  readonly deck: string;
  /** The trading state of the account. */
  readonly state: string;
  /** Orders at work, and positions that are held. */
  readonly orders: number;
  readonly positions: number;
  /** Records of the journal, and the hash of the newest: with these `journal verify --told` finds one that was written anew. */
  readonly records: number;
  readonly hash: string;
}

export interface HeartbeatAnswer {
  readonly answer: 'tradedeck-heartbeat';
  /** Whether it was taken; otherwise `why` says what is wrong with it. */
  readonly isTaken: boolean;
  readonly why: string;
  readonly session: string;
  readonly sequence: number;
  /** How long silence is borne, and what is done then. */
  readonly silentMs: number;
  readonly ifSilent: string;
  /** Why the account of this very process was stopped at its broker meanwhile; null where it was not. */
  readonly stopped: string | null;
}

/** Shortest secret, in characters: 32 hexadecimal digits are 128 bits. */
const SECRET_MIN = 32;

/** Refuses a secret that could be guessed. */
export function checkSecret(secret: Secret, file: string): Secret {
  if (secret.reveal().length >= SECRET_MIN) return secret;
  const rule = `the secret of heartbeats must have at least ${SECRET_MIN} characters`;
  throw new Fault('keys.short', rule, { file }, 'openssl rand -hex 32 makes one');
}

export function signatureOf(secret: Secret, body: string): string {
  return createHmac('sha256', secret.reveal()).update(body).digest('hex');
}

export function isSignedWith(secret: Secret, body: string, signature: string | undefined): boolean {
  return isSameText(signatureOf(secret, body), signature ?? '');
}

/** Names an account in heartbeats: whoever reads one cannot use it, and two with the same last digits differ. */
export function accountIdOf(broker: string, number: string): string {
  return createHash('sha256').update(`${broker} ${number}`).digest('hex').slice(0, 16);
}

const FIELDS: Readonly<Record<keyof Heartbeat, (value: unknown) => boolean>> = {
  heartbeat: (value) => value === 'tradedeck-heartbeat',
  version: (value) => value === 1,
  kind: (value) => value === 'beat' || value === 'farewell',
  session: isName,
  instance: isName,
  sequence: isCount,
  at: isCount,
  account: isText,
  tail: isText,
  mode: isText,
  deck: isText,
  state: isText,
  orders: isCount,
  positions: isCount,
  records: isCount,
  hash: isText,
};

/** Reads a heartbeat whose signature was right; a `Fault` where a field is missing, wrong, or not known. */
export function heartbeatIn(body: string): Heartbeat {
  let found: unknown;
  try {
    found = JSON.parse(body);
  } catch {
    throw new Fault('heartbeat.malformed', 'a heartbeat is JSON');
  }
  if (typeof found !== 'object' || found === null) throw new Fault('heartbeat.malformed', 'a heartbeat is an object');
  const given = found as Readonly<Record<string, unknown>>; // An object: its fields are looked at one by one.
  for (const [key, isOf] of Object.entries(FIELDS)) {
    if (!isOf(given[key])) throw new Fault('heartbeat.malformed', `a heartbeat has a wrong ${key}`);
  }
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(FIELDS, key));
  if (unknown !== undefined) throw new Fault('heartbeat.malformed', 'a heartbeat has a field that is not known');
  return found as Heartbeat; // Each of its fields was just looked at.
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 200;
}

function isName(value: unknown): boolean {
  return isText(value) && value !== '';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
