/**
 * The file in which a start leaves its modules for the next: each as a function, with what V8 has compiled of it.
 *
 * It lies in the package's own folder, `.cache`, because whoever can write there can change the code anyway. A module is
 * fresh as long as its file has the same size, times and place on the disk; the time of the last change of a file cannot be
 * set by hand, so that an edit is always seen. Where the folder cannot be written, nothing is kept and nothing is said: it is
 * only slower.
 */
import process from '../node/process.js';

const fs = process.getBuiltinModule('node:fs');
const { dirname } = process.getBuiltinModule('node:path');
const { fileURLToPath } = process.getBuiltinModule('node:url');

/** Bytes of the numbers before the header: its length, and that of the whole file. */
const PREFIX = 8;
/** V8 copies compiled code that does not begin at such a place. */
const ALIGNED = 8;
/** A file that was changed so shortly before is not kept: a second change may bear the same time. */
const RESTED_MS = 3000;
/** A file that somebody began to write so long ago will not be finished. */
const ABANDONED_MS = 60_000;

/**
 * Returns what tells one state of a file from another: size, times of change of content and of anything, and place on the
 * disk; `undefined` where there is no file.
 */
export function stampOf(url) {
  const stat = fs.statSync(fileURLToPath(url), { throwIfNoEntry: false });
  return stat === undefined ? undefined : [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino];
}

export function isSameStamp(one, other) {
  return one !== undefined && other !== undefined && one.every((value, i) => value === other[i]);
}

/** Whether a file with this stamp has been as it is for long enough to be kept. */
export function isRested([, changed, touched], now) {
  return Math.max(changed, touched) < now - RESTED_MS;
}

/**
 * Returns the modules that were kept in `file`, by their URLs, or none if they are not for this launcher (`maker`: stamps of
 * its own files), are incomplete, or could have been written by others.
 *
 * A module is `{ url, stamp, needs, atOnce, isPlain, read() }`: `needs` are the URLs of ours and the names of others that it
 * imports, the first `atOnce` of them when it runs and the rest perhaps later, `isPlain` says whether its text is ASCII.
 * `read()` returns `{ text, code }`: the bytes of its function and what V8 has compiled of it, if any. A module without
 * `read` cannot be a function.
 */
export function readKept(file, maker) {
  const kept = new Map();
  const opened = openTrusted(file);
  if (opened === undefined) return kept;
  const bytesAt = (start, end) => {
    const bytes = Buffer.allocUnsafeSlow(end - start);
    if (fs.readSync(opened.descriptor, bytes, 0, bytes.length, start) === bytes.length) return bytes;
    throw new Error(`${file} was shortened while it was in use`);
  };
  const prefix = bytesAt(0, PREFIX);
  const length = prefix.readUInt32LE(0);
  if (prefix.readUInt32LE(4) !== opened.size || PREFIX + length > opened.size) return kept;
  const header = parsed(bytesAt(PREFIX, PREFIX + length).latin1Slice());
  if (JSON.stringify(header?.maker) !== JSON.stringify(maker)) return kept;
  const { urls } = header;
  const body = aligned(PREFIX + length);
  for (const [at, stamp, needs, atOnce, isPlain, start, end, codeEnd] of header.modules) {
    const read = () => {
      const bytes = bytesAt(body + start, body + Math.max(end, codeEnd));
      const codeStart = aligned(end) - start;
      return { text: bytes.subarray(0, end - start), code: codeEnd > end ? bytes.subarray(codeStart) : undefined };
    };
    kept.set(urls[at], {
      url: urls[at],
      stamp,
      needs: needs.map((need) => (typeof need === 'number' ? urls[need] : need)),
      atOnce,
      isPlain,
      read: end > start ? read : undefined,
    });
  }
  return kept;
}

/**
 * Opens a file that belongs to us or to the owner of this package and that nobody else can write. It stays open: what is read
 * later is of the same file, whatever has taken its name.
 */
function openTrusted(file) {
  try {
    const descriptor = fs.openSync(file, 'r');
    const { uid, mode, size } = fs.fstatSync(descriptor);
    // Where there are no such owners, as on Windows, the folder's rights decide.
    if (process.getuid === undefined) return size < PREFIX ? undefined : { descriptor, size };
    const isOurs = uid === process.getuid() || uid === fs.statSync(fileURLToPath(import.meta.url)).uid;
    return isOurs && (mode & 0o022) === 0 && size >= PREFIX ? { descriptor, size } : undefined;
  } catch (error) {
    if (error.syscall === undefined) throw error;
    return undefined;
  }
}

/**
 * Writes the modules that `make` returns to `file`, whole or not at all. While one process does so, others that want to leave
 * it alone.
 */
export function writeKept(file, maker, make) {
  const unfinished = `${file}.new`;
  let descriptor;
  try {
    fs.mkdirSync(dirname(file), { recursive: true });
    const begun = fs.statSync(unfinished, { throwIfNoEntry: false });
    if (begun !== undefined && begun.mtimeMs < Date.now() - ABANDONED_MS) fs.rmSync(unfinished, { force: true });
    descriptor = fs.openSync(unfinished, 'wx', 0o644);
    for (const part of partsOf(maker, make())) fs.writeSync(descriptor, part);
    // A file must not be found with its name and without its bytes after the power went.
    fs.fdatasyncSync(descriptor);
    fs.renameSync(unfinished, file);
  } catch (error) {
    // A full disk, a folder that cannot be written, another process at the same work: the next start is as this one was.
    if (descriptor !== undefined) fs.rmSync(unfinished, { force: true });
    if (error.syscall === undefined) throw error;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function partsOf(maker, modules) {
  const urls = modules.map(({ url }) => url);
  const places = new Map(urls.map((url, i) => [url, i]));
  const placeOf = (need) => {
    if (!need.startsWith('file:')) return need;
    if (!places.has(need)) places.set(need, urls.push(need) - 1);
    return places.get(need);
  };
  const parts = [];
  let at = 0;
  const add = (bytes) => {
    const start = at;
    const padding = Buffer.alloc(aligned(at + bytes.length) - at - bytes.length);
    parts.push(bytes, padding);
    at += bytes.length + padding.length;
    return start;
  };
  const listed = modules.map(({ url, stamp, needs, atOnce, isPlain, text = EMPTY, code = EMPTY }) => {
    const start = add(text);
    const end = start + text.length;
    const codeEnd = add(code) + code.length;
    return [places.get(url), stamp, needs.map(placeOf), atOnce, isPlain, start, end, codeEnd];
  });
  const header = Buffer.from(JSON.stringify({ maker, urls, modules: listed }), 'latin1');
  const padding = Buffer.alloc(aligned(PREFIX + header.length) - PREFIX - header.length);
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32LE(header.length, 0);
  prefix.writeUInt32LE(PREFIX + header.length + padding.length + at, 4);
  return [prefix, header, padding, ...parts];
}

const EMPTY = Buffer.alloc(0);

function aligned(place) {
  return Math.ceil(place / ALIGNED) * ALIGNED;
}
