/**
 * Whether an account can carry what a fill in options, or in shares that cover them, would leave it with.
 *
 * Counted is the change of the whole position on the underlying: a bought contract that makes a spread of a naked sale
 * frees money, and selling the shares under a covered call is as dear as selling the call naked.
 */
import type { Ledger } from '../ledger/ledger.ts';
import { optionCollateral, optionRule, type Change } from '../options/collateral.ts';
import type { MarginModel } from './margin.ts';

/** One fill of a package, or of a single order. */
export interface PlannedFill extends Change {
  /** Money per point, before multiplier. */
  readonly price: number;
  /** In the instrument's currency. */
  readonly fee: number;
}

export class Collateral {
  private readonly ledger: Ledger;
  private readonly margin: MarginModel;

  constructor(ledger: Ledger, margin: MarginModel) {
    this.ledger = ledger;
    this.margin = margin;
  }

  /** Whether a fill is judged here: in options, and in shares that may cover some. Shares bought take no cover away. */
  concerns(instrument: number, side: number): boolean {
    const { options } = this.ledger;
    if (options === undefined) return false;
    if (options.contracts[instrument] !== undefined) return true;
    if (side > 0 && this.ledger.netQuantity(instrument) >= 0) return false;
    const contracts = options.on.get(instrument);
    return contracts !== undefined && contracts.some((each) => this.ledger.netQuantity(each.instrument) !== 0);
  }

  /**
   * Money that is short, in base currency, when these fills happen together: 0 or less when `share` of what is free can
   * carry them. What only closes and ties up nothing more is always allowed.
   */
  shortfall(fills: readonly PlannedFill[], unsettled: number, share = 1): number {
    const { ledger, margin } = this;
    const rule = optionRule(margin);
    const tied = optionCollateral(ledger, rule, fills) - optionCollateral(ledger, rule);
    if (!(tied > 1e-9) && fills.every((fill) => this.closes(fill))) return 0;
    let need = Number.isNaN(tied) ? Infinity : tied;
    for (const fill of fills) need += this.costOf(fill);
    return need - share * (margin.free(ledger) - unsettled);
  }

  /** Whether a fill would leave shares, or anything else that is no option, sold short. */
  leavesShort({ instrument, quantity }: Change): boolean {
    const { option, future } = this.ledger.instruments[instrument];
    if (quantity > 0 || (option ?? future) !== undefined) return false;
    return this.ledger.netQuantity(instrument) + quantity < -1e-9;
  }

  private closes({ instrument, quantity }: PlannedFill): boolean {
    const held = this.ledger.netQuantity(instrument);
    return held * quantity < 0 && Math.abs(quantity) <= Math.abs(held) * (1 + 1e-12);
  }

  /** What one fill takes from the free money beside collateral: premium in full, shares as the account pays for them. */
  private costOf({ instrument, quantity, price, fee }: PlannedFill): number {
    const { ledger, margin } = this;
    const rate = ledger.rates[ledger.currencyOf[instrument]];
    const { option, multiplier } = ledger.instruments[instrument];
    const value = quantity * price * multiplier;
    if (option !== undefined) return (value + fee) * rate;
    const held = ledger.netQuantity(instrument);
    const closing = held * quantity < 0 ? Math.min(Math.abs(held), Math.abs(quantity)) : 0;
    const opening = Math.abs(quantity) - closing;
    const side = Math.sign(quantity);
    const released = closing * margin.perUnit(ledger.instruments[instrument], -side, price);
    return (opening * margin.perUnit(ledger.instruments[instrument], side, price) - released + fee) * rate;
  }
}
