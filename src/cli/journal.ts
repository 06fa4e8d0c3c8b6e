/**
 * `tradedeck journal`: proves that a journal is whole and unchanged, or names the first line that is not.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { verifyJournal } from '../engine/journal-text.ts';
import { digest } from '../desk/run/folder.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print } from './terminal.ts';

/** Checks a journal file, or the journal of a run folder. */
export function verify(path: string): ExitCode {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'journal.jsonl') : path;
  if (!existsSync(file)) throw new Fault('file.unreadable', 'there is no journal', { file });
  const { entries, hash } = verifyJournal(readFileSync(file, 'utf8'), digest, file);
  print(`whole: ${entries} entries, hash ${hash}`);
  return EXIT.ok;
}
