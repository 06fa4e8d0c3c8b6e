/**
 * Conventions: how a simulated venue decides what the data cannot, as named sets.
 *
 * `honest` is the default and leans against the strategy wherever a bar leaves room. The others reproduce how another
 * engine fills, so that its published results can be compared and its users can move over.
 */
import { auctionCutoff, exchangeAuctions, type AuctionModel } from './auctions.ts';
import { bpsSlippage, noSlippage } from './slippage.ts';
import { leanFees, noFees, typicalFees } from './fees.ts';
import { payFromBase, separateAccounts, type ConversionModel } from './conversion.ts';
import { cautiousFinancing, noFinancing, type FinancingModel } from './financing.ts';
import { lastInLine, type QueueModel } from './queue-models.ts';
import { cashAccount, flatLeverage, type MarginModel } from './margin.ts';
import { earlyWhenDeep } from './assignment.ts';
import { lastSeenSide, sideThatIsThere, type OptionConventions } from './option-models.ts';
import type {
  EndRule,
  FeeModel,
  FillTiming,
  IntrabarPath,
  LimitRule,
  SizingRule,
  SlippageModel,
  VolumeRule,
} from './models.ts';

export interface Conventions {
  readonly name: string;
  readonly timing: FillTiming;
  readonly path: IntrabarPath;
  readonly limits: LimitRule;
  /**
   * Stop-limit orders in the bar that triggers them. `close-decides`: at the stop or a worse open, within the limit; with
   * the limit beyond the stop, only a close within it fills. `turned-bar`: the same, and the bar must have closed on the
   * other side of its open than the one it was triggered from. `waits`: at the stop even where the bar opens beyond it, as
   * long as the bar comes back to the limit; with the limit beyond the stop, from the next bar on.
   */
  readonly stopLimitInTriggerBar: 'close-decides' | 'turned-bar' | 'waits';
  /** What trailing stops follow: the best price of each bar, or its close alone. */
  readonly trailing: 'extremes' | 'closes';
  /** Whether orders that a fill wakes can act in the bar of an entry that was itself a stop or limit, whatever it filled at. */
  readonly childrenInEntryBar: 'certain' | 'market-entries-only' | 'next-bar';
  /** Whether orders that the open alone decides are matched before those that the rest of the bar reaches. */
  readonly openFirst: boolean;
  /** Whether orders that close a position are matched before older ones that open. */
  readonly closingFirst: boolean;
  readonly volume: VolumeRule;
  /** Who is served first where several rest at one price; only quotes and trades ask. */
  readonly queue: QueueModel;
  /** Until when orders for an auction are taken. */
  readonly auctions: AuctionModel;
  readonly fees: FeeModel;
  readonly slippage: SlippageModel;
  /** Whether slippage ends at the bar's extremes: nobody traded beyond them. */
  readonly slipsInsideBar: boolean;
  readonly margin: MarginModel;
  /** By how much what must be kept may exceed equity before positions are closed, as a fraction: 0.1 is 10 %. */
  readonly marginBuffer: number;
  /** Interest on cash, and the borrowing of shares. */
  readonly financing: FinancingModel;
  /** Fills, marks and assignment of options; the pessimistic ones where it is left out. */
  readonly options?: OptionConventions;
  /** Sessions until a cash account may spend what a sale brought: 1 for T+1, 0 for at once. */
  readonly settlementDays: number;
  /** What happens to cash that fills leave in other currencies. */
  readonly conversion: ConversionModel;
  readonly sizing: SizingRule;
  readonly end: EndRule;
  /** Delay between decision and venue, in microseconds. */
  readonly latency: number;
  /** Whether the account ends when its value does: everything closed at the close, nothing left. */
  readonly ruinEnds: boolean;
  /** Rows on which the strategy is not called after its indicators are ready. */
  readonly extraWarmUp: number;
}

export const honest: Conventions = {
  name: 'honest',
  timing: 'next-open',
  path: 'adverse',
  limits: 'penetrate',
  stopLimitInTriggerBar: 'close-decides',
  trailing: 'extremes',
  childrenInEntryBar: 'certain',
  openFirst: true,
  closingFirst: false,
  volume: { share: 0.1 },
  queue: lastInLine,
  auctions: exchangeAuctions,
  fees: typicalFees,
  slippage: bpsSlippage(1),
  slipsInsideBar: true,
  margin: cashAccount(),
  marginBuffer: 0,
  financing: cautiousFinancing,
  // Brokers lend unsettled proceeds to purchases; only selling those again before settlement is forbidden.
  settlementDays: 0,
  conversion: payFromBase(3),
  sizing: { buffer: 0, reservesFees: true, at: 'decision', trims: true },
  end: 'keep',
  latency: 0,
  ruinEnds: false,
  extraWarmUp: 0,
};

const comparable: Conventions = {
  ...honest,
  limits: 'touch',
  openFirst: false,
  volume: { share: Infinity },
  auctions: auctionCutoff(0),
  fees: noFees,
  slippage: noSlippage,
  slipsInsideBar: false,
  financing: noFinancing,
  conversion: separateAccounts,
  sizing: { buffer: 0, reservesFees: false, at: 'decision', trims: false },
};

/** QuantConnect LEAN: cash buffer of 0.25 %, Interactive Brokers fees; daily bars fill at the next open. */
export const lean: Conventions = {
  ...comparable,
  name: 'lean',
  limits: 'penetrate',
  auctions: auctionCutoff(15.5),
  fees: leanFees,
  options: {
    fills: lastSeenSide,
    marks: sideThatIsThere,
    assignment: earlyWhenDeep(),
    ignoresSizes: true,
    takesAbsurd: true,
  },
  margin: flatLeverage(2),
  marginBuffer: 0.1,
  sizing: { buffer: 0.0025, reservesFees: true, at: 'decision', trims: false },
};

/** backtrader: next open, limits on touch, one order after the other, exits from the bar after their entry on. */
export const backtrader: Conventions = {
  ...comparable,
  name: 'backtrader',
  path: 'one-by-one',
  stopLimitInTriggerBar: 'turned-bar',
  trailing: 'closes',
  childrenInEntryBar: 'next-bar',
  margin: cashAccount(true),
};

/** backtesting.py: fractions sized when they fill, exits first, open trades closed at the last bar's open. */
export const backtestingPy: Conventions = {
  ...comparable,
  name: 'backtestingPy',
  path: 'one-by-one',
  stopLimitInTriggerBar: 'waits',
  childrenInEntryBar: 'market-entries-only',
  closingFirst: true,
  margin: flatLeverage(1),
  sizing: { buffer: 0, reservesFees: true, at: 'fill', trims: false },
  end: 'close-at-last-open',
  ruinEnds: true,
  extraWarmUp: 1,
};

/** bt: trades at the price of the row on which it decides; what a target costs in fees, bought or sold, it leaves out. */
export const bt: Conventions = {
  ...comparable,
  name: 'bt',
  timing: 'this-close',
  margin: flatLeverage(1),
  sizing: { ...comparable.sizing, reservesFees: 'sales-too' },
};

export const CONVENTIONS: Readonly<Record<string, Conventions>> = { honest, lean, backtrader, backtestingPy, bt };
