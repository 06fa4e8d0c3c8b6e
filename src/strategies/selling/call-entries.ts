/**
 * Selling calls on shares that are held: never on more than are free, and never, unless told, below what they cost.
 */
import type { ContractRule } from '../../market/option/filter.ts';
import { wholeLots } from '../../market/instrument.ts';
import { rankCalls } from './call-choice.ts';
import { callRules } from './contract-filter.ts';
import { NO_CLOSES } from './look.ts';
import type { Outcome } from './outcome.ts';
import type { CallParameters } from './parameters.ts';
import { judgeContracts, tally, type SymbolScan } from './scan.ts';
import { ROUND_LOT } from './share-purchases.ts';
import { say, sellToOpen, type Trade } from './trade.ts';
import type { Reading } from './volatility.ts';

export class CallEntries {
  private readonly trade: Trade;
  private readonly of: CallParameters;

  constructor(trade: Trade, of: CallParameters) {
    this.trade = trade;
    this.of = of;
  }

  /** Sells on what is free, and says of every contract why or why not. */
  enter(reading: Reading, closed: string | undefined): SymbolScan[] {
    const { look, isObserved } = this.trade;
    return this.trade.underlyings
      .filter((symbol) => isObserved || look.asset(symbol).position.isLong)
      .map((symbol) => this.sellOn(symbol, reading, closed));
  }

  rulesOn(underlying: string): ContractRule[] {
    const { callFloor } = this.of;
    const { cost, net } = this.trade.rounds.costOf(underlying);
    const floor = callFloor === 'none' ? undefined : callFloor === 'net' ? net : cost;
    // Where premiums have paid for the shares, and where there are none, no strike is too low.
    return callRules({ ...this.trade.of, ...this.of }, floor !== undefined && floor > 0 ? floor : undefined);
  }

  private sellOn(symbol: string, reading: Reading, closed: string | undefined): SymbolScan {
    const { trade, of } = this;
    const { look, book, isObserved } = trade;
    const { price, position, orders } = look.asset(symbol);
    const held = Math.max(0, position.quantity);
    // Shares that are being sold may be gone before a call on them is.
    const leaving = orders.some(({ side }) => side === -1);
    const free = leaving ? 0 : held - book.sharesUnderCalls(symbol);
    const lots = wholeLots(Math.max(0, free), ROUND_LOT);
    const outcome: Outcome = {
      rule: 'freeShares',
      outcome: lots > 0 ? 'pass' : 'fail',
      value: free,
      min: ROUND_LOT,
      text: `${free} of ${held} shares are free, ${lots > 0 ? 'at least' : 'fewer than'} ${ROUND_LOT}`,
    };
    const refusal = closed ?? (lots > 0 ? undefined : outcome.text);
    if (held > 0)
      trade.refusals.underlying(refusal === undefined ? [] : [closed === undefined ? outcome.rule : 'volatility']);
    if (refusal !== undefined && held > 0 && free > 0) say(trade, symbol, `no call is sold, ${refusal}`);
    const head = { symbol, kind: 'call', price, outcomes: [outcome] } as const;
    const valuation = refusal === undefined || isObserved ? look.valuationOf(symbol) : undefined;
    if (valuation === undefined) return { ...head, refusal: refusal ?? 'it has no price yet', contracts: [] };
    const { dayCount } = trade.of;
    const { scans, candidates, refused } = judgeContracts(
      'call',
      this.rulesOn(symbol),
      valuation,
      NO_CLOSES,
      dayCount,
      isObserved,
    );
    const ranked = rankCalls(candidates, price, of);
    for (const row of scans)
      if (row.reason === '') row.reason = refusal ?? `${of.callWish} is nearer to the wish elsewhere`;
    if (refusal === undefined) {
      trade.refusals.chain(scans.length, refused);
      say(trade, symbol, tally('call', scans.length, refused, candidates.length));
    }
    const [first] = ranked;
    if (refusal === undefined && first !== undefined) {
      const own = scans.find((row) => row.symbol === first.contract.instrument.symbol)!;
      const contracts = Math.min(lots, trade.of.contractsMax);
      const told = sellToOpen(trade, 'call', first, contracts, `${of.callWish} is nearest`, reading);
      Object.assign(own, { chosen: told.quantity > 0, ...told });
      say(trade, own.symbol, told.reason);
    }
    return { ...head, refusal, contracts: scans };
  }
}
