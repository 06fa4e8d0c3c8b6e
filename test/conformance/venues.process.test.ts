/**
 * Every venue passes one numbered suite, or says why a case is not for it; the table in the guide is this one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { alpacaVenue } from './alpaca.ts';
import { CASES } from './cases.ts';
import { ibVenue } from './ib.ts';
import { Rig, type Counterparty } from './rig.ts';
import { simulatedVenue } from './simulated.ts';
import { SKIPS } from './skips.ts';
import { tableOf } from './table.ts';

const VENUES: Readonly<Record<string, () => Promise<Counterparty>>> = {
  simulated: simulatedVenue,
  Alpaca: alpacaVenue,
  'Interactive Brokers': ibVenue,
};

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

describe.each(Object.keys(VENUES))('%s', (name) => {
  const cases = CASES.filter((one) => SKIPS[name](one) === undefined);
  test.each(cases)('$id $name', { timeout: 60_000 }, async (one) => {
    rig = await Rig.open(await VENUES[name](), one.instruments);
    await one.run(rig);
  });
});

test('numbers are used once, and the table in the guide is this one', () => {
  expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guide', 'brokers.md'), 'utf8');
  const plain = (text: string): string => text.replaceAll(/[ -]+/g, ' ');
  expect(plain(page)).toContain(plain(tableOf(SKIPS)));
});

test('a venue that does what it should not is caught', async () => {
  const deaf: Counterparty = { ...(await simulatedVenue()), pass: () => undefined };
  rig = await Rig.open(deaf);
  // The day never ends there: the case that waits for it must fail.
  const one = CASES.find(({ id }) => id === 'V-20');
  await expect(one?.run(rig)).rejects.toThrow();
});
