/**
 * The list of indicators in the guide is what the definitions say.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guideText } from './guide.ts';

const FILE = join(import.meta.dirname, '../../docs/guide/indicators.md');

test('the guide lists every indicator as it is defined', () => {
  // WRITE_GUIDE=1 writes the chapter anew.
  if (process.env['WRITE_GUIDE'] === '1') writeFileSync(FILE, guideText());
  expect(readFileSync(FILE, 'utf8')).toBe(guideText());
});
