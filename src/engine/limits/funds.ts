/**
 * Whether an order can be paid for: by the account's own rule, with all that works paid first; and by what the broker said
 * last, less what was sent since. Either alone is too little: our rule may be kinder than the broker's, and the broker's
 * number does not know what is on its way.
 */
import type { Control, GateView } from '../gate/gate.ts';
import type { Order, OrderIntent } from '../orders/order.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { MarginModel } from '../sim/margin.ts';
import { costAtWork } from './collateral.ts';
import { payablePrice, reservedPrice } from './far-side.ts';
import { refuse } from './format.ts';
import { soldCost } from './sold-margin.ts';
import { opened } from './worst-case.ts';

/** How an order is put to the venue. */
export type AsSent = (intent: OrderIntent, view: GateView) => OrderIntent;

/** Refuses orders that open and cost more than is free once all that works has filled. */
export function ownFunds(margin: MarginModel): Control {
  return {
    name: 'own-funds',
    sentence: 'What an order opens can be paid for after all that works has filled.',
    check(intent, view) {
      const cost = openingCost(intent, view, payablePrice, (...unit) => margin.perUnit(...unit));
      if (cost === 0) return undefined;
      const free = margin.free(view.ledger) - costAtWork(view, margin);
      return !(cost <= free * (1 + 1e-9) + 1e-6)
        ? refuse('funds.own', `the order takes ${cost.toFixed(2)}, ${Math.max(0, free).toFixed(2)} is free`)
        : undefined;
    },
    use(_idle, view) {
      const limit = Math.max(0, margin.free(view.ledger));
      return [{ key: 'buyingPower', of: 'own rule', used: costAtWork(view, margin), limit, unit: 'money' }];
    },
  };
}

/** What the broker's newest value of buying power leaves. */
export class BrokerFunds {
  readonly control: Control;
  /** NaN before the broker has said anything: then there is nothing to compare with. */
  private said = Number.NaN;
  private saidAt = Number.NaN;
  /** How much of it one unit of money takes that is tied up as margin or paid in full; 1 where the broker does not say. */
  private multiple = 1;
  /** Of orders sent since, or not yet seen by the broker then: what they may take. */
  private readonly reserved = new Map<Order, number>();
  private total = 0;

  constructor(asSent: AsSent, margin: MarginModel) {
    // As the broker will reckon it: in the form in which it gets the order, and in full, for that is what its number is of.
    const costOf = (intent: OrderIntent, view: GateView): number => {
      const sent = asSent(intent, view);
      const { future, option } = view.market.instrument;
      if (future === undefined && option === undefined) return openingCost(sent, view, reservedPrice, inFull);
      const sold = soldCost(sent, view, margin);
      return this.multiple * (sold ?? openingCost(sent, view, reservedPrice, ownMargin(margin)));
    };
    this.control = {
      name: 'broker-funds',
      sentence: 'What an order opens can be paid for by what the broker said last, less what was sent since.',
      check: (intent, view) => {
        if (this.said !== this.said) return undefined;
        const cost = costOf(intent, view);
        const held = view.changing === undefined ? 0 : (this.reserved.get(view.changing) ?? 0);
        const left = this.said - this.total + held;
        if (cost === 0 || cost <= left) return undefined;
        const age = ((view.now - this.saidAt) / 1e6).toFixed(1);
        const { future, option } = view.market.instrument;
        const isPart = this.multiple > 1 && (future ?? option) !== undefined;
        const part = isPart ? ` (${(cost / this.multiple).toFixed(2)} that is not lent on)` : '';
        return refuse(
          'funds.broker',
          `the order takes ${cost.toFixed(2)}${part}, ${Math.max(0, left).toFixed(2)} is left of ${this.said.toFixed(2)} that the broker said ${age} s ago`,
        );
      },
      use: () =>
        this.said === this.said
          ? [{ key: 'buyingPower', of: 'the broker’s word', used: this.total, limit: this.said, unit: 'money' }]
          : [],
      memory: {
        passed: (intent, view, order) => {
          if (this.said === this.said) this.reserve(order, costOf(intent, view));
        },
        // What the broker never had, or has given back, is free again; what filled of it is spent.
        ended: (order) => {
          const cost = this.reserved.get(order);
          if (cost !== undefined) this.set(order, (cost * order.filledUnits) / order.units);
        },
      },
    };
  }

  /**
   * The broker said what can be spent, and of that what may be tied up as margin. It knew of every order that it had
   * answered for.
   */
  heard(buyingPower: number, at: number, available = buyingPower): void {
    if (!Number.isFinite(buyingPower)) return;
    this.said = buyingPower;
    this.multiple = available > 0 ? Math.max(1, buyingPower / available) : 1;
    this.saidAt = at;
    for (const order of this.reserved.keys()) {
      if (order.status !== 'submitted' && order.status !== 'unknown') this.set(order, 0);
    }
  }

  /** Money in base currency that is reserved beside what the broker said. */
  get reservedMoney(): number {
    return this.total;
  }

  private reserve(order: Order, cost: number): void {
    this.set(order, Math.max(this.reserved.get(order) ?? 0, cost));
  }

  private set(order: Order, cost: number): void {
    this.total += cost - (this.reserved.get(order) ?? 0);
    if (cost > 0) this.reserved.set(order, cost);
    else this.reserved.delete(order);
    if (this.reserved.size === 0) this.total = 0;
  }
}

/** Money in base currency that the part of an order that opens takes; 0 for one that only closes or is backed otherwise. */
function openingCost(
  intent: OrderIntent,
  view: GateView,
  priceOf: typeof payablePrice,
  perUnit: MarginModel['perUnit'],
): number {
  const { side, reduceOnly, type, fraction } = intent;
  if (reduceOnly || type === 'combo' || type === 'exercise' || fraction === fraction) return 0;
  const { ledger, market } = view;
  const { instrument } = market;
  // What sold options tie up is for the controls of collateral to say.
  if (side < 0 && instrument.option !== undefined) return 0;
  const opening = opened(intent, view);
  if (opening === 0) return 0;
  const price = priceOf(intent, market, view.mark);
  return opening * perUnit(instrument, side, price) * ledger.rates[ledger.currencyOf[intent.instrument]];
}

/** What one unit takes of a broker's buying power: its whole value, for that is money to buy with, not margin. */
function inFull({ multiplier }: Instrument, _side: number, price: number): number {
  return price * multiplier;
}

/** What one unit of a contract takes: its margin, or the premium of an option in full. */
function ownMargin(margin: MarginModel): MarginModel['perUnit'] {
  return (instrument, side, price) =>
    instrument.future === undefined ? price * instrument.multiplier : margin.perUnit(instrument, side, price);
}
