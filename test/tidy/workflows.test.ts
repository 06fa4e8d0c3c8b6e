/** Guards what runs for a change on other machines: each step is named by its whole hash, and may read and no more. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './source.ts';

/** What is wrong with a workflow, in words. */
function findings(text: string): string[] {
  const uses = [...text.matchAll(/^\s*(?:-\s+)?uses:\s*(\S+)(.*)$/gm)];
  const loose = uses
    .filter(([, action, rest]) => !/@[0-9a-f]{40}$/.test(action) || !/^ # v\d+\.\d+\.\d+$/.test(rest))
    .map(([, action]) => `${action} is not named by a whole hash with its version behind it`);
  return [
    ...loose,
    ...(/^permissions:\n  contents: read\n(?! )/m.test(text) ? [] : ['it may do more than read']),
    ...(text.includes('pull_request_target') ? ['it runs what strangers send with the rights of the project'] : []),
    ...(text.includes('secrets.') ? ['it takes secrets'] : []),
    ...(/npm (install|i)\b(?! --global npm@\d+\.\d+\.\d+)/.test(text) ? ['it installs what no lock file names'] : []),
  ];
}

const GOOD = `on: [push]
permissions:
  contents: read
jobs:
  check:
    steps:
      - uses: some/action@0123456789abcdef0123456789abcdef01234567 # v1.2.3
      - run: npm install --global npm@11.19.1
`;

test('workflows are pinned, and may only read', () => {
  const files = globSync('.github/workflows/*.y*ml', { cwd: root });
  expect(files.length).toBeGreaterThan(0);
  expect(files.flatMap((file) => findings(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

test.each([
  [GOOD.replace(/@[0-9a-f]{40}/, '@v1'), 'not named by a whole hash'],
  [GOOD.replace(' # v1.2.3', ''), 'not named by a whole hash'],
  [GOOD.replace('contents: read', 'contents: write'), 'more than read'],
  [GOOD.replace('[push]', '[pull_request_target]'), 'strangers'],
  [GOOD.replace('contents: read', 'contents: read\n  id-token: write'), 'more than read'],
  [`${GOOD}        env: { KEY: '\${{ secrets.KEY }}' }\n`, 'takes secrets'],
  [GOOD.replace('--global npm@11.19.1', 'left-pad'), 'no lock file names'],
])('planted, this is found: %#', (text, finding) => {
  expect(findings(GOOD)).toEqual([]);
  expect(findings(text)).toEqual([expect.stringContaining(finding)]);
});
