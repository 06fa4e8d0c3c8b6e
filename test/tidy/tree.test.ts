/** Guards what the tree says of anything but itself: no machine's paths, no registry's host, no talk of the making. */
import { expect, test } from 'vitest';
import { read, type Source } from './source.ts';

/** Each pattern is written so that it does not find itself. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.])\/(?:work|root|home\/\w+|Users\/\w+)\//, "a path of somebody's machine"],
  [
    /["'(\s](?:https?:\/\/)?(?:[\w-]+\.)*(?:npmjs\.(?:org|com)|pypi\.org|crates\.io|npmmirror\.com)/,
    "a registry's host",
  ],
  [/"resolved":\s*"/, "a registry's address in the lock file"],
  [/\bissue #?\d/i, 'the number of an issue'],
  [/\.\.\/shared\/(?!truth\b)/, 'a folder beside the repository'],
  [/\b(?:Claude|ChatGPT|Anthropic|OpenAI|Copilot)\b/, 'how the text was made'],
];

function foreign(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) =>
        FOREIGN.filter(([pattern]) => pattern.test(line)).map(([, what]) => `${path}:${i + 1}: ${what}`),
      ),
  );
}

test('the tree speaks of itself alone', () => {
  const sources = read('**/*.{ts,js,mjs,json,md,yaml,yml,html,css,sh,toml}').concat(read('.{ci,github}/**/*'));
  expect(sources.length).toBeGreaterThan(0);
  expect(foreign(sources.filter(({ path }) => path !== 'test/tidy/tree.test.ts'))).toEqual([]);
});

test.each([
  "const folder = '/work/data/x';",
  'See /home/anna/notes.txt.',
  'npm config set registry https://registry.npmjs.org/',
  '      "resolved": "x",',
  'Fixes issue 12.',
  'const data = "../shared/spec";',
  'Written with Claude.',
])('planted, this is found: %s', (text) => {
  expect(foreign([{ path: 'docs/x.md', text }])).toHaveLength(1);
});

test.each([
  'The desk is at work/life balance.',
  "const folder = '../shared/truth';",
  'https://example.com/work/x',
  'It issues 3 orders.',
])('this is fine: %s', (text) => {
  expect(foreign([{ path: 'docs/x.md', text }])).toEqual([]);
});
