/** The chapters on sweeps: the decks in them are decks, what a sweep can say is named, and flags exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDeck } from '../../src/desk/config/read.ts';
import { sweepSchema } from '../../src/desk/sweep/schema.ts';

const root = join(import.meta.dirname, '../..');
const chapters = ['sweeps.md', 'walk-forward.md'].map((name) => readFileSync(join(root, 'docs/guide', name), 'utf8'));
const text = chapters.join('\n');
const decks = [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml]) => yaml);

test('the chapters show decks', () => expect(decks.length).toBeGreaterThanOrEqual(4));

test.each(decks)('%s is a deck', (yaml) => {
  const whole = `strategy: { name: sma-cross }\ntape: { source: sp500 }\n${yaml}`;
  expect(readDeck(whole, 'guide.yaml', []).sweep).toBeDefined();
});

test('every field of a sweep is named', () => {
  const keys = new Set(
    [
      ...JSON.stringify(sweepSchema.toJSONSchema({ io: 'input' })).matchAll(
        /"(\w+)":\{"(?:description|type|anyOf|enum|const|oneOf)/g,
      ),
    ].map(([, key]) => key),
  );
  for (const noise of ['additionalProperties', 'items', 'propertyNames', 'properties']) keys.delete(noise);
  expect(keys.size).toBeGreaterThan(15);
  expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`, 'i').test(text))).toEqual([]);
});

test('every flag that they name exists', () => {
  const program = readFileSync(join(root, 'src/cli/program.ts'), 'utf8');
  const flags = new Set([...text.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag));
  expect(flags.size).toBeGreaterThan(15);
  expect([...flags].filter((flag) => !program.includes(`'${flag}`))).toEqual([]);
});
