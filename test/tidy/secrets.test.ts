/** Guards keys: none is a plain string where it is handed on, and the text of one is asked for in few places, all known. */
import { expect, test } from 'vitest';
import { read, type Source } from './source.ts';

const NAMED =
  /(?:^|[^\w.])(?:keyId|(?:\w+S|s)ecret|(?:\w+(?<!page)T|t)oken|(?:\w+P|p)assword|apiKey|webhookUrl)\??\s*:\s*string\b/;
const GIVEN = /\bfunction \w*[sS]ecret(?:Of|For)\w*\([^)]*\)\s*:\s*string\b/;

/** Where a key goes onto the wire, or what it opens is looked at. */
const REVEALED: readonly RegExp[] = [
  /^src\/adapters\/(?:alpaca|bullmq|email|ntfy|telegram|webhook|web-prices)\//,
  // Whose keys they are, by their first letters; an address that is checked; the key of a hash.
  /^src\/desk\/wiring\/(?:account-mark|brokers|exchange)\.ts$/,
  // The key of a signature of heartbeats.
  /^src\/desk\/deadman\/heartbeat\.ts$/,
  // The seed of codes: written once, used for each code, and shown once.
  /^src\/desk\/session\/one-time-code\.ts$/,
  /^src\/cli\/second-factor\.ts$/,
];

function findings(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    // A fake has keys that open nothing, and the type itself holds the text.
    if (path.startsWith('src/adapters/fake-') || path === 'src/base/secret.ts') return [];
    const code = text.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
    return [
      ...(NAMED.test(code) || GIVEN.test(code) ? [`${path} has a key as a plain string`] : []),
      ...(code.includes('.reveal()') && !REVEALED.some((place) => place.test(path)) ? [`${path} asks for a key`] : []),
    ];
  });
}

test('no key is a plain string, and its text is asked for where it is known', () => {
  const sources = read('src/**/*.ts');
  expect(sources.length).toBeGreaterThan(500);
  expect(findings(sources)).toEqual([]);
  // Each place that may ask does.
  const asking = sources.filter(({ text }) => text.includes('.reveal()')).map(({ path }) => path);
  expect(REVEALED.filter((place) => !asking.some((path) => place.test(path)))).toEqual([]);
});

test.each([
  ['interface Keys { readonly secret: string }', 'has a key as a plain string'],
  ['function open(token: string) {}', 'has a key as a plain string'],
  ['interface Access { accessToken?: string }', 'has a key as a plain string'],
  ['export function secretOf(name: Name): string {', 'has a key as a plain string'],
  ['send(secret.reveal())', 'asks for a key'],
])('planted, this is found: %s', (text, words) => {
  expect(findings([{ path: 'src/desk/wiring/x.ts', text }])).toEqual([`src/desk/wiring/x.ts ${words}`]);
});

test.each(['readonly secret: Secret;', '/** secret: string */', 'const keyIds: string[] = [];', 'keyName: string'])(
  'this is fine: %s',
  (text) => {
    expect(findings([{ path: 'src/desk/wiring/x.ts', text }])).toEqual([]);
  },
);
