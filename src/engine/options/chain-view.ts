/**
 * The option chain as a strategy sees it now: the contracts that were quoted and still trade, with their newest quotes.
 *
 * A contract that the tape will only quote tomorrow is not in it, so that a choice from the chain is one that could have
 * been made then. Open interest and, where nothing else tells it, volume are those of the newest listing known.
 */
import { Fault, show } from '../../base/fault.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { ContractQuote, OptionChain } from '../../market/option/chain.ts';
import { compareContracts } from '../../market/option/chain.ts';
import { tradeDateOf } from '../../market/option/chain-at.ts';
import { contractLife } from '../../market/option/life.ts';
import { listedBefore, listingsAt, type ListedContract } from '../../market/option/listing.ts';
import type { TapeInfo } from '../../market/tape.ts';
import { calendar } from '../../time/calendars.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Market } from '../sim/market.ts';
import { volumeSince } from './volume.ts';

/** The markets of the options on one underlying, in the order of a chain, and when each stops trading. */
interface Class {
  readonly underlying: Market | undefined;
  readonly markets: readonly Market[];
  readonly ends: Float64Array;
  /** Numbers of the markets that have been quoted and may still trade, ascending. */
  live: number[];
  isSorted: boolean;
}

/** The part of a deck that chains are read from. */
export interface ChainDeck {
  readonly tape: TapeInfo;
  readonly markets: readonly Market[];
}

export class ChainView {
  private readonly deck: ChainDeck;
  private classes: Map<string, Class> | undefined;
  /** Where each option stands in its class. */
  private readonly places = new Map<Market, { readonly own: Class; readonly number: number }>();

  constructor(deck: ChainDeck) {
    this.deck = deck;
  }

  /** A contract is quoted for the first time: from here on it is in its chain. */
  appear(market: Market): void {
    const place = this.places.get(market);
    if (place === undefined) return;
    place.own.live.push(place.number);
    place.own.isSorted = false;
  }

  /**
   * Returns the chain of an underlying at `at`, which is now. Faults: `chain.empty` where the tape has no options on it,
   * `chain.no-underlying` before its first price. A chain without contracts is one of a moment without quotes.
   */
  at(underlying: string, at: number): OptionChain {
    const known = (this.classes ??= this.classify()).get(underlying);
    if (known === undefined) throw this.unknown(underlying);
    const spot = known.underlying?.last ?? Number.NaN;
    if (!(spot > 0)) {
      throw new Fault('chain.no-underlying', `${underlying} has no price yet at ${formatInstant(at)}`);
    }
    const { tape } = this.deck;
    const listed = new Map<string, ListedContract>();
    for (const { contracts } of listingsAt(tape.listings ?? [], underlying, at)) {
      for (const contract of contracts) listed.set(contract.instrument.symbol, contract);
    }
    const date = tradeDateOf(at);
    const from = calendar('XNYS').session(date)?.openAt ?? at;
    const morning = listedBefore(tape.listings ?? [], underlying, date);
    const { markets, ends } = known;
    // Of a tape of years all but a few hundred contracts are over or not listed yet.
    known.live = known.live.filter((i) => ends[i] >= at);
    if (!known.isSorted) known.live.sort((a, b) => a - b);
    known.isSorted = true;
    const contracts = known.live
      .map((i) => markets[i])
      .filter((market) => market.quotedAt <= at)
      .map((market) => {
        const { symbol } = market.instrument;
        return quoteOf(market, volumeSince(market, from), listed.get(symbol), morning?.has(symbol));
      });
    return { underlying, at, date, spot, contracts, source: tape.source, isModel: tape.simulated };
  }

  /** Looks once at all markets; what has been quoted by now is live, and later ones say so themselves. */
  private classify(): Map<string, Class> {
    const { markets } = this.deck;
    const classes = new Map<string, Class>();
    const bySymbol = new Map(markets.map((market) => [market.instrument.symbol, market]));
    const options = markets.filter(({ instrument }) => instrument.option !== undefined);
    for (const [underlying, own] of Map.groupBy(options, ({ instrument }) => instrument.option!.underlying)) {
      own.sort((a, b) => compareContracts(a.instrument.option!, b.instrument.option!));
      const ends = Float64Array.from(own, ({ instrument }) => contractLife(instrument).tradesUntil);
      const live = [...own.keys()].filter((i) => !Number.isNaN(own[i].quotedAt));
      const known = { underlying: bySymbol.get(underlying), markets: own, ends, live, isSorted: true };
      classes.set(underlying, known);
      for (const [number, market] of own.entries()) this.places.set(market, { own: known, number });
    }
    return classes;
  }

  private unknown(underlying: string): Fault {
    const all = [...(this.classes?.keys() ?? [])];
    const rule = `the tape has no options on ${show(underlying)}`;
    return new Fault(
      'chain.empty',
      rule,
      {},
      didYouMean(underlying, all) ?? (all.length === 0 ? undefined : `it has some on ${all.join(', ')}`),
    );
  }
}

function quoteOf(
  market: Market,
  traded: number | undefined,
  listed: ListedContract | undefined,
  isListed: boolean | undefined,
): ContractQuote {
  const { instrument, bid, ask, bidSize, askSize, last, quotedAt } = market;
  const side = (value: number): number | undefined => (value > 0 ? value : undefined);
  return {
    instrument,
    terms: instrument.option!,
    bid: side(bid),
    ask: side(ask),
    bidSize,
    askSize,
    last: side(last),
    volume: traded ?? listed?.volume,
    openInterest: listed?.openInterest,
    quotedAt,
    isListed,
  };
}
