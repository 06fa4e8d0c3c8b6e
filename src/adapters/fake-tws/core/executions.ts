/**
 * What was executed, as clients are told it: each under an id whose last part says which correction it is. Of a package its
 * net price is told, and then each leg by itself.
 */
import { SHARE, DOLLAR, roughMoney } from '../../fake-broker/core/amounts.ts';
import type { TradeUpdate } from '../../fake-broker/core/broker-events.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { localDay } from '../../fake-broker/core/random-ids.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import type { ContractBook } from './contract-book.ts';
import { clockText, type ClientOrder } from './orders.ts';
import { commissionOf } from './placing-orders.ts';
import type { Token } from './protocol.ts';

export interface Execution {
  readonly id: string;
  readonly entry: ClientOrder;
  /** Undefined for the net price of a package. */
  readonly listing: Listing | undefined;
  readonly sign: 1 | -1;
  readonly at: number;
  /** In shares, contracts or packages. */
  readonly quantity: number;
  readonly price: number;
  readonly cumulative: number;
  readonly average: number;
  /** In dollars. */
  readonly commission: number;
  isCommissionTold: boolean;
}

export class Executions {
  readonly all: Execution[] = [];
  private readonly state: BrokerState;

  constructor(state: BrokerState) {
    this.state = state;
  }

  /** Notes a fill and takes its commission from the account: one execution, or that of a package and those of its legs. */
  add(entry: ClientOrder, update: TradeUpdate): readonly Execution[] {
    const { order } = entry;
    const { quantity = 0, price = 0, legs = [] } = update;
    const number = (this.all.length + 1).toString(16).padStart(4, '0');
    const id = (part: number): string =>
      `0000e0d5.${entry.permId.toString(16)}.${number}.${legs.length === 0 ? '' : `${String(part).padStart(2, '0')}.`}01`;
    const common = { entry, at: this.state.now, isCommissionTold: false };
    const whole = {
      ...common,
      id: id(1),
      listing: order.listing,
      sign: order.sign,
      quantity: quantity / SHARE,
      price: price / DOLLAR,
      cumulative: order.filled / SHARE,
      average: entry.averagePrice,
      commission: order.listing === undefined ? 0 : this.charge(order.listing, quantity),
    };
    const parts = legs.map((leg, i): Execution => {
      const listing = leg.order.listing!;
      return {
        ...common,
        id: id(i + 2),
        listing,
        sign: leg.order.sign,
        quantity: leg.quantity / SHARE,
        price: leg.price / DOLLAR,
        cumulative: leg.order.filled / SHARE,
        average: Number(leg.order.filledCost) / (leg.order.filled * listing.multiplier) / DOLLAR,
        commission: this.charge(listing, leg.quantity),
      };
    });
    this.all.push(whole, ...parts);
    return [whole, ...parts];
  }

  /** The exchange corrects a price: a new execution in the place of an old one. Returns it, if there is the old one. */
  correct(id: string, price: number): Execution | undefined {
    const old = this.all.find((one) => one.id === id);
    if (old?.listing === undefined) return undefined;
    const { order } = old.entry;
    const moved = (Math.round(price * DOLLAR) - Math.round(old.price * DOLLAR)) * old.sign;
    const value = BigInt(moved * old.listing.multiplier) * BigInt(Math.round(old.quantity * SHARE));
    this.state.holdings.cash -= value;
    order.filledCost += value * BigInt(order.sign);
    const last = id.lastIndexOf('.');
    const next = String(Number(id.slice(last + 1)) + 1).padStart(2, '0');
    const execution = { ...old, id: `${id.slice(0, last)}.${next}`, price, average: old.entry.averagePrice };
    this.all.push(execution);
    return execution;
  }

  /** Those since midnight in New York: older ones are not told. */
  ofToday(): Execution[] {
    const today = localDay(this.state.now);
    return this.all.filter(({ at }) => localDay(at) === today);
  }

  private charge(listing: Listing, quantity: number): number {
    const commission = commissionOf(listing, quantity);
    this.state.holdings.cash -= roughMoney(commission);
    return commission;
  }
}

/** Fields of an execution; `reqId` is −1 where nobody asked. */
export function executionFields(execution: Execution, contracts: ContractBook, reqId: number): readonly Token[] {
  const { entry, listing, sign, id, at, quantity, price, cumulative, average } = execution;
  const { words, permId, clientId } = entry;
  return [
    reqId,
    words.orderId,
    ...(listing === undefined ? entry.contract(contracts) : contracts.fields(listing)),
    id,
    `${clockText(at)} US/Eastern`,
    words.account,
    listing?.future?.exchange ?? (listing !== undefined && listing.option === undefined ? 'NASDAQ' : 'CBOE'),
    sign > 0 ? 'BOT' : 'SLD',
    quantity,
    price,
    permId,
    clientId,
    0,
    cumulative,
    average,
    words.orderRef,
    '',
    '',
    '',
    1,
    0, // no revision of its price is pending
  ];
}

export function commissionFields({ id, commission }: Execution): readonly Token[] {
  return [1, id, commission, 'USD', Number.MAX_VALUE, Number.MAX_VALUE, ''];
}
