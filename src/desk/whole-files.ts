/**
 * Writes what a run or a sweep leaves behind: each file whole or not at all, also where several processes, on one
 * machine or many, write the same one at once. Then the last is the one that stays.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../base/fault.ts';

/** Writes texts by the names of their files, in that order, into a folder, which is made where there is none. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  const drafts: string[] = [];
  try {
    makeFolder(folder);
    for (const [name, text] of Object.entries(files)) {
      const draft = draftOf(join(folder, `.${name}`));
      drafts.push(draft);
      writeFileSync(draft, text);
      renameSync(draft, join(folder, name));
    }
  } catch (error) {
    if (existsSync(folder)) for (const draft of drafts) rmSync(draft, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('output.unwritable', `the results cannot be written: ${reason}`, { file: folder });
  }
}

/** A name that a file has until it is whole, and that no other process gives. */
export function draftOf(file: string): string {
  return `${file}.${randomUUID().slice(0, 8)}.part`;
}

/** Makes a folder and those above it, one by one: Node's own recursion never ends where none can be made. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it in between.
    if (!existsSync(folder)) throw error;
  }
}
