/**
 * Copies of a session's journal on another disk or machine, also while it runs: whole records only, and only ever more of
 * them. A copy that is no beginning of the journal is left as it is: one of the two was changed, and nobody knows which.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { readSegments, type StoredSession } from '../../adapters/session-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { appendSynced } from './synced.ts';

export interface CopiedJournal {
  /** Records in the copy, and the hash of the last, hexadecimal. */
  readonly records: number;
  readonly hash: string;
  /** Bytes that this copying added. */
  readonly added: number;
  /** The copy lies on the same disk, and is lost with it. */
  readonly isSameDisk: boolean;
}

/** Brings the copy of a journal in `to` up to date and reads it back; `from` and `to` are folders of segments. */
export function copyJournal(from: string, to: string): CopiedJournal {
  const { stored, segments } = readSegments(from);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const there = readdirSync(to).filter((name) => /^\d{6}\.jnl$/.test(name));
  const surplus = there.find((name) => !segments.some((segment) => segment.name === name));
  if (surplus !== undefined) throw differs(to, `${surplus} is no segment of this journal`);
  let added = 0;
  for (const { name, bytes } of segments) {
    const file = join(to, name);
    const before = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    // What a copying that was cut off left is the beginning of a record, and of the same bytes.
    if (before.length > bytes.length || Buffer.compare(before, bytes.subarray(0, before.length)) !== 0) {
      throw differs(to, `${name} of the copy is not the beginning of that of the journal`);
    }
    appendSynced(file, bytes.subarray(before.length));
    added += bytes.length - before.length;
  }
  const copy = readSegments(to).stored;
  if (copy.torn > 0 || copy.texts.length !== stored.texts.length || Buffer.compare(copy.hash, stored.hash) !== 0) {
    throw differs(to, 'the copy does not read back as it was written');
  }
  return { ...standing(copy, from, to), added };
}

/** What a copy has, and whether it is lost with the disk of the other. */
export function standing({ texts, hash }: StoredSession, from: string, to: string): Omit<CopiedJournal, 'added'> {
  const isSameDisk = statSync(from).dev === statSync(to).dev;
  return { records: texts.length, hash: Buffer.from(hash).toString('hex'), isSameDisk };
}

function differs(folder: string, rule: string): Fault {
  return new Fault('journal.copy-differs', rule, { file: folder }, 'keep both, and hold each against its anchors');
}
