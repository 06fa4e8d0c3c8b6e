/** Whatever key of a deck is misspelt, the mistake is found at its line and column, and the word that was meant is named. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { ConfigError } from '../../src/desk/config/faults.ts';
import { readDeck } from '../../src/desk/config/read.ts';

/** The deck of the guide that shows everything. */
const EVERYTHING = /```yaml\n(name: my run[^]*?)```/.exec(readFileSync('docs/guide/decks.md', 'utf8'))![1];

/** Below these, keys are names of the user's own: parameters, symbols, columns, currencies. */
const FREE = /^(parameters|instruments|columns|rates|available|borrowOf)$/;

interface Key {
  readonly word: string;
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

/** Keys of the deck that the schema names, with their places. */
function keysOf(text: string): Key[] {
  const keys: Key[] = [];
  let free = false;
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const code = line.replace(/#.*/, '');
    const indented = code.startsWith(' ');
    if (!indented) free = false;
    for (const match of code.matchAll(/(^\s*|[{,] )([A-Za-z]\w*)(?=:)/g)) {
      const [, lead, word] = match;
      const inFree = free || /^\s*(parameters|columns|rates): \{/.test(code.slice(0, match.index + 1));
      const column = match.index + lead.length + 1;
      if (!inFree || (lead.trim() === '' && !/^[A-Z]/.test(word))) keys.push({ word, at: start + column - 1, line: index + 1, column });
    }
    if (FREE.test(code.trim().replace(/:.*$/, '')) && code.trimEnd().endsWith(':')) free = true;
    start += line.length + 1;
  }
  return keys;
} // prettier-ignore

/** Leaves out, doubles or swaps a letter. */
function misspelt(word: string, random: Random): string {
  const i = 1 + random.below(word.length - 1);
  const kind = random.below(3);
  if (kind === 0 && word.length > 4) return word.slice(0, i) + word.slice(i + 1);
  if (kind === 1) return word.slice(0, i) + word[i - 1] + word.slice(i);
  return i + 1 < word.length && word[i] !== word[i + 1]
    ? word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2)
    : `${word}${word.at(-1)}`;
}

test('the deck of the guide is right as it stands', () => {
  expect(() => readDeck(EVERYTHING, 'x.yaml')).not.toThrow();
  expect(keysOf(EVERYTHING).length).toBeGreaterThan(70);
});

test('a misspelt key is found where it is, with the word that was meant', () => {
  const random = new Random(11);
  const missed: string[] = [];
  for (const { word, at, line, column } of keysOf(EVERYTHING)) {
    for (let i = 0; i < 3; i++) {
      const wrong = misspelt(word, random);
      const text = EVERYTHING.slice(0, at) + wrong + EVERYTHING.slice(at + word.length);
      let faults: ConfigError['faults'] = [];
      try {
        readDeck(text, 'x.yaml');
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        faults = error.faults;
      }
      const found = faults.some(
        ({ fault }) => fault.place.line === line && fault.place.column === column && (fault.hint ?? '').includes(`"${word}"`),
      );
      if (!found) missed.push(`${line}:${column} ${word} as ${wrong}: ${faults.map(({ fault }) => fault.message).join('; ').slice(0, 200)}`);
    }
  }
  expect(missed.join("\n")).toBe("");
}); // prettier-ignore
