/**
 * What was executed, as clients are told it: each under an id whose last part says which correction it is.
 */
import { SHARE, DOLLAR, roughMoney } from '../../fake-broker/core/amounts.ts';
import { localDay } from '../../fake-broker/core/random-ids.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import type { ContractBook } from './contract-book.ts';
import { clockText, type ClientOrder } from './orders.ts';
import { commissionOf } from './placing-orders.ts';
import type { Token } from './protocol.ts';

export interface Execution {
  readonly id: string;
  readonly entry: ClientOrder;
  readonly at: number;
  /** In shares or contracts. */
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

  /** Notes a fill and takes its commission from the account. Quantity and price in the broker's units. */
  add(entry: ClientOrder, quantity: number, price: number): Execution {
    const { order } = entry;
    const commission = commissionOf(order.listing!, quantity);
    this.state.holdings.cash -= roughMoney(commission);
    const number = (this.all.length + 1).toString(16).padStart(4, '0');
    return this.note({
      id: `0000e0d5.${entry.permId.toString(16)}.${number}.01`,
      entry,
      at: this.state.now,
      quantity: quantity / SHARE,
      price: price / DOLLAR,
      cumulative: order.filled / SHARE,
      average: entry.averagePrice,
      commission,
      isCommissionTold: false,
    });
  }

  /** The exchange corrects a price: a new execution in the place of an old one. Returns it, if there is the old one. */
  correct(id: string, price: number): Execution | undefined {
    const old = this.all.find((one) => one.id === id);
    if (old === undefined) return undefined;
    const { order } = old.entry;
    const moved = (Math.round(price * DOLLAR) - Math.round(old.price * DOLLAR)) * order.sign;
    const value = BigInt(moved * order.listing!.multiplier) * BigInt(Math.round(old.quantity * SHARE));
    this.state.holdings.cash -= value;
    order.filledCost += value * BigInt(order.sign);
    const last = id.lastIndexOf('.');
    const next = String(Number(id.slice(last + 1)) + 1).padStart(2, '0');
    return this.note({ ...old, id: `${id.slice(0, last)}.${next}`, price, average: old.entry.averagePrice });
  }

  /** Those since midnight in New York: older ones are not told. */
  ofToday(): Execution[] {
    const today = localDay(this.state.now);
    return this.all.filter(({ at }) => localDay(at) === today);
  }

  private note(execution: Execution): Execution {
    this.all.push(execution);
    return execution;
  }
}

/** Fields of an execution; `reqId` is −1 where nobody asked. */
export function executionFields(execution: Execution, contracts: ContractBook, reqId: number): readonly Token[] {
  const { entry, id, at, quantity, price, cumulative, average } = execution;
  const { order, words, permId, clientId } = entry;
  return [
    reqId,
    words.orderId,
    ...contracts.fields(order.listing!),
    id,
    `${clockText(at)} US/Eastern`,
    words.account,
    order.listing!.option === undefined ? 'NASDAQ' : 'CBOE',
    order.sign > 0 ? 'BOT' : 'SLD',
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
