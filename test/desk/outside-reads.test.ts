/** What a strategy reads beside the tape is found in its code, where it stands. */
import { expect, test } from 'vitest';
import { outsideReads } from '../../src/desk/run/outside-reads.ts';

const reads = (text: string) => outsideReads(new Map([['s.ts', text]])).map(({ line, what }) => `${line} ${what}`);

test.each([
  ["import { readFileSync } from 'node:fs';\n", ['1 node:fs']],
  ["\nimport prices from './prices.json' with { type: 'json' };\n", ['2 ./prices.json']],
  ["const { get } = await import('https');\n", ['1 https']],
  ["process.getBuiltinModule('fs').readFileSync('x')\n", ['1 fs']],
  ["const x = await fetch('http://x');\nprocess.env.HINT;\n", ['1 fetch', '2 process.env']],
])('%j reads', (text, found) => {
  expect(reads(text)).toEqual(found);
});

test.each([
  ["import { defineStrategy } from 'tradedeck';\nimport { sma } from 'tradedeck/indicators';\n"],
  ["import { helper } from './helper.ts';\nimport { join } from 'node:path';\n"],
  ["// import fs from 'node:fs'\n/* fetch('x') */\nconst text = 'a // b';\n"],
  ['this.fetch(1); prefetch(2);\n'],
])('%j reads nothing', (text) => {
  expect(reads(text)).toEqual([]);
});
