/**
 * Implied vol and greeks of a chain's contracts, computed from the quotes when they are asked for.
 *
 * European contracts are inverted in closed form, American ones with the precise American model, both with the time to
 * the settlement's very minute. A contract without a price between two sides, or whose price no vol can explain, gets a
 * named refusal and no number.
 */
import { Fault } from '../../base/fault.ts';
import { americanImpliedVol } from '../../options/american-implied-vol.ts';
import { americanGreeks } from '../../options/american.ts';
import type { OptionTerms as PricingTerms } from '../../options/contract.ts';
import { europeanGreeks, Greeks } from '../../options/european.ts';
import { impliedVol, type ImpliedVol, type NoVolCode } from '../../options/implied-vol.ts';
import { impliedDividendYield, impliedForward } from '../../options/parity.ts';
import { midOf, type ContractQuote, type OptionChain } from './chain.ts';
import { contractLife, yearsToSettlement } from './life.ts';

export interface ValuationOptions {
  /** Riskless rate per year, continuously compounded. */
  readonly rate: number;
  /**
   * Dividend yield per year, continuously compounded: a number, or one per expiry (`YYYY-MM-DD`), such as the one that
   * put–call parity implies (`impliedYields`). 0 unless told.
   */
  readonly dividendYield?: number | ((expiry: string) => number);
  /**
   * What is inverted: the middle of a two-sided quote (the default), or where there is none the last price, for chains of
   * closing prices that have no quotes.
   */
  readonly price?: 'mid' | 'mid-or-last';
}

/** Numbers of one share and whole units, as in `Greeks`: vega per 1.00 of vol, theta per year. */
export interface ContractValue {
  readonly ok: true;
  /** The price that was inverted: the middle of the quote, or the last price. */
  readonly mid: number;
  readonly impliedVol: number;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
  readonly rho: number;
}

export interface NoValue {
  readonly ok: false;
  readonly code:
    | NoVolCode
    | 'quote.one-sided'
    | 'quote.crossed'
    | 'contract.expired'
    | 'contract.adjusted'
    | 'option.two-boundaries';
  readonly rule: string;
}

/** Values the contracts of one chain, each once. */
export class ChainValuation {
  readonly chain: OptionChain;
  private readonly rate: number;
  private readonly takesLast: boolean;
  private readonly yieldOf: (expiry: string) => number;
  private readonly known = new Map<ContractQuote, ContractValue | NoValue>();
  private readonly years = new Map<string, number>();

  constructor(chain: OptionChain, { rate, dividendYield = 0, price = 'mid' }: ValuationOptions) {
    this.chain = chain;
    this.takesLast = price === 'mid-or-last';
    this.rate = rate;
    this.yieldOf = typeof dividendYield === 'number' ? () => dividendYield : dividendYield;
  }

  /** Returns implied vol and greeks of a contract, or why it has none. */
  of(contract: ContractQuote): ContractValue | NoValue {
    let value = this.known.get(contract);
    if (value === undefined) this.known.set(contract, (value = this.compute(contract)));
    return value;
  }

  /** Years from the chain's instant to the settlement of a contract, act/365. */
  yearsOf({ instrument, terms }: ContractQuote): number {
    const key = `${terms.root} ${terms.expiry}`;
    let years = this.years.get(key);
    if (years === undefined) {
      years = yearsToSettlement(contractLife(instrument), this.chain.at);
      this.years.set(key, years);
    }
    return years;
  }

  private compute(contract: ContractQuote): ContractValue | NoValue {
    const { terms } = contract;
    const mid = midOf(contract) ?? (this.takesLast ? contract.last : undefined);
    if (mid === undefined) return withoutPrice(contract);
    if (terms.deliverable !== undefined) {
      return { ok: false, code: 'contract.adjusted', rule: 'what it delivers is not one share' };
    }
    const years = this.yearsOf(contract);
    if (years === 0) return { ok: false, code: 'contract.expired', rule: `it was settled before ${this.chain.date}` };
    const { right, strike, style, expiry } = terms;
    const { rate } = this;
    const priced = { right, strike, spot: this.chain.spot, years, rate, dividendYield: this.yieldOf(expiry) };
    try {
      const found = volOf(priced, mid, style);
      if (!found.ok) return found;
      const { vol } = found;
      const greeks =
        style === 'american'
          ? americanGreeks(new Greeks(), { ...priced, vol })
          : europeanGreeks(new Greeks(), { ...priced, vol });
      const { delta, gamma, vega, theta, rho } = greeks;
      return { ok: true, mid, impliedVol: vol, delta, gamma, vega, theta, rho };
    } catch (error) {
      // Early exercise between two prices (negative rates) is beyond the model, which says so.
      if (error instanceof Fault && error.code === 'option.two-boundaries') {
        return { ok: false, code: error.code, rule: error.rule };
      }
      throw error;
    }
  }
}

function volOf(priced: PricingTerms, mid: number, style: 'american' | 'european'): ImpliedVol {
  return style === 'american' ? americanImpliedVol(priced, mid) : impliedVol(priced, mid);
}

function withoutPrice({ bid, ask }: ContractQuote): NoValue {
  if (bid !== undefined && ask !== undefined && bid > ask) {
    return { ok: false, code: 'quote.crossed', rule: `bid ${bid} is above ask ${ask}` };
  }
  const shown = (side: number | undefined): string => (side === undefined ? 'none' : String(side));
  return { ok: false, code: 'quote.one-sided', rule: `bid ${shown(bid)}, ask ${shown(ask)}` };
}

/** Pairs this near the money say what the forward is: nearer ones trade, farther ones hold an early-exercise premium. */
const NEAR = 0.05;

/**
 * Returns the dividend yield per expiry that put–call parity implies: the median over pairs of two-sided quotes whose
 * strikes are within 5 % of spot. An expiry without such a pair is not in the map. American quotes make it a band of
 * about half a spread, so for those it is an estimate.
 */
export function impliedYields(chain: OptionChain, rate: number): ReadonlyMap<string, number> {
  const yields = new Map<string, number[]>();
  const { spot } = chain;
  const timed = new ChainValuation(chain, { rate });
  let put: ContractQuote | undefined;
  // Calls come before puts of a strike in a chain, so a call's put is the next contract.
  for (let i = 0; i + 1 < chain.contracts.length; i++) {
    const call = chain.contracts[i];
    put = chain.contracts[i + 1];
    const { strike, expiry, root, right } = call.terms;
    if (right !== 'call' || put.terms.right !== 'put' || Math.abs(strike / spot - 1) > NEAR) continue;
    if (put.terms.strike !== strike || put.terms.expiry !== expiry || put.terms.root !== root) continue;
    const [over, under] = [midOf(call), midOf(put)];
    const years = timed.yearsOf(call);
    if (over === undefined || under === undefined || years === 0) continue;
    const forward = impliedForward({ strike, call: over, put: under }, years, rate);
    const found = yields.get(expiry) ?? [];
    found.push(impliedDividendYield(spot, forward, years, rate));
    yields.set(expiry, found);
  }
  return new Map([...yields].map(([expiry, all]) => [expiry, median(all)]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What the market pays for the move of the underlying until an expiry, at the strike nearest to the price. */
export interface ExpectedMove {
  readonly strike: number;
  /** Implied vol per year, the mean of call and put where both have one. */
  readonly vol: number;
  /** Price of call and put together, money per share: the mean absolute move. `undefined` without both. */
  readonly straddle: number | undefined;
}

/** Returns the move until an expiry that the options at the money imply; `undefined` where none has an implied vol. */
export function expectedMoveOf(valuation: ChainValuation, expiry: string): ExpectedMove | undefined {
  const { contracts, spot } = valuation.chain;
  const own = contracts.filter(({ terms }) => terms.expiry === expiry);
  const distance = ({ terms }: ContractQuote): number => Math.abs(terms.strike - spot);
  for (const first of [...own].sort((a, b) => distance(a) - distance(b))) {
    const { strike, root } = first.terms;
    const pair = own.filter(({ terms }) => terms.strike === strike && terms.root === root);
    const values = pair.map((contract) => valuation.of(contract)).filter((value) => value.ok);
    if (values.length === 0) continue;
    const vol = values.reduce((sum, { impliedVol: each }) => sum + each, 0) / values.length;
    return { strike, vol, straddle: values.length === 2 ? values[0].mid + values[1].mid : undefined };
  }
  return undefined;
}
