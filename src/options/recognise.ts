/**
 * What a set of legs is called: margin rules, fees and people all speak of strategies, not of legs.
 *
 * Shapes are compared by rights, strikes, expiries and quantities in the smallest whole ratio. A bag that is none of
 * the named shapes is `custom`.
 */
import { type Leg, type OptionLeg, unitsOf } from './legs.ts';

export type StrategyName =
  | 'empty'
  | 'long-shares'
  | 'short-shares'
  | 'long-call'
  | 'long-put'
  | 'naked-call'
  | 'naked-put'
  | 'covered-call'
  | 'covered-put'
  | 'protective-put'
  | 'protective-call'
  | 'collar'
  | 'conversion'
  | 'reversal'
  | 'synthetic-long'
  | 'synthetic-short'
  | 'risk-reversal'
  | 'bull-call-spread'
  | 'bear-call-spread'
  | 'bull-put-spread'
  | 'bear-put-spread'
  | 'call-ratio-spread'
  | 'put-ratio-spread'
  | 'call-backspread'
  | 'put-backspread'
  | 'long-straddle'
  | 'short-straddle'
  | 'long-strangle'
  | 'short-strangle'
  | 'long-guts'
  | 'short-guts'
  | 'strip'
  | 'strap'
  | 'call-calendar'
  | 'put-calendar'
  | 'short-call-calendar'
  | 'short-put-calendar'
  | 'call-diagonal'
  | 'put-diagonal'
  | 'long-call-butterfly'
  | 'short-call-butterfly'
  | 'long-put-butterfly'
  | 'short-put-butterfly'
  | 'broken-wing-call-butterfly'
  | 'broken-wing-put-butterfly'
  | 'long-call-condor'
  | 'short-call-condor'
  | 'long-put-condor'
  | 'short-put-condor'
  | 'iron-butterfly'
  | 'reverse-iron-butterfly'
  | 'iron-condor'
  | 'reverse-iron-condor'
  | 'box-spread'
  | 'short-box-spread'
  | 'jelly-roll'
  | 'jade-lizard'
  | 'call-ladder'
  | 'put-ladder'
  | 'cash-secured-put'
  | 'custom';

export interface Recognised {
  readonly name: StrategyName;
  /** How many times the smallest such position is held. */
  readonly units: number;
}

/**
 * Names the position. Legs of the same contract are added up first; `cash` (money) held against it makes a naked put a
 * cash-secured one when it covers strike times shares.
 */
export function recogniseStrategy(legs: readonly Leg[], cash = 0): Recognised {
  const { options, shares } = net(legs);
  if (options.length === 0) {
    const name = shares > 0 ? 'long-shares' : shares < 0 ? 'short-shares' : 'empty';
    return { name, units: Math.abs(shares) };
  }
  const sizes = options.map(unitsOf);
  const multiplier = options[0].multiplier ?? 100;
  const units = sizes.reduce((whole, size) => greatestDivisor(whole, Math.abs(size)), Math.abs(shares)) / multiplier;
  const lots = sizes.map((size) => Math.round(size / (units * multiplier)));
  const name =
    shares === 0
      ? nameOptions(options, lots, cash)
      : nameWithShares(options, lots, Math.round(shares / (units * multiplier)));
  return { name, units };
}

function net(legs: readonly Leg[]): { options: OptionLeg[]; shares: number } {
  const byContract = new Map<string, OptionLeg>();
  let shares = 0;
  for (const leg of legs) {
    if (leg.kind === 'shares') shares += leg.quantity;
    else {
      const key = `${leg.expiry} ${leg.right} ${leg.strike} ${leg.multiplier ?? 100}`;
      byContract.set(key, { ...leg, quantity: leg.quantity + (byContract.get(key)?.quantity ?? 0) });
    }
  }
  const options = [...byContract.values()].filter((leg) => leg.quantity !== 0);
  options.sort((a, b) => a.strike - b.strike || a.right.localeCompare(b.right) || a.expiry.localeCompare(b.expiry));
  return { options, shares };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function nameWithShares(legs: readonly OptionLeg[], lots: readonly number[], shares: number): StrategyName {
  const shape = legs.map((leg, i) => `${leg.right[0]}${lots[i] > 0 ? '+' : '-'}`).join(' ');
  if (lots.some((lot) => Math.abs(lot) !== Math.abs(shares)) || Math.abs(shares) !== 1) return 'custom';
  if (legs.length === 1) {
    const names: Record<string, StrategyName> =
      shares > 0 ? { 'c-': 'covered-call', 'p+': 'protective-put' } : { 'p-': 'covered-put', 'c+': 'protective-call' };
    return names[shape] ?? 'custom';
  }
  if (legs.length !== 2 || legs[0].expiry !== legs[1].expiry) return 'custom';
  if (legs[0].strike === legs[1].strike) {
    if (shares > 0 && shape === 'c- p+') return 'conversion';
    return shares < 0 && shape === 'c+ p-' ? 'reversal' : 'custom';
  }
  return shares > 0 && shape === 'p+ c-' ? 'collar' : 'custom';
}

function nameOptions(legs: readonly OptionLeg[], lots: readonly number[], cash: number): StrategyName {
  const expiries = new Set(legs.map((leg) => leg.expiry));
  if (legs.length === 1) return nameSingle(legs[0], lots[0], cash);
  if (expiries.size === 2) return nameAcrossTime(legs, lots);
  if (expiries.size > 2) return 'custom';
  if (legs.length === 2) return namePair(legs, lots);
  const rights = new Set(legs.map((leg) => leg.right));
  const text = lots.join(' ');
  const strikes = legs.map((leg) => leg.strike);
  if (legs.length === 3) return nameTriple(legs, text, strikes, rights.size === 1);
  if (legs.length !== 4) return 'custom';
  if (rights.size === 1) {
    const [right] = rights;
    if (new Set(strikes).size !== 4) return 'custom';
    if (text === '1 -1 -1 1') return `long-${right}-condor`;
    return text === '-1 1 1 -1' ? `short-${right}-condor` : 'custom';
  }
  const shape = legs.map((leg, i) => `${leg.right[0]}${lots[i]}`).join(' ');
  if (strikes[0] === strikes[1] && strikes[2] === strikes[3]) {
    if (shape === 'c1 p-1 c-1 p1') return 'box-spread';
    return shape === 'c-1 p1 c1 p-1' ? 'short-box-spread' : 'custom';
  }
  const body = strikes[1] === strikes[2] ? 'butterfly' : 'condor';
  if (['p1 p-1 c-1 c1', 'p1 c-1 p-1 c1'].includes(shape) && (body === 'butterfly' || shape[3] === 'p'))
    return `iron-${body}`;
  if (['p-1 p1 c1 c-1', 'p-1 c1 p1 c-1'].includes(shape) && (body === 'butterfly' || shape[4] === 'p')) {
    return `reverse-iron-${body}`;
  }
  return 'custom';
}

function nameSingle(leg: OptionLeg, lot: number, cash: number): StrategyName {
  if (lot > 0) return leg.right === 'call' ? 'long-call' : 'long-put';
  if (leg.right === 'call') return 'naked-call';
  return cash >= -leg.strike * unitsOf(leg) ? 'cash-secured-put' : 'naked-put';
}

function namePair([low, high]: readonly OptionLeg[], [a, b]: readonly number[]): StrategyName {
  if (low.right === high.right) {
    const { right } = low;
    if (a === -b) {
      if (right === 'call') return a > 0 ? 'bull-call-spread' : 'bear-call-spread';
      return a > 0 ? 'bull-put-spread' : 'bear-put-spread';
    }
    if (a * b > 0) return 'custom';
    // More sold than bought is a ratio spread, more bought than sold a backspread.
    return a + b < 0 ? `${right}-ratio-spread` : `${right}-backspread`;
  }
  if (low.strike === high.strike) {
    // Sorted by right: the call comes first.
    if (a === b) return a > 0 ? 'long-straddle' : 'short-straddle';
    if (a === -b) return a > 0 ? 'synthetic-long' : 'synthetic-short';
    if (a === 1 && b === 2) return 'strip';
    return a === 2 && b === 1 ? 'strap' : 'custom';
  }
  const outside = low.right === 'put';
  if (a === b) return `${a > 0 ? 'long' : 'short'}-${outside ? 'strangle' : 'guts'}`;
  return a === -b && outside ? 'risk-reversal' : 'custom';
}

function nameTriple(
  legs: readonly OptionLeg[],
  lots: string,
  strikes: readonly number[],
  oneRight: boolean,
): StrategyName {
  const { right } = legs[0];
  if (oneRight) {
    const even = Math.abs(strikes[0] + strikes[2] - 2 * strikes[1]) < 1e-9 * strikes[2];
    if (lots === '1 -2 1') return even ? `long-${right}-butterfly` : `broken-wing-${right}-butterfly`;
    if (lots === '-1 2 -1') return even ? `short-${right}-butterfly` : 'custom';
    if (right === 'call' && lots === '1 -1 -1') return 'call-ladder';
    return right === 'put' && lots === '-1 -1 1' ? 'put-ladder' : 'custom';
  }
  const shape = legs.map((leg) => leg.right[0]).join('');
  return shape === 'pcc' && lots === '-1 -1 1' ? 'jade-lizard' : 'custom';
}

function nameAcrossTime(legs: readonly OptionLeg[], lots: readonly number[]): StrategyName {
  if (legs.length === 4 && new Set(legs.map((leg) => leg.strike)).size <= 2) {
    // Synthetic long in one expiry against synthetic short in the other.
    const signed = legs.map((leg, i) => `${leg.expiry} ${lots[i] * (leg.right === 'call' ? 1 : -1)}`);
    return new Set(signed).size === 2 ? 'jelly-roll' : 'custom';
  }
  if (legs.length !== 2 || legs[0].right !== legs[1].right || lots[0] !== -lots[1]) return 'custom';
  const { right } = legs[0];
  if (legs[0].strike !== legs[1].strike) return `${right}-diagonal`;
  const later = legs[0].expiry > legs[1].expiry ? 0 : 1;
  return lots[later] > 0 ? `${right}-calendar` : `short-${right}-calendar`;
}
