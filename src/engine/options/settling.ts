/**
 * The end of a contract, booked: worthless, settled in cash, or exercised and delivered as shares at its strike.
 *
 * A delivery closes the contract at nought and trades the shares at the strike, as brokers report it. So that a sold
 * put that was assigned far in the money is not counted as a win, both are judged at what the market said then.
 */
import { Fault } from '../../base/fault.ts';
import { formatInstant } from '../../time/instant.ts';
import { wholeLots } from '../../market/instrument.ts';
import type { Position } from '../ledger/position.ts';
import type { Approved } from '../gate/gate.ts';
import type { Order } from '../orders/order.ts';
import { exerciseValue, type Contract } from './book.ts';
import { optionCollateral, optionRule } from './collateral.ts';
import { maySellShort } from '../sim/margin.ts';
import type { ContractEvent } from '../strategy/strategy.ts';
import type { OptionDeck } from './life.ts';

/** From this value per point on, a contract that expires is exercised: Rule 805 of the Options Clearing Corporation. */
const EXERCISED_FROM = 0.01;

export class Settling {
  private readonly deck: OptionDeck;

  constructor(deck: OptionDeck) {
    this.deck = deck;
  }

  /**
   * Settles every position in contracts that expire together, with the underlyings at `priceOf`. Assignments come
   * first: what they deliver, or take, is there when a bought contract is exercised against it.
   */
  expire(contracts: readonly Contract[], priceOf: (underlying: number) => number, at: number): void {
    const held = contracts.flatMap((contract) =>
      this.deck.endings.positionsIn(contract.instrument).map((position) => ({ contract, position })),
    );
    held.sort((a, b) => Number(a.position.quantity > 0) - Number(b.position.quantity > 0));
    for (const { contract, position } of held) {
      const price = priceOf(contract.underlying);
      checkPrice(contract, price, at);
      this.settle(contract, position, price, at);
    }
  }

  /** Ends every position in a contract for what it is worth with the underlying at `price`. */
  settleInCash(contract: Contract, price: number, reason: string, at: number): void {
    for (const position of this.deck.endings.positionsIn(contract.instrument)) {
      checkPrice(contract, price, at);
      this.payOut(contract, position, price, reason, at);
    }
  }

  /** Closes a position for what its contracts are worth, in cash. */
  private payOut(contract: Contract, position: Position, price: number, reason: string, at: number): void {
    const { strategy, quantity } = position;
    const worth = this.cashWorth(contract, price);
    this.deck.endings.close(position, worth, reason, at);
    this.write('settled', contract, strategy, quantity, price, worth * contract.multiplier * quantity, reason, at);
  }

  /** What a contract is worth per point, in the decimals that the ledger keeps of its price. */
  private cashWorth(contract: Contract, price: number): number {
    const scale = 10 ** this.deck.ledger.instruments[contract.instrument].priceDecimals;
    return Math.round((exerciseValue(contract, price) / contract.multiplier) * scale) / scale;
  }

  private settle(contract: Contract, position: Position, price: number, at: number): void {
    const { multiplier, terms } = contract;
    const { quantity, strategy } = position;
    const worth = exerciseValue(contract, price) / multiplier;
    if (worth < EXERCISED_FROM - 1e-9) {
      this.lapse(contract, position, Math.abs(quantity), price, at);
    } else if (terms.settlement === 'cash') {
      this.payOut(contract, position, price, `settled in cash at ${price}`, at);
    } else if (quantity < 0) {
      this.assign(contract, position, -quantity, price, 'assigned at expiry', at);
    } else {
      const obstacle = this.obstacle(contract, strategy, quantity, price);
      if (obstacle === undefined) {
        this.exerciseHeld(contract, position, quantity, price, 'exercised at expiry', at);
      } else this.sellOut(contract, position, price, obstacle, at);
    }
  }

  /** Contracts end without worth. `contracts` is positive, as in the next two. */
  lapse(contract: Contract, position: Position, contracts: number, price: number, at: number): void {
    const { strategy } = position;
    const quantity = Math.sign(position.quantity) * contracts;
    this.deck.endings.close(position, 0, 'expired worthless', at, contracts);
    this.write('lapsed', contract, strategy, quantity, price, 0, 'expired worthless', at);
  }

  /** Contracts that are held are exercised. */
  exerciseHeld(
    contract: Contract,
    position: Position,
    contracts: number,
    price: number,
    reason: string,
    at: number,
  ): void {
    const { strategy } = position;
    this.judge(contract, this.nextOrder, price);
    const order = this.deck.endings.close(position, 0, reason, at, contracts);
    this.deliver(contract, strategy, contracts, price, order, reason, at);
  }

  /** A contract was sold and its buyer exercises it. */
  assign(contract: Contract, position: Position, contracts: number, price: number, reason: string, at: number): void {
    const { strategy } = position;
    if (contract.terms.settlement === 'cash') {
      this.payOut(contract, position, price, reason, at);
      return;
    }
    this.judge(contract, this.nextOrder, price);
    const order = this.deck.endings.close(position, 0, reason, at, contracts);
    this.deliver(contract, strategy, -contracts, price, order, reason, at);
  }

  /** The holder exercises: the order has passed the gate. */
  exercise(contract: Contract, order: Approved, at: number): void {
    this.exercised(contract, order, at, (worth) => this.deck.venue.forceFill(order, worth, at, true));
  }

  /** An order to exercise is filled: `fill` books it at what each contract is worth in cash, or at nought. */
  exercised(contract: Contract, order: Order, at: number, fill: (worth: number) => void): void {
    const { strategy } = order;
    const price = this.deck.ledger.marks[contract.underlying];
    const contracts = order.units / this.deck.ledger.units[contract.instrument].quantityScale;
    const reason = order.reason === '' ? 'exercised early' : order.reason;
    if (contract.terms.settlement === 'cash') {
      const worth = this.cashWorth(contract, price);
      fill(worth);
      this.write('settled', contract, strategy, contracts, price, worth * contract.multiplier * contracts, reason, at);
      return;
    }
    this.judge(contract, order.id, price);
    fill(0);
    this.deliver(contract, strategy, contracts, price, order.id, reason, at);
  }

  /** Why the account cannot take or give what exercising brings, in words; `undefined` when it can. */
  obstacle(contract: Contract, strategy: number, contracts: number, price: number): string | undefined {
    if (contract.terms.settlement === 'cash') return undefined;
    const { ledger, conventions, venue, at } = this.deck;
    const { margin } = conventions;
    const { underlying, terms, shares } = contract;
    const instrument = ledger.instruments[underlying];
    const side = terms.right === 'call' ? 1 : -1;
    const moved = shares * contracts;
    const held = ledger.positions[strategy][underlying].quantity;
    const opening = held * side >= 0 ? moved : Math.max(0, moved - Math.abs(held));
    if (opening > 0 && side < 0 && !maySellShort(margin, instrument)) {
      return `${opening} ${instrument.symbol} would be short, which the account does not allow`;
    }
    const rule = optionRule(margin);
    const changes = [
      { instrument: contract.instrument, quantity: -contracts },
      { instrument: underlying, quantity: side * moved },
    ];
    const rate = ledger.rates[ledger.currencyOf[underlying]];
    const tied = optionCollateral(ledger, rule, changes) - optionCollateral(ledger, rule);
    // What only closes is always allowed.
    if (opening === 0 && tied <= 1e-9) return undefined;
    const gained = exerciseValue(contract, price) * contracts * rate;
    const need = opening * margin.perUnit(instrument, side, price) * rate - gained + tied;
    const free = margin.free(ledger) - (venue.settlement?.unsettled(at) ?? 0);
    if (need <= free + 1e-6) return undefined;
    return `exercising needs ${need.toFixed(2)}, ${free.toFixed(2)} is free`;
  }

  /** What cannot be exercised is sold before it lapses, at the bid where there is one. */
  private sellOut(contract: Contract, position: Position, price: number, obstacle: string, at: number): void {
    const { bid } = this.deck.markets[contract.instrument];
    const worth = exerciseValue(contract, price) / contract.multiplier;
    // A bid from before the underlying moved would be a present.
    const got = bid > 0 ? Math.min(bid, worth) : 0;
    const { strategy, quantity } = position;
    const reason = `not exercised: ${obstacle}`;
    this.deck.endings.close(position, got, reason, at);
    this.write('lapsed', contract, strategy, quantity, price, got * contract.multiplier * quantity, reason, at);
  }

  private get nextOrder(): number {
    return this.deck.orders.gate.nextId;
  }

  private judge(contract: Contract, order: number, price: number): void {
    this.deck.ledger.trades.judge(order, contract.instrument, exerciseValue(contract, price) / contract.multiplier);
  }

  /** Moves the shares of `contracts` exercised (above 0) or assigned (below 0), at the strike. */
  private deliver(
    contract: Contract,
    strategy: number,
    contracts: number,
    price: number,
    order: number,
    reason: string,
    at: number,
  ): void {
    const { ledger } = this.deck;
    const { underlying, terms, multiplier, shares, strike, cash } = contract;
    const size = Math.abs(contracts);
    const side = contracts > 0 === (terms.right === 'call') ? 1 : -1;
    const instrument = ledger.instruments[underlying];
    const whole = wholeLots(shares * size, instrument.lot) * instrument.lot;
    const scale = 10 ** instrument.priceDecimals;
    const each = Math.round(((strike * multiplier) / shares) * scale) / scale;
    if (whole > 0) {
      ledger.trades.judge(this.nextOrder, underlying, price);
      this.deck.orders.force(strategy, underlying, side, whole, each, `${reason}: ${contract.symbol}`, at, true);
    }
    // Fractions of a share are paid in cash, and so is what rounding the price of a share has left of the strike.
    const rest = whole * each - strike * multiplier * size + (shares * size - whole) * price + cash * size;
    const currency = ledger.currencyOf[underlying];
    const paid = Math.abs(rest) < 1e-9 ? 0 : ledger.move(currency, side * rest, 'other');
    const kind = contracts > 0 ? 'exercised' : 'assigned';
    this.write(kind, contract, strategy, contracts, price, paid, reason, at, order, side * whole);
  }

  private write(
    kind: Exclude<ContractEvent['kind'], 'adjusted'>,
    { instrument, strike }: Contract,
    strategy: number,
    quantity: number,
    price: number,
    amount: number,
    text: string,
    at: number,
    order = 0,
    shares = 0,
  ): void {
    const told = { kind, quantity, price, amount, strike, shares, reason: text, time: at, order };
    this.deck.endings.tell(instrument, strategy, told);
  }
}

function checkPrice({ symbol }: Contract, price: number, at: number): void {
  if (price === price) return;
  const rule = `${symbol} ends and its underlying never had a price`;
  throw new Fault('option.no-settlement-price', rule, { field: formatInstant(at) });
}
