/**
 * Selling puts: on which underlyings, which contracts, in which order, and how many of each.
 */
import type { ContractRule } from '../../market/option/filter.ts';
import { putRules, rankCandidates, type Candidate } from './contract-filter.ts';
import type { PutParameters } from './parameters.ts';
import { judgeContracts, tally, type SymbolScan } from './scan.ts';
import { saySize, sizeEntry } from './sizing.ts';
import { holdings, judgeUnderlying, say, sellToOpen, type Money, type Trade } from './trade.ts';

export class PutEntries {
  private readonly trade: Trade;
  private readonly of: PutParameters;
  /** Whether puts are sold on an underlying whose shares are held. */
  private readonly besideShares: boolean;

  constructor(trade: Trade, of: PutParameters, besideShares: boolean) {
    this.trade = trade;
    this.of = of;
    this.besideShares = besideShares;
  }

  /** Sells what there is money for, and says of every contract why or why not. */
  enter(money: Money): SymbolScan[] {
    const { trade, of } = this;
    const wanted: Candidate[] = [];
    const symbols = trade.underlyings.map((symbol) => this.judge(symbol, money.closed, wanted));
    const ranked = rankCandidates(wanted, of.universeRank).slice(0, of.candidatesMax);
    const rows = new Map(symbols.flatMap(({ contracts }) => contracts.map((row) => [row.symbol, row] as const)));
    for (const candidate of ranked) {
      const row = rows.get(candidate.contract.instrument.symbol)!;
      const { quantity, reason } = this.sell(candidate, money);
      Object.assign(row, { chosen: quantity > 0, quantity, reason });
      if (quantity === 0) trade.refusals.size('size');
      say(trade, row.symbol, reason);
    }
    return symbols;
  }

  rulesOn(underlying: string): ContractRule[] {
    const { look, of } = this.trade;
    const byAverage = this.of.strikeCeiling === 'average';
    const average = byAverage ? look.averageOf(look.closesOf(underlying)) : Number.NaN;
    return putRules({ ...of, ...this.of }, average);
  }

  private judge(symbol: string, closed: string | undefined, wanted: Candidate[]): SymbolScan {
    const { trade, of } = this;
    const { look, book, isObserved } = trade;
    const { price } = look.asset(symbol);
    const history = look.closesOf(symbol);
    const outcomes = judgeUnderlying(trade, symbol, history);
    const failed = outcomes.filter(({ outcome }) => outcome === 'fail');
    const broken = failed.map(({ text }) => text);
    const refusal =
      closed ??
      (broken.length > 0
        ? broken.join('; ')
        : book.symbolsOn(symbol, 'put').size >= of.positionsPerSymbol
          ? `positionsPerSymbol ${of.positionsPerSymbol} is reached`
          : !this.besideShares && holdings(trade).includes(symbol)
            ? 'its shares are held: calls are sold on them'
            : undefined);
    // What refuses without a rule of its own begins with its name.
    const rules = closed === undefined && failed.length > 0 ? failed.map(({ rule }) => rule) : firstWord(refusal);
    trade.refusals.underlying(rules);
    if (refusal !== undefined) say(trade, symbol, `no put is sold, ${refusal}`);
    const valuation = refusal === undefined || isObserved ? look.valuationOf(symbol) : undefined;
    const head = { symbol, kind: 'put', price, outcomes } as const;
    if (valuation === undefined) return { ...head, refusal: refusal ?? 'it has no price yet', contracts: [] };
    const { scans, candidates, refused } = judgeContracts(
      'put',
      this.rulesOn(symbol),
      valuation,
      history,
      trade.of.dayCount,
      isObserved,
    );
    const ranked = rankCandidates(candidates, of.contractRank);
    if (refusal === undefined) wanted.push(...ranked.slice(0, of.perSymbolMax));
    for (const row of scans) if (row.reason === '') row.reason = refusal ?? `ranked behind by ${of.contractRank}`;
    if (refusal === undefined) {
      trade.refusals.chain(scans.length, refused);
      say(trade, symbol, tally('put', scans.length, refused, candidates.length));
    }
    return { ...head, refusal, contracts: scans };
  }

  /** Sells what fits of a candidate; says what and why. */
  private sell(candidate: Candidate, money: Money): { readonly quantity: number; readonly reason: string } {
    const { trade, of } = this;
    const { book } = trade;
    const { positionsMax, positionShare, contractsMax } = trade.of;
    const { symbol, multiplier } = candidate.contract.instrument;
    const { strike, underlying } = candidate.contract.terms;
    const none = (reason: string) => ({ quantity: 0, reason });
    const on = book.symbolsOn(underlying, 'put');
    if (on.size >= of.positionsPerSymbol || on.has(symbol))
      return none(`positionsPerSymbol ${of.positionsPerSymbol} is reached`);
    if (book.puts + holdings(trade).length >= positionsMax) return none(`positionsMax ${positionsMax} is reached`);
    const collateral = strike * multiplier;
    const { capital, available } = money;
    const size = sizeEntry({ collateral, capital, available, positionShare, contractsMax });
    const tooLarge = saySize(size, 'one contract');
    if (tooLarge !== undefined) return none(tooLarge);
    const told = sellToOpen(trade, 'put', candidate, size.contracts, `${of.universeRank} is first`, money.reading);
    money.available -= told.quantity * collateral;
    return told;
  }
}

function firstWord(refusal: string | undefined): string[] {
  return refusal === undefined ? [] : [refusal.split(' ', 1)[0]];
}
