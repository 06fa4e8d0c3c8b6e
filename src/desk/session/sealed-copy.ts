/**
 * Copies of a session's journal that only somebody elsewhere can read: the desk has the public key, and whoever takes the
 * disk with the copy has nothing.
 *
 * A sealed copy is one file that only grows, a JSON line for each piece: where its bytes lie in the journal, their SHA-256, and
 * the bytes, encrypted with AES-256-GCM under a key of that piece alone, which X25519 (RFC 7748) and HKDF (RFC 5869) make
 * of the public key and of a pair that is forgotten. All of a line is under the seal's tag.
 */
import { Buffer } from 'node:buffer';
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { readSegments, type StoredSegment } from '../../adapters/session-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { standing, type CopiedJournal } from './copy-journal.ts';
import { appendSynced } from './synced.ts';

export const SEALED_FILE = 'journal.sealed';
/** Bytes of a piece at most: what is sealed and opened at once. */
const PIECE_MAX = 8 << 20;
const TAG_BYTES = 16;
/** Each key seals one piece, so the nonce may be the same for all. */
const NONCE = Buffer.alloc(12);

interface Piece {
  readonly segment: string;
  /** Where in the segment it begins, and how many bytes it has. */
  readonly from: number;
  readonly bytes: number;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly digest: string;
  /** The public half of the pair that was made for it, base64 of its DER form. */
  readonly key: string;
}

interface SealedPiece extends Piece {
  /** Ciphertext and tag, base64. */
  readonly text: string;
}

/** Brings the sealed copy in the folder `to` up to date; nobody here can read it back. */
export function sealCopy(from: string, to: string, key: KeyObject): CopiedJournal {
  const { stored, segments } = readSegments(from);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const file = join(to, SEALED_FILE);
  const sealed = new Map<string, number>();
  for (const { line, piece } of piecesIn(file, 'continue')) {
    const bytes = segments.find(({ name }) => name === piece.segment)?.bytes.subarray(piece.from, end(piece));
    if (piece.from !== (sealed.get(piece.segment) ?? 0) || bytes === undefined || digestOf(bytes) !== piece.digest) {
      throw new Fault(
        'journal.copy-differs',
        'the copy is not of the beginning of this journal',
        { file, line },
        'keep both, and hold each against its anchors',
      );
    }
    sealed.set(piece.segment, end(piece));
  }
  let added = 0;
  for (const segment of segments) {
    for (let at = sealed.get(segment.name) ?? 0; at < segment.bytes.length; at += PIECE_MAX) {
      const piece = seal(segment, at, key);
      appendSynced(file, `${JSON.stringify(piece)}\n`);
      added += piece.bytes;
    }
  }
  return { ...standing(stored, from, to), added };
}

/** Opens the sealed copy in the folder `from` into segments in the folder `to`, which must be empty, and reads them back. */
export function openCopy(from: string, to: string, key: KeyObject): CopiedJournal {
  const file = join(from, SEALED_FILE);
  if (!existsSync(file)) throw new Fault('journal.no-copy', 'there is no sealed copy of a journal', { file: from });
  if (existsSync(to) && readdirSync(to).length > 0) {
    throw new Fault('journal.occupied', 'what is restored goes into a folder that has nothing', { file: to });
  }
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const opened = new Map<string, number>();
  let added = 0;
  for (const { line, piece } of piecesIn(file, 'read')) {
    const bytes = open(piece, key, { file, line });
    if (piece.from !== (opened.get(piece.segment) ?? 0)) {
      throw new Fault('journal.sealed', `the piece before byte ${piece.from} of ${piece.segment} is missing`, {
        file,
        line,
      });
    }
    appendSynced(join(to, piece.segment), bytes);
    opened.set(piece.segment, end(piece));
    added += piece.bytes;
  }
  return { ...standing(readSegments(to).stored, from, to), added };
}

/** Reads what is sealed; a line that was cut off is taken away before it is continued, and left alone otherwise. */
function piecesIn(file: string, use: 'continue' | 'read'): { readonly line: number; readonly piece: SealedPiece }[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'latin1');
  const whole = text.lastIndexOf('\n') + 1;
  if (use === 'continue' && whole < text.length) truncateSync(file, whole);
  const lines = text.slice(0, whole).split('\n').slice(0, -1);
  return lines.map((each, index) => ({ line: index + 1, piece: pieceIn(each, { file, line: index + 1 }) }));
}

function pieceIn(line: string, place: { file: string; line: number }): SealedPiece {
  let piece: Partial<SealedPiece> | null;
  try {
    piece = JSON.parse(line) as Partial<SealedPiece> | null;
  } catch {
    throw new Fault('journal.sealed', 'the line is no sealed piece of a journal', place);
  }
  const { segment, from, bytes, digest, key, text } = piece ?? {};
  const isWhole =
    typeof segment === 'string' &&
    /^\d{6}\.jnl$/.test(segment) &&
    Number.isInteger(from) &&
    Number.isInteger(bytes) &&
    [digest, key, text].every((each) => typeof each === 'string');
  if (!isWhole) throw new Fault('journal.sealed', 'the line is no sealed piece of a journal', place);
  // Every field was just looked at.
  return piece as SealedPiece;
}

function seal({ name, bytes }: StoredSegment, from: number, key: KeyObject): SealedPiece {
  const plain = bytes.subarray(from, from + PIECE_MAX);
  const pair = generateKeyPairSync('x25519');
  const piece: Piece = {
    segment: name,
    from,
    bytes: plain.length,
    digest: digestOf(plain),
    key: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
  const cipher = createCipheriv('aes-256-gcm', secretOf(pair.privateKey, key, pair.publicKey), NONCE);
  cipher.setAAD(sealedTerms(piece));
  const text = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64');
  return { ...piece, text };
}

function open(piece: SealedPiece, key: KeyObject, place: { file: string; line: number }): Buffer {
  try {
    const sealed = Buffer.from(piece.text, 'base64');
    const own = createPublicKey({ key: Buffer.from(piece.key, 'base64'), format: 'der', type: 'spki' });
    const secret = secretOf(key, own, own);
    const decipher = createDecipheriv('aes-256-gcm', secret, NONCE, { authTagLength: TAG_BYTES });
    decipher.setAAD(sealedTerms(piece));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw new Fault('journal.sealed', 'the piece is sealed for another key, or was changed', place);
  }
}

/** The key of a piece: of a private and a public key, bound to the public one that was made for the piece. */
function secretOf(own: KeyObject, other: KeyObject, ofPiece: KeyObject): Buffer {
  const shared = diffieHellman({ privateKey: own, publicKey: other });
  const salt = ofPiece.export({ format: 'der', type: 'spki' });
  return Buffer.from(hkdfSync('sha256', shared, salt, 'tradedeck sealed journal', 32));
}

function sealedTerms({ segment, from, bytes, digest, key }: Piece): Buffer {
  return Buffer.from(JSON.stringify([segment, from, bytes, digest, key]));
}

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

function end({ from, bytes }: Piece): number {
  return from + bytes;
}
