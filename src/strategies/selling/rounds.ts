/**
 * What shares cost and what was earned with them: one round per underlying, from the first contract or share until
 * nothing is left of it.
 *
 * Cost and profit of shares are those of the ledger, so that splits, partial assignments and several purchases are
 * counted once and rightly. Premiums are those of the fills, with fees told apart.
 */
import type { Asset, Fill } from '../../engine/strategy/strategy.ts';

/** Money of one round, above 0 earned. */
export interface Round {
  readonly underlying: string;
  readonly startedAt: number;
  /** Premiums received less what buying back cost and what was paid in cash at the end, by right. */
  puts: number;
  calls: number;
  fees: number;
  /** What the shares had earned before it began. */
  readonly sharesBefore: number;
}

export interface ClosedRound extends Round {
  readonly endedAt: number;
  readonly shares: number;
  /** All of it. */
  readonly total: number;
}

export class Rounds {
  private readonly assetOf: (symbol: string) => Asset;
  private readonly open = new Map<string, Round>();
  private ended = 0;
  private profit = 0;

  constructor(assetOf: (symbol: string) => Asset) {
    this.assetOf = assetOf;
  }

  /** Counts a fill of an option or of shares; call it when the ledger has it. */
  filled({ symbol, side, quantity, price, fee, time }: Fill): void {
    const { instrument } = this.assetOf(symbol);
    const underlying = instrument.option?.underlying ?? symbol;
    let round = this.open.get(underlying);
    if (round === undefined) {
      const shares = this.assetOf(underlying).position;
      // Its own first fill may be of shares: buying realises nothing, so that what was earned before is the same.
      const sharesBefore = shares.realizedProfit;
      round = { underlying, startedAt: time, puts: 0, calls: 0, fees: 0, sharesBefore };
      this.open.set(underlying, round);
    }
    round.fees += fee;
    if (instrument.option === undefined) return;
    const money = -side * quantity * price * instrument.multiplier;
    if (instrument.option.right === 'put') round.puts += money;
    else round.calls += money;
  }

  /** What the shares of an underlying cost each: as paid, and less the premiums of the round; NaN without shares. */
  costOf(underlying: string): { readonly cost: number; readonly net: number } {
    const { quantity, averagePrice } = this.assetOf(underlying).position;
    if (!(quantity > 0)) return { cost: Number.NaN, net: Number.NaN };
    const { puts = 0, calls = 0, fees = 0 } = this.open.get(underlying) ?? {};
    return { cost: averagePrice, net: averagePrice - (puts + calls - fees) / quantity };
  }

  /** Ends the rounds of which nothing is left, and returns them. `isBusy`: whether contracts are open or at work. */
  close(now: number, isBusy: (underlying: string) => boolean): ClosedRound[] {
    const closed: ClosedRound[] = [];
    for (const round of this.open.values()) {
      const { position, orders } = this.assetOf(round.underlying);
      if (!position.isFlat || orders.length > 0 || isBusy(round.underlying)) continue;
      const shares = position.realizedProfit - round.sharesBefore;
      const total = round.puts + round.calls + shares - round.fees;
      closed.push({ ...round, endedAt: now, shares, total });
      this.open.delete(round.underlying);
      this.ended++;
      this.profit += total;
    }
    return closed;
  }

  /** Rounds that ended, and what they earned in all. */
  get sum(): { readonly ended: number; readonly profit: number } {
    return { ended: this.ended, profit: this.profit };
  }

  save() {
    return { open: [...this.open.values()].map((round) => ({ ...round })), ended: this.ended, profit: this.profit };
  }

  restore({ open, ended, profit }: ReturnType<Rounds['save']>): void {
    for (const round of open) this.open.set(round.underlying, { ...round });
    this.ended = ended;
    this.profit = profit;
  }
}
