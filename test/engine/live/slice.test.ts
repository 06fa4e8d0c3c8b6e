/** Instants of a live tape as slices: what is used again says the same as what is made anew. */
import { describe, expect, test } from 'vitest';
import type { MarketInput, MarketRow } from '../../../src/engine/live/inputs.ts';
import { Slices, sliceOf } from '../../../src/engine/live/slice.ts';

const A: MarketRow = ['quote', 'A', 1, 2, 3, 4];
const B: MarketRow = ['quote', 'B', null, 6, 7, 8];
const TRADE: MarketRow = ['trade', 'A', 5, 10];

describe('a slice of a live tape', () => {
  test('is the same from columns that are used again', () => {
    const slices = new Slices();
    const instants = [[A], [B], [['quote', 'A', 9, null, 1, 1]], [A, B], [TRADE], [A, TRADE], []] as MarketRow[][];
    for (const [i, rows] of instants.entries()) {
      const input: MarketInput = { kind: 'market', at: i * 1000, rows };
      expect(slices.of(input)).toEqual(sliceOf(input));
    }
  });
});
