/**
 * How records lie in a segment of a journal: each with its length, a checksum against torn and flipped bytes, and a
 * hash of itself and of all before it against everything else.
 *
 * A frame is `length u32 | crc32 u32 | text | sha256(hash before ‖ text)`, numbers little-endian, the checksum over text
 * and hash. The text is JSON in ASCII, so bytes and characters are the same. A tail that was torn by a crash is told
 * from damage in the middle by what follows it: after a torn tail nothing that was once whole can come.
 */
import { assert } from '../../base/assert.ts';
import { crc32 } from '../../base/crc32.ts';
import { Fault } from '../../base/fault.ts';
import { Sha256 } from '../../base/sha256.ts';

export const HASH_BYTES = 32;
const HEAD_BYTES = 8;
/** Longest text of a record; a longer one is a bug of whoever made it. */
export const TEXT_MAX = 64_000_000;

/** The hash before the first record of all. */
export const GENESIS: Uint8Array = new Uint8Array(HASH_BYTES);

/** What computes digests: pure ones here, those of the machine where they are at hand. */
export interface Digests {
  /** SHA-256 of `before` followed by `text`. */
  chain(before: Uint8Array, text: Uint8Array): Uint8Array;
  crc(bytes: Uint8Array): number;
  /** The characters of ASCII bytes. */
  text(bytes: Uint8Array): string;
  /** Writes the characters of an ASCII text into bytes, from a place on. */
  write(text: string, bytes: Uint8Array, from: number): void;
}

export const pureDigests: Digests = {
  chain: (before, text) => new Sha256().update(before).update(text).digest(),
  crc: (bytes) => crc32(bytes),
  text: latin,
  write: (text, bytes, from) => {
    for (let i = 0; i < text.length; i++) bytes[from + i] = text.charCodeAt(i);
  },
};

/** A frame and the hash it ends with. */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

/** Frames a record that follows the one with the hash `before`. `text` is JSON in ASCII, see `asciiOf`. */
export function frameOf(text: string, before: Uint8Array, digests: Digests = pureDigests): Frame {
  const { length } = text;
  assert(length <= TEXT_MAX, () => `a record has at most ${TEXT_MAX} bytes, this one ${length}`);
  const bytes = new Uint8Array(HEAD_BYTES + length + HASH_BYTES);
  assert(!BEYOND_ASCII.test(text), 'the text of a record is ASCII');
  digests.write(text, bytes, HEAD_BYTES);
  const hash = digests.chain(before, bytes.subarray(HEAD_BYTES, HEAD_BYTES + length));
  bytes.set(hash, HEAD_BYTES + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint32(4, digests.crc(bytes.subarray(HEAD_BYTES)), true);
  return { bytes, hash };
}

/** What a segment holds. */
export interface Segment {
  readonly texts: readonly string[];
  /** The hash of its last whole record, or the one that came before the segment. */
  readonly hash: Uint8Array;
  /** Bytes up to the end of the last whole record. */
  readonly length: number;
  /** Bytes after it that are no record: a tail that was torn. 0 where the segment is whole. */
  readonly torn: number;
}

/**
 * Reads a segment whose first record follows the hash `before`. `first` is the number of its first record, for errors.
 *
 * A torn tail is reported, and only in the `last` segment; anything else that is not a chain of whole records is a
 * `Fault` that names the segment and the record.
 */
export function readSegment(
  bytes: Uint8Array,
  { before, file, first, last, digests = pureDigests }: ReadOptions,
): Segment {
  const texts: string[] = [];
  let hash = before;
  let at = 0;
  const damaged = (rule: string): Fault =>
    new Fault('journal.damaged', `record ${first + texts.length} at byte ${at}: ${rule}`, { file });
  while (at < bytes.length) {
    const found = frameAt(bytes, at, digests);
    if (found === undefined) {
      const next = nextWhole(bytes, at + 1, digests);
      if (next !== undefined) throw damaged(`is damaged, while a whole record follows at byte ${next}`);
      if (!last) throw damaged('is not whole, and this is not the last segment');
      return { texts, hash, length: at, torn: bytes.length - at };
    }
    const text = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + found);
    const expected = digests.chain(hash, text);
    const stored = bytes.subarray(at + HEAD_BYTES + found, at + HEAD_BYTES + found + HASH_BYTES);
    if (!same(expected, stored)) throw damaged('was changed, or one before it is missing: its hash does not follow');
    texts.push(digests.text(text));
    hash = expected;
    at += HEAD_BYTES + found + HASH_BYTES;
  }
  return { texts, hash, length: at, torn: 0 };
}

interface ReadOptions {
  readonly before: Uint8Array;
  /** Named in errors. */
  readonly file: string;
  /** Number of the first record in it. */
  readonly first: number;
  /** Whether nothing follows this segment. */
  readonly last: boolean;
  readonly digests?: Digests;
}

/** Length of the text of a whole frame at `at`; `undefined` when there is none. */
function frameAt(bytes: Uint8Array, at: number, digests: Digests): number | undefined {
  if (at + HEAD_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEAD_BYTES);
  const length = view.getUint32(0, true);
  const end = at + HEAD_BYTES + length + HASH_BYTES;
  if (length === 0 || length > TEXT_MAX || end > bytes.length) return undefined;
  return digests.crc(bytes.subarray(at + HEAD_BYTES, end)) === view.getUint32(4, true) ? length : undefined;
}

/** Where the next whole frame begins, at or after `from`. */
function nextWhole(bytes: Uint8Array, from: number, digests: Digests): number | undefined {
  for (let at = from; at + HEAD_BYTES < bytes.length; at++) {
    // A record begins with a brace: nearly every other place is ruled out by one look.
    if (bytes[at + HEAD_BYTES] === 0x7b && frameAt(bytes, at, digests) !== undefined) return at;
  }
  return undefined;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < HASH_BYTES; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** JSON with everything beyond ASCII escaped, as it is stored. */
export function asciiOf(json: string): string {
  if (!BEYOND_ASCII.test(json)) return json;
  return json.replaceAll(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const BEYOND_ASCII = /[\u007f-\uffff]/;
const CHUNK = 8192;

function latin(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}
