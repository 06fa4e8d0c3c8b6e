/**
 * What a scan says: of every underlying and every contract whether it was chosen, and which rule spoke against it.
 */
import { judgeChain } from '../../market/option/filter.ts';
import type { ContractRule } from '../../market/option/filter.ts';
import type { ChainValuation } from '../../market/option/value.ts';
import { daysToExpiry } from '../../market/option/life.ts';
import { dailyReturnOf, daysSinceStrike, type Candidate } from './contract-filter.ts';
import { chainOutcome, type Outcome } from './outcome.ts';
import { parseDay } from '../../time/civil.ts';

export interface ContractScan {
  readonly symbol: string;
  readonly strike: number;
  readonly expiry: string;
  readonly days: number;
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  readonly outcomes: readonly Outcome[];
  chosen: boolean;
  /** Contracts to sell when chosen. */
  quantity: number;
  /** Why it was, or was not, chosen. */
  reason: string;
}

export interface SymbolScan {
  readonly symbol: string;
  readonly price: number;
  readonly outcomes: readonly Outcome[];
  /** Why nothing on it could be chosen; `undefined` when contracts could. */
  readonly refusal: string | undefined;
  readonly contracts: readonly ContractScan[];
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

/** Daily closes of an underlying and the days they are of, newest last. */
export interface Closes {
  readonly closes: Float64Array;
  readonly days: Float64Array;
}

/** Asks the rules of every contract and returns what they said, with the candidates among them. */
export function judgeContracts(
  rules: readonly ContractRule[],
  valuation: ChainValuation,
  history: Closes,
): { readonly scans: ContractScan[]; readonly candidates: Candidate[] } {
  const { date } = valuation.chain;
  const candidates: Candidate[] = [];
  const puts = judgeChain(rules, valuation).filter(({ contract }) => contract.terms.right === 'put');
  const scans = puts.map(({ contract, passed, outcomes }): ContractScan => {
    const { terms, bid, ask, instrument } = contract;
    const days = daysToExpiry(terms.expiry, date);
    const told = outcomes.map(chainOutcome);
    const value = passed ? valuation.of(contract) : undefined;
    if (value?.ok === true) {
      const dailyReturn = dailyReturnOf(contract, date)!;
      const since = daysSinceStrike(history.closes, history.days, terms.strike, parseDay(date));
      const candidate = { contract, delta: Math.abs(value.delta), days, dailyReturn, daysSinceStrike: since };
      candidates.push({ ...candidate, premiumPerDay: bid! / days });
    }
    const broken = told.filter(({ outcome }) => outcome === 'fail').map(({ text }) => text);
    return {
      symbol: instrument.symbol,
      strike: terms.strike,
      expiry: terms.expiry,
      days,
      bid,
      ask,
      outcomes: told,
      chosen: false,
      quantity: 0,
      reason: broken.join('; '),
    };
  });
  return { scans, candidates };
}

/** Says how many contracts each rule refused: `214 puts, 3 passed; delta refused 120, dailyReturn 80`. */
export function tally(scans: readonly ContractScan[], passed: number): string {
  const counts = new Map<string, number>();
  for (const { outcomes } of scans) {
    for (const { rule, outcome } of outcomes) if (outcome === 'fail') counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  const refused = [...counts].map(([rule, count]) => `${rule} ${count}`).join(', ');
  return `${scans.length} puts, ${passed} passed${refused === '' ? '' : `; refused by ${refused}`}`;
}
