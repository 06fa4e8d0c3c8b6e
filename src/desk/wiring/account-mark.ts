/**
 * How an account is written down: by its last four characters, and by a hash with a key of this desk, by which it is
 * recognised again. The whole number stands in no journal, log or state: where it is compared with what the deck names, and on
 * the wire, it is in memory alone.
 *
 * The key lies in the desk's home, `account.key`, made when it is first needed. Who has a journal and not the key cannot try
 * numbers out; who takes sessions to another machine takes the key along, or they find another account behind their keys.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import type { DeckConfig } from '../config/schema.ts';
import { draftOf } from '../whole-files.ts';
import { secretOfFile } from './keys.ts';

const KEY_BYTES = 32;
const HASH_DIGITS = 16;
const TAIL = 4;
/** A number that is shorter stands in words by chance. */
const NUMBER_MIN = 6;

/** The mark of an account, `3f0c…4321`, the same for the same number and desk. It ends as the number does. */
export function accountMark(number: string): string {
  return `${keyed(number)}…${number.slice(-TAIL)}`;
}

/** The same value with the mark in the place of the number, in whatever text it stands. */
export function withMark<T>(value: T, number: string, mark: string): T {
  if (number.length < NUMBER_MIN) return value;
  const marked = (each: unknown): unknown => {
    if (typeof each === 'string') return each.includes(number) ? each.replaceAll(number, mark) : each;
    if (Array.isArray(each)) return each.map(marked);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([name, inner]) => [name, marked(inner)]));
  };
  return marked(value) as T; // Texts alone are changed.
}

/** A deck as journals hold it: its account is a mark. */
export function deckOnRecord(config: DeckConfig): DeckConfig {
  const { account } = config.broker ?? {};
  return account === undefined ? config : withMark(config, account, accountMark(account));
}

function keyed(number: string): string {
  const hmac = createHmac('sha256', secretOfFile(keyFile(), 'ACCOUNT_KEY').reveal());
  return hmac.update(number).digest('hex').slice(0, HASH_DIGITS);
}

/** Where the key lies; one is made where there is none, by one process alone. */
function keyFile(): string {
  const file = join(dirname(leaseHome()), 'account.key');
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = draftOf(file);
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    // Another process was first: its key is the one.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
  return file;
}
