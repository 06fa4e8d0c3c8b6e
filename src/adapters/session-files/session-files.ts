/**
 * Segments of a session's journal as files: appended to, synced before anything leaves, and read back whole or not at
 * all.
 *
 * What is appended is with the operating system at once, and sure only after `sync`. A tail that a crash tore is put
 * aside beside the segment, never thrown away; damage anywhere else stops the reader, with the record's number. Only their
 * owner reads them, they are opened for appending alone, and a segment that is complete is made read-only.
 */
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import * as nodeFileSystem from 'node:fs';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { GENESIS, readSegment, type Digests, type Disk } from '../../engine/live/index.ts';

/** Where a hash and the text after it lie side by side while they are hashed: one place for all. */
let chained = Buffer.alloc(1 << 12);

/** Digests of the machine. */
export const nodeDigests: Digests = {
  chain: (before, text) => {
    const length = before.length + text.length;
    if (length > chained.length) chained = Buffer.alloc(2 * length);
    chained.set(before);
    chained.set(text, before.length);
    return hash('sha256', chained.subarray(0, length), 'buffer');
  },
  crc: (bytes) => crc32(bytes),
  text: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
  write: (text, bytes, from) => {
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).write(text, from, 'latin1');
  },
};

/** What writes and syncs: that of the machine, or one whose n-th call fails. */
export type FileSystem = Pick<
  typeof nodeFileSystem,
  'openSync' | 'closeSync' | 'writeSync' | 'fsyncSync' | 'fdatasync' | 'ftruncateSync'
>;

/** Bytes after which another segment begins. */
const SEGMENT_MAX = 64 * 1024 * 1024;

/** The file whose room is given up when the disk is full: what a person does about it must still be written down. */
const RESERVE = 'reserve';
/** Room for some thousand orders that are canceled. */
export const RESERVE_BYTES = 512 * 1024;

/** A journal as it was found. */
export interface StoredSession {
  readonly texts: readonly string[];
  /** Hash of the last record. */
  readonly hash: Uint8Array;
  /** Bytes of a tail that a crash tore, which are not among the records. */
  readonly torn: number;
}

interface Found extends StoredSession {
  /** Files of the segments, oldest first. */
  readonly files: readonly string[];
  /** Bytes of the last segment that are records. */
  readonly length: number;
}

/** Reads all segments in a folder; without any, there are no records. */
export function readSession(folder: string): StoredSession {
  return find(folder);
}

/** One segment: its file name, and the bytes of it that are records. */
export interface StoredSegment {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Reads and checks all segments, as bytes too: what a copy is made of, and held against. */
export function readSegments(folder: string): { readonly stored: StoredSession; readonly segments: StoredSegment[] } {
  const segments: StoredSegment[] = [];
  return { stored: find(folder, segments), segments };
}

/** Finds and checks the segments in a folder; `taken` gets what was read of each. */
function find(folder: string, taken?: StoredSegment[]): Found {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^\d{6}\.jnl$/.test(name)) : [];
  const files = names.sort().map((name) => join(folder, name));
  const texts: string[] = [];
  let hash = GENESIS;
  let torn = 0;
  let length = 0;
  for (const [index, file] of files.entries()) {
    if (basename(file) !== segmentName(index)) {
      throw new Fault('journal.damaged', `segment ${segmentName(index)} is missing`, { file: folder });
    }
    const last = index === files.length - 1;
    const bytes = readFileSync(file);
    const segment = readSegment(bytes, { before: hash, file, first: texts.length, last, digests: nodeDigests });
    for (const text of segment.texts) texts.push(text);
    ({ hash, torn, length } = segment);
    taken?.push({ name: basename(file), bytes: bytes.subarray(0, length) });
  }
  return { texts, hash, torn, files, length };
}

export class SessionFiles implements Disk {
  /** What was there when the journal was opened. */
  readonly stored: StoredSession;
  private readonly folder: string;
  private readonly fs: FileSystem;
  private segments: number;
  private file: number;
  private size: number;

  /** The disk was full once: what is written since is written into what was kept in reserve. */
  isShort = false;
  private reserve: number;
  /** Bytes that are kept while all is well. */
  private readonly reserveMax: number;

  /** Opens the journal in `folder`, or begins one. So many bytes are kept in `reserve` beside it. */
  constructor(folder: string, fs: FileSystem = nodeFileSystem, reserve = 0) {
    this.folder = folder;
    this.fs = fs;
    this.reserve = reserve;
    this.reserveMax = reserve;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { files, length, ...stored } = find(folder);
    this.stored = stored;
    this.segments = Math.max(1, files.length);
    const path = join(folder, segmentName(this.segments - 1));
    if (stored.torn > 0) {
      // It is no record, and it is not ours to throw away.
      writeFileSync(`${path}.torn-${length}`, readFileSync(path).subarray(length), { mode: 0o400 });
    }
    this.file = this.fs.openSync(path, 'a', 0o600);
    if (stored.torn > 0) this.fs.ftruncateSync(this.file, length);
    this.size = length;
    if (reserve > 0) this.keep(reserve);
    this.syncFolder();
  }

  /** Moves the segments of a session that is to be played again out of the way; nothing is thrown away. */
  static setAside(folder: string): void {
    let number = 1;
    while (existsSync(`${folder}.${number}`)) number++;
    renameSync(folder, `${folder}.${number}`);
  }

  append(bytes: Uint8Array): void {
    if (this.size > 0 && this.size + bytes.length > SEGMENT_MAX) this.next();
    try {
      this.write(bytes);
    } catch (error) {
      const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
      if (!isFull || this.reserve === 0) throw error;
      // What was written of it is taken back, or what follows would follow half a record.
      this.fs.ftruncateSync(this.file, this.size);
      this.free();
      this.write(bytes);
    }
    this.size += bytes.length;
  }

  private write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.fs.writeSync(this.file, bytes, at);
  }

  /** Takes room that nobody else can have. */
  private keep(bytes: number): void {
    const file = this.fs.openSync(join(this.folder, RESERVE), 'w');
    try {
      // Not zeros: there are disks that keep no room for those.
      const room = Buffer.alloc(bytes, 'reserve ');
      for (let at = 0; at < bytes;) at += this.fs.writeSync(file, room, at);
      this.fs.fsyncSync(file);
    } finally {
      this.fs.closeSync(file);
    }
  }

  /** Takes the reserve back where there is room again; where there is none the disk stays short. */
  refill(): void {
    if (!this.isShort) return;
    try {
      this.keep(this.reserveMax);
    } catch {
      this.free();
      return;
    }
    this.reserve = this.reserveMax;
    this.isShort = false;
  }

  private free(): void {
    this.reserve = 0;
    this.isShort = true;
    const file = this.fs.openSync(join(this.folder, RESERVE), 'r+');
    try {
      this.fs.ftruncateSync(file, 0);
    } finally {
      this.fs.closeSync(file);
    }
  }

  sync(done: (error?: Error) => void): void {
    this.fs.fdatasync(this.file, (error) => done(error ?? undefined));
  }

  close(): void {
    this.closeFile();
    rmSync(join(this.folder, RESERVE), { force: true });
  }

  private closeFile(): void {
    this.fs.fsyncSync(this.file);
    this.fs.closeSync(this.file);
  }

  /** Closes the segment, which is complete on the disk before another begins. */
  private next(): void {
    this.closeFile();
    const complete = join(this.folder, segmentName(this.segments - 1));
    this.file = this.fs.openSync(join(this.folder, segmentName(this.segments++)), 'ax', 0o600);
    chmodSync(complete, 0o400);
    this.size = 0;
    this.syncFolder();
  }

  /** A new file is only sure to be found once its folder is synced. */
  private syncFolder(): void {
    const folder = this.fs.openSync(this.folder, 'r');
    try {
      this.fs.fsyncSync(folder);
    } finally {
      this.fs.closeSync(folder);
    }
  }
}

/** The file of a segment, counted from 0. */
export function segmentName(index: number): string {
  assert(index >= 0 && index < 999_999, 'a journal has at most 999,999 segments');
  return `${String(index + 1).padStart(6, '0')}.jnl`;
}
