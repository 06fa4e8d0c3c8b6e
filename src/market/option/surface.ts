/**
 * The volatility surface of a chain: a smile per expiry, fitted to its two-sided quotes out of the money.
 */
import { fitSurface, type QuoteRefusal, type SviSurface } from '../../options/surface.ts';
import { impliedForward } from '../../options/parity.ts';
import { expiriesOf, midOf, type ContractQuote } from './chain.ts';
import type { ChainValuation } from './value.ts';

export interface ChainSurface {
  /** Vols by strike, forward and years; its findings name arbitrage in the smiles. */
  readonly surface: SviSurface;
  /** Years to settlement and forward of each expiry that has a smile, soonest first. */
  readonly expiries: readonly { readonly expiry: string; readonly years: number; readonly forward: number }[];
  /** Contracts that were left out, and why. */
  readonly refused: readonly { readonly contract: ContractQuote; readonly code: QuoteRefusal }[];
  /** Expiries without a smile: fewer than five usable quotes, or no pair that tells the forward. */
  readonly tooThin: readonly string[];
}

/**
 * Fits a surface; `undefined` when no expiry has five usable quotes. The forward of an expiry is what put–call parity
 * makes of the pair nearest to the price (with American quotes, to about half a spread). Where two classes expire on one
 * day (SPX at the open, SPXW at the close) only the first is used.
 */
export function surfaceOf(valuation: ChainValuation, rate: number): ChainSurface | undefined {
  const { chain } = valuation;
  const used: { expiry: string; years: number; forward: number; contracts: readonly ContractQuote[] }[] = [];
  const tooThin: string[] = [];
  for (const expiry of expiriesOf(chain)) {
    const all = chain.contracts.filter(({ terms }) => terms.expiry === expiry);
    const contracts = all.filter(({ terms }) => terms.root === all[0].terms.root);
    const years = valuation.yearsOf(contracts[0]);
    const forward = years > 0 ? forwardOf(contracts, chain.spot, years, rate) : undefined;
    if (forward === undefined) tooThin.push(expiry);
    else used.push({ expiry, years, forward, contracts });
  }
  const fit = fitSurface(
    used.map(({ years, forward, contracts }) => ({ years, forward, rate, quotes: contracts.map(smileQuoteOf) })),
  );
  if (fit === undefined) return undefined;
  const thin = new Set(fit.tooThin);
  const contractsOf = new Map(used.map(({ years, contracts }) => [years, contracts]));
  return {
    surface: fit.surface,
    expiries: used
      .filter(({ years }) => !thin.has(years))
      .map(({ expiry, years, forward }) => ({ expiry, years, forward })),
    refused: fit.refused.flatMap(({ years, quote, code }) => {
      const contract = contractsOf
        .get(years)
        ?.find(({ terms }) => terms.strike === quote.strike && terms.right === quote.right);
      return contract === undefined ? [] : [{ contract, code }];
    }),
    tooThin: [...tooThin, ...used.filter(({ years }) => thin.has(years)).map(({ expiry }) => expiry)].sort(),
  };
}

function smileQuoteOf({ terms, bid, ask }: ContractQuote) {
  return { right: terms.right, strike: terms.strike, bid: bid ?? 0, ask: ask ?? 0 };
}

/** The forward that the pair nearest to the price implies; `undefined` without a pair of two-sided quotes. */
function forwardOf(contracts: readonly ContractQuote[], spot: number, years: number, rate: number): number | undefined {
  let nearest = Infinity;
  let forward: number | undefined;
  for (let i = 0; i + 1 < contracts.length; i++) {
    const [call, put] = [contracts[i], contracts[i + 1]];
    const { strike } = call.terms;
    const [over, under] = [midOf(call), midOf(put)];
    if (put.terms.strike !== strike || over === undefined || under === undefined) continue;
    if (Math.abs(strike - spot) >= nearest) continue;
    nearest = Math.abs(strike - spot);
    forward = impliedForward({ strike, call: over, put: under }, years, rate);
  }
  return forward;
}
