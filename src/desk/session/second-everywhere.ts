/**
 * The first of two signatures for what concerns all sessions: kept in the desk's home until the second person signs the same, for
 * five minutes. It is proved again then, so a file that somebody wrote by hand is no signature.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import { Fault } from '../../base/fault.ts';
import type { Command } from '../../engine/live/index.ts';
import { canonical } from '../run/identity.ts';
import { approvers, signerOf, type Signed } from './step-up.ts';
import { replaceSynced } from './synced.ts';

/** What was signed, and by a statement of which id. */
export interface SignedWish {
  readonly command: Command;
  readonly reason: string;
  readonly id: string;
  readonly signed: Signed;
}

/** The place of a session in what is signed for all of them. */
export const EVERYWHERE = 'everywhere';

/**
 * Returns both names once a second person has signed the same; where only one has, it is kept, and a `Fault` says who else
 * may. `name` is who has just signed.
 */
export function bothSigners(name: string, wish: SignedWish, nowMs: number): string {
  const file = join(dirname(leaseHome()), 'all-sessions', 'first-signature.json');
  const first = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SignedWish) : undefined;
  const isSame = first !== undefined && wordsOf(first) === wordsOf(wish);
  const other = isSame ? nameOf(first, nowMs) : undefined;
  if (other !== undefined && other !== name) {
    rmSync(file, { force: true });
    return `${other} and ${name}`;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  replaceSynced(file, JSON.stringify(wish));
  const others = [...approvers().keys()].filter((each) => each !== name);
  throw new Fault(
    'approval.second',
    `${name} has signed; a looser limit of all sessions takes a second person within five minutes`,
    {},
    `the same command with the same reason, signed by ${others.join(' or ')}`,
  );
}

function wordsOf({ command, reason }: SignedWish): string {
  return canonical({ command, reason });
}

/** Who signed a wish that was kept; undefined where it is none any more. */
function nameOf({ signed, command, reason, id }: SignedWish, nowMs: number): string | undefined {
  try {
    return signerOf(signed, { session: EVERYWHERE, command, reason, id }, nowMs).name;
  } catch (error) {
    // It is too old, or of a key that may no longer approve: then this is the first signature.
    if (error instanceof Fault && error.code.startsWith('approval.')) return undefined;
    throw error;
  }
}
