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
import { formatInstant } from '../../time/instant.ts';
import type { Market } from '../sim/market.ts';

/** The markets of the options on one underlying, in the order of a chain, and when each stops trading. */
interface Class {
  readonly underlying: Market | undefined;
  readonly markets: readonly Market[];
  readonly ends: Float64Array;
}

export class ChainView {
  private readonly tape: TapeInfo;
  private readonly classes = new Map<string, Class>();

  constructor(tape: TapeInfo, markets: readonly Market[]) {
    this.tape = tape;
    const bySymbol = new Map(markets.map((market) => [market.instrument.symbol, market]));
    const options = markets.filter(({ instrument }) => instrument.option !== undefined);
    for (const [underlying, own] of Map.groupBy(options, ({ instrument }) => instrument.option!.underlying)) {
      own.sort((a, b) => compareContracts(a.instrument.option!, b.instrument.option!));
      const ends = Float64Array.from(own, ({ instrument }) => contractLife(instrument).tradesUntil);
      this.classes.set(underlying, { underlying: bySymbol.get(underlying), markets: own, ends });
    }
  }

  /**
   * Returns the chain of an underlying at `at`, which is now. Faults: `chain.empty` where the tape has no options on it,
   * `chain.no-underlying` before its first price. A chain without contracts is one of a moment without quotes.
   */
  at(underlying: string, at: number): OptionChain {
    const known = this.classes.get(underlying);
    if (known === undefined) throw this.unknown(underlying);
    const spot = known.underlying?.last ?? Number.NaN;
    if (!(spot > 0)) {
      throw new Fault('chain.no-underlying', `${underlying} has no price yet at ${formatInstant(at)}`);
    }
    const { tape } = this;
    const listed = new Map<string, ListedContract>();
    for (const { contracts } of listingsAt(tape.listings ?? [], underlying, at)) {
      for (const contract of contracts) listed.set(contract.instrument.symbol, contract);
    }
    const date = tradeDateOf(at);
    const morning = listedBefore(tape.listings ?? [], underlying, date);
    const contracts: ContractQuote[] = [];
    for (const [i, market] of known.markets.entries()) {
      if (known.ends[i] < at || !(market.quotedAt <= at)) continue;
      const { symbol } = market.instrument;
      contracts.push(quoteOf(market, listed.get(symbol), morning?.has(symbol)));
    }
    return { underlying, at, date, spot, contracts, source: tape.source, isModel: tape.simulated };
  }

  private unknown(underlying: string): Fault {
    const all = [...this.classes.keys()];
    const rule = `the tape has no options on ${show(underlying)}`;
    return new Fault(
      'chain.empty',
      rule,
      {},
      didYouMean(underlying, all) ?? (all.length === 0 ? undefined : `it has some on ${all.join(', ')}`),
    );
  }
}

function quoteOf(market: Market, listed: ListedContract | undefined, isListed: boolean | undefined): ContractQuote {
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
    volume: listed?.volume,
    openInterest: listed?.openInterest,
    quotedAt,
    isListed,
  };
}
