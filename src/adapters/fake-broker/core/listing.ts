/**
 * What can be traded at this broker, and what its market shows now: a share, an option contract or a future with its best
 * bid and offer, last trade, day and the orders that rest on it.
 */
import { hash32, Random } from '../../../base/random.ts';
import { formatDay } from '../../../time/civil.ts';
import { uuid } from './random-ids.ts';
import type { Order } from './order.ts';
import type { Bars } from './history.ts';

export interface OptionTerms {
  readonly underlying: Listing;
  readonly right: 'call' | 'put';
  /** In units of price. */
  readonly strike: number;
  /** Days since 1970. */
  readonly expiryDay: number;
  /** Shares that one contract delivers: 100 unless the contract was adjusted. Strike and premium are always for 100. */
  readonly size: number;
}

export interface FutureTerms {
  readonly root: string;
  readonly exchange: string;
  /** Of delivery. */
  readonly month: number;
  readonly year: number;
  /** On which it trades last, in days since 1970. */
  readonly lastDay: number;
  /** Money per point of one contract. */
  readonly multiplier: number;
  /** How much more it is told as, because prices are told in hundredths of a dollar; 1 where they are not. */
  readonly magnifier?: number;
  /** In units of price. */
  readonly tick: number;
  /** Margin of one contract, in units of price. */
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
}

export interface ListingOptions {
  readonly symbol: string;
  readonly name?: string;
  readonly exchange?: 'NASDAQ' | 'NYSE' | 'ARCA' | 'AMEX' | 'BATS';
  readonly tradable?: boolean;
  readonly shortable?: boolean;
  readonly easyToBorrow?: boolean;
  readonly fractionable?: boolean;
  readonly marginable?: boolean;
  readonly hasOptions?: boolean;
  readonly option?: OptionTerms;
  readonly future?: FutureTerms;
}

/** What strike and premium of a contract are multiplied with. */
export const CONTRACT = 100;

export class Listing {
  readonly id: string;
  symbol: string;
  readonly name: string;
  readonly exchange: string;
  readonly option: OptionTerms | undefined;
  readonly future: FutureTerms | undefined;
  /** Shares behind one unit: what a price is multiplied with. */
  readonly multiplier: number;
  tradable: boolean;
  shortable: boolean;
  easyToBorrow: boolean;
  fractionable: boolean;
  readonly marginable: boolean;
  readonly hasOptions: boolean;
  isActive = true;
  /** Of a share: its contracts are those of a tape, and no others are listed. */
  hasRecordedChain = false;

  /** Prices in units of price, 0 for none; sizes in shares. */
  bid = 0;
  ask = 0;
  bidSize = 0;
  askSize = 0;
  quoteAt = 0;
  last = 0;
  lastSize = 0;
  lastAt = 0;
  tradeCount = 0;
  /** Close of the session before. */
  previousClose = 0;
  isHalted = false;
  /** Whether the quote is computed from the underlying rather than fed. */
  isModelled: boolean;

  readonly bars: Bars | undefined;
  /** Orders at work, oldest first. */
  readonly working: Order[] = [];
  /** Option contracts on this share whose orders must be looked at when its price moves. */
  readonly watched = new Set<Listing>();

  constructor(options: ListingOptions, bars?: Bars) {
    const { symbol, option, future } = options;
    this.id = uuid(new Random(hash32(`asset ${symbol}`)));
    this.symbol = symbol;
    this.option = option;
    this.future = future;
    this.multiplier = option === undefined ? (future?.multiplier ?? 1) : CONTRACT;
    this.isModelled = option !== undefined;
    this.name = options.name ?? (option === undefined ? `${symbol} Common Stock` : contractName(option));
    this.exchange = option === undefined ? (options.exchange ?? 'NASDAQ') : '';
    this.tradable = options.tradable ?? true;
    this.shortable = options.shortable ?? option === undefined;
    this.easyToBorrow = options.easyToBorrow ?? option === undefined;
    this.fractionable = options.fractionable ?? option === undefined;
    this.marginable = options.marginable ?? option === undefined;
    this.hasOptions = options.hasOptions ?? option === undefined;
    this.bars = bars;
  }

  get assetClass(): 'us_equity' | 'us_option' {
    return this.option === undefined ? 'us_equity' : 'us_option';
  }

  /** The step of its prices, in units of price. */
  get tick(): number {
    return this.future?.tick ?? 100;
  }

  /** The price at which a holding is valued: the last trade, or the middle of the quote, or the last close. */
  get mark(): number {
    if (this.option !== undefined && this.bid > 0 && this.ask > 0) return Math.round((this.bid + this.ask) / 2);
    if (this.last > 0) return this.last;
    return this.bid > 0 && this.ask > 0 ? Math.round((this.bid + this.ask) / 2) : this.previousClose;
  }

  hasQuote(): boolean {
    return this.bid > 0 && this.ask > 0;
  }
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `AAPL Jun 20 2025 100 Call` */
function contractName({ underlying, right, strike, expiryDay }: OptionTerms): string {
  const [year, month, day] = formatDay(expiryDay).split('-');
  const kind = right === 'call' ? 'Call' : 'Put';
  return `${underlying.symbol} ${MONTHS[Number(month) - 1]} ${day} ${year} ${strike / 10_000} ${kind}`;
}

/** Money per point of the net price of a package: the multiplier of its options, or that of all its legs. */
export function pointsOf(listings: readonly Listing[]): number {
  return (listings.find(({ option }) => option !== undefined) ?? listings[0]).multiplier;
}
