/**
 * The broker's answers against our nouns: each is read into its noun and written back, and every field that the noun has
 * must come back as it was, to the last digit and nanosecond.
 *
 * A case is one answer. It fails when it cannot be read, when a value differs, or when nothing of it was read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf } from '../../../src/adapters/alpaca/index.ts';
import { decimal, time } from '../../../src/adapters/alpaca/payload/codec.ts';
import { Fault } from '../../../src/base/fault.ts';
import type { TruthCase } from '../case.ts';

interface Recorded {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly response: unknown;
}

/** Runs every answer of every JSON file found in `folder`. */
export default function* payloads(folder: string): Generator<TruthCase> {
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json')) continue;
    const answers = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recorded[]; // The file's own shape.
    for (const answer of answers) yield judge(`${file}#${answer.id}`, answer);
  }
}

/** Judges one answer. */
export function judge(id: string, { method, url, status, response }: Recorded): TruthCase {
  const path = url.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/, '');
  const codec = answerOf(method, path, status);
  if (codec === undefined) return { id, status: 'not-covered', error: 0, detail: `no noun for ${method} ${path}` };
  const fail = (detail: string): TruthCase => ({ id, status: 'failed', error: Number.POSITIVE_INFINITY, detail });
  try {
    const written = codec.write(codec.read(response, ''));
    const seen = { leaves: 0 };
    const difference = compare(response, written, '', seen);
    if (difference !== undefined) return fail(difference);
    if (seen.leaves === 0 && leavesOf(response) > 0) return fail('nothing of it was read');
    return { id, status: 'passed', error: 0 };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** Returns where two values differ, of what was written; null and absent are the same. */
function compare(original: unknown, written: unknown, field: string, seen: { leaves: number }): string | undefined {
  if (written === undefined) return undefined;
  if (Array.isArray(written)) {
    // A list without rows may have been null.
    if (written.length === 0 && (original === null || original === undefined)) return undefined;
    if (!Array.isArray(original) || original.length !== written.length) return `${field}: another number of rows`;
    return first(written.map((one, i) => compare(original[i], one, `${field}[${i}]`, seen)));
  }
  if (isRecord(written)) {
    if (!isRecord(original)) return `${field}: an object came of ${JSON.stringify(original)}`;
    return first(Object.entries(written).map(([name, one]) => compare(original[name], one, `${field}.${name}`, seen)));
  }
  if (original !== undefined && original !== null) seen.leaves++;
  return isSame(original, written)
    ? undefined
    : `${field}: ${JSON.stringify(original)} came back as ${JSON.stringify(written)}`;
}

function first(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((one) => one !== undefined);
}

/** Equal as JSON, as exact decimals, or as points in time. */
function isSame(a: unknown, b: unknown): boolean {
  if ((a ?? '') === (b ?? '')) return true;
  if ((typeof a !== 'string' && typeof a !== 'number') || (typeof b !== 'string' && typeof b !== 'number'))
    return false;
  const read = <T>(codec: { read(value: unknown, field: string): T }, value: unknown): T | undefined => {
    try {
      return codec.read(value, '');
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
  };
  const [x, y] = [read(decimal, a), read(decimal, b)];
  if (x !== undefined && y !== undefined) return x.equals(y);
  const [s, t] = [read(time, a), read(time, b)];
  return s !== undefined && t !== undefined && s.at === t.at && s.nanos === t.nanos;
}

function leavesOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + leavesOf(one), 0);
  if (isRecord(value)) return Object.values(value).reduce((sum: number, one) => sum + leavesOf(one), 0);
  return value === null || value === undefined || value === '' ? 0 : 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
