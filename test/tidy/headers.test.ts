/** Guards the first line of every file: a doc comment whose first sentence says why the file exists. */
import { expect, test } from 'vitest';
import { typescript, type Source } from './source.ts';

const WORDS_MIN = 4;

function headers(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const block = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//.exec(text)?.[1];
    if (block === undefined) return [`${path}: opens without a doc comment`];
    const words = block
      .replace(/^\s*\* ?/gm, '')
      .replace(/\s+/g, ' ')
      .trim();
    const sentence = /^.*?[.?!](?= |$)/.exec(words)?.[0];
    if (sentence === undefined) return [`${path}: the first sentence of its comment does not end`];
    if (sentence.split(' ').length < WORDS_MIN) return [`${path}: "${sentence}" does not say why the file exists`];
    return /^[\p{Lu}`\d"]/u.test(sentence) ? [] : [`${path}: "${sentence}" does not begin like a sentence`];
  });
}

test('every file opens with a sentence that says why it exists', () => {
  const sources = typescript();
  expect(sources.length).toBeGreaterThan(0);
  expect(headers(sources)).toEqual([]);
});

test.each([
  ["import { x } from './x.ts';", 'no comment'],
  ['// Says why the file exists.\nexport {};', 'a comment of another kind'],
  ['/** the gate of all orders that leave. */', 'a small letter'],
  ['/** Gate. */', 'a single word'],
  ['/** Gate for the orders that leave */', 'no full stop'],
  ["import { x } from './x.ts';\n/** Says why the file exists. */", 'a comment after the imports'],
])('a planted file is found: %s (%s)', (text) => {
  expect(headers([{ path: 'src/x.ts', text }])).toHaveLength(1);
});

test('a comment over several lines and one after a hashbang are fine', () => {
  const block = '/**\n * The risk gate: the one place where\n * an intent becomes an order.\n *\n * More.\n */';
  expect(
    headers([
      { path: 'a.ts', text: block },
      { path: 'b.ts', text: `#!/usr/bin/env node\n${block}` },
    ]),
  ).toEqual([]);
});
