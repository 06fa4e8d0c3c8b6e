/**
 * The numbers of the pre-trade controls, as plain data: what is left out is not checked.
 *
 * A session's head keeps them, so that whoever reads its journal sees which limits were in force. `LIVE_LIMITS` is what
 * paper, rehearsal and live begin with; a backtest begins with none.
 */

import type { LossAction } from './brake.ts';
import { EARLIEST_REGIME, type MarginRegime } from './margin-regime.ts';
import type { Sector } from './sectors.ts';

/** From `above` (inclusive, in money) upward, prices may be `share` away from the far side. */
export interface CollarBand {
  readonly above: number;
  readonly share: number;
}

/** A number for shares, funds, coins and futures, and one for option contracts. */
export interface ByKind {
  readonly shares: number;
  readonly options: number;
}

export interface LimitSettings {
  /** Exposure is counted at its worst: no sale at work makes room before it has filled. */
  readonly worstCase?: boolean;
  /** Least value of an order that opens, in base currency. */
  readonly minimumValue?: number;
  /** Symbols that may be traded, with the options on them; left out, all of the tape. */
  readonly allow?: readonly string[];
  /** Symbols, with the options on them, in which nothing is opened. */
  readonly restricted?: readonly string[];
  /** Seconds without new orders after a halt is over. */
  readonly haltWait?: number;
  /** When orders are taken: between open and close, or in the extended hours that the instrument has too. */
  readonly session?: 'regular' | 'extended';
  /** Minutes before the auction from which orders for it are no longer taken. */
  readonly openCutoff?: number;
  readonly closeCutoff?: number;
  /** Oldest quote, in seconds. */
  readonly quoteAge?: ByKind;
  /** Widest spread as a share of its middle. */
  readonly spread?: ByKind;
  /** How far beyond the far side an order may pay, by the price; options by a share of the middle, three ticks at least. */
  readonly collar?: readonly CollarBand[];
  readonly optionCollar?: number;
  /** Whether limits of orders that open must not be further away than the collar on the passive side either. */
  readonly passiveCollar?: boolean;
  /** Most units in one order that opens. */
  readonly orderQuantity?: ByKind;
  /** Most money in one order that opens. */
  readonly orderValue?: number;
  /** Most of the account in one order that opens. */
  readonly orderShare?: number;
  /** Most of the average volume of a day, over the last twenty, in one order that opens. */
  readonly orderVolume?: number;
  /** Seconds in which the same order is not taken twice. */
  readonly duplicate?: number;
  /** Orders per second of a strategy, and how many may come at once. */
  readonly ordersPerSecond?: number;
  readonly orderBurst?: number;
  /** Orders per minute in one symbol. */
  readonly symbolOrdersPerMinute?: number;
  /** Messages per minute of the account, and which share of them is kept for cancels and questions. */
  readonly messagesPerMinute?: number;
  readonly reservedMessages?: number;
  /** Most orders at work of a strategy, and of a strategy in one symbol. */
  readonly workingOrders?: number;
  readonly symbolOrders?: number;
  /** Most orders per fill over an hour. */
  readonly ordersPerFill?: number;
  /** Whether orders of the account may meet each other. */
  readonly selfCross?: 'refuse' | 'cancel-oldest';
  /** Most units of one instrument, long or short. */
  readonly positionQuantity?: number;
  /** Most of the account in one instrument, in one underlying with all its options, in all, and long less short. */
  readonly positionShare?: number;
  readonly groupShare?: number;
  /** The same of named groups of symbols. */
  readonly sectors?: Readonly<Record<string, Sector>>;
  readonly grossExposure?: number;
  readonly netExposure?: number;
  /** Most of the account in all that one strategy holds and has at work. */
  readonly strategyExposure?: number;
  /** Whether shares may be sold short. */
  readonly shorts?: 'refuse';
  /** Whether orders must be payable: by the account's own rule, and by what the broker said last. */
  readonly buyingPower?: 'own' | 'own-and-broker';
  /** What the account may do with options: 0 nothing, 1 covered sales, 2 purchases too, 3 spreads, 4 naked sales. */
  readonly optionLevel?: number;
  /** Most contracts on one underlying, long or short. */
  readonly contracts?: number;
  /** Most that the options sold may be exposed to, as shares of the account: delta; gamma for 1 %; vega for one point. */
  readonly shortDelta?: number;
  readonly shortGamma?: number;
  readonly shortVega?: number;
  /** Minutes before a contract stops trading, on its last day, from which it is not opened. */
  readonly expiryCutoff?: number;
  /** Whether calls may be sold that a dividend makes worth exercising at once. */
  readonly exDividend?: 'refuse';
  /** Loss of the account since the last close, and of a strategy, as shares of the account then. */
  readonly dayLoss?: number;
  readonly strategyDayLoss?: number;
  /** Loss from the highest value the account ever had. */
  readonly drawdown?: number;
  /** From which share of a loss limit of the account on only closing orders pass; left out, once it is reached. */
  readonly reduceAt?: number;
  /** At how many times a loss limit nothing at all is sent any more. */
  readonly haltAt?: number;
  /** What is done when a loss limit is reached, beside the stop; left out, nothing. */
  readonly onLoss?: LossAction;
  /** Rejections in a row, within a minute, after which a strategy pauses. */
  readonly rejects?: number;
  /** Standard deviations of slippage, three fills in a row, after which a strategy pauses. */
  readonly slippageSigma?: number;
  /** Fills per minute after which a strategy pauses. */
  readonly fillsPerMinute?: number;
  /** Which rule about day trades holds from when, oldest first. */
  readonly marginRegime?: readonly MarginRegime[];
  /** Whether the deck is still the one that was confirmed; left out where none was. */
  readonly armed?: boolean;
  /** How many orders must stay small first, and how small. */
  readonly canaryOrders?: number;
  readonly canaryShare?: number;
}

/** What sessions begin with. Most numbers are those of the field's checklists; docs/guide/limits.md has each. */
export const LIVE_LIMITS: LimitSettings = {
  worstCase: true,
  minimumValue: 1,
  haltWait: 60,
  session: 'regular',
  openCutoff: 2,
  closeCutoff: 10,
  quoteAge: { shares: 2, options: 5 },
  spread: { shares: 0.01, options: 0.15 },
  collar: [
    { above: 0, share: 0.1 },
    { above: 5, share: 0.05 },
    { above: 25, share: 0.03 },
  ],
  optionCollar: 0.1,
  passiveCollar: true,
  orderQuantity: { shares: 10_000, options: 100 },
  orderValue: 250_000,
  orderShare: 0.05,
  orderVolume: 0.01,
  duplicate: 2,
  ordersPerSecond: 5,
  orderBurst: 10,
  symbolOrdersPerMinute: 60,
  messagesPerMinute: 150,
  reservedMessages: 0.2,
  workingOrders: 20,
  symbolOrders: 5,
  ordersPerFill: 50,
  selfCross: 'refuse',
  positionShare: 0.2,
  groupShare: 0.3,
  grossExposure: 1,
  netExposure: 1,
  shorts: 'refuse',
  buyingPower: 'own-and-broker',
  optionLevel: 3,
  contracts: 100,
  shortDelta: 1,
  shortGamma: 0.2,
  shortVega: 0.01,
  expiryCutoff: 60,
  exDividend: 'refuse',
  dayLoss: 0.02,
  drawdown: 0.1,
  reduceAt: 0.95,
  haltAt: 1.5,
  onLoss: 'halt',
  rejects: 5,
  slippageSigma: 3,
  fillsPerMinute: 120,
  marginRegime: EARLIEST_REGIME,
};

/** What live trading with money adds: the first orders are small. */
export const CANARY_LIMITS: LimitSettings = { canaryOrders: 10, canaryShare: 0.01 };

/** Of an instrument, the number that is meant for its kind. */
export function kindOf(limit: ByKind, isOption: boolean): number {
  return isOption ? limit.options : limit.shares;
}
