/**
 * The small models a simulated venue is made of, as shapes: what each is told, and what it must answer.
 *
 * A model is a function or a few numbers with a name and a sentence. The name stands in set-ups and journals, the
 * sentence in the report: every assumption of a run is said in words. Users replace any of them.
 */
import type { Instrument } from '../../market/instrument.ts';

/**
 * What is known when an order is about to fill. One object is reused for every fill: models read it and keep nothing.
 */
export interface FillContext {
  instrument: Instrument;
  /** +1 buys, −1 sells. */
  side: number;
  /** About to fill, in units of the instrument; positive. */
  quantity: number;
  /** The price before slippage (for slippage models), or the price paid (for fee models). */
  price: number;
  /** Whether the fill opens or grows a position. */
  opening: boolean;
  /** Whether the order rested in the book and was hit. */
  maker: boolean;
  /** Filled before on the same order, and Σ price · quantity of it. */
  quantityBefore: number;
  valueBefore: number;
  /** The bar or quote it fills against; NaN where there is none. */
  high: number;
  low: number;
  volume: number;
  bid: number;
  ask: number;
}

export interface FeeModel {
  readonly name: string;
  readonly sentence: string;
  /** Money for this fill, in the instrument's currency; negative for a rebate. */
  fee(context: FillContext): number;
}

export interface SlippageModel {
  readonly name: string;
  readonly sentence: string;
  /** Whether only entries slip: then an order that closes and opens is filled in two parts. */
  readonly entryOnly?: boolean;
  /** The price after slippage, never better than `context.price` for the side. */
  price(context: FillContext): number;
}

/** When a market order that was decided on a complete bar fills. */
export type FillTiming = 'next-open' | 'this-close';

/** Which way prices went inside a bar, where the bar cannot tell. */
export type IntrabarPath = 'adverse' | 'one-by-one' | 'high-first' | 'low-first' | 'nearest-first';

/** Whether a limit must be traded through, or only touched. */
export type LimitRule = 'penetrate' | 'touch';

/** What happens to positions when the tape ends. */
export type EndRule = 'keep' | 'close-at-last-close' | 'close-at-last-open';

export interface VolumeRule {
  /** Largest share of a bar's volume that all our orders together may take, 0 … 1; Infinity for no limit. */
  readonly share: number;
}

export interface SizingRule {
  /** Share of the account's value that targets leave untouched, 0.0025 for 0.25 %. */
  readonly buffer: number;
  /** Whether a target leaves room for its own fee: when it buys, or (as `bt` does) when it sells as well. */
  readonly reservesFees: boolean | 'sales-too';
  /** Whether fractions of the account are turned into a quantity when deciding or when filling. */
  readonly at: 'decision' | 'fill';
  /** Whether a target order is cut to what the account can pay when it fills, instead of rejected. */
  readonly trims: boolean;
}
