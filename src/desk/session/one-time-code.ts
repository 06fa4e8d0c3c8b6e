/**
 * The second factor: a code of six digits that an authenticator shows for half a minute (TOTP, RFC 6238, over HMAC-SHA-1 as
 * RFC 4226 has it, which is what authenticators speak). A stolen signing key alone lets nothing go.
 *
 * Each key that may approve has a secret of its own beside it, `NAME.totp` for `NAME.pem`, which only its owner may read. A
 * code is good once, half a minute early or late; after five wrong ones nobody's code is taken for five minutes. What stops
 * never needs one.
 */
import type { Buffer } from 'node:buffer';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { Secret } from '../../base/secret.ts';
import { secretOfFile } from '../wiring/keys.ts';
import { replaceSynced } from './synced.ts';

const STEP_MS = 30_000;
const DIGITS = 6;
/** Bytes of a secret: as many as the hash has. */
const SECRET_BYTES = 20;
const WRONG_MAX = 5;
const LOCKED_MS = 5 * 60_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What is remembered of a secret's use. */
interface Used {
  /** The newest step whose code was taken. */
  readonly step: number;
  /** When codes were wrong, milliseconds since 1970. */
  readonly wrong: readonly number[];
}

/** Where the secret of a key lies. */
export function secretFileOf(keyFile: string): string {
  return keyFile.replace(/\.pem$/, '.totp');
}

/** The code of a step of half a minute since 1970: RFC 4226, 5.3. */
export function codeOf(secret: Uint8Array, step: number): string {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest[digest.length - 1] % 16;
  const value = digest.readUInt32BE(offset) % 2 ** 31;
  return String(value % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** Makes the secret of a key and returns it, for an authenticator; one that is there is never overwritten. */
export function makeSecret(keyFile: string): Secret {
  const file = secretFileOf(keyFile);
  const secret = new Secret(base32(randomBytes(SECRET_BYTES)));
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (existsSync(file)) {
    const rule = 'there is a second factor already, and it is not overwritten';
    throw new Fault('approval.has-second-factor', rule, { file }, 'take the file away first, on this machine');
  }
  const opened = openSync(file, 'wx', 0o600);
  writeSync(opened, `${secret.reveal()}\n`);
  closeSync(opened);
  return secret;
}

/** The address by which an authenticator takes a secret. */
export function authenticatorUrl(secret: Secret, keyFile: string): Secret {
  const name = encodeURIComponent(`tradedeck:${basename(keyFile, '.pem')}`);
  const more = `issuer=tradedeck&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1000}`;
  return new Secret(`otpauth://totp/${name}?secret=${secret.reveal()}&${more}`);
}

/** Takes a code for a key, once; a `Fault` where it is not taken. */
export function takeCode(keyFile: string, code: string | undefined, nowMs: number): void {
  checkCode(keyFile, code, nowMs)();
}

/**
 * Looks at a code for a key; a `Fault` where it is not good, and what counts it as used where it is. That is a `Fault` where
 * somebody else has used it meanwhile.
 */
export function checkCode(keyFile: string, code: string | undefined, nowMs: number): () => void {
  const file = secretFileOf(keyFile);
  const hint = 'the same command with --code and the six digits of your authenticator';
  if (!existsSync(file)) {
    const rule = 'this needs a second factor, and there is none for the key that signed';
    throw new Fault('approval.no-second-factor', rule, { file }, 'tradedeck second-factor makes one');
  }
  if (code === undefined) throw new Fault('approval.no-code', 'this needs a code of your authenticator too', {}, hint);
  const used = usedOf(file);
  const wrong = used.wrong.filter((at) => nowMs - at < LOCKED_MS);
  if (wrong.length >= WRONG_MAX) {
    const left = Math.ceil((wrong[0] + LOCKED_MS - nowMs) / 1000);
    throw new Fault('approval.locked', `${WRONG_MAX} codes were wrong: none is taken for ${left} s`, {}, hint);
  }
  const secret = unbase32(secretOfFile(file, 'TOTP_SECRET'), file);
  const now = Math.floor(nowMs / STEP_MS);
  const step = [now, now - 1, now + 1].find((each) => isSameText(codeOf(secret, each), code));
  if (step === undefined) {
    keep(file, { step: used.step, wrong: [...wrong, nowMs] });
    throw new Fault('approval.code', 'the code is not that of the authenticator now', {}, hint);
  }
  const use = ({ step: before, wrong: mistakes }: Used): Used => {
    if (step > before) return { step, wrong: mistakes };
    throw new Fault('approval.code-used', 'the code was used already', {}, 'wait for the next one, half a minute');
  };
  use(used);
  return () => keep(file, use(usedOf(file)));
}

/** Whether two texts are the same, in a time that does not tell how far they are. */
export function isSameText(a: string, b: string): boolean {
  const [x, y] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

/** What was used; a file that is not understood takes no code at all. */
function usedOf(file: string): Used {
  const path = `${file}.used`;
  if (!existsSync(path)) return { step: -1, wrong: [] };
  let found: Partial<Used> | null;
  try {
    found = JSON.parse(readFileSync(path, 'utf8')) as Partial<Used> | null;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('approval.malformed', `what was used of the second factor cannot be read: ${why}`, { file: path });
  }
  const { step, wrong } = found ?? {};
  if (typeof step === 'number' && Array.isArray(wrong)) return { step, wrong };
  throw new Fault('approval.malformed', 'it does not say what was used of the second factor', { file: path });
}

function keep(file: string, used: Used): void {
  replaceSynced(`${file}.used`, JSON.stringify(used));
}

/** RFC 4648, without padding. */
function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map((each) => ALPHABET[Number.parseInt(each.padEnd(5, '0'), 2)]).join('');
}

function unbase32(secret: Secret, file: string): Uint8Array {
  let bits = '';
  for (const letter of secret.reveal().toUpperCase().replaceAll('=', '')) {
    const value = ALPHABET.indexOf(letter);
    // What it holds is not shown.
    if (value < 0) throw new Fault('keys.malformed', 'the secret of the second factor is not base32', { file });
    bits += value.toString(2).padStart(5, '0');
  }
  const bytes = (bits.match(/.{8}/g) ?? []).map((each) => Number.parseInt(each, 2));
  if (bytes.length < 16) throw new Fault('keys.malformed', 'the secret of the second factor is too short', { file });
  return Uint8Array.from(bytes);
}
