/**
 * Which contracts of a chain are wanted, and for each of the others which rule it broke with which number.
 *
 * A rule measures one thing and holds it against bounds that belong to it. All cheap rules are asked of every contract,
 * so that a trace says everything that is wrong with it; rules that need an implied vol only of those that passed the
 * cheap ones. A number that nobody knows fails: open interest that is not told is not enough.
 */
import { Fault } from '../../base/fault.ts';
import { isTwoSided, midOf, type ContractQuote, type OptionChain } from './chain.ts';
import { daysToExpiry, expiryCycle, type ExpiryCycle } from './life.ts';
import type { ChainValuation } from './value.ts';

/** Bounds that belong to what they allow; a missing one allows everything on its side. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

export interface RuleContext {
  readonly chain: OptionChain;
  readonly valuation: ChainValuation;
}

/** One thing that is asked of a contract. */
export interface ContractRule {
  /** Stable name: `delta`, `spread` … */
  readonly name: string;
  readonly bounds?: Bounds;
  /** Texts that are allowed, for what is no number. */
  readonly oneOf?: readonly string[];
  /** Whether what is measured is a part of something: in words it is told in per cent. */
  readonly isShare?: boolean;
  /** Asked only of contracts that passed all rules that are not: it needs an implied vol. */
  readonly isCostly?: boolean;
  /** What is held against the bounds; `undefined` when nobody knows. */
  readonly measure: (contract: ContractQuote, context: RuleContext) => number | string | undefined;
}

export interface RuleOutcome {
  readonly rule: ContractRule;
  /** `not-asked`: the contract had failed before, and the answer would have been costly. */
  readonly outcome: 'pass' | 'fail' | 'not-asked';
  readonly value: number | string | undefined;
}

export interface Verdict {
  readonly contract: ContractQuote;
  readonly passed: boolean;
  readonly outcomes: readonly RuleOutcome[];
}

/** What is wanted of a contract; what is left out is not asked, except for a quote. */
export interface ChainFilter {
  readonly right?: 'call' | 'put';
  readonly roots?: readonly string[];
  readonly cycles?: readonly ExpiryCycle[];
  /** Which sides a quote must have: both (the default), a bid to sell at, or none. */
  readonly quote?: 'two-sided' | 'bid' | 'any';
  /** Only contracts that the newest listing known before the day's open has: no choice from the future. */
  readonly listed?: true;
  /** Calendar days from the chain's date to the expiry date. */
  readonly daysToExpiry?: Bounds;
  /** Strike ÷ price of the underlying. */
  readonly strikeToSpot?: Bounds;
  /** Money per share. */
  readonly bid?: Bounds;
  /** (ask − bid) ÷ mid: 0.1 is 10 %. */
  readonly spread?: Bounds;
  /** Contracts of the session so far. */
  readonly volume?: Bounds;
  readonly openInterest?: Bounds;
  /** Age of the quote. */
  readonly quoteAgeSeconds?: Bounds;
  /** Absolute value: 0.15 to 0.4 for a put of −0.4 to −0.15. */
  readonly delta?: Bounds;
  /** Per year: 0.2 is 20 %. */
  readonly impliedVol?: Bounds;
}

/** Returns the rules of a filter; bounds that nothing can meet are the fault `filter.impossible`. */
export function chainRules(filter: ChainFilter): ContractRule[] {
  const rules: ContractRule[] = [];
  const among = (name: string, oneOf: readonly string[] | undefined, measure: ContractRule['measure']): void => {
    if (oneOf !== undefined) rules.push({ name, oneOf, measure });
  };
  among('right', filter.right === undefined ? undefined : [filter.right], ({ terms }) => terms.right);
  among('root', filter.roots, ({ terms }) => terms.root);
  among('cycle', filter.cycles, ({ terms }) => expiryCycle(terms.root, terms.expiry));
  among('listing', filter.listed === undefined ? undefined : ['present'], ({ isListed }) =>
    isListed === undefined ? undefined : isListed ? 'present' : 'absent',
  );
  if (filter.quote !== 'any') {
    const oneOf = filter.quote === 'bid' ? ['two-sided', 'bid only', 'crossed'] : ['two-sided'];
    rules.push({ name: 'quote', oneOf, measure: sidesOf });
  }
  for (const [name, measured] of Object.entries<Measured>(MEASURES)) {
    const bounds = filter[name as keyof typeof MEASURES];
    if (bounds === undefined) continue;
    checkBounds(name, bounds, measured.range);
    const { measure, isShare, isCostly } = measured;
    rules.push({
      name,
      bounds,
      measure,
      ...(isShare === true ? { isShare } : {}),
      ...(isCostly === true ? { isCostly } : {}),
    });
  }
  return rules;
}

interface Measured {
  readonly measure: (contract: ContractQuote, context: RuleContext) => number | undefined;
  /** What the measure can be at all. */
  readonly range: readonly [low: number, high: number];
  readonly isShare?: boolean;
  readonly isCostly?: boolean;
}

const MEASURES = {
  daysToExpiry: {
    measure: ({ terms }, { chain }) => daysToExpiry(terms.expiry, chain.date),
    range: [0, Infinity],
  },
  strikeToSpot: { measure: ({ terms }, { chain }) => terms.strike / chain.spot, range: [0, Infinity], isShare: true },
  bid: { measure: ({ bid }) => bid, range: [0, Infinity] },
  spread: { measure: spreadOf, range: [0, 2], isShare: true },
  volume: { measure: ({ volume }) => volume, range: [0, Infinity] },
  openInterest: { measure: ({ openInterest }) => openInterest, range: [0, Infinity] },
  quoteAgeSeconds: { measure: ({ quotedAt }, { chain }) => (chain.at - quotedAt) / 1e6, range: [0, Infinity] },
  delta: {
    measure: (contract, { valuation }) => {
      const value = valuation.of(contract);
      return value.ok ? Math.abs(value.delta) : undefined;
    },
    range: [0, 1],
    isCostly: true,
  },
  impliedVol: {
    measure: (contract, { valuation }) => {
      const value = valuation.of(contract);
      return value.ok ? value.impliedVol : undefined;
    },
    range: [0, Infinity],
    isShare: true,
    isCostly: true,
  },
} as const satisfies Partial<Record<keyof ChainFilter, Measured>>;

/** Returns (ask − bid) ÷ mid; `undefined` without two sides. */
export function spreadOf(contract: ContractQuote): number | undefined {
  const mid = midOf(contract);
  return mid === undefined ? undefined : (contract.ask! - contract.bid!) / mid;
}

function sidesOf(contract: ContractQuote): string {
  const { bid, ask } = contract;
  if (isTwoSided(contract)) return 'two-sided';
  const [hasBid, hasAsk] = [bid !== undefined && bid > 0, ask !== undefined && ask > 0];
  if (hasBid && hasAsk) return 'crossed';
  return hasBid ? 'bid only' : hasAsk ? 'ask only' : 'none';
}

function checkBounds(
  name: string,
  { min = -Infinity, max = Infinity }: Bounds,
  range: readonly [number, number],
): void {
  const [low, high] = range;
  const place = { field: name };
  const said = inWords(name);
  if (!(min <= max)) throw new Fault('filter.impossible', `no ${said} is at least ${min} and at most ${max}`, place);
  if (max < low || min > high) {
    const bound = max < low ? `at most ${max}` : `at least ${min}`;
    throw new Fault('filter.impossible', `no ${said} is ${bound}: it lies between ${low} and ${high}`, place);
  }
}

/** Asks the rules of every contract, or of those that are given, in the order of the chain. */
export function judgeChain(
  rules: readonly ContractRule[],
  valuation: ChainValuation,
  contracts: readonly ContractQuote[] = valuation.chain.contracts,
): Verdict[] {
  const context: RuleContext = { chain: valuation.chain, valuation };
  const cheap = rules.filter((rule) => rule.isCostly !== true);
  const costly = rules.filter((rule) => rule.isCostly === true);
  return contracts.map((contract) => {
    const outcomes = cheap.map((rule) => outcomeOf(rule, contract, context));
    let passed = outcomes.every(({ outcome }) => outcome === 'pass');
    for (const rule of costly) {
      const outcome: RuleOutcome = passed
        ? outcomeOf(rule, contract, context)
        : { rule, outcome: 'not-asked', value: undefined };
      passed &&= outcome.outcome === 'pass';
      outcomes.push(outcome);
    }
    return { contract, passed, outcomes };
  });
}

function outcomeOf(rule: ContractRule, contract: ContractQuote, context: RuleContext): RuleOutcome {
  const value = rule.measure(contract, context);
  return { rule, outcome: allows(rule, value) ? 'pass' : 'fail', value };
}

function allows({ bounds, oneOf }: ContractRule, value: number | string | undefined): boolean {
  if (typeof value === 'string') return oneOf === undefined || oneOf.includes(value);
  if (value === undefined || Number.isNaN(value)) return false;
  return value >= (bounds?.min ?? -Infinity) && value <= (bounds?.max ?? Infinity);
}

/** `daysToExpiry` as `days to expiry`. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Says an outcome in words: `spread 12.5 % is above 10 %`. */
export function sayOutcome({ rule, outcome, value }: RuleOutcome): string {
  const { bounds = {}, oneOf } = rule;
  const name = inWords(rule.name);
  if (outcome === 'not-asked') return `${name} was not asked`;
  if (typeof value === 'string') {
    return outcome === 'pass' || oneOf === undefined
      ? `${name} is ${value}`
      : `${name} is ${value}, not ${oneOf.join(' or ')}`;
  }
  if (value === undefined || Number.isNaN(value)) return `${name} is not known`;
  const { min, max } = bounds;
  const isShare = rule.isShare === true;
  const [low, high] = [min, max].map((bound) => (bound === undefined ? '' : inDigits(bound, isShare, [], 12)));
  const shown = `${name} ${inDigits(value, isShare, [min, max])}`;
  if (min !== undefined && value < min) return `${shown} is below ${low}`;
  if (max !== undefined && value > max) return `${shown} is above ${high}`;
  if (min !== undefined && max !== undefined) return `${shown} is within ${low} and ${high}`;
  return min === undefined ? `${shown} is at most ${high}` : `${shown} is at least ${low}`;
}

/** A number in four digits, or as many as tell it from the bounds that it is held against. */
function inDigits(value: number, isShare: boolean, bounds: readonly (number | undefined)[], least = 4): string {
  const scale = isShare ? 100 : 1;
  let digits = least;
  const rounded = (): number => Number((value * scale).toPrecision(digits));
  const isAmbiguous = (): boolean =>
    bounds.some(
      (bound) => bound !== undefined && bound !== value && rounded() === Number((bound * scale).toPrecision(12)),
    );
  while (digits < 12 && isAmbiguous()) digits++;
  return `${rounded()}${isShare ? ' %' : ''}`;
}

/**
 * Returns the strikes around the money, by rank: with −2 and 2 the two below, the one at or next above the price, and
 * so on. Between two strikes the upper one counts as the first above, so `above` then reaches one strike less far.
 * This is the rule of other engines' universes (`Strikes(−2, +2)`), kept so that their results can be compared.
 */
export function strikesAround(strikes: readonly number[], spot: number, below: number, above: number): number[] {
  const next = strikes.findIndex((strike) => strike >= spot);
  const at = next < 0 ? strikes.length : next;
  const isExact = strikes[at] === spot;
  const from = Math.max(0, at + below);
  const to = Math.min(strikes.length - 1, at + above - (isExact ? 0 : 1));
  return strikes.slice(from, to + 1);
}
