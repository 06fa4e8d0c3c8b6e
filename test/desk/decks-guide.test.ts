/** The chapter on decks: what it shows is a deck, and what a deck can say is shown. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDeck } from '../../src/desk/config/read.ts';
import { deckSchema } from '../../src/desk/config/schema.ts';

const chapter = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs/guide', name), 'utf8');
const guide = chapter('decks.md');
const everything = /## Everything\n\n```yaml\n([^]*?)```/.exec(guide)![1];

/** Keys of the objects of a JSON Schema, with the paths at which they stand. */
function keysOf(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, anyOf, oneOf, items } = schema as Record<string, unknown>;
  const own = Object.entries((properties ?? {}) as Record<string, unknown>).flatMap(([key, inner]) => [
    `${path}${key}`,
    ...keysOf(inner, `${path}${key}.`),
  ]);
  const inner = [anyOf, oneOf, [items]].flatMap((each) => (Array.isArray(each) ? each : []));
  return [...own, ...inner.flatMap((each) => keysOf(each, path))];
}

/** The keys that no page names, of those a deck can have. */
function unnamed(keys: readonly string[], text: string): string[] {
  return keys.filter((key) => !new RegExp(`\\b${key.split('.').at(-1)}\\b`).test(text));
}

test('the deck that shows everything is a deck', () => {
  expect(readDeck(everything, 'decks.md').strategy.name).toBe('sma-cross');
});

test('every field that a deck can have is named', () => {
  const { sweep: _ownChapter, ...shape } = deckSchema.shape;
  const keys = Object.entries(shape).flatMap(([key, schema]) => [
    key,
    ...keysOf(schema.toJSONSchema({ io: 'input' }), `${key}.`),
  ]);
  expect(keys.length).toBeGreaterThan(80);
  const [mappings, others] = [true, false].map((isMapping) => keys.filter((key) => /mapping/.test(key) === isMapping));
  const isLimit = (key: string): boolean => key.startsWith('limits.');
  expect(
    unnamed(
      others.filter((key) => !isLimit(key)),
      guide,
    ),
  ).toEqual([]);
  // Limits have a chapter of their own, with a row for each.
  expect(unnamed(others.filter(isLimit), chapter('limits.md'))).toEqual([]);
  // How files are read has a chapter of its own, to which this one sends.
  expect(unnamed(mappings, guide + chapter('data.md'))).toEqual([]);
  expect(unnamed(['strategy.planted'], guide)).toEqual(['strategy.planted']);
});
