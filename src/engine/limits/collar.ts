/**
 * The price collar: how far from the far side of the market a limit may be, and how an order without a limit gets one.
 *
 * A broker fills a market order at whatever is there. What leaves for a broker is therefore a limit at the collar: it
 * fills like a market order where there is a market, and not at all where there is none.
 */
import { toTick } from '../../market/instrument.ts';
import type { Control, GateView } from '../gate/gate.ts';
import type { OrderIntent } from '../orders/order.ts';
import type { Market } from '../sim/market.ts';
import { farSideOf } from './far-side.ts';
import { refuse } from './format.ts';
import { onlyReduces } from './reduces.ts';
import type { CollarBand } from './settings.ts';

export interface CollarRule {
  readonly bands: readonly CollarBand[];
  /** Share of the middle for options; never less than three ticks. */
  readonly optionShare: number;
  /** Whether an order that opens may not rest further away than the collar either. */
  readonly passive: boolean;
}

/** How much wider it is for limits that were set at its edge: the market may move between a decision and its sending. */
const RESHAPED_WIDER = 1.5;

/** Refuses limits beyond the collar: of the quote at the decision, and again of the quote at which they leave. */
export function priceCollar(rule: CollarRule): Control {
  return {
    name: 'collar',
    sentence: `Limits stay within ${rule.bands.map(({ above, share }) => `${share * 100} % (from ${above})`).join(', ')} of the far side, of options within ${rule.optionShare * 100} % or three ticks.`,
    check(intent, view) {
      const { limit, side, type } = intent;
      if (limit !== limit || type === 'combo') return undefined;
      // The limit of a stop is meant for when the stop is hit.
      const isStop = intent.stop === intent.stop;
      const from = isStop ? intent.stop : farSideOf(view.market, side, view.mark);
      const width = collarWidth(rule, view, from);
      const beyond = side * (limit - from);
      const slack = from * 1e-9;
      if (beyond > width + slack) {
        const last = from + side * width;
        return refuse('price.collar', `limit ${limit} is beyond ${shown(last)}, the collar around ${shown(from)}`);
      }
      if (!rule.passive || isStop || beyond >= -width - slack || onlyReduces(intent, view.ledger)) return undefined;
      const last = from - side * width;
      return refuse(
        'price.collar',
        `limit ${limit} is further away than ${shown(last)}, the collar around ${shown(from)}`,
      );
    },
    again(intent, view) {
      const { limit, side, type, stop } = intent;
      // The limit of a stop is meant for when the stop is hit, and moves with nothing.
      if (limit !== limit || type === 'combo' || stop === stop) return undefined;
      const from = farSideOf(view.market, side, view.mark);
      const width = collarWidth(rule, view, from) * (view.isReshaped === true ? RESHAPED_WIDER : 1);
      if (side * (limit - from) <= width + from * 1e-9) return undefined;
      const last = shown(from + side * width);
      return refuse(
        'price.collar',
        `limit ${limit} is beyond ${last}, the collar around ${shown(from)} when it was to leave`,
      );
    },
  };
}

/**
 * Turns orders at the market into limits at the collar, good for the day, or at the `edge` of an exchange's price band where
 * that is nearer; NaN where there is none.
 */
export function limitAtCollar(
  rule: CollarRule,
  edge: (intent: OrderIntent, now: number) => number = () => Number.NaN,
): (intent: OrderIntent, view: GateView) => OrderIntent {
  return (intent, view) => {
    if (intent.type !== 'market') return intent;
    const from = farSideOf(view.market, intent.side, view.mark);
    const width = collarWidth(rule, view, from);
    // Options may have no collar where shares have one.
    if (!(from > 0) || width === Infinity) return intent;
    const collar = lastPrice(view.market, from, intent.side * width);
    const last = edge(intent, view.now);
    const limit =
      intent.side * (collar - last) > 0
        ? toTick(view.market.instrument, last, intent.side > 0 ? 'down' : 'up')
        : collar;
    return { ...intent, type: 'limit', limit, timeInForce: intent.timeInForce === 'GTC' ? 'DAY' : intent.timeInForce };
  };
}

/** The last price on the tick inside the collar; of what is worth three ticks or less the collar has no lower end, and a price one. */
function lastPrice(market: Market, from: number, width: number): number {
  const { instrument } = market;
  const price = toTick(instrument, from + width, width > 0 ? 'down' : 'up');
  if (price <= 0 && instrument.future === undefined) return Math.min(market.stepAt(from), from);
  return instrument.ticks.length > 0 || price <= 0 ? price : Number(price.toPrecision(12));
}

function collarWidth({ bands, optionShare }: CollarRule, { market }: GateView, from: number): number {
  if (market.instrument.option !== undefined) {
    const { bid, ask } = market;
    const middle = bid > 0 && ask > 0 ? (bid + ask) / 2 : from;
    return Math.max(optionShare * middle, 3 * market.stepAt(from));
  }
  for (let i = bands.length - 1; i > 0; i--) if (from >= bands[i].above) return bands[i].share * from;
  return bands[0].share * from;
}

function shown(price: number): string {
  return String(Number(price.toPrecision(8)));
}
