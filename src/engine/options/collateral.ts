/**
 * What sold options tie up, read from the ledger: every account model asks here, so that the same money, or the same
 * shares, never back two things.
 */
import {
  optionMargin,
  regTOptions,
  type MarginLeg,
  type OptionMargin,
  type OptionMarginRule,
} from '../../options/margin/requirement.ts';
import { sharesRelief, type ShareMargin } from '../../options/margin/relief.ts';
import { isVolatilityIndex } from '../../market/option/roots.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { MarginModel } from '../sim/margin.ts';
import type { Contract, OptionBook } from './book.ts';

/** A position that is not there yet: what an order would add, in units of the instrument, signed. */
export interface Change {
  readonly instrument: number;
  readonly quantity: number;
}

/** The rule of an account for sold options: Regulation T where it has none of its own. */
export function optionRule(margin: MarginModel): OptionMarginRule {
  return margin.options ?? regTOptions;
}

/** Money in base currency that the options sold need, with `changes` made. Infinity when the rule does not allow it. */
export function optionCollateral(ledger: Ledger, rule: OptionMarginRule, changes: readonly Change[] = []): number {
  let total = 0;
  if (ledger.options === undefined) return total;
  for (const { underlying, margin } of optionMargins(ledger, rule, changes)) {
    total += margin.amount * ledger.rates[ledger.currencyOf[underlying]];
  }
  return total;
}

/** The positions on each underlying in which options are sold, taken apart, in the currency of the underlying. */
export function optionMargins(
  ledger: Ledger,
  rule: OptionMarginRule,
  changes: readonly Change[] = [],
): { readonly underlying: number; readonly margin: OptionMargin }[] {
  const book = ledger.options;
  if (book === undefined) return [];
  return [...heldBy(ledger, book, changes)].flatMap(([underlying, quantities]) => {
    const shares = quantities.get(underlying) ?? 0;
    const legs: MarginLeg[] = [];
    for (const [instrument, quantity] of quantities) {
      if (instrument === underlying || quantity === 0) continue;
      legs.push(legOf(book.of(instrument), quantity, ledger.marks[instrument]));
    }
    if (!legs.some(({ quantity }) => quantity < 0)) return [];
    return [{ underlying, margin: optionMargin(legs, shares, ledger.marks[underlying], rule) }];
  });
}

/**
 * Money in base currency that shares must keep less because options of the account protect them: bought ones that cover
 * no sale of options, and sold ones that shares cover.
 */
export function protectionRelief(ledger: Ledger, kept: ShareMargin): number {
  const book = ledger.options;
  if (book === undefined) return 0;
  let total = 0;
  for (const [underlying, quantities] of heldBy(ledger, book, [])) {
    const shares = quantities.get(underlying) ?? 0;
    if (shares === 0 || quantities.size < 2) continue;
    const legs = [...quantities]
      .filter(([instrument, quantity]) => instrument !== underlying && quantity !== 0)
      .map(([instrument, quantity]) => legOf(book.of(instrument), quantity, ledger.marks[instrument]));
    const spot = ledger.marks[underlying];
    const { parts } = optionMargin(legs, shares, spot, regTOptions);
    const used = parts.filter((part) => part.shares === 0).flatMap((part) => part.legs);
    const bought = legs.flatMap((leg) => {
      const covering = used.filter((each) => each.quantity > 0 && isSame(each, leg));
      const left = leg.quantity - covering.reduce((sum, { quantity }) => sum + quantity, 0);
      return leg.quantity > 0 && left > 0 ? [{ ...leg, quantity: left }] : [];
    });
    const sold = parts.filter((part) => part.shares !== 0).flatMap((part) => part.legs);
    const saved = sharesRelief([...bought, ...sold], shares, spot, kept).reduce((sum, { amount }) => sum + amount, 0);
    total += saved * ledger.rates[ledger.currencyOf[underlying]];
  }
  return total;
}

function isSame(a: MarginLeg, b: MarginLeg): boolean {
  return (
    a.right === b.right &&
    a.strike === b.strike &&
    a.expiry === b.expiry &&
    a.endsAtOpen === b.endsAtOpen &&
    a.multiplier === b.multiplier
  );
}

/** Value of all options held less those sold, in base currency. */
export function optionValue(ledger: Ledger): number {
  const book = ledger.options;
  if (book === undefined) return 0;
  let value = 0;
  for (const position of ledger.openPositions()) {
    if (book.contracts[position.instrument] !== undefined) value += ledger.positionValue(position);
  }
  return value;
}

/** Quantities by underlying and instrument over all strategies, the underlying's own included. */
function heldBy(ledger: Ledger, book: OptionBook, changes: readonly Change[]): Map<number, Map<number, number>> {
  const held = new Map<number, Map<number, number>>();
  const add = (instrument: number, quantity: number): void => {
    const contract = book.contracts[instrument];
    if (contract === undefined && !book.on.has(instrument)) return;
    const underlying = contract?.underlying ?? instrument;
    const own = held.get(underlying) ?? new Map<number, number>();
    held.set(underlying, own.set(instrument, (own.get(instrument) ?? 0) + quantity));
  };
  for (const { instrument, quantity } of ledger.openPositions()) add(instrument, quantity);
  for (const { instrument, quantity } of changes) add(instrument, quantity);
  return held;
}

function legOf({ terms, strike, multiplier, shares }: Contract, quantity: number, mark: number): MarginLeg {
  const { right, expiry, settlement, settledAt, style } = terms;
  const isCashSettled = settlement === 'cash' && style === 'european';
  // A contract that was never quoted counts with nothing: the rest of the rule stays.
  const price = mark === mark ? mark : 0;
  return {
    right,
    strike,
    expiry,
    quantity,
    multiplier,
    shares,
    price,
    isCashSettled,
    endsAtOpen: settledAt === 'am',
    isOnVolatility: isVolatilityIndex(terms.underlying),
  };
}
