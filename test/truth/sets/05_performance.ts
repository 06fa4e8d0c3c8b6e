/** Performance statistics against two independent libraries' tear sheets, ffn, and recorded unit cases of empyrical. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TruthCase, TruthSet } from '../case.ts';
import { notCovered } from '../05_performance/compare.ts';
import { type RecordedCall, replay } from '../05_performance/empyrical.ts';
import { ffn, type FfnFile } from '../05_performance/ffn.ts';
import { guarded, guardedCase } from '../guarded.ts';
import { tearSheet, type TearSheet } from '../05_performance/tear-sheet.ts';

const performance: TruthSet = function* (folder, root): Generator<TruthCase> {
  for (const file of jsonFiles(folder)) yield* guarded(file, () => casesOf(file, folder, root));
};

function* casesOf(file: string, folder: string, root: string): Generator<TruthCase> {
  const folders = [folder, root];
  const content: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  // What a file holds shows in its shape, so that new files of a known kind need no new line here.
  if (Array.isArray(content)) {
    for (const [i, call] of (content as RecordedCall[]).entries()) {
      yield guardedCase(`${file}#${i}`, () => replay(file, call));
    }
  } else if (hasKey(content, 'periods_per_year')) yield* tearSheet(file, content as TearSheet, folders);
  else if (hasKey(content, 'input')) yield* ffn(file, content as FfnFile, folders);
  else yield notCovered(file, 'a kind of file that is not known');
}

function hasKey(content: unknown, key: string): boolean {
  return typeof content === 'object' && content !== null && key in content;
}

function jsonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.json')).sort();
}

export default performance;
