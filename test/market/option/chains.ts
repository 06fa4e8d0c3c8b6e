/** Small chains for tests: contracts quoted around model prices whose vol is known. */
import { contractInstrument, inChainOrder, type ContractQuote, type OptionChain } from '../../../src/market/index.ts';
import { europeanPrice } from '../../../src/options/european.ts';

/** An instant by its name in UTC. */
export function instantOf(text: string): number {
  return Date.parse(text) * 1000;
}

export const AT = instantOf('2021-01-04T15:30:00Z');
export const DATE = '2021-01-04';
export const SPOT = 3700;
export const VOL = 0.25;
export const RATE = 0.01;

export interface QuoteParts {
  readonly right?: 'call' | 'put';
  readonly strike?: number;
  readonly expiry?: string;
  readonly root?: string;
  readonly bid?: number | undefined;
  readonly ask?: number | undefined;
  readonly volume?: number | undefined;
  readonly openInterest?: number | undefined;
  readonly quotedAt?: number;
  readonly isListed?: boolean | undefined;
}

export function quote(parts: QuoteParts = {}): ContractQuote {
  const { right = 'put', strike = 3600, expiry = '2021-01-11', root = 'SPXW' } = parts;
  const instrument = contractInstrument({ root, right, expiry, strike });
  return {
    instrument,
    terms: instrument.option!,
    bid: 10,
    ask: 11,
    bidSize: 5,
    askSize: 5,
    last: undefined,
    volume: 100,
    openInterest: 500,
    quotedAt: AT,
    isListed: undefined,
    ...parts,
  };
}

/** A quote of a spread of 0.2 around the Black–Scholes price at `VOL`. */
export function priced(parts: QuoteParts, years: number): ContractQuote {
  const { right = 'put', strike = 3600 } = parts;
  const mid = europeanPrice({ right, strike, spot: SPOT, years, vol: VOL, rate: RATE, dividendYield: 0 });
  return quote({ ...parts, bid: mid - 0.1, ask: mid + 0.1 });
}

export function chain(contracts: readonly ContractQuote[]): OptionChain {
  return {
    underlying: 'SPX',
    at: AT,
    date: DATE,
    spot: SPOT,
    contracts: inChainOrder(contracts),
    source: 'test',
    isModel: false,
  };
}
