/** Quantities in lots: cut toward zero, but never by float noise. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineInstrument, toLots, wholeLots } from '../../src/market/instrument.ts';

test('a quantity of whole lots keeps them all, however many billionths of a share it is', () => {
  const instrument = defineInstrument({ symbol: 'ABC', lot: 1e-9 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 44 }), (lots) => {
      const quantity = lots / 1e9;
      expect(wholeLots(quantity, 1e-9)).toBe(lots);
      expect(toLots(instrument, quantity)).toBe(quantity);
      expect(toLots(instrument, -quantity)).toBe(-quantity);
    }),
  );
});

test('what is less than a lot is cut', () => {
  const instrument = defineInstrument({ symbol: 'ABC', lot: 0.01 });
  expect(toLots(instrument, 1.2399)).toBe(1.23);
  expect(toLots(instrument, -1.2399)).toBe(-1.23);
  expect(wholeLots(0.009, 0.01)).toBe(0);
});
