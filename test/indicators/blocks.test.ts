/** A block of rows gives the bits that the same rows give one by one, wherever the blocks begin. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ema, rma, rsi, sma } from '../../src/indicators/index.ts';
import type { Stream } from '../../src/indicators/stream.ts';

const STREAMS: readonly (readonly [name: string, make: (rows: number) => Stream, hasBlock: boolean])[] = [
  ['sma of ticks', (rows) => sma.stream(rows, { scale: 10_000 }), true],
  ['ema', (rows) => ema.stream(rows), true],
  ['ema from its first value', (rows) => ema.stream(rows, { seed: 'first' }), true],
  ['rma', (rows) => rma.stream(rows), true],
  ['rsi, which has no block of its own', (rows) => rsi.stream(rows), false],
];

/** Cents as a rule, now and then a fraction of one or no price at all. */
const price = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: 100, max: 20_000 }).map((cents) => cents / 100) },
  { weight: 1, arbitrary: fc.double({ min: 1, max: 200, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);

test.each(STREAMS)('%s in blocks of any length', (_name, make, hasBlock) => {
  expect(make(5).hasBlock).toBe(hasBlock);
  fc.assert(
    fc.property(
      fc.array(price, { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 2, max: 20 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
      (prices, rows, lengths) => {
        const series = Float64Array.from(prices);
        const single = make(rows);
        const expected = series.map((value) => single.update(value));
        const blocks = make(rows);
        const found = new Float64Array(series.length);
        for (let from = 0, i = 0; from < series.length; i++) {
          const to = Math.min(series.length, from + lengths[i % lengths.length]);
          blocks.block([series], [found], from, to);
          from = to;
        }
        expect(found).toEqual(expected);
        expect(blocks.save()).toHaveLength(single.save().length);
        expect(blocks.update(7)).toBe(single.update(7));
      },
    ),
    { numRuns: 200 },
  );
});
