/**
 * Numbers in plain data: JSON has no word for NaN and the infinities, so they are spelt.
 */

/** A number as JSON can hold it. */
export type PlainNumber = number | 'NaN' | 'Infinity' | '-Infinity';

export function plainNumber(value: number): PlainNumber {
  // Only these three are not finite.
  return Number.isFinite(value) ? value : (String(value) as PlainNumber);
}

export function plainNumbers(values: Iterable<number>): PlainNumber[] {
  return Array.from(values, plainNumber);
}

export function numbersOf(values: readonly PlainNumber[]): Float64Array<ArrayBuffer> {
  return Float64Array.from(values, Number);
}
