/**
 * Buying the shares that calls are sold on: whole hundreds, by the same rules on underlyings and money as puts.
 */
import type { SymbolScan } from './scan.ts';
import { saySize, sizeEntry } from './sizing.ts';
import { holdings, judgeUnderlying, say, type Money, type Trade } from './trade.ts';

/** Shares under one contract of a class that nothing has adjusted. */
export const ROUND_LOT = 100;

export class SharePurchases {
  private readonly trade: Trade;

  constructor(trade: Trade) {
    this.trade = trade;
  }

  /** Buys on underlyings of which nothing is held. */
  enter(money: Money): SymbolScan[] {
    return this.trade.underlyings.map((symbol) => this.buy(symbol, money));
  }

  private buy(symbol: string, money: Money): SymbolScan {
    const { trade } = this;
    const { look, of } = trade;
    const asset = look.asset(symbol);
    const { price } = asset;
    const outcomes = judgeUnderlying(trade, symbol, look.closesOf(symbol));
    const broken = outcomes.filter(({ outcome }) => outcome === 'fail').map(({ text }) => text);
    const held = holdings(trade);
    const size = sizeEntry({
      ...of,
      collateral: price * ROUND_LOT,
      capital: money.capital,
      available: money.available,
    });
    const refusal = held.includes(symbol)
      ? 'its shares are held'
      : (money.closed ??
        (broken.length > 0
          ? broken.join('; ')
          : held.length >= of.positionsMax
            ? `positionsMax ${of.positionsMax} is reached`
            : !(price > 0)
              ? 'it has no price yet'
              : saySize(size, 'a round lot')));
    const head = { symbol, kind: 'shares', price, outcomes, contracts: [] } as const;
    if (refusal !== undefined) {
      if (!held.includes(symbol)) say(trade, symbol, `no shares are bought, ${refusal}`);
      return { ...head, refusal };
    }
    const quantity = size.contracts * ROUND_LOT;
    const reason = `${quantity} shares to sell calls on: ${(100 * of.positionShare).toFixed(0)} % of the money at most`;
    const order = asset.buy(quantity, { reason, timeInForce: 'DAY' });
    if (order === undefined) return { ...head, refusal: 'the order was not taken: see the entry before' };
    money.available -= quantity * price;
    say(trade, symbol, reason);
    return { ...head, refusal: undefined, purchase: { quantity, reason } };
  }
}
