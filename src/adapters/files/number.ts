/**
 * Decimal text to the nearest float64, read straight from the bytes of a file.
 *
 * Up to 15 digits and a power of ten up to 22 are exact in float64, so one division rounds once and gives the same bits
 * as `Number(text)` (Clinger, How to Read Floating Point Numbers Accurately, 1990); what is longer goes to `Number`.
 * Checked against `Number` over random texts.
 */

export const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MISSING = new Set(['', 'nan', 'null', 'na', 'n/a', '#n/a', '-', '.', 'none', 'nil', 'undefined']);

/** How numbers are written: the decimal sign, and what groups thousands. */
export interface NumberStyle {
  readonly decimal: '.' | ',';
  readonly group: '' | ',' | '.' | ' ' | "'";
}

export const PLAIN: NumberStyle = { decimal: '.', group: '' };

/** Returns the number that bytes `from` … `to` − 1 spell, or NaN when they spell none (see `isMissing`). */
export function parseNumber(bytes: Uint8Array, from: number, to: number, style: NumberStyle = PLAIN): number {
  if (style.decimal === '.' && style.group === '') {
    let i = from;
    const first = bytes[i];
    if (i < to && (first === 45 || first === 43)) i++;
    const digitsFrom = i;
    let mantissa = 0;
    while (i < to && bytes[i] >= 48 && bytes[i] <= 57) mantissa = mantissa * 10 + (bytes[i++] - 48);
    let scale = 0;
    if (i < to && bytes[i] === 46) {
      const dot = ++i;
      while (i < to && bytes[i] >= 48 && bytes[i] <= 57) mantissa = mantissa * 10 + (bytes[i++] - 48);
      scale = i - dot;
    }
    if (i === to && i - digitsFrom > (scale === 0 ? 0 : 1) && mantissa <= Number.MAX_SAFE_INTEGER && scale <= 22) {
      const value = scale === 0 ? mantissa : mantissa / POWERS_OF_TEN[scale];
      // A lone point has no digits: it is left to the slow way, which refuses it.
      if (bytes[i - 1] !== 46 || i - digitsFrom > 1) return first === 45 ? -value : value;
    }
  }
  return numberOfText(textOf(bytes, from, to), style);
}

/** Returns the number a text spells in a style; a currency sign before it is passed over; else NaN. */
export function numberOfText(text: string, style: NumberStyle = PLAIN): number {
  let plain = text.trim().replace(/^([+-]?)[$€£¥]/, '$1');
  if (style.group !== '') plain = plain.replaceAll(style.group, '');
  if (style.decimal === ',') plain = plain.replace(',', '.');
  return DECIMAL.test(plain) ? Number(plain) : Number.NaN;
}

const COUNTED_IN: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 };

/** The same for volumes, which some write rounded: `6.71M` is 6,710,000. */
export function volumeOfText(text: string, style: NumberStyle = PLAIN): number {
  const plain = text.trim();
  const factor = COUNTED_IN[plain.slice(-1).toLowerCase()];
  // 6.71 × 1e6 is not whole in float64; a volume is.
  return factor === undefined
    ? numberOfText(plain, style)
    : Math.round(numberOfText(plain.slice(0, -1), style) * factor);
}

/** Whether a cell says that there is no value: empty, `NaN`, `null`, `N/A`, `-`. */
export function isMissing(text: string): boolean {
  return MISSING.has(text.trim().toLowerCase());
}

/** Returns bytes as text (Latin-1: headers and symbols of price files are ASCII). */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
