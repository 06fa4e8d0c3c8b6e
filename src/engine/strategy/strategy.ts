/**
 * What a strategy is, and everything it may see and do.
 *
 * A strategy is a name, parameters, and a `setup` that says which lines it watches and returns what to do when a bar
 * is complete. The same object plays against the past, on paper and for real; it cannot tell which.
 */
import type { Random } from '../../base/random.ts';
import type { Indicator, IndicatorArguments, InputName } from '../../indicators/define.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { OptionChain } from '../../market/option/chain.ts';
import type { StandardStrategy } from '../../options/standard.ts';
import type { Line } from '../feeds/line.ts';
import type { OrderStatus } from '../orders/order-state.ts';
import type { OrderType, Side, TimeInForce } from '../orders/order.ts';
import type { ParameterSpecs, ParameterValues } from './parameters.ts';
import type { TapeFacts } from '../feeds/tape-facts.ts';

/** The newest complete bar. Its numbers change with every bar: copy what you want to keep. */
export interface Bar {
  readonly symbol: string;
  /** End of the bar, microseconds since 1970. */
  readonly time: number;
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Bars of one instrument and time frame, as lines that end now. */
export interface Bars {
  readonly symbol: string;
  readonly timeFrame: string;
  /** Ends of the bars, microseconds since 1970. */
  readonly time: Line;
  readonly open: Line;
  readonly high: Line;
  readonly low: Line;
  readonly close: Line;
  readonly volume: Line;
  readonly now: Bar;
}

export interface Quote {
  readonly symbol: string;
  readonly time: number;
  /** NaN where that side is missing. */
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
}

export interface TradePrint {
  readonly symbol: string;
  readonly time: number;
  readonly price: number;
  readonly size: number;
}

/** A position of this strategy. */
export interface PositionView {
  /** Signed, in shares, contracts or coins. */
  readonly quantity: number;
  /** NaN when flat. */
  readonly averagePrice: number;
  /** At the last price, in base currency. */
  readonly value: number;
  readonly unrealizedProfit: number;
  readonly realizedProfit: number;
  readonly isFlat: boolean;
  readonly isLong: boolean;
  readonly isShort: boolean;
  /** When its oldest open lot was made; NaN when flat. */
  readonly openedAt: number;
}

/** An order as the strategy sees it. */
export interface OrderView {
  readonly id: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly status: OrderStatus;
  readonly limit: number;
  readonly stop: number;
  readonly averagePrice: number;
  readonly reason: string;
}

export interface Fill {
  readonly symbol: string;
  readonly order: OrderView;
  readonly side: Side;
  /** In units of the instrument; positive. */
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly time: number;
}

export interface OrderOptions {
  /** Why: shown in the journal and the report. */
  readonly reason?: string;
  /** Not above (buy) or below (sell) this price. */
  readonly limit?: number;
  /** Wait until the price gets this bad. */
  readonly stop?: number;
  /** Wait until the price gets this good, then take it. */
  readonly touch?: number;
  /** A stop that follows the price: at a distance in money, or as a fraction of the price. */
  readonly trail?: { readonly amount: number } | { readonly percent: number };
  /** With `trail`: turn into a limit order this far beyond the stop. */
  readonly limitOffset?: number;
  /** Fill in the opening or closing auction. */
  readonly at?: 'open' | 'close';
  readonly timeInForce?: TimeInForce;
  /** For GTD: until when. */
  readonly goodTill?: number;
  /** Never opens or grows a position. */
  readonly reduceOnly?: boolean;
  /** Exits that wake when this order fills; one cancels the other. */
  readonly stopLoss?: number;
  readonly takeProfit?: number;
  /** A trailing exit that wakes when this order fills. */
  readonly trailingStop?: { readonly amount: number } | { readonly percent: number };
}

/** A reason alone is the most common option. */
export type OrderOptionsOrReason = OrderOptions | string;

/** One instrument on the deck, as this strategy may trade it. */
export interface Asset {
  readonly symbol: string;
  readonly instrument: Instrument;
  readonly position: PositionView;
  /** The last price, NaN before the first. */
  readonly price: number;
  readonly bid: number;
  readonly ask: number;
  /** Whether it has a price and is not delisted. */
  readonly isTradable: boolean;
  /** Whether it belongs to the universe now. */
  readonly isMember: boolean;
  /** Working orders of this strategy, oldest first. */
  readonly orders: readonly OrderView[];
  readonly bars: Bars;
  /** Bars of a coarser time frame, such as `1h` or `1w`; each is visible only when complete. */
  readonly barsOf: (timeFrame: string) => Bars;
  readonly buy: (quantity: number, options?: OrderOptionsOrReason) => OrderView | undefined;
  readonly sell: (quantity: number, options?: OrderOptionsOrReason) => OrderView | undefined;
  /** Buys or sells a fraction of the account. */
  readonly buyFraction: (fraction: number, options?: OrderOptionsOrReason) => OrderView | undefined;
  readonly sellFraction: (fraction: number, options?: OrderOptionsOrReason) => OrderView | undefined;
  readonly targetQuantity: (quantity: number, options?: OrderOptionsOrReason) => OrderView | undefined;
  readonly targetValue: (value: number, options?: OrderOptionsOrReason) => OrderView | undefined;
  /** `share` of the account, 1 for all of it, negative for short. */
  readonly targetPercent: (share: number, options?: OrderOptionsOrReason) => OrderView | undefined;
  /** Cancels what is working here and closes the position. */
  readonly close: (options?: OrderOptionsOrReason) => OrderView | undefined;
  /** Exercises bought contracts now, all of them unless told; American options only. */
  readonly exercise: (quantity?: number, reason?: string) => OrderView | undefined;
}

/** One leg of a package: units of the asset in one package, above 0 bought, below 0 sold. */
export interface ComboLeg {
  readonly asset: Asset;
  readonly quantity: number;
}

export interface ComboOptions {
  /** Packages; 1 unless told. */
  readonly quantity?: number;
  /**
   * Net price, money per share of one package: above 0 the most that is paid (a debit), below 0 the least that is
   * received (a credit). Without it the package fills at the market.
   */
  readonly limit?: number;
  readonly timeInForce?: TimeInForce;
  /** For GTD: until when. */
  readonly goodTill?: number;
  /** What it is called; found out from the legs unless told. */
  readonly name?: string;
  readonly reason?: string;
}

/** A package as the strategy sees it. */
export interface ComboView {
  /** That of its first leg. */
  readonly id: number;
  readonly name: string;
  readonly status: OrderStatus;
  readonly legs: readonly OrderView[];
  /** Packages asked for, and filled. */
  readonly quantity: number;
  readonly filled: number;
  /** NaN at the market. */
  readonly limit: number;
  /** Net price of what has filled; NaN before the first. */
  readonly averagePrice: number;
}

/** What became of an option contract, or of a future that was held over its last session. */
export interface ContractEvent {
  /**
   * `exercised` by us, `assigned` to us, `lapsed` (worthless, or sold out because it could not be exercised), `settled`
   * in cash, as every future is; or `adjusted`, which is no end: a split or a special dividend of the share changed its terms.
   */
  readonly kind: 'exercised' | 'assigned' | 'lapsed' | 'settled' | 'adjusted';
  readonly asset: Asset;
  /** Contracts, above 0 bought, below 0 sold. */
  readonly quantity: number;
  /** Of the underlying, by which it was decided; of an adjusted contract the one before; of a future its own. */
  readonly price: number;
  /** The strike as it is now, which splits and special dividends change, money per point; NaN of a future. */
  readonly strike: number;
  /** Shares that came (above 0) or went, at the strike. */
  readonly shares: number;
  /** Of an adjusted contract: what the share's price is multiplied by, and falls by, as if nothing else had happened. */
  readonly adjustment?: { readonly factor: number; readonly fall: number };
  readonly reason: string;
  readonly time: number;
}

/** Where the contracts of a standard strategy are. */
export interface StandardOptions {
  readonly underlying: string;
  /** Ascending, one for each that the strategy has. */
  readonly strikes: readonly number[];
  /** `YYYY-MM-DD`; `expiries`, ascending, for strategies that have two. */
  readonly expiry?: string;
  readonly expiries?: readonly string[];
}

export interface Portfolio {
  /** Cash in base currency, other currencies converted at their last rate. */
  readonly cash: number;
  /** The part of it that can be spent now: where sales settle later, less than all. */
  readonly settledCash: number;
  /** Money free for opening positions, in base currency: what nothing held ties up. Orders at work are not counted. */
  readonly free: number;
  /** Money that sold options tie up, in base currency; shares under covered calls are not money. */
  readonly collateral: number;
  /** Cash plus positions at their last prices. */
  readonly equity: number;
  readonly startingCash: number;
}

type OutputLines<Out extends readonly string[]> = Out extends readonly [string]
  ? Line
  : { readonly [Name in Out[number]]: Line };

/** Follows an indicator over the bars of the first asset, or over what `.of` names. */
export interface Use {
  <const In extends readonly InputName[], const Out extends readonly string[], A extends IndicatorArguments>(
    indicator: Indicator<In, Out, A>,
    ...args: Partial<A>
  ): OutputLines<Out>;
}

/** What to do when a line crosses another. */
export interface CrossReactions {
  above?(): unknown;
  below?(): unknown;
}

export interface ScheduleOptions {
  /** The asset by whose calendar the times are meant … */
  readonly asset?: Asset;
  /** … or a calendar by name, such as `XLON`. */
  readonly calendar?: string;
}

/** What `setup` is given. Its functions are bound: they can be taken out of it. */
export interface Context<P extends ParameterSpecs = ParameterSpecs> {
  readonly parameters: ParameterValues<P>;
  readonly assets: readonly Asset[];
  /** The asset of that symbol; a `Fault` with a suggestion when there is none. */
  readonly asset: (symbol: string) => Asset;
  readonly portfolio: Portfolio;
  readonly use: Use;
  /**
   * Calls `above` on each bar on which `line` rises above `other`, and `below` on each on which it falls below: what
   * asking `crossedAbove` and `crossedBelow` on every bar would do, before `onBar` and in the order of declaration. Bars
   * on which a strategy only waits for crossings cost next to nothing. Only in `setup`.
   */
  readonly onCross: (line: Line, other: Line | number, reactions: CrossReactions) => void;
  /** Like `use`, over other bars or lines than the first asset's. */
  readonly useOn: <
    const In extends readonly InputName[],
    const Out extends readonly string[],
    A extends IndicatorArguments,
  >(
    source: Bars | Line | readonly [Line, Line],
    indicator: Indicator<In, Out, A>,
    ...args: Partial<A>
  ) => OutputLines<Out>;
  /**
   * Calls `work` at times in market terms: `30m before close`, `first session of the month`. The times are those of
   * the first asset's calendar, or of the asset or calendar that is named. It is called after the data of the instant;
   * at one instant, in the order in which schedules were declared.
   */
  readonly schedule: (when: string, work: () => void, options?: ScheduleOptions) => void;
  /**
   * Calls `work` once at an instant, after its data; with no event at it, when it has passed. An instant that is over
   * comes at the next event. It does not survive a restart: `restore` asks for it again.
   */
  readonly wakeAt: (at: number, work: () => void) => void;
  /** Brings the portfolio to these shares of the account, selling first; what is not named is left alone. */
  readonly rebalance: (weights: Readonly<Record<string, number>> | ReadonlyMap<Asset, number>, reason?: string) => void;
  /**
   * The options on an underlying, that of the first asset unless told, as they are quoted now: what was not quoted yet,
   * or trades no longer, is not in it. Implied vols and deltas come from `ChainValuation`, choices from `judgeChain`.
   */
  readonly chain: (underlying?: string) => OptionChain;
  /** Converts cash at the current rate and returns what it gave; a `Fault` when the rate or the cash is missing. */
  readonly convert: (amount: number, from: string, to: string) => number;
  /** Sends several legs as one package, which fills whole and for one net price, or not at all. */
  readonly combo: (legs: readonly ComboLeg[], options?: ComboOptions) => ComboView | undefined;
  /** The legs of a standard strategy, such as `iron-condor`, on contracts of this deck. */
  readonly standard: (name: StandardStrategy, where: StandardOptions) => ComboLeg[];
  /** Cancels a package, or changes its net price: false when it is over. */
  readonly cancelCombo: (combo: ComboView) => void;
  readonly updateCombo: (combo: ComboView, limit: number) => boolean;
  /** Ties working orders together: a fill of one cancels the others. */
  readonly oneCancelsOther: (...orders: readonly (OrderView | undefined)[]) => void;
  readonly cancel: (order: OrderView) => void;
  readonly cancelAll: () => void;
  readonly update: (order: OrderView, change: { quantity?: number; limit?: number; stop?: number }) => boolean;
  /** Now, microseconds since 1970 UTC. */
  readonly now: () => number;
  /** Writes a line into the journal: why something was, or was not, done. */
  readonly note: (text: string) => void;
  /** Seeded chance: the same run draws the same numbers. */
  readonly random: Random;

  // The first asset's own, so that a strategy for one instrument reads as it is spoken.
  readonly bars: Bars;
  readonly position: PositionView;
  readonly buy: Asset['buy'];
  readonly sell: Asset['sell'];
  readonly buyFraction: Asset['buyFraction'];
  readonly sellFraction: Asset['sellFraction'];
  readonly targetQuantity: Asset['targetQuantity'];
  readonly targetValue: Asset['targetValue'];
  readonly targetPercent: Asset['targetPercent'];
  readonly close: Asset['close'];
}

/** What a strategy does when something happens. All are optional; none may wait. */
export interface Handlers {
  /** Bars are complete, every indicator of the first asset has a value. */
  onBar?(bar: Bar): void;
  onQuote?(quote: Quote): void;
  onTrade?(trade: TradePrint): void;
  onFill?(fill: Fill): void;
  /** An order ended without filling, or was refused: `code` says why. */
  onOrderEnd?(order: OrderView | undefined, code: string): void;
  /** A contract of this strategy ended or was adjusted; the shares that moved were told by `onFill` before. */
  onContract?(event: ContractEvent): void;
  onUniverse?(change: { readonly added: readonly Asset[]; readonly removed: readonly Asset[] }): void;
  /** The tape is over. */
  onEnd?(): void;
  /** What must survive a restart, as plain data; given back to `restore` before the first bar. */
  save?(): unknown;
  restore?(state: unknown): void;
}

export interface StrategyDefinition<P extends ParameterSpecs = ParameterSpecs> {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: P;
  /** Says what is wrong with a combination of parameters, or nothing. */
  check?(parameters: ParameterValues<P>): string | undefined;
  /** Says what of a recorded tape keeps these parameters from ever trading, or nothing; asked before it is played. */
  fits?(parameters: ParameterValues<P>, tape: TapeFacts): string | undefined;
  /** Says what `fits` could not look at, because not all of the tape is there yet, or nothing. */
  unforeseen?(parameters: ParameterValues<P>, tape: TapeFacts): string | undefined;
  /** Rows that lines remember, 1,000 by default; a tape of any length needs no more memory than that. */
  readonly history?: number;
  setup(context: Context<P>): Handlers;
}

/** A strategy of any parameters, as decks and command lines hold it. */
export type AnyStrategy = StrategyDefinition;

/** Declares a strategy; only gives its parts their types. */
export function defineStrategy<const P extends ParameterSpecs = Record<never, never>>(
  definition: StrategyDefinition<P>,
): StrategyDefinition<P> {
  return definition;
}
