/**
 * Scales, colours and numbers that the drawings of a sweep share.
 */

import { html, type Markup } from '../html/escape.ts';
import { decimal } from '../text.ts';

/** Maps a value from one stretch to another. */
export function scale(low: number, high: number, from: number, to: number): (value: number) => number {
  const width = high - low;
  return (value) => (width === 0 ? (from + to) / 2 : from + ((value - low) / width) * (to - from));
}

/** The color of a share 0 … 1, from the worst over paper to the best. */
export function heat(share: number): string {
  const strength = Math.round(Math.abs(share - 0.5) * 2 * 100);
  return `color-mix(in srgb, var(--heat-${share < 0.5 ? 'loss' : 'gain'}) ${strength}%, var(--raised))`;
}

/** Smallest and largest number of a list, without NaN and infinities. */
export function extent(values: Iterable<number>): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 1] : [low, high];
}

/** A number of a drawing: short, because a page may hold thousands. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A figure as it is read: fractions as percentages, ratios with the same digits in every row of a table. */
export function figure(value: number | undefined, unit: string): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (unit === 'percent') return `${withMinus((value * 100).toFixed(2))} %`;
  if (unit === 'money') return decimal(value);
  if (Number.isInteger(value)) return withMinus(String(value));
  return withMinus(Math.abs(value) < 10 ? value.toFixed(4) : String(Number(value.toPrecision(4))));
}

/** A minus as wide as a plus, in place of the hyphen. */
function withMinus(text: string): string {
  return text.replace(/^-/, '−');
}

/** A drawing as wide as the page; on a narrow one it keeps its size, scrolls, and says so. */
export function wide(label: string, svg: Markup, caption: Markup): Markup {
  return html`<figure class="wide">
    <div class="scroll" tabindex="0" role="region" aria-label="${label}">${svg}</div>
    <p class="more">goes on to the right →</p>
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** The values of a parameter among the rows, in their order: numbers by size, words as they come. */
export function valuesOf(
  rows: readonly { readonly parameters: Readonly<Record<string, number | string | boolean>> }[],
  name: string,
): (number | string | boolean)[] {
  const values = [...new Set(rows.map(({ parameters }) => parameters[name]))];
  return values.every((value) => typeof value === 'number') ? values.sort((a, b) => Number(a) - Number(b)) : values;
}
