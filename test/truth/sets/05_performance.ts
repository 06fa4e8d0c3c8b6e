/** Performance statistics against two independent libraries and recorded unit cases of a third. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TruthCase, TruthSet } from '../case.ts';
import { type RecordedCall, replay } from '../05_performance/empyrical.ts';

const performance: TruthSet = function* (folder, root): Generator<TruthCase> {
  for (const file of jsonFiles(folder)) {
    const content: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (Array.isArray(content)) for (const call of content as RecordedCall[]) yield replay(file, call);
  }
  void root;
};

function jsonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.json')).sort();
}

export default performance;
