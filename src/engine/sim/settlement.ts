/**
 * Settlement: the proceeds of a sale belong to a cash account at once, but can be spent only days later.
 */
import type { MarketHours } from '../ports.ts';

interface Proceeds {
  /** The open of the session on which they settle. */
  readonly settlesAt: number;
  /** In base currency at the rate of the sale. */
  readonly money: number;
}

export class Settlement {
  private readonly days: number;
  private readonly hours: readonly MarketHours[];
  private waiting: Proceeds[] = [];

  /** `days` are sessions from the sale until its proceeds can be spent: 1 for T+1. */
  constructor(days: number, hours: readonly MarketHours[]) {
    this.days = days;
    this.hours = hours;
  }

  /** Takes in a sale of `money` in base currency. */
  sold(instrument: number, money: number, at: number): void {
    if (!(money > 0)) return;
    this.waiting.push({ settlesAt: this.settlesAt(this.hours[instrument], at), money });
  }

  /** Money that has been received and cannot be spent yet. */
  unsettled(now: number): number {
    let money = 0;
    const { waiting } = this;
    if (waiting.length === 0) return 0;
    this.waiting = waiting.filter(({ settlesAt }) => settlesAt > now);
    for (const proceeds of this.waiting) money += proceeds.money;
    return money;
  }

  /** Plain data, given back to `restore` when a run is continued. */
  save(): readonly (readonly [settlesAt: number, money: number])[] {
    return this.waiting.map(({ settlesAt, money }) => [settlesAt, money]);
  }

  restore(state: readonly (readonly [settlesAt: number, money: number])[]): void {
    this.waiting = state.map(([settlesAt, money]) => ({ settlesAt, money }));
  }

  private settlesAt(hours: MarketHours, at: number): number {
    let open = at;
    // A sale at the very close still belongs to that session.
    let close = hours.closeAfter(at);
    for (let day = 0; day < this.days; day++) {
      open = hours.openAfter(close);
      close = hours.closeAfter(open + 1);
    }
    return open;
  }
}
