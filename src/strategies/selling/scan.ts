/**
 * What a scan says: of every underlying and every contract whether it was chosen, and which rule spoke against it.
 */
import { judgeChain, sayOutcome } from '../../market/option/filter.ts';
import type { ContractRule } from '../../market/option/filter.ts';
import type { ChainValuation } from '../../market/option/value.ts';
import { daysToExpiry } from '../../market/option/life.ts';
import { dailyReturnOf, daysSinceStrike, premiumDays, type Candidate } from './contract-filter.ts';
import { chainOutcome, type Outcome } from './outcome.ts';
import type { Closes } from './look.ts';
import type { Right } from './book.ts';
import type { GeneralParameters } from './parameters.ts';
import { parseDay } from '../../time/civil.ts';

export interface ContractScan {
  readonly symbol: string;
  readonly strike: number;
  readonly expiry: string;
  readonly days: number;
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  /** Absolute; `undefined` where it was not asked or nobody knows. */
  readonly delta: number | undefined;
  readonly outcomes: readonly Outcome[];
  chosen: boolean;
  /** Contracts to sell when chosen. */
  quantity: number;
  /** Why it was, or was not, chosen. */
  reason: string;
}

export interface SymbolScan {
  readonly symbol: string;
  /** What was looked for on it: puts or calls to sell, or shares to buy. */
  readonly kind: Right | 'shares';
  readonly price: number;
  readonly outcomes: readonly Outcome[];
  /** Why nothing on it could be chosen; `undefined` when something could. */
  readonly refusal: string | undefined;
  readonly contracts: readonly ContractScan[];
  /** Of shares: how many to buy, and why that many. */
  readonly purchase?: { readonly quantity: number; readonly reason: string };
}

/** One decision of the strategy. */
export interface Scan {
  readonly at: number;
  /** Points; NaN where nobody knows or it is not asked. */
  readonly volatility: number;
  /** Share of the money that may be committed, and in money what may, is, and is free. */
  readonly deployment: number;
  readonly deployable: number;
  readonly committed: number;
  readonly available: number;
  readonly symbols: readonly SymbolScan[];
  /** Of each open position what was decided and why. */
  readonly positions: readonly { readonly symbol: string; readonly decision: string }[];
}

/**
 * Asks the rules of every contract of a right and returns what they said, with the candidates among them and how many
 * each rule refused. `explains` whether the broken rules are put in words.
 */
export function judgeContracts(
  right: Right,
  rules: readonly ContractRule[],
  valuation: ChainValuation,
  history: Closes,
  dayCount: GeneralParameters['dayCount'],
  explains: boolean,
): {
  readonly scans: ContractScan[];
  readonly candidates: Candidate[];
  readonly refused: ReadonlyMap<string, number>;
} {
  const { date } = valuation.chain;
  const candidates: Candidate[] = [];
  const own = valuation.chain.contracts.filter(({ terms }) => terms.right === right);
  const verdicts = judgeChain(rules, valuation, own);
  const refused = new Map<string, number>();
  const scans = verdicts.map(({ contract, passed, outcomes }): ContractScan => {
    const { terms, bid, ask, instrument } = contract;
    const days = daysToExpiry(terms.expiry, date);
    let told: readonly Outcome[] | undefined;
    for (const { rule, outcome } of outcomes) {
      if (outcome === 'fail') refused.set(rule.name, (refused.get(rule.name) ?? 0) + 1);
    }
    // What passed has been valued, and so has what only its delta spoke against.
    const asked = passed || outcomes.some(({ rule, outcome }) => rule.name === 'delta' && outcome !== 'not-asked');
    const value = asked ? valuation.of(contract) : undefined;
    const delta = value?.ok === true ? Math.abs(value.delta) : undefined;
    if (passed && delta !== undefined) {
      const earned = premiumDays(contract, valuation.chain, dayCount);
      const since = daysSinceStrike(history.closes, history.days, terms.strike, parseDay(date));
      candidates.push({
        contract,
        delta,
        days,
        premiumDays: earned,
        premiumPerDay: bid! / earned,
        dailyReturn: dailyReturnOf(contract, earned)!,
        daysSinceStrike: since,
      });
    }
    const broken = explains ? outcomes.filter(({ outcome }) => outcome === 'fail').map(sayOutcome) : [];
    return {
      symbol: instrument.symbol,
      strike: terms.strike,
      expiry: terms.expiry,
      days,
      bid,
      ask,
      delta,
      // For whoever reads them: of most contracts nobody does.
      get outcomes() {
        return (told ??= outcomes.map(chainOutcome));
      },
      chosen: false,
      quantity: 0,
      reason: broken.join('; '),
    };
  });
  return { scans, candidates, refused };
}

/** Says how many contracts each rule refused: `214 puts, 3 passed; refused by delta 120, dailyReturn 80`. */
export function tally(right: Right, looked: number, counts: ReadonlyMap<string, number>, passed: number): string {
  const refused = [...counts].map(([rule, count]) => `${rule} ${count}`).join(', ');
  return `${looked} ${right}s, ${passed} passed${refused === '' ? '' : `; refused by ${refused}`}`;
}
