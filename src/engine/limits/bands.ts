/**
 * Price bands of the exchange (limit up, limit down): no share trades outside of them, so that an order beyond them only waits
 * for what cannot be, or is turned away.
 *
 * A band holds until the next one is told, and no longer than its session. Where nobody has told one, nothing is refused.
 */
import type { Control, GateView, Refusal } from '../gate/gate.ts';
import type { OrderIntent, Side } from '../orders/order.ts';
import type { MarketHours } from '../ports.ts';
import { askedAgain } from './asked-again.ts';
import { farSideOf } from './far-side.ts';
import { refuse } from './format.ts';

interface Band {
  readonly up: number;
  readonly down: number;
  readonly at: number;
  /** The close of the session in which it was told. */
  readonly until: number;
}

export class Bands {
  readonly control: Control;
  private readonly bands = new Map<number, Band>();
  private readonly hours: readonly MarketHours[];

  constructor(hours: readonly MarketHours[]) {
    this.hours = hours;
    this.control = askedAgain({
      name: 'price-bands',
      sentence: 'No orders beyond the price bands that an exchange has told.',
      check: (intent, view) => (this.bands.size === 0 ? undefined : this.against(intent, view)),
    });
  }

  /** An exchange told a band, prices per unit; 0 where there is no such price. */
  tell(instrument: number, up: number, down: number, at: number): void {
    this.bands.set(instrument, { up, down, at, until: this.hours[instrument].closeAfter(at) });
  }

  /** Nobody listened for a while: what was told before may not hold any more. */
  unheard(): void {
    this.bands.clear();
  }

  /** The last price at which an order of a side may trade; NaN where no band holds. */
  edge(instrument: number, side: Side, now: number): number {
    const band = this.bands.get(instrument);
    if (band === undefined || now > band.until) return Number.NaN;
    const edge = side > 0 ? band.up : band.down;
    return edge > 0 ? edge : Number.NaN;
  }

  private against(intent: OrderIntent, view: GateView): Refusal | undefined {
    const { instrument, side, limit, stop, type } = intent;
    // A stop waits for a price inside the bands, and those of then are others.
    if (stop === stop || type === 'combo' || type === 'exercise' || type.endsWith('on-open')) return undefined;
    const edge = this.edge(instrument, side, view.now);
    const hasLimit = limit === limit;
    const price = hasLimit ? limit : farSideOf(view.market, side, view.mark);
    if (!(side * (price - edge) > edge * 1e-9)) return undefined;
    const told = ((view.now - this.bands.get(instrument)!.at) / 1e6).toFixed(1);
    const what = hasLimit ? `limit ${price}` : `${view.market.symbol} at ${price}`;
    const which = side > 0 ? 'above the upper' : 'below the lower';
    return refuse('price.band', `${what} is ${which} price band, ${edge}, which the exchange told ${told} s ago`);
  }
}
