/**
 * Replies as values: JSON of the expected shape, or a fault that names the field and shows what was there.
 */
import type { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import type { SourceTerms } from './source.ts';

/** Returns a reply's JSON in a shape; another one is a `Fault` with the code `….bad-reply`. */
export function parseReply<T>({ title, code }: SourceTerms, shape: z.ZodType<T>, body: string, symbol: string): T {
  const json = jsonOf(body);
  if (json === undefined) throw new Fault(`${code}.bad-reply`, `${title} answered no JSON`, { field: symbol });
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue.path.length === 0 ? 'the reply' : issue.path.join('.');
  throw new Fault(`${code}.bad-reply`, `${title}, ${where}: ${issue.message}`, { field: symbol });
}

/** Returns a text's JSON; `undefined` when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text of one of some fields of a JSON object, in their order. */
export function wordsOf(text: string, fields: readonly string[]): string | undefined {
  const json = jsonOf(text);
  if (typeof json !== 'object' || json === null) return undefined;
  const record = json as Readonly<Record<string, unknown>>;
  return fields.map((field) => record[field]).find((value): value is string => typeof value === 'string');
}
