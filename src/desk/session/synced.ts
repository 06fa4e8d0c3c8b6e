/** Files that are on the disk when the call returns, because what is done next relies on what they say; or whole at least. */
import { Buffer } from 'node:buffer';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Adds to a file, which is made where there is none. */
export function appendSynced(file: string, what: string | Uint8Array): void {
  writeAll(file, 'a', what);
}

/** Puts a file in the place of another, whole or not at all. */
export function replaceSynced(file: string, what: string): void {
  writeAll(`${file}.new`, 'w', what);
  renameSync(`${file}.new`, file);
}

/** The same without waiting for the disk: for what is written again in a moment, and only a loss of power may take back. */
export function replaceWhole(file: string, what: string): void {
  writeAll(`${file}.new`, 'w', what, false);
  renameSync(`${file}.new`, file);
}

function writeAll(file: string, flag: 'a' | 'w', what: string | Uint8Array, isSynced = true): void {
  const bytes = typeof what === 'string' ? Buffer.from(what) : what;
  const opened = openSync(file, flag, 0o600);
  try {
    for (let from = 0; from < bytes.length;) from += writeSync(opened, bytes, from);
    if (isSynced) fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
