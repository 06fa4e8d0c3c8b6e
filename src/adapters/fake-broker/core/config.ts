/**
 * How this broker behaves where the vendor leaves room or documents disagree: every choice a named setting.
 */
import { MILLISECOND } from '../../../time/instant.ts';
import { CHAIN, type ChainOptions } from './contracts.ts';
import type { ListingOptions } from './listing.ts';

/** A delay drawn evenly from a range of microseconds. */
export type Delay = readonly [shortest: number, longest: number];

export interface BrokerConfig {
  readonly seed: number;
  /** The instant at which the broker begins. */
  readonly startAt: number;
  readonly symbols: readonly (ListingOptions & { readonly price?: number })[];
  /** Dollars at the start. */
  readonly cash: number;
  /** A paper account: no dividends, bookings of the night a day late, its stream in binary frames. */
  readonly paper: boolean;
  /** 1 for a cash account, 2 for margin, 4 for the day-trading account of old. */
  readonly multiplier: 1 | 2 | 4;
  /** 0 none, 1 covered calls and cash-secured puts, 2 long options, 3 spreads. */
  readonly optionsLevel: 0 | 1 | 2 | 3;
  readonly shorting: boolean;
  readonly keyId: string;
  readonly secret: string;
  readonly chain: ChainOptions;
  /** Share of marketable orders that fill in part first, as the vendor's paper market does. */
  readonly partialFills: number;
  /** `paper` fills any size at the best price; `displayed` only what the quote shows. */
  readonly liquidity: 'paper' | 'displayed';
  /** Whether a stop to buy becomes a limit order a little above its stop, instead of a market order. */
  readonly stopCollars: boolean;
  /** Options in the strict reading (day; market and limit), or as the later page of the documentation has it. */
  readonly optionRules: 'strict' | 'wide';
  /**
   * What a replacement is of when the order before it has filled in part: `anew` of the quantity that is asked for, or that the
   * order had, whatever has filled (the vendor's text, and an open report of it); `rest` of that less what has filled.
   */
  readonly replacements: 'anew' | 'rest';
  /** Whether the venue refuses each replacement, though the broker has taken the request for it. */
  readonly refusesReplacements: boolean;
  /** Whether fractional orders may be limit or stop orders. */
  readonly fractionalLimits: boolean;
  /** Chance per night that a short option in the money with little time value is assigned early. */
  readonly earlyAssignment: number;
  /** `basic`: no consolidated prices of the last 15 minutes, 30 symbols a stream. */
  readonly dataPlan: 'basic' | 'plus';
  /** Requests a minute per account. */
  readonly requestsPerMinute: number;
  readonly dataRequestsPerMinute: number;
  /** What the broker needs to route a new order, cancel, replace, and fill. */
  readonly delays: { readonly route: Delay; readonly cancel: Delay; readonly replace: Delay; readonly rest: Delay };
  /** Whether bars, quotes and trades are kept for the data endpoints. */
  readonly keepHistory: boolean;
}

export const DEFAULTS: Omit<BrokerConfig, 'startAt' | 'symbols'> = {
  seed: 1,
  cash: 100_000,
  paper: true,
  multiplier: 2,
  optionsLevel: 3,
  shorting: true,
  keyId: 'PKFAKE00000000000001',
  secret: 'fake-secret',
  chain: CHAIN,
  partialFills: 0.1,
  liquidity: 'paper',
  stopCollars: true,
  optionRules: 'strict',
  replacements: 'anew',
  refusesReplacements: false,
  fractionalLimits: true,
  earlyAssignment: 0,
  dataPlan: 'plus',
  requestsPerMinute: 200,
  dataRequestsPerMinute: 10_000,
  delays: {
    route: [3 * MILLISECOND, 30 * MILLISECOND],
    cancel: [5 * MILLISECOND, 60 * MILLISECOND],
    replace: [5 * MILLISECOND, 60 * MILLISECOND],
    rest: [200 * MILLISECOND, 3000 * MILLISECOND],
  },
  keepHistory: true,
};

/** Fills in the defaults. */
export function brokerConfig(options: Partial<BrokerConfig> & Pick<BrokerConfig, 'startAt' | 'symbols'>): BrokerConfig {
  return { ...DEFAULTS, ...options };
}

/** Whether a key opens the account; that of a real one begins otherwise, as the vendor has it, and is else the same. */
export function opens(
  config: Pick<BrokerConfig, 'keyId' | 'secret' | 'paper'>,
  keyId: unknown,
  secret: unknown,
): boolean {
  const isKey = keyId === config.keyId || (!config.paper && keyId === realKeyId(config));
  return isKey && secret === config.secret;
}

/** The key as that of a real account. */
export function realKeyId({ keyId }: Pick<BrokerConfig, 'keyId'>): string {
  return keyId.replace(/^PK/, 'AK');
}
