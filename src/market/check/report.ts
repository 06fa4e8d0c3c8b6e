/**
 * Where the rules put what they find: one place that knows file, line and symbol, and that stays small on bad files.
 */
import type { Finding } from '../tape.ts';
import type { RowPlace } from './order.ts';

/** Findings of one rule and stream that are told one by one; the rest is counted in a last one. */
export const TOLD_PER_RULE = 1000;

export class FindingList {
  readonly all: Finding[] = [];
  private readonly place: RowPlace;
  private readonly time: ArrayLike<number>;
  private readonly counts = new Map<Finding['rule'], number>();
  private readonly last = new Map<Finding['rule'], Finding>();

  constructor(place: RowPlace, time: ArrayLike<number>) {
    this.place = place;
    this.time = time;
  }

  /** Notes that `row` (counted from 0) breaks a rule: the value that does, and what that means. */
  add(rule: Finding['rule'], severity: Finding['severity'], row: number, value: string, message: string): void {
    const count = (this.counts.get(rule) ?? 0) + 1;
    this.counts.set(rule, count);
    const { file, symbol, lines } = this.place;
    const finding = { rule, severity, file, row: lines?.[row] ?? row + 1, symbol, at: this.time[row], value, message };
    if (count <= TOLD_PER_RULE) this.all.push(finding);
    else this.last.set(rule, finding);
  }

  /** Everything found; a rule that was broken too often ends with the number that is not told. */
  finish(): Finding[] {
    for (const [rule, finding] of this.last) {
      const more = this.counts.get(rule)! - TOLD_PER_RULE;
      this.all.push({ ...finding, message: `${finding.message} (the last of ${more} more findings of this rule)` });
    }
    return this.all;
  }
}
