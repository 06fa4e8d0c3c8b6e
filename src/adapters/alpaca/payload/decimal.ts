/**
 * A decimal as the broker wrote it: every digit kept, so that money never passes through a float on its way in.
 */
import { formatUnits } from '../../../base/fixed.ts';

export class Decimal {
  /** The number in units of 10^-decimals. */
  readonly units: bigint;
  readonly decimals: number;

  constructor(units: bigint, decimals: number) {
    this.units = units;
    this.decimals = decimals;
  }

  /** Reads a plain decimal text such as `122011.09751111286868`; `undefined` for anything else. */
  static parse(text: string): Decimal | undefined {
    const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (match === null) return undefined;
    const fraction = match[3] ?? '';
    const units = BigInt(match[2] + fraction);
    return new Decimal(match[1] === '-' ? -units : units, fraction.length);
  }

  /** The nearest float64: for charts and statistics, not for books. */
  toNumber(): number {
    return Number(this.toString());
  }

  /**
   * Returns the number in units of 10^-decimals, as the ledger counts; `undefined` when it has more decimals than that
   * or does not fit a whole number that a float64 holds exactly.
   */
  toUnits(decimals: number): number | undefined {
    const shift = decimals - this.decimals;
    const scale = 10n ** BigInt(Math.abs(shift));
    if (shift < 0 && this.units % scale !== 0n) return undefined;
    const units = Number(shift < 0 ? this.units / scale : this.units * scale);
    return Number.isSafeInteger(units) ? units : undefined;
  }

  equals(other: Decimal): boolean {
    return this.toString() === other.toString();
  }

  /** The shortest text of the number. */
  toString(): string {
    return formatUnits(this.units, this.decimals);
  }
}
