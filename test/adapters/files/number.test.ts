/** Numbers from bytes: the same bits as `Number`. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMissing, numberOfText, parseNumber } from '../../../src/adapters/files/number.ts';
import { tableOf } from '../../../src/adapters/files/tape.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): number => parseNumber(bytes(text), 0, text.length);

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
const decimal = fc
  .record({ sign: fc.constantFrom('', '-', '+'), whole: digits(20), fraction: fc.option(digits(25)) })
  .map(({ sign, whole, fraction }) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`);
const anyNumber = fc.oneof(
  decimal,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value.toFixed(6)),
);

test('any decimal text gives the bits of Number(text)', () => {
  fc.assert(
    fc.property(anyNumber, (text) => Object.is(parse(text), Number(text))),
    { numRuns: 5000 },
  );
});

test('a cell of a file gives the bits of Number(text) too', () => {
  const rows = fc.array(fc.tuple(anyNumber, anyNumber), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(rows, (cells) => {
      const text = ['date,close,other', ...cells.map(([a, b]) => `2024-01-02,${a},${b}`)].join('\r\n');
      const table = tableOf(bytes(text), 'x.csv');
      return cells.every(
        ([a, b], i) =>
          Object.is(table.numbers.get('close')![i], Number(a)) && Object.is(table.values.get('other')![i], Number(b)),
      );
    }),
    { numRuns: 500 },
  );
});

test.each(['', '.', '-', '+', '1.2.3', '0x10', 'Infinity', '1e', 'e5', '1,5', '12a', '--1'])(
  '%j is no number',
  (text) => {
    expect(parse(text)).toBeNaN();
  },
);

test('styles of other countries are read when they are known', () => {
  expect(numberOfText('1.234.567,89', { decimal: ',', group: '.' })).toBe(1234567.89);
  expect(numberOfText("1'234.5", { decimal: '.', group: "'" })).toBe(1234.5);
  expect(numberOfText('$12.50')).toBe(12.5);
});

test('cells that say "no value" are told from cells that are wrong', () => {
  expect(['', ' ', 'NaN', 'null', 'N/A', '-'].every(isMissing)).toBe(true);
  expect(['0', 'abc', '1-2'].some(isMissing)).toBe(false);
});
