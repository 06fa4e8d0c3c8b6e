/**
 * Exercising contracts at a broker: an order in our books, an instruction there, which has no id, fills nothing, and shows
 * in the books only as what it delivered.
 *
 * The order works until that is booked; it is filled by it, or ends when it is taken back, refused, or its contract ends.
 */
import type { Refusal } from '../../gate/gate.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { refuse } from '../../limits/format.ts';
import type { Order, OrderIntent } from '../../orders/order.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { BrokerVenue } from './broker-venue.ts';

export class Exercises {
  private readonly venue: BrokerVenue;
  private readonly ledger: Ledger;

  constructor(venue: BrokerVenue, ledger: Ledger) {
    this.venue = venue;
    this.ledger = ledger;
  }

  /** Why contracts cannot be exercised; the broker exercises all that the account holds, or nothing. */
  refusal({ instrument, strategy, quantity }: OrderIntent): Refusal | undefined {
    const { symbol, option } = this.ledger.instruments[instrument];
    if (option === undefined) return refuse('option.not-an-option', `${symbol} is no option`);
    const { quantity: held } = this.ledger.positions[strategy][instrument];
    if (!(quantity > 0) || quantity > held) {
      return refuse('option.not-held', `${quantity} ${symbol} to exercise, ${Math.max(0, held)} held`);
    }
    if (option.style === 'european') {
      return refuse('option.european', `${symbol} is European: it is exercised at expiry, if it is in the money`);
    }
    const all = this.ledger.netQuantity(instrument);
    if (quantity !== all) {
      return refuse('option.exercise-all', `the broker exercises all ${all} ${symbol} of the account, was ${quantity}`);
    }
    if (this.of(instrument, strategy) !== undefined) {
      return refuse('option.exercise-again', `${symbol} is being exercised`);
    }
    return undefined;
  }

  /** Contracts are not to be exercised: an instruction of ours is taken back, and at expiry none is given for us. */
  lapse(symbol: string): void {
    const under = this.venue.markets.find((market) => market.symbol === symbol)?.working.find(isExercise);
    if (under === undefined) this.venue.requests.push({ kind: 'cancel', clientId: '', order: 0, exercised: symbol });
    else this.venue.cancel(under, 'operator');
  }

  /** The instruction that is under way. */
  of(instrument: number, strategy: number): Order | undefined {
    return this.venue.markets[instrument].working.find((order) => isExercise(order) && order.strategy === strategy);
  }
}

function isExercise(order: Order): boolean {
  return order.type === 'exercise' && isLive(order);
}
