/** Guards the documents: every link and every file they name is there. */
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { read, root, type Source } from './source.ts';

type Exists = (path: string) => boolean;

function links(sources: readonly Source[], exists: Exists): string[] {
  const anchors = new Map(sources.map(({ path, text }) => [path, headings(text)]));
  return sources.flatMap(({ path, text }) => {
    const prose = text.replace(/^```[\s\S]*?^```/gm, '');
    const targets = [...prose.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)].map(([, target]) => target);
    const broken = targets.filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [file, anchor] = target.split('#');
      const place = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
      if (!exists(place)) return true;
      return anchor !== undefined && anchors.has(place) && !anchors.get(place)!.has(anchor);
    });
    const named = [
      ...prose.matchAll(/`((?:src|test|bench|tools|bin|docs|decks|examples|recipes|deploy|web)\/[\w./-]+)`/g),
    ];
    const missing = named.map(([, name]) => name).filter((name) => !exists(name));
    return [...broken, ...missing].map((target) => `${path}: ${target} is not there`);
  });
}

/** Returns the anchors that the headings of a document get where it is read. */
function headings(text: string): ReadonlySet<string> {
  const titles = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

test('every link and every file that a document names is there', () => {
  const sources = read('**/*.md');
  expect(sources.length).toBeGreaterThan(0);
  expect(links(sources, (path) => existsSync(join(root, path)))).toEqual([]);
});

test('a planted link to nowhere is found', () => {
  const there = new Set(['docs/a.md', 'docs/b.md', 'src/base']);
  const plant = (text: string): number =>
    links(
      [
        { path: 'docs/a.md', text },
        { path: 'docs/b.md', text: '# The gate, again\n' },
      ],
      (path) => there.has(path),
    ).length;
  expect(plant('[x](c.md)')).toBe(1);
  expect(plant('![x](../img.png "t")')).toBe(1);
  expect(plant('[x](b.md#gone)')).toBe(1);
  expect(plant('[x](#gone)')).toBe(1);
  expect(plant('`src/gone.ts` does it.')).toBe(1);
  expect(plant('# Here\n[x](b.md) [y](b.md#the-gate-again) [z](#here) [w](https://example.com/x) `src/base`')).toBe(0);
});
