/** Whose volume nobody knows is said: there a limit by volume holds nothing. */
import { expect, test } from 'vitest';
import type { LimitSettings } from '../../../src/engine/limits/settings.ts';
import { onQuotes, play, playDays, quotes, utc, type Row } from '../play.ts';
import { conventions, flat } from './refusals.ts';

const without = ({ deck }: ReturnType<typeof play>, day: string): readonly string[] | undefined =>
  deck.orders.gate.limits?.withoutVolume(utc(day));

function quoted(limits: LimitSettings) {
  return play({ streams: [quotes(flat(3))], setup: onQuotes({}), limits, conventions });
}

test('with quotes alone nobody knows what trades in a day', () => {
  expect(without(quoted({ orderVolume: 0.01 }), '2024-01-03')).toEqual(['ABC']);
});

test('with a day of bars it is known, and where it is no limit it need not be', () => {
  const rows = Array.from({ length: 3 }, (): Row => [100, 101, 99, 100, 1_000_000]);
  expect(without(playDays(rows, {}, { limits: { orderVolume: 0.01 }, conventions }), '2024-06-03')).toEqual([]);
  expect(without(quoted({ orderShare: 1 }), '2024-01-03')).toEqual([]);
});
