/**
 * The same order twice: a loop that runs wild, or a retry of something that did not fail.
 */
import type { Control, GateView } from '../gate/gate.ts';
import type { OrderIntent } from '../orders/order.ts';
import { refuse } from './format.ts';

/** More than any strategy may send in the time looked at; the oldest are forgotten. */
const REMEMBERED = 256;
/** Numbers that make an order the same. */
const WIDTH = 7;

/**
 * Refuses an order of the same strategy, symbol, side, quantity, prices and reason as one that passed within so many
 * seconds. Orders that are meant twice give different reasons.
 */
export function noDuplicates(seconds: number): Control {
  const rows = new Float64Array(REMEMBERED * WIDTH).fill(Number.NaN);
  const reasons: string[] = Array.from({ length: REMEMBERED }, () => '');
  let next = 0;
  const span = seconds * 1e6;
  return {
    name: 'duplicate',
    sentence: `The same order with the same reason is not taken twice within ${seconds} s.`,
    check(intent, view) {
      // A changed order is the same order; a leg is judged with its package, an exit with its entry.
      if (view.changing !== undefined || view.pack !== undefined || intent.reduceOnly) return undefined;
      for (let i = 1; i <= REMEMBERED; i++) {
        const row = (next - i + REMEMBERED) % REMEMBERED;
        const age = view.now - rows[row * WIDTH];
        if (!(age < span)) return undefined;
        if (reasons[row] === intent.reason && isSame(rows, row * WIDTH, intent, view)) {
          const { symbol } = view.market;
          return refuse(
            'order.duplicate',
            `the same order in ${symbol} passed ${(age / 1e6).toFixed(3)} s ago, the limit is ${seconds} s; give another reason if it is meant`,
          );
        }
      }
      return undefined;
    },
    memory: {
      passed(intent, view) {
        const at = next * WIDTH;
        rows[at] = view.now;
        rows[at + 1] = intent.strategy;
        rows[at + 2] = intent.instrument;
        rows[at + 3] = intent.side;
        rows[at + 4] = quantityIn(intent, view);
        rows[at + 5] = intent.limit;
        rows[at + 6] = intent.stop;
        reasons[next] = intent.reason;
        next = (next + 1) % REMEMBERED;
      },
    },
  };
}

function isSame(rows: Float64Array, at: number, intent: OrderIntent, view: GateView): boolean {
  return (
    rows[at + 1] === intent.strategy &&
    rows[at + 2] === intent.instrument &&
    rows[at + 3] === intent.side &&
    rows[at + 4] === quantityIn(intent, view) &&
    Object.is(rows[at + 5], intent.limit) &&
    Object.is(rows[at + 6], intent.stop)
  );
}

function quantityIn({ fraction }: OrderIntent, { units }: GateView): number {
  return fraction === fraction ? -fraction : units;
}
