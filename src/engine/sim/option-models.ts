/**
 * How the simulated venue treats options: at what price a quote fills an order, what a contract is worth when only one
 * side is quoted, and when a buyer exercises early.
 *
 * The defaults lean against the strategy: the far side of the quote, nothing on a side that is missing, and an
 * assignment whenever a buyer who can count would exercise. Spreads of options are wide, so the difference is large:
 * fills at the middle double the return of many a backtest.
 */
import { earlyWhenRational, type AssignmentModel } from './assignment.ts';

/** What is quoted for a contract. NaN where a side is missing. */
export interface QuotedSides {
  readonly bid: number;
  readonly ask: number;
  /** The last bid and ask there ever were. */
  readonly seenBid: number;
  readonly seenAsk: number;
}

export interface QuoteFillModel {
  readonly name: string;
  readonly sentence: string;
  /**
   * The price at which a side (+1 buys, −1 sells) fills, money per share, before rounding to the tick; NaN when it does
   * not. `waited` is how long the order has been there, in microseconds.
   */
  price(side: number, quote: QuotedSides, waited: number): number;
}

/** Purchases at the ask, sales at the bid, nothing on a side that is missing. */
export const farSide: QuoteFillModel = {
  name: 'far-side',
  sentence: 'Options are bought at the ask and sold at the bid; a side that is missing does not fill.',
  price: (side, { bid, ask }) => (side > 0 ? ask : bid),
};

/** `fraction` of the way from the middle to the far side; where one side is missing, at the far side if that is there. */
function between(side: number, quote: QuotedSides, fraction: number): number {
  const { bid, ask } = quote;
  const middle = (bid + ask) / 2;
  return middle === middle ? middle + (side * fraction * (ask - bid)) / 2 : farSide.price(side, quote, 0);
}

/** In the middle of a two-sided quote: what nobody gets on every trade. */
export const middle: QuoteFillModel = {
  name: 'middle',
  sentence: 'Options fill in the middle of a two-sided quote, which flatters, and else at the far side.',
  price: (side, quote) => between(side, quote, 0),
};

/** The middle, and `fraction` of half the spread worse: 0 is the middle, 1 the far side. */
export function middleLess(fraction: number): QuoteFillModel {
  return {
    name: `middle-less(${fraction})`,
    sentence: `Options fill ${fraction * 100} % of the way from the middle of a two-sided quote to its far side.`,
    price: (side, quote) => between(side, quote, fraction),
  };
}

export interface LadderTerms {
  /** Share of the spread that each step gives up; 0.25 by default. */
  readonly step?: number;
  /** The step at which somebody takes it, 0 being the middle; 2 by default, which is the far side with steps of 0.25. */
  readonly takenAt?: number;
  /** Time between steps in microseconds; 3 seconds by default. */
  readonly interval?: number;
}

/**
 * Steps from the middle toward the far side, never beyond it, and is taken at one of them, as much later as the steps
 * take: what working an order by hand comes to.
 */
export function ladder({ step = 0.25, takenAt = 2, interval = 3_000_000 }: LadderTerms = {}): QuoteFillModel {
  return {
    name: `ladder(${step}, ${takenAt}, ${interval})`,
    sentence:
      `Options are worked from the middle of a two-sided quote in steps of ${step * 100} % of the spread, ` +
      `${interval / 1e6} s apart, and taken at step ${takenAt}.`,
    price(side, quote, waited) {
      if (waited < takenAt * interval) return Number.NaN;
      return between(side, quote, Math.min(1, takenAt * step * 2));
    },
  };
}

/** LEAN: a side that is missing is the last one that was seen, however old, or else the other side. */
export const lastSeenSide: QuoteFillModel = {
  name: 'last-seen-side',
  sentence: 'Options fill at the far side; where it is missing, at the last one seen, however old, or the other side.',
  price(side, { bid, ask, seenBid, seenAsk }) {
    const [far, seen, near] = side > 0 ? [ask, seenAsk, bid] : [bid, seenBid, ask];
    return far === far ? far : seen === seen ? seen : near;
  },
};

/** What a contract is worth for the account. */
export interface OptionMarkRule {
  readonly name: string;
  /** The mark after a quote that is not two-sided; NaN leaves the one before. */
  oneSided(quote: QuotedSides, before: number): number;
}

/** A missing bid is a bid of nought; a missing ask leaves the mark, but not below the bid. */
export const nobodyBids: OptionMarkRule = {
  name: 'missing-is-nought',
  oneSided({ bid, ask }, before) {
    if (ask === ask) return ask / 2;
    return bid > before || before !== before ? bid : before;
  },
};

/** LEAN: the side that is there. */
export const sideThatIsThere: OptionMarkRule = {
  name: 'side-that-is-there',
  oneSided: ({ bid, ask }) => (ask === ask ? ask : bid),
};

export interface OptionConventions {
  readonly fills: QuoteFillModel;
  readonly marks: OptionMarkRule;
  readonly assignment: AssignmentModel;
  /** Whether the sizes of quotes limit what fills at them; they do unless told. */
  readonly ignoresSizes?: boolean;
  /** Whether a quote beyond what a contract can be worth is a price; it is none unless told. */
  readonly takesAbsurd?: boolean;
}

export const honestOptions: OptionConventions = { fills: farSide, marks: nobodyBids, assignment: earlyWhenRational };
