/** A vendor's delayed file is as old as its time says, not as its delay promises. */
import { expect, test } from 'vitest';
import { ageOfQuotes } from '../../src/desk/wiring/quote-age.ts';
import { instantFromMillis } from '../../src/time/instant.ts';

const at = (text: string): number => instantFromMillis(Date.parse(text));
const age = (written: string, now: string): string => ageOfQuotes(at(written), 15, at(now));

test.each([
  [
    'a file of this minute is a quarter of an hour old',
    '2026-11-27T17:45:02Z',
    '2026-11-27T17:49:00Z',
    '15 minutes old',
  ],
  // Friday's half day, looked at on Sunday: there is nothing newer.
  [
    'the last session of a weekend is not stale',
    '2026-11-27T18:20:00Z',
    '2026-11-29T12:00:00Z',
    '15 minutes old when they were written 41 hours ago',
  ],
  [
    'sessions since are counted, Thanksgiving is none',
    '2026-11-20T21:10:44Z',
    '2026-11-29T12:00:00Z',
    '15 minutes old when they were written 8 days ago, STALE: 4 sessions have opened since',
  ],
  [
    'a file that stands still while the market trades is stale',
    '2026-11-27T15:00:00Z',
    '2026-11-27T15:40:00Z',
    '15 minutes old when they were written 40 minutes ago, STALE: the market is open',
  ],
  [
    'yesterday’s is stale from the open on',
    '2026-11-24T21:20:00Z',
    '2026-11-25T14:31:00Z',
    '15 minutes old when they were written 17 hours ago, STALE: 1 session has opened since',
  ],
  [
    'a time to come is told',
    '2026-11-27T21:00:00Z',
    '2026-11-27T16:00:00Z',
    '15 minutes old when they were written, IN THE FUTURE by the clock of this machine (2026-11-27T16:00:00Z)',
  ],
])('%s', (_, written, now, said) => {
  expect(age(written, now)).toBe(said);
});
