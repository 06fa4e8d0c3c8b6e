/**
 * What an account must put up for options on one underlying: recognised strategies, decomposed the cheapest way.
 *
 * Sold contracts are covered by shares or by bought ones that live at least as long; which covers which is the optimum,
 * not the first that is found, so that two overlapping spreads are two spreads and no orphan. What is covered must be
 * backed by its greatest loss over expiry prices, sales of one expiry together; what is left is naked.
 */
import { profitAtExpiry } from '../payoff.ts';
import type { Right } from '../contract.ts';
import { recogniseStrategy, type StrategyName } from '../recognise.ts';
import { cheapestTransport } from './transport.ts';

/** Contracts of one kind, held or sold. */
export interface MarginLeg {
  readonly right: Right;
  /** Money per share. */
  readonly strike: number;
  /** `YYYY-MM-DD`. */
  readonly expiry: string;
  /** Contracts: above 0 bought, below 0 sold. */
  readonly quantity: number;
  /** Money per point and contract. */
  readonly multiplier: number;
  /** Shares that one contract delivers. */
  readonly shares: number;
  /** What the contract costs now, money per share. */
  readonly price: number;
  /** Exercised only at expiry and settled in cash, as on indices: then nobody has to deliver in between. */
  readonly isCashSettled: boolean;
  /** Settled by the open of its expiry day (AM), and so before what expires on the same day at the close. */
  readonly endsAtOpen?: boolean;
  /** On an index of volatility, which moves as a share does and not as a broad index. */
  readonly isOnVolatility?: boolean;
}

/** How sold contracts are backed. */
export interface OptionMarginRule {
  readonly name: string;
  readonly sentence: string;
  /** Whether a bought contract backs a sold one. */
  covers(short: MarginLeg, long: MarginLeg): boolean;
  /** Money for one sold contract that nothing covers; Infinity where it may not be sold. */
  naked(leg: MarginLeg, spot: number): number;
  /** Whether of a naked call and a naked put only the dearer one counts, with what the other costs now. */
  readonly pairsNaked: boolean;
}

export class MarginPart {
  readonly legs: readonly MarginLeg[];
  /** Shares that cover, signed. */
  readonly shares: number;
  /** Money; Infinity when the rule does not allow it. */
  readonly amount: number;
  private readonly isSecured: boolean;

  constructor(legs: readonly MarginLeg[], shares: number, amount: number, isSecured = false) {
    this.legs = legs;
    this.shares = shares;
    this.amount = amount;
    this.isSecured = isSecured;
  }

  /** What it is called. Found when it is asked for: controls ask for the amount alone, for every order. */
  get name(): StrategyName {
    return this.isSecured ? 'cash-secured-put' : named(this.legs, this.shares);
  }

  /** As an object of its fields, the name among them. */
  toJSON(): Pick<MarginPart, 'name' | 'legs' | 'shares' | 'amount'> {
    const { name, legs, shares, amount } = this;
    return { name, legs, shares, amount };
  }
}

export interface OptionMargin {
  readonly amount: number;
  readonly parts: readonly MarginPart[];
}

/**
 * Regulation T and FINRA 4210: premium and 20 % (broad index 15 %, index of volatility 20 %) less what it is out of the
 * money, at least 10 %.
 */
export const regTOptions: OptionMarginRule = {
  name: 'reg-t',
  sentence:
    'Sold options need their price and 20 % of the underlying (15 % of an index) less what they are out of the money, ' +
    'at least 10 %; spreads their greatest loss; covered calls nothing.',
  covers: outlives,
  pairsNaked: true,
  naked({ right, strike, price, multiplier, shares, isCashSettled, isOnVolatility = false }, spot) {
    const out = right === 'call' ? Math.max(0, strike - spot) : Math.max(0, spot - strike);
    const floor = 0.1 * (right === 'call' ? spot : strike);
    const risk = Math.max((isCashSettled && !isOnVolatility ? 0.15 : 0.2) * spot - out, floor);
    return price * multiplier + risk * shares;
  },
};

/** A cash account: puts are secured by their strike in cash, calls by shares, spreads only where settled in cash. */
export const cashOptions: OptionMarginRule = {
  name: 'cash',
  sentence: 'Sold puts are secured by their strike in cash, sold calls by shares.',
  covers: (short, long) => short.isCashSettled && long.isCashSettled && outlives(short, long),
  pairsNaked: false,
  naked: ({ right, strike, multiplier }) => (right === 'put' ? strike * multiplier : Infinity),
};

/**
 * Returns what `legs` and `shares` of one underlying need at the price `spot`, in money, beside what bought contracts
 * have cost; 0 when nothing is sold.
 * Sources: FINRA Rule 4210(f)(2); Cboe Margin Manual (2021), pp. 6-11.
 */
export function optionMargin(
  legs: readonly MarginLeg[],
  shares: number,
  spot: number,
  rule: OptionMarginRule,
): OptionMargin {
  const parts: MarginPart[] = [];
  const naked: { call: MarginLeg[]; put: MarginLeg[] } = { call: [], put: [] };
  const covered: Pair[] = [];
  for (const right of ['call', 'put'] as const) {
    const shorts = legs.filter((leg) => leg.right === right && leg.quantity < 0);
    if (shorts.length === 0) continue;
    const longs = legs.filter((leg) => leg.right === right && leg.quantity > 0);
    const stock = right === 'call' ? Math.max(0, shares) : Math.max(0, -shares);
    for (const { short, long, quantity } of assign(shorts, longs, stock, spot, rule)) {
      if (long === 'naked') naked[right].push(sized(short, -quantity));
      else if (long === 'shares') parts.push(byShares(short, quantity));
      else covered.push({ short: sized(short, -quantity), long: sized(long, quantity) });
    }
  }
  // What is settled by one price: an open and the close of the same day are two.
  for (const together of Map.groupBy(covered, ({ short }) => endOf(short)).values()) parts.push(...spreads(together));
  parts.push(...nakedParts(naked.call, naked.put, spot, rule));
  return { amount: parts.reduce((sum, part) => sum + part.amount, 0), parts };
}

/** Whether a bought contract is there until a sold one has ended. */
function outlives(short: MarginLeg, long: MarginLeg): boolean {
  return endOf(long) >= endOf(short);
}

/** When a contract ends, as text that sorts. */
function endOf({ expiry, endsAtOpen = false }: MarginLeg): string {
  return `${expiry} ${endsAtOpen ? 'am' : 'pm'}`;
}

interface Pair {
  readonly short: MarginLeg;
  readonly long: MarginLeg;
}

interface Assigned {
  readonly short: MarginLeg;
  readonly long: MarginLeg | 'shares' | 'naked';
  readonly quantity: number;
}

function assign(
  shorts: readonly MarginLeg[],
  longs: readonly MarginLeg[],
  stock: number,
  spot: number,
  rule: OptionMarginRule,
): Assigned[] {
  // Shares stand for contracts of the largest delivery: what is not enough for one covers none.
  const delivery = Math.max(...shorts.map((leg) => leg.shares));
  const capacity = [...longs.map((leg) => leg.quantity), Math.floor(stock / delivery + 1e-9), Infinity];
  const supply = shorts.map((leg) => -leg.quantity);
  const cost = (source: number, sink: number): number => {
    const short = shorts[source];
    if (sink < longs.length) {
      const long = longs[sink];
      if (long.multiplier !== short.multiplier || long.shares !== short.shares) return Infinity;
      return rule.covers(short, long) ? lossOf(short, long) : Infinity;
    }
    if (sink === longs.length) return 0;
    // Large and not endless, so that a way is found: the amount itself is asked for when it is known what is naked.
    const amount = rule.naked(short, spot);
    return amount < 1e15 ? amount : 1e15;
  };
  return cheapestTransport(supply, capacity, cost).map(({ source, sink, quantity }) => ({
    short: shorts[source],
    long: sink < longs.length ? longs[sink] : sink === longs.length ? 'shares' : 'naked',
    quantity,
  }));
}

/** The most that one sold contract can lose against one bought of the same right. */
function lossOf(short: MarginLeg, long: MarginLeg): number {
  const width = short.right === 'call' ? long.strike - short.strike : short.strike - long.strike;
  return Math.max(0, width) * short.multiplier;
}

/** Pairs whose sales share an expiry: the greatest loss of all of them together, pair by pair where that is the same. */
function spreads(pairs: readonly Pair[]): MarginPart[] {
  const each = pairs.map((pair): MarginPart => {
    return new MarginPart([pair.long, pair.short], 0, lossOf(pair.short, pair.long) * pair.long.quantity);
  });
  const legs = pairs.flatMap(({ short, long }) => [long, short]);
  const together = greatestLoss(legs);
  const apart = each.reduce((sum, part) => sum + part.amount, 0);
  if (together >= apart - 1e-9) return each;
  return [new MarginPart(legs, 0, together)];
}

/** The greatest loss over expiry prices at each strike, and at nought: between strikes the payoff is a straight line. */
function greatestLoss(legs: readonly MarginLeg[]): number {
  const bare = legs.map(({ right, strike, expiry, quantity, multiplier }) => ({
    kind: 'option' as const,
    right,
    strike,
    expiry,
    quantity,
    multiplier,
  }));
  return -Math.min(0, ...[0, ...legs.map((leg) => leg.strike)].map((price) => profitAtExpiry(bare, price)));
}

function nakedParts(
  calls: readonly MarginLeg[],
  puts: readonly MarginLeg[],
  spot: number,
  rule: OptionMarginRule,
): MarginPart[] {
  const one = (leg: MarginLeg): number => rule.naked(leg, spot);
  const single = (leg: MarginLeg): MarginPart => {
    return new MarginPart([leg], 0, one(leg) * -leg.quantity, leg.right === 'put' && rule.name === 'cash');
  };
  if (!rule.pairsNaked) return [...calls, ...puts].map(single);
  const byAmount = (a: MarginLeg, b: MarginLeg): number => one(b) - one(a);
  const left = { call: [...calls].sort(byAmount), put: [...puts].sort(byAmount) };
  const parts: MarginPart[] = [];
  // The dearest with the dearest: so the larger sides are counted least often.
  while (left.call.length > 0 && left.put.length > 0) {
    const [call, put] = [left.call[0], left.put[0]];
    const quantity = Math.min(-call.quantity, -put.quantity);
    const [larger, smaller] = one(call) >= one(put) ? [call, put] : [put, call];
    const legs = [sized(call, -quantity), sized(put, -quantity)];
    const amount = (one(larger) + smaller.price * smaller.multiplier) * quantity;
    parts.push(new MarginPart(legs, 0, amount));
    for (const [side, leg] of [
      ['call', call],
      ['put', put],
    ] as const) {
      left[side].shift();
      if (-leg.quantity > quantity) left[side].unshift(sized(leg, leg.quantity + quantity));
    }
  }
  return [...parts, ...[...left.call, ...left.put].map(single)];
}

function byShares(short: MarginLeg, quantity: number): MarginPart {
  const shares = (short.right === 'call' ? 1 : -1) * short.shares * quantity;
  return new MarginPart([sized(short, -quantity)], shares, 0);
}

function sized(leg: MarginLeg, quantity: number): MarginLeg {
  return { ...leg, quantity };
}

function named(legs: readonly MarginLeg[], shares: number): StrategyName {
  const bare = legs.map(({ right, strike, expiry, quantity, shares: multiplier }) => ({
    kind: 'option' as const,
    right,
    strike,
    expiry,
    quantity,
    multiplier,
  }));
  return recogniseStrategy(shares === 0 ? bare : [...bare, { kind: 'shares', quantity: shares }]).name;
}
