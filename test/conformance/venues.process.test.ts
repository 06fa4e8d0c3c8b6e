/**
 * Every venue passes one numbered suite, or says why a case is not for it; the table in the guide is this one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alpacaVenue } from './alpaca.ts';
import { CASES } from './cases.ts';
import { doorVenue } from './door.ts';
import { ibVenue, LOSING } from './ib.ts';
import { Rig, type Counterparty } from './rig.ts';
import { simulatedVenue } from './simulated.ts';
import { SKIPS } from './skips.ts';
import type { Case } from './steps.ts';
import { tableOf } from './table.ts';

/** By name; answers that are lost are soon given up where a case loses some. */
const VENUES: Readonly<Record<string, (losesAnswers: boolean) => Promise<Counterparty>>> = {
  simulated: simulatedVenue,
  'a desk behind a door': doorVenue,
  Alpaca: alpacaVenue,
  'Interactive Brokers': (losesAnswers) => ibVenue(losesAnswers ? { timings: LOSING } : {}),
};

/** Runs with a session on a venue, and closes both whatever comes of it. */
async function on(venue: Counterparty, one: Pick<Case, 'run' | 'instruments'>): Promise<void> {
  const rig = await Rig.open(venue, one.instruments);
  try {
    await one.run(rig);
  } finally {
    await rig.close();
  }
}

describe.each(Object.keys(VENUES))('%s', (name) => {
  const cases = CASES.filter((one) => SKIPS[name](one) === undefined);
  // Each has a venue of its own, and mostly waits for it: so they wait beside each other.
  test.concurrent.each(cases)('$id $name', async (one) => on(await VENUES[name](one.needs === 'answers'), one));
});

test('numbers are used once, and the table in the guide is this one', () => {
  expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guide', 'brokers.md'), 'utf8');
  const plain = (text: string): string => text.replaceAll(/[ -]+/g, ' ');
  expect(plain(page)).toContain(plain(tableOf(SKIPS)));
});

test('a venue that does what it should not is caught', async () => {
  const deaf: Counterparty = { ...(await simulatedVenue()), pass: () => undefined };
  // The day never ends there: the case that waits for it must fail.
  const one = CASES.find(({ id }) => id === 'V-20')!;
  await expect(on(deaf, one)).rejects.toThrow('isSo');
});
