/**
 * What a schema refuses, said as rules with their values: from the issues of zod to sentences of ours.
 */
import { z } from 'zod';
import { didYouMean } from '../../base/did-you-mean.ts';
import { show } from '../../base/fault.ts';

export type Path = readonly (string | number)[];

/** One thing that is wrong in a set-up. */
export interface Problem {
  readonly code: string;
  readonly path: Path;
  /** Whether the key at `path` is what is wrong, and not its value. */
  readonly isKey: boolean;
  readonly rule: string;
  readonly hint: string | undefined;
}

/** The groups of a deck have fewer keys than this, the columns of a file many more roles. */
const KEYS_SHOWN = 24;

type Issue = z.core.$ZodIssue;

/** Returns everything that is wrong with `data`, in the order of the schema. */
export function problemsOf(schema: z.ZodType, data: unknown): Problem[] {
  const result = schema.safeParse(data);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => problems(issue, [], schema, data));
}

function problems(issue: Issue, base: Path, schema: z.ZodType, data: unknown): Problem[] {
  const path: Path = [...base, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  const value = valueAt(data, path);
  const wrong = (rule: string, hint?: string): Problem[] => [
    { code: 'config.value', path, isKey: false, rule: `${rule}, was ${show(value)}`, hint },
  ];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, data, path);
      return issue.keys.map((key) => ({
        code: 'config.unknown-key',
        path: [...path, key],
        isKey: true,
        rule: `there is no ${show(key)} here; known are ${listed(known)}`,
        hint: didYouMean(key, known),
      }));
    }
    case 'invalid_value':
      return wrong(`must be ${oneOf(issue.values)}`, hintFor(value, issue.values));
    case 'invalid_union': {
      const words = issue.errors.length === 0 ? wordsAt(schema, data, path) : [];
      if (words.length > 0) {
        if (value === undefined) return [misspelt(data, path) ?? missing(path, `must be ${oneOf(words)}`)];
        return wrong(`must be ${oneOf(words)}`, hintFor(value, words));
      }
      return nearestBranch(issue.errors, path, schema, data) ?? wrong(`must be ${expectedOf(issue.errors)}`);
    }
    case 'invalid_type': {
      const kind = nounOf(issue.expected);
      return value === undefined ? [missing(path, `must be ${kind}`)] : wrong(`must be ${kind}`);
    }
    case 'too_small':
      return wrong(
        `must be ${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}${unitOf(issue.origin)}`,
      );
    case 'too_big':
      return wrong(
        `must be ${issue.inclusive === true ? 'at most' : 'less than'} ${issue.maximum}${unitOf(issue.origin)}`,
      );
    case 'invalid_key': {
      const [first] = issue.issues;
      const rule = first === undefined ? issue.message : first.message;
      return [{ code: 'config.key', path, isKey: true, rule: `${rule}, was ${show(path.at(-1))}`, hint: undefined }];
    }
    case 'custom':
      return [{ code: 'config.value', path, isKey: false, rule: issue.message, hint: undefined }];
    default:
      return wrong(issue.message);
  }
}

/** The branch of a union that the value was meant for: the one that takes its type; `undefined` when none does. */
function nearestBranch(
  branches: readonly (readonly Issue[])[],
  path: Path,
  schema: z.ZodType,
  data: unknown,
): Problem[] | undefined {
  const fitting = branches.filter(
    (issues) => !issues.some(({ code, path: at }) => code === 'invalid_type' && at.length === 0),
  );
  const text = typeof valueAt(data, path) === 'string';
  const words = text ? wordsAt(schema, data, path) : [];
  if (text && words.length > 0) {
    const value = valueAt(data, path);
    const rule = `must be ${expectedOf(branches)}, was ${show(value)}`;
    return [{ code: 'config.value', path, isKey: false, rule, hint: hintFor(value, words) }];
  }
  // Objects are told apart from words by their type: a word's enumeration refuses them with `invalid_value`.
  const objects = fitting.filter(
    (issues) => !issues.some(({ code, path: at }) => code === 'invalid_value' && at.length === 0),
  );
  // A word refuses whatever is no word of its own: where that is all there is to say, every branch has its say.
  if (objects.length === 0 && fitting.length < branches.length) return undefined;
  const best = (objects.length > 0 ? objects : fitting)[0];
  return best?.flatMap((issue) => problems(issue, path, schema, data));
}

function missing(path: Path, rule: string): Problem {
  return { code: 'config.missing', path, isKey: false, rule: `is missing; it ${rule}`, hint: undefined };
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;
}

function hintFor(value: unknown, words: readonly unknown[]): string | undefined {
  return typeof value === 'string' ? didYouMean(value, words.map(String)) : undefined;
}

function expectedOf(branches: readonly (readonly Issue[])[]): string {
  const nouns = branches.flatMap((issues) =>
    issues.flatMap((issue) => {
      if (issue.code === 'invalid_type') return [nounOf(issue.expected)];
      return issue.code === 'invalid_value' ? [oneOf(issue.values)] : [];
    }),
  );
  return [...new Set(nouns)].join(' or ');
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a group of keys',
  record: 'a group of keys',
  array: 'a list',
};

function nounOf(expected: string): string {
  return NOUNS[expected] ?? expected;
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';
}

/** Returns the value at a path, `undefined` where there is none. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[part];
  }
  return value;
}

// ---- walking the schema ------------------------------------------------------------------------------------------

/** Returns the keys that an object at a path may have. */
function keysAt(schema: z.ZodType, data: unknown, path: Path): string[] {
  const keys = schemasAt(schema, data, path).flatMap((found) => {
    if (found instanceof z.ZodObject) return Object.keys(found.shape);
    return found instanceof z.ZodRecord && found.keyType instanceof z.ZodEnum ? found.keyType.options.map(String) : [];
  });
  return [...new Set(keys)];
}

/** What chooses between kinds of a group is missing: perhaps it is there, and its name misspelt. */
function misspelt(data: unknown, path: Path): Problem | undefined {
  const name = String(path.at(-1));
  const around = valueAt(data, path.slice(0, -1));
  if (typeof around !== 'object' || around === null) return undefined;
  for (const key of Object.keys(around)) {
    const hint = didYouMean(key, [name]);
    if (hint === undefined) continue;
    const rule = `there is no ${show(key)} here; ${name} is missing`;
    return { code: 'config.unknown-key', path: [...path.slice(0, -1), key], isKey: true, rule, hint };
  }
  return undefined;
}

/** A list that fits a line or two. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, KEYS_SHOWN).join(', ');
  return names.length > KEYS_SHOWN ? `${shown} and ${names.length - KEYS_SHOWN} more` : shown;
}

/** Returns the words that may stand at a path. */
function wordsAt(schema: z.ZodType, data: unknown, path: Path): unknown[] {
  const words = schemasAt(schema, data, path).flatMap((found) => {
    if (found instanceof z.ZodEnum) return found.options;
    return found instanceof z.ZodLiteral ? [...found.values] : [];
  });
  return [...new Set<unknown>(words)];
}

/** Returns the schemas that the value at a path may be meant for. */
function schemasAt(schema: z.ZodType, data: unknown, path: Path): z.ZodType[] {
  let schemas = branchesOf(schema, data);
  for (const [depth, part] of path.entries()) {
    const value = valueAt(data, path.slice(0, depth + 1));
    schemas = schemas.flatMap((current) => {
      const inner = partOf(current, part);
      return inner === undefined ? [] : branchesOf(inner, value);
    });
  }
  return schemas;
}

function partOf(schema: z.ZodType, part: string | number): z.ZodType | undefined {
  // Zod types the parts of a schema as its core; all of ours are made by the same classes.
  if (schema instanceof z.ZodObject) return (schema.shape as Record<string, z.ZodType>)[part];
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return schema instanceof z.ZodRecord ? (schema.valueType as z.ZodType) : undefined;
}

/** Unwraps what surrounds a schema; of a union with a discriminator, keeps the branches that the value names. */
function branchesOf(schema: z.ZodType, value: unknown): z.ZodType[] {
  if (schema instanceof z.ZodOptional) return branchesOf(schema.unwrap() as z.ZodType, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator, options } = schema.def;
    const named = (options as readonly z.ZodType[]).filter((option) => {
      const literal = partOf(option, discriminator);
      return literal instanceof z.ZodLiteral && literal.values.has(valueAt(value, [discriminator]) as string);
    });
    return (named.length > 0 ? named : (options as readonly z.ZodType[])).flatMap((option) =>
      branchesOf(option, value),
    );
  }
  if (schema instanceof z.ZodUnion) {
    return (schema.options as readonly z.ZodType[]).flatMap((option) => branchesOf(option, value));
  }
  return [schema];
}
