/**
 * Margin: what an account may open, and what it must keep.
 *
 * The venue asks only when a fill would open or grow a position; closing is always allowed. Amounts are in the base
 * currency of the account.
 */
import type { Instrument } from '../../market/instrument.ts';
import { cashOptions, regTOptions, type OptionMarginRule } from '../../options/margin/requirement.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { optionCollateral, optionValue, protectionRelief } from '../options/collateral.ts';

export interface MarginModel {
  readonly name: string;
  readonly sentence: string;
  /** Whether short positions may be opened at all. */
  readonly allowsShort: boolean;
  /** Whether falling equity can force positions to be closed. */
  readonly calls: boolean;
  /** Whether purchases are paid in full from cash, so that it matters when a sale settles. */
  readonly spendsCash?: boolean;
  /** How sold options are backed; Regulation T where it is left out. */
  readonly options?: OptionMarginRule;
  /** Money free for opening positions now. */
  free(ledger: Ledger): number;
  /** Money that opening one unit at `price` takes from `free`, in the instrument's currency. */
  perUnit(instrument: Instrument, side: number, price: number): number;
  /** Money that open positions must be backed by; equity below it is a margin call. 0 when there is no such thing. */
  maintenance(ledger: Ledger): number;
  /**
   * What one held unit adds to `maintenance` at `price`, in the instrument's currency; NaN where that depends on what else
   * is held. With it a margin call closes only what it must; without it, whole positions.
   */
  keptPerUnit?(instrument: Instrument, side: number, price: number): number;
  /**
   * What a broker says that selling one more of an option would tie up now, in base currency, whatever the rule says;
   * undefined where none has said it, or where what was said is not true any more.
   */
  soldPerUnit?(ledger: Ledger, instrument: number): number | undefined;
}

/**
 * Everything is paid in full from cash; nothing is sold that is not held, unless `allowsShort`. Futures are traded on
 * the margin of their contracts: what it ties up cannot be spent, and equity below what they must keep is a margin call.
 */
export function cashAccount(allowsShort = false): MarginModel {
  const options = allowsShort ? regTOptions : cashOptions;
  return {
    name: allowsShort ? 'cash-with-shorts' : 'cash',
    sentence: allowsShort
      ? 'Purchases are paid in full from cash; short sales need no margin.'
      : 'A cash account: purchases are paid in full, nothing is sold short but futures, on their margin.',
    allowsShort,
    calls: false,
    spendsCash: true,
    options,
    free: (ledger) => ledger.cashValue() - tiedByFutures(ledger) - optionCollateral(ledger, options),
    perUnit: (instrument, side, price) =>
      instrument.future !== undefined ? instrument.future.initialMargin : side > 0 ? price * instrument.multiplier : 0,
    maintenance: (ledger) => keptByFutures(ledger),
    keptPerUnit: ({ future }) => (future === undefined ? 0 : future.maintenanceMargin),
  };
}

/** Whether an account may sell more of an instrument than it holds. Nobody lends a future that is sold. */
export function maySellShort({ allowsShort }: MarginModel, { future }: Instrument): boolean {
  return allowsShort || future !== undefined;
}

/** Cash that open futures tie up: their initial margin, and what they have lost since they were opened. */
function tiedByFutures(ledger: Ledger): number {
  let tied = 0;
  for (const position of ledger.openPositions()) {
    const { future } = ledger.instruments[position.instrument];
    if (future === undefined) continue;
    const rate = ledger.rates[ledger.currencyOf[position.instrument]];
    tied += Math.abs(position.quantity) * future.initialMargin * rate - Math.min(0, ledger.positionValue(position));
  }
  return tied;
}

/** Equity that open futures must be backed by. */
function keptByFutures(ledger: Ledger): number {
  let kept = 0;
  for (const { instrument, quantity } of ledger.openPositions()) {
    const { future } = ledger.instruments[instrument];
    if (future === undefined) continue;
    kept += Math.abs(quantity) * future.maintenanceMargin * ledger.rates[ledger.currencyOf[instrument]];
  }
  return kept;
}

/** Positions need 1/leverage of their value in equity; a margin call comes when equity falls below half of that. */
export function flatLeverage(leverage: number): MarginModel {
  return shareOfValue({
    name: `leverage(${leverage})`,
    sentence: `Positions need ${(100 / leverage).toFixed(1)} % of their value in equity, long or short.`,
    initial: () => 1 / leverage,
    kept: () => (leverage === 1 ? 0 : 0.5 / leverage),
  });
}

/** US Regulation T: half of the value to open; 25 % (long) or 30 % (short) to keep. Futures by their contract margin. */
export const regT: MarginModel = shareOfValue({
  name: 'reg-t',
  sentence:
    'A Regulation T margin account: 50 % to open, 25 % (long) or 30 % (short) of the value to keep, less where options protect shares.',
  initial: () => 0.5,
  kept: (side) => (side > 0 ? 0.25 : 0.3),
  relievesProtected: true,
});

function shareOfValue(rule: {
  name: string;
  sentence: string;
  initial(side: number): number;
  kept(side: number): number;
  /** Whether options that protect shares lower what these must keep. */
  readonly relievesProtected?: boolean;
}): MarginModel {
  const initial = { long: rule.initial(1), short: rule.initial(-1), contract: 'initialMargin' } as const;
  const kept = { long: rule.kept(1), short: rule.kept(-1), contract: 'maintenanceMargin' } as const;
  // Asked for each purchase, over all that is held: so it goes by numbers and calls nothing.
  const total = (ledger: Ledger, { long, short, contract }: typeof initial | typeof kept): number => {
    const { marks, rates, currencyOf, instruments } = ledger;
    const open = ledger.openPositions();
    let margin = 0;
    for (let i = 0; i < open.length; i++) {
      const { instrument: index, quantity } = open[i];
      const { option, future, multiplier } = instruments[index];
      if (option !== undefined) continue;
      const rate = rates[currencyOf[index]];
      const size = Math.abs(quantity);
      margin +=
        future !== undefined
          ? size * future[contract] * rate
          : size * marks[index] * multiplier * rate * (quantity > 0 ? long : short);
    }
    // Options lend nothing: what is held must be paid, and what is sold is backed without counting its own proceeds.
    return ledger.options === undefined ? margin : margin + optionValue(ledger) + optionCollateral(ledger, regTOptions);
  };
  return {
    name: rule.name,
    sentence: rule.sentence,
    allowsShort: true,
    options: regTOptions,
    calls: rule.kept(1) > 0,
    free: (ledger) => ledger.equity() - total(ledger, initial),
    perUnit: (instrument, side, price) =>
      instrument.future !== undefined
        ? instrument.future.initialMargin
        : price * instrument.multiplier * (instrument.option === undefined ? rule.initial(side) : 1),
    maintenance: (ledger) =>
      total(ledger, kept) - (rule.relievesProtected === true ? protectionRelief(ledger, kept) : 0),
    keptPerUnit({ option, future, multiplier }, side, price) {
      if (option !== undefined) return Number.NaN;
      return future === undefined ? price * multiplier * rule.kept(side) : future.maintenanceMargin;
    },
  };
}
