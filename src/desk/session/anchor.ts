/**
 * Anchors: who, on a day, saw the journal of a session end with which hash, signed with a key that is not the desk's.
 *
 * A chain of hashes shows what was changed by who does not write all of it anew; an anchor that is kept elsewhere shows
 * that too. Signatures are Ed25519; keys are PEM files, as `openssl genpkey -algorithm ed25519` makes them.
 */
import { Buffer } from 'node:buffer';
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { Fault, show } from '../../base/fault.ts';
import { journalFolders, readStored, type StoredJournal } from './stored-journal.ts';

export const ANCHOR = 'tradedeck-anchor';

/** One line of a file of anchors. */
export interface Anchor {
  readonly anchor: typeof ANCHOR;
  readonly version: 1;
  /** Hash of the first record: which journal it is. */
  readonly journal: string;
  /** When it was made, ISO 8601, by the clock of who made it. */
  readonly at: string;
  /** Records that were there, the head included, and the hash of the last. */
  readonly records: number;
  readonly hash: string;
  /** Of everything before it, base64. */
  readonly signature: string;
}

/** Makes an anchor of a journal as it stands. */
export function anchorOf({ hashes }: StoredJournal, key: KeyObject, at: string): Anchor {
  const unsigned = {
    anchor: ANCHOR,
    version: 1,
    journal: hashes[0],
    at,
    records: hashes.length,
    hash: hashes[hashes.length - 1],
  } as const;
  return { ...unsigned, signature: sign(null, Buffer.from(JSON.stringify(unsigned)), key).toString('base64') };
}

/** Holds a journal against what a message told of it: `RECORDS:HASH`. A `Fault` where it had another hash then, or fewer records now. */
export function checkTold({ hashes }: Pick<StoredJournal, 'hashes'>, told: string): void {
  const [, count, hash] = /^(\d+):([0-9a-f]{64})$/.exec(told) ?? [];
  if (hash === undefined) {
    throw new Fault('config.value', `must be RECORDS:HASH as a message told it, was ${show(told)}`, {
      field: '--told',
    });
  }
  const records = Number(count);
  if (records > hashes.length) {
    const rule = `it was told with ${records} records, now it has ${hashes.length}: the rest is gone`;
    throw new Fault('journal.anchor', rule);
  }
  if (hashes[records - 1] !== hash) {
    throw new Fault('journal.anchor', `its first ${records} records are not those that were told: it was written anew`);
  }
}

/** A journal that was looked at to be anchored. */
export interface Looked {
  /** Folder of its segments. */
  readonly folder: string;
  /** The new anchor; undefined where the newest one is of the journal as it stands. */
  readonly anchor?: Anchor;
  /** Why it was not anchored: it is damaged, or is not what it was. */
  readonly wrong?: string;
}

/**
 * Anchors every journal below a folder that has grown since its newest anchor in `before`, a file's text. What does not agree
 * with its own anchors gets no new one, and says so.
 */
export function anchorAll(below: string, before: string, key: KeyObject, at: string): readonly Looked[] {
  const known = createPublicKey(key);
  return journalFolders(below).map((folder) => {
    try {
      const stored = readStored(folder);
      const isKnown = before.includes(`"journal":"${stored.hashes[0]}"`);
      const { newest } = isKnown ? checkAnchors(stored, before, known, below) : {};
      const isSame = newest?.records === stored.hashes.length;
      return isSame ? { folder } : { folder, anchor: anchorOf(stored, key, at) };
    } catch (error) {
      return { folder, wrong: error instanceof Error ? error.message : String(error) };
    }
  });
}

export interface AnchorCheck {
  /** Anchors of this journal that it agrees with. */
  readonly agreeing: number;
  /** Anchors of other journals, whose signatures are right. */
  readonly others: number;
  /** The newest that agrees. */
  readonly newest: Anchor;
}

/**
 * Holds a journal against the lines of a file of anchors. A signature that is wrong, a journal that is shorter than it
 * was or that had another hash then, and a file without an anchor of this journal are `Fault`s.
 */
export function checkAnchors({ hashes }: StoredJournal, text: string, key: KeyObject, file: string): AnchorCheck {
  let others = 0;
  const agreeing: Anchor[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const wrong = (rule: string): Fault => new Fault('journal.anchor', rule, { file, line: index + 1 });
    const anchor = anchorIn(line, wrong);
    const { signature, ...unsigned } = anchor;
    if (!verify(null, Buffer.from(JSON.stringify(unsigned)), key, Buffer.from(signature, 'base64'))) {
      throw wrong('the signature is not of this key, or the line was changed');
    }
    if (anchor.journal !== hashes[0]) {
      others++;
      continue;
    }
    const { records, at } = anchor;
    if (records > hashes.length) {
      throw wrong(`on ${at} the journal had ${records} records, now it has ${hashes.length}: the rest is gone`);
    }
    if (hashes[records - 1] !== anchor.hash) {
      throw wrong(`the first ${records} records are not those of ${at}: the journal was written anew`);
    }
    agreeing.push(anchor);
  }
  const newest = agreeing.at(-1);
  if (newest === undefined) throw new Fault('journal.anchor', 'no anchor in it is of this journal', { file });
  return { agreeing: agreeing.length, others, newest };
}

function anchorIn(line: string, wrong: (rule: string) => Fault): Anchor {
  let anchor: Partial<Anchor> | null;
  try {
    anchor = JSON.parse(line) as Partial<Anchor> | null;
  } catch (error) {
    throw wrong(`the line is no anchor: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { journal, at, records, hash, signature } = anchor ?? {};
  const isWhole = [journal, at, hash, signature].every((each) => typeof each === 'string') && Number.isInteger(records);
  if (anchor?.anchor !== ANCHOR || anchor.version !== 1 || !isWhole) throw wrong('the line is no anchor');
  // Every field was just looked at.
  return anchor as Anchor;
}
