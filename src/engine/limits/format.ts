/**
 * Controls that every order passes: it is well formed, its instrument trades, and the strategy has warmed up.
 */
import { show } from '../../base/fault.ts';
import { tickAt } from '../../market/instrument.ts';
import type { Control, Refusal } from '../gate/gate.ts';
import type { OrderIntent } from '../orders/order.ts';

const NEEDS_LIMIT: ReadonlySet<string> = new Set([
  'limit',
  'stop-limit',
  'limit-if-touched',
  'limit-on-open',
  'limit-on-close',
]);
const NEEDS_STOP: ReadonlySet<string> = new Set(['stop', 'stop-limit', 'market-if-touched', 'limit-if-touched']);

export const wellFormed: Control = {
  name: 'format',
  sentence: 'Quantities are positive whole lots; prices are finite and on the tick.',
  check(intent, { units, ledger }) {
    if (intent.fraction !== intent.fraction) {
      if (!(intent.quantity > 0) || intent.quantity === Infinity) {
        return refuse('format.quantity', `quantity must be finite and positive, was ${show(intent.quantity)}`);
      }
      if (units === 0) {
        const { lot } = ledger.instruments[intent.instrument];
        return refuse('format.lot', `quantity ${intent.quantity} is less than one lot of ${lot}`);
      }
    } else if (!(intent.fraction > 0)) {
      return refuse('format.fraction', `fraction must be positive, was ${show(intent.fraction)}`);
    }
    if (intent.timeInForce === 'GTD' && intent.goodTill !== intent.goodTill) {
      return refuse('format.good-till', 'a GTD order needs the instant until which it is good');
    }
    if (intent.type === 'market') return undefined;
    return checkPrices(intent, ledger.instruments[intent.instrument]);
  },
};

/** Refuses prices between two ticks: brokers refuse them too, later. */
export const onTheTick: Control = {
  name: 'tick',
  sentence: 'Prices are on the tick.',
  check(intent, { ledger }) {
    const instrument = ledger.instruments[intent.instrument];
    return offTick('limit', intent.limit, instrument) ?? offTick('stop', intent.stop, instrument);
  },
};

function offTick(field: string, price: number, instrument: Parameters<typeof tickAt>[0]): Refusal | undefined {
  const tick = tickAt(instrument, Math.abs(price));
  if (price !== price || tick === 0) return undefined;
  const steps = price / tick;
  return Math.abs(steps - Math.round(steps)) < 1e-6
    ? undefined
    : refuse('format.tick', `${field} price must be in steps of ${tick}, was ${show(price)}`);
}

export const tradable: Control = {
  name: 'tradable',
  sentence: 'Orders are only taken for instruments that have a price and are not delisted.',
  check(intent, view) {
    if (!view.tradable) {
      return refuse('symbol.not-tradable', `${view.ledger.instruments[intent.instrument].symbol} is not traded now`);
    }
    if (view.mark !== view.mark) {
      return refuse('symbol.no-price', `${view.ledger.instruments[intent.instrument].symbol} has no price yet`);
    }
    return undefined;
  },
  again: (intent, view) => tradable.check(intent, view),
};

export const warmedUp: Control = {
  name: 'warm-up',
  sentence: 'No orders while indicators warm up.',
  check: (_intent, view) =>
    view.warming ? refuse('strategy.warming-up', 'an order was sent before every indicator had a value') : undefined,
};

function checkPrices(intent: OrderIntent, instrument: Parameters<typeof tickAt>[0]): Refusal | undefined {
  if (NEEDS_LIMIT.has(intent.type)) {
    const refusal = checkPrice('limit', intent.limit, instrument);
    if (refusal !== undefined) return refusal;
  }
  if (NEEDS_STOP.has(intent.type)) {
    const refusal = checkPrice('stop', intent.stop, instrument);
    if (refusal !== undefined) return refusal;
  }
  if (intent.type.startsWith('trailing') && !(intent.trail > 0)) {
    return refuse('format.trail', `trailing distance must be positive, was ${show(intent.trail)}`);
  }
  if (intent.type === 'trailing-stop-limit' && !(intent.limitOffset >= 0)) {
    return refuse('format.limit-offset', `limit offset must be 0 or more, was ${show(intent.limitOffset)}`);
  }
  return undefined;
}

function checkPrice(field: string, price: number, instrument: Parameters<typeof tickAt>[0]): Refusal | undefined {
  if (!Number.isFinite(price)) return refuse(`format.${field}`, `${field} price must be finite, was ${show(price)}`);
  if (price <= 0 && instrument.kind !== 'future') {
    return refuse(`format.${field}`, `${field} price must be positive, was ${show(price)}`);
  }
  return undefined;
}

export function refuse(code: string, message: string): Refusal {
  return { code, message };
}
