/**
 * Exact decimals for money: whole numbers of small units, never fractions of a float.
 *
 * A price, quantity or amount is an integer number of units of 10^-decimals, held in a float64 that is exact up to
 * 2^53. Sums of amounts go into an `ExactSum`, which has two such limbs and so does not overflow below 2^103.
 * Floats enter through `toUnits` and leave through `fromUnits`: these two are the doors.
 */
import { assert } from './assert.ts';

/** Most decimals a unit may have: 10^-12. */
export const DECIMALS_MAX = 12;

const POWERS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** 10^decimals, exact for 0 ≤ decimals ≤ 22. */
export function scaleOf(decimals: number): number {
  assert(decimals >= 0 && decimals <= 22, () => `decimals must be 0…22, was ${decimals}`);
  return POWERS[decimals];
}

/**
 * Returns `value` as a whole number of 10^-decimals, rounded to the nearest (halves away from zero).
 * A NaN, an infinity, or a result beyond 2^53 is a bug.
 */
export function toUnits(value: number, decimals: number): number {
  const scaled = value * POWERS[decimals];
  const units = scaled < 0 ? -Math.floor(0.5 - scaled) : Math.floor(scaled + 0.5);
  // Asserted in two steps: a message that is made lazily is itself made each time, and every fill comes here often.
  const fits = units <= Number.MAX_SAFE_INTEGER && units >= -Number.MAX_SAFE_INTEGER;
  if (!fits) assert(fits, `${value} does not fit an exact decimal with ${decimals} decimals`);
  return units + 0;
}

/** Returns units of 10^-decimals as the nearest float64. */
export function fromUnits(units: number, decimals: number): number {
  return units / POWERS[decimals];
}

/** Returns the decimal text of `units`, without trailing zeros: `formatUnits(1230n, 3) // => "1.23"`. */
export function formatUnits(units: bigint | number, decimals: number): string {
  const negative = units < 0;
  const digits = (negative ? -BigInt(units) : BigInt(units)).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Parses a plain decimal text into units of 10^-decimals, exactly; `undefined` when it is none or has more decimals. */
export function parseUnits(text: string, decimals: number): bigint | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const fraction = match[3] ?? '';
  if (fraction.length > decimals && !/^0*$/.test(fraction.slice(decimals))) return undefined;
  const units = BigInt(match[2] + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return match[1] === '-' ? -units : units;
}

const LIMB = 2 ** 50;
const SMALL = 2 ** 52;

/**
 * An exact running sum of whole numbers. Adding never rounds and, for products below 2^52, never allocates.
 * The value is `high · 2^50 + low` with |low| < 2^50.
 */
export class ExactSum {
  private high = 0;
  private low = 0;

  /** Adds a whole number, |units| ≤ 2^53. */
  add(units: number): void {
    const low = this.low + units;
    // Most sums never need their upper limb.
    if (this.high === 0 && low < LIMB && low > -LIMB) this.low = low;
    else this.carry(units);
  }

  private carry(units: number): void {
    if (units > SMALL || units < -SMALL) {
      const limbs = Math.trunc(units / LIMB);
      this.high += limbs;
      units -= limbs * LIMB;
    }
    const low = this.low + units;
    if (low >= LIMB || low <= -LIMB) {
      const limbs = Math.trunc(low / LIMB);
      this.high += limbs;
      this.low = low - limbs * LIMB;
    } else {
      this.low = low;
    }
    // Both limbs carry one sign, so that the sign of the sum is the sign of either.
    if (this.high > 0 && this.low < 0) {
      this.high -= 1;
      this.low += LIMB;
    } else if (this.high < 0 && this.low > 0) {
      this.high += 1;
      this.low -= LIMB;
    }
  }

  /** Adds `a · b` exactly; both are whole numbers. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    if (product <= SMALL && product >= -SMALL) this.add(product);
    else this.addBig(BigInt(a) * BigInt(b));
  }

  addBig(units: bigint): void {
    this.high += Number(units / BigInt(LIMB));
    this.add(Number(units % BigInt(LIMB)));
  }

  addSum(other: ExactSum, sign: 1 | -1 = 1): void {
    this.high += sign * other.high;
    this.add(sign * other.low);
  }

  /** -1, 0 or 1. */
  sign(): number {
    return Math.sign(this.high === 0 ? this.low : this.high);
  }

  /** The nearest float64 of the sum in units of 10^-decimals. */
  toNumber(decimals: number): number {
    return (this.high * LIMB + this.low) / POWERS[decimals];
  }

  toBigInt(): bigint {
    return BigInt(this.high) * BigInt(LIMB) + BigInt(this.low);
  }

  toText(decimals: number): string {
    return formatUnits(this.toBigInt(), decimals);
  }

  copy(): ExactSum {
    const sum = new ExactSum();
    sum.high = this.high;
    sum.low = this.low;
    return sum;
  }

  clear(): void {
    this.high = 0;
    this.low = 0;
  }
}

/** Decimals to which fees, interest and dividends are rounded when they are booked. */
const MONEY_DECIMALS = 9;

/**
 * Adds money to a sum of units of 10^-decimals, rounded to at most nine decimals, and returns what was added.
 * This is the one way by which a computed amount (a fee, an interest payment) becomes exact.
 */
export function addMoney(sum: ExactSum, money: number, decimals: number): number {
  const units = moneyUnits(money, decimals);
  if (units === units) {
    sum.add(units);
  } else {
    const kept = Math.min(decimals, MONEY_DECIMALS);
    const whole = Math.trunc(money);
    sum.addProduct(whole, POWERS[decimals]);
    sum.addProduct(toUnits(money - whole, kept), POWERS[decimals - kept]);
  }
  return roundMoney(money, decimals);
}

/** The units of 10^-decimals that `addMoney` adds, where one float has them exactly; NaN where they are too many. */
function moneyUnits(money: number, decimals: number): number {
  const kept = Math.min(decimals, MONEY_DECIMALS);
  const whole = Math.trunc(money);
  return smallUnits(whole, toUnits(money - whole, kept), decimals, kept);
}

function smallUnits(whole: number, part: number, decimals: number, kept: number): number {
  // Below the bound both products and their sum are whole numbers that a float has.
  const units = whole * POWERS[decimals] + part * POWERS[decimals - kept];
  return units < SMALL && units > -SMALL ? units : Number.NaN;
}

/** Returns money rounded as `addMoney` rounds it. */
function roundMoney(money: number, decimals: number): number {
  const kept = Math.min(decimals, MONEY_DECIMALS);
  const whole = Math.trunc(money);
  return whole + toUnits(money - whole, kept) / POWERS[kept];
}

/** What `addMoney` makes of an amount, as units and as money: for amounts that go into several sums, one after the other. */
export class ExactMoney {
  /** NaN where they are too many for one float to have them exactly. */
  units = Number.NaN;
  money = Number.NaN;

  set(money: number, decimals: number): void {
    const kept = Math.min(decimals, MONEY_DECIMALS);
    const whole = Math.trunc(money);
    const part = toUnits(money - whole, kept);
    this.units = smallUnits(whole, part, decimals, kept);
    this.money = whole + part / POWERS[kept];
  }
}
