/**
 * What happens to option contracts when something happens to the share they are on.
 *
 * A split into whole shares multiplies the contracts and divides the strike. Any other split, a reverse one among them,
 * leaves both and changes what one contract delivers. A special dividend lowers the strike. When the share is delisted,
 * its options end in cash. A new name changes nothing: contracts know their share by its place on the deck.
 * Source: Options Clearing Corporation, By-Laws Article VI section 11 (interpretations .01 to .10).
 */
import { refuse } from '../limits/format.ts';
import type { Control } from '../gate/gate.ts';
import { ENTRY } from '../journal/journal.ts';
import { onlyReduces } from '../limits/reduces.ts';
import type { Contract, OptionBook } from './book.ts';
import type { OptionDeck } from './life.ts';
import type { ContractEvent } from '../strategy/strategy.ts';
import type { Settling } from './settling.ts';

/** Special dividends of less per point of strike leave a contract as it is: 12.50 where it is on 100 shares. */
const DIVIDEND_FROM = 0.125;

export class Adjusting {
  private readonly deck: OptionDeck;
  private readonly book: OptionBook;
  private readonly settling: Settling;

  constructor(deck: OptionDeck, book: OptionBook, settling: Settling) {
    this.deck = deck;
    this.book = book;
    this.settling = settling;
  }

  /** The share was split: `ratio` new for one old. Returns the contracts whose number was multiplied with it. */
  split(underlying: number, ratio: number, at: number): readonly number[] {
    const contracts = this.live(underlying);
    if (contracts.length === 0) return [];
    const { venue, markets, hours } = this.deck;
    const instruments = new Set([underlying, ...contracts.map(({ instrument }) => instrument)]);
    venue.packages?.clear(instruments, 'option.split', at);
    this.book.splitUntil.set(underlying, hours[underlying].closeAfter(at + 1));
    const isWhole = Math.abs(ratio - Math.round(ratio)) < 1e-9 && ratio > 1;
    for (const contract of contracts) {
      venue.clear(markets[contract.instrument], 'option.split');
      const before = contract.strike;
      if (isWhole) this.multiply(contract, Math.round(ratio));
      else {
        contract.shares *= ratio;
        contract.isAdjusted = true;
      }
      contract.isChanged = true;
      this.write(contract, before, `split of ${ratio}`, at, { factor: 1 / ratio, fall: 0 });
    }
    return isWhole ? contracts.map(({ instrument }) => instrument) : [];
  }

  /** The share pays a special dividend of `amount`. */
  specialDividend(underlying: number, amount: number, at: number): void {
    for (const contract of this.live(underlying)) {
      // What a contract delivers is paid for, not what it once did: a reverse split has left it a part of that.
      const fall = (amount * contract.shares) / contract.multiplier;
      if (fall < DIVIDEND_FROM) continue;
      const before = contract.strike;
      contract.strike = Math.max(0, cents(before - fall));
      contract.isChanged = true;
      this.write(contract, before, `special dividend of ${amount}`, at, { factor: 1, fall: amount });
    }
  }

  /** The share is gone, at `price`: what its options are worth by it is paid, and they end. */
  delist(underlying: number, price: number, at: number): void {
    const { venue, markets, delisted } = this.deck;
    for (const contract of this.live(underlying)) {
      venue.clear(markets[contract.instrument], 'delisted');
      this.settling.settleInCash(contract, price, 'underlying delisted', at);
      delisted[contract.instrument] = 1;
    }
  }

  /** Refuses orders while contracts are being renamed, and to open what delivers something odd. */
  get control(): Control {
    return {
      name: 'adjusted-contracts',
      sentence: 'Options take no orders on the day their share splits; adjusted contracts are only closed.',
      check: (intent, { ledger, now }) => {
        const contract = this.book.contracts[intent.instrument];
        if (contract === undefined) return undefined;
        if (now < (this.book.splitUntil.get(contract.underlying) ?? -Infinity)) {
          const share = ledger.instruments[contract.underlying].symbol;
          return refuse('option.split-day', `${share} has split today: its options take orders again tomorrow`);
        }
        if (!contract.isAdjusted || onlyReduces(intent, ledger)) return undefined;
        const each = Number(contract.shares.toFixed(6));
        return refuse('option.adjusted', `${contract.symbol} is adjusted: it delivers ${each} shares for its strike`);
      },
    };
  }

  private live(underlying: number): readonly Contract[] {
    return (this.book.on.get(underlying) ?? []).filter(({ instrument }) => this.deck.delisted[instrument] === 0);
  }

  /** More contracts at a lower strike; what they cost and what waits in the market follows. */
  private multiply(contract: Contract, ratio: number): void {
    const { ledger, markets } = this.deck;
    const { instrument } = contract;
    const market = markets[instrument];
    contract.strike = cents(contract.strike / ratio);
    ledger.trades.split(instrument, ratio);
    ledger.marks[instrument] /= ratio;
    market.last /= ratio;
    market.bid /= ratio;
    market.ask /= ratio;
    market.seenBid /= ratio;
    market.seenAsk /= ratio;
    for (const position of this.deck.endings.positionsIn(instrument)) position.split(ratio);
  }

  private write(
    contract: Contract,
    before: number,
    reason: string,
    at: number,
    adjustment: NonNullable<ContractEvent['adjustment']>,
  ): void {
    const { journal, ledger, notices } = this.deck;
    const { instrument, underlying, strike, shares } = contract;
    const delivers = Number(shares.toFixed(6));
    const text = `${reason}: strike ${before} → ${strike}, ${delivers} shares a contract`;
    journal.write(ENTRY.adjusted, at, 0, instrument, 0, 0, strike, shares, before, text);
    const price = ledger.marks[underlying];
    for (const { strategy, quantity } of this.deck.endings.positionsIn(instrument)) {
      const event = {
        kind: 'adjusted',
        quantity,
        price,
        strike,
        shares: 0,
        adjustment,
        reason: text,
        time: at,
      } as const;
      notices.contract(strategy, instrument, event);
    }
  }
}

/** Strikes are rounded to cents, as the clearing house does. */
function cents(price: number): number {
  return Math.round(price * 100) / 100;
}
