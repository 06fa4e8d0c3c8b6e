/**
 * The broker's exact numbers: prices in ten-thousandths of a dollar, quantities in billionths of a share, money as the
 * product of both, so that a cash balance is right to the last digit after a million fills.
 */
import { formatUnits, parseUnits } from '../../../base/fixed.ts';

export const PRICE_DECIMALS = 4;
export const QUANTITY_DECIMALS = 9;
const MONEY_DECIMALS = PRICE_DECIMALS + QUANTITY_DECIMALS;

/** One dollar, in units of price. */
export const DOLLAR = 10 ** PRICE_DECIMALS;
/** One share or contract, in units of quantity. */
export const SHARE = 10 ** QUANTITY_DECIMALS;
/** The most shares of one order, which keeps every quantity an exact whole number of units. */
export const SHARES_MAX = 4_000_000;

/** Money in units of 10^-13 dollars. */
export type Money = bigint;

const CENT: Money = 10n ** BigInt(MONEY_DECIMALS - 2);

/** Returns price × quantity × multiplier, exactly. */
export function moneyOf(price: number, quantity: number, multiplier = 1): Money {
  return BigInt(price * multiplier) * BigInt(quantity);
}

/** Returns whole dollars as money. */
export function dollars(amount: number): Money {
  return BigInt(Math.round(amount * 100)) * CENT;
}

/** Returns a float of dollars as money rounded to 10^-9 dollars; for amounts that are estimates anyway. */
export function roughMoney(amount: number): Money {
  return BigInt(Math.round(amount * 1e6)) * 10n ** BigInt(MONEY_DECIMALS - 6);
}

export function moneyText(amount: Money): string {
  return formatUnits(amount, MONEY_DECIMALS);
}

/** Returns the amount rounded to cents, halves away from zero: how balances are shown. */
export function centsText(amount: Money): string {
  return moneyText(divide(amount, CENT) * CENT);
}

export function moneyToNumber(amount: Money): number {
  return Number(amount) / 10 ** MONEY_DECIMALS;
}

export function priceText(price: number): string {
  return formatUnits(price, PRICE_DECIMALS);
}

export function quantityText(quantity: number): string {
  return formatUnits(quantity, QUANTITY_DECIMALS);
}

/** Returns the average price of a cost, as text with at most `decimals` decimals; `undefined` for no quantity. */
export function averageText(cost: Money, quantity: number, multiplier = 1, decimals = 6): string | undefined {
  if (quantity === 0) return undefined;
  const scale = 10n ** BigInt(decimals);
  // cost has 13 decimals and quantity 9, so that their quotient has 4.
  return formatUnits(divide(cost * scale, BigInt(quantity) * BigInt(multiplier) * 10n ** 4n), decimals);
}

/** Returns a ratio of two amounts as text, with at most six decimals; 0 for a ratio to nothing. */
export function ratioText(part: Money, whole: Money): string {
  return whole === 0n ? '0' : formatUnits(divide(part * 1_000_000n, whole < 0n ? -whole : whole), 6);
}

/** Divides and rounds to the nearest, halves away from zero. */
export function divide(a: bigint, b: bigint): bigint {
  const [n, d] = b < 0n ? [-a, -b] : [a, b];
  return n < 0n ? -((-n + d / 2n) / d) : (n + d / 2n) / d;
}

/** Reads a JSON number or a decimal text into units; `undefined` when it is neither or has more decimals. */
export function readUnits(value: unknown, decimals: number): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = typeof value === 'number' ? plain(value) : value;
  const units = parseUnits(text, decimals);
  if (units === undefined) return undefined;
  const number = Number(units);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Returns the decimals that a decimal text really uses: 2 for `1.50` would be 1. */
export function decimalsOf(value: unknown): number {
  const text = typeof value === 'number' ? plain(value) : String(value);
  return /\.(\d*?)0*$/.exec(text)?.[1]?.length ?? 0;
}

function plain(value: number): string {
  return Number.isFinite(value) ? (String(value).includes('e') ? value.toFixed(12) : String(value)) : 'no number';
}

/** Reads a quantity of a query. */
export function parseShare(text: string): number | undefined {
  return readUnits(text, QUANTITY_DECIMALS);
}
