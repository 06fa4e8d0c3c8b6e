/**
 * Breakers: what pauses a strategy that has run into something it was not made for. A paused strategy sends nothing until
 * a person resumes it.
 */
import type { Control, GateView } from '../gate/gate.ts';
import type { Order, OrderIntent } from '../orders/order.ts';
import { askedAgain } from './asked-again.ts';
import type { Brake } from './brake.ts';
import { farSideOf } from './far-side.ts';

const MINUTE_US = 60e6;

/** Refuses what a paused strategy sends, and remembers for the brake; the breakers themselves only watch. */
export function pausedStrategy(brake: Brake): Control {
  return askedAgain({
    name: 'breaker',
    sentence: 'A strategy that a breaker has paused sends nothing until a person resumes it.',
    check: ({ strategy }) => brake.pausedBecause(strategy),
    memory: {
      save: () => brake.save(),
      restore: (saved) => brake.restore(saved as ReturnType<Brake['save']>), // What `save` gave.
    },
  });
}

/** Pauses a strategy after so many rejections in a row, within a minute. */
export function rejectBreaker(most: number, brake: Brake): Control {
  const counts: number[] = [];
  const since: number[] = [];
  return watcher('breaker-rejects', `A strategy pauses after ${most} rejections in a row within a minute.`, {
    ended(order: Order, code: string, at: number) {
      const { strategy } = order;
      if (order.status !== 'rejected') return;
      if (!(at - since[strategy] <= MINUTE_US) || (counts[strategy] ?? 0) === 0) {
        counts[strategy] = 0;
        since[strategy] = at;
      }
      counts[strategy]++;
      if (counts[strategy] < most) return;
      counts[strategy] = 0;
      brake.pause(strategy, 'breaker.rejects', `${most} orders in a row were rejected, the last with ${code}`, at);
    },
    filled(order: Order) {
      counts[order.strategy] = 0;
    },
  });
}

/** Pauses a strategy that has more than `most` fills within a minute. */
export function fillBreaker(most: number, brake: Brake): Control {
  const times: Float64Array[] = [];
  const next: number[] = [];
  return watcher('breaker-fills', `A strategy pauses after more than ${most} fills within a minute.`, {
    filled({ strategy }: Order, _units: number, _price: number, at: number) {
      const own = (times[strategy] ??= new Float64Array(most + 1).fill(-Infinity));
      const place = next[strategy] ?? 0;
      own[place] = at;
      next[strategy] = (place + 1) % own.length;
      // What comes next in the ring is the oldest of the last most + 1.
      if (at - own[next[strategy]] <= MINUTE_US) {
        brake.pause(strategy, 'breaker.fills', `more than ${most} fills within a minute`, at);
      }
    },
  });
}

/** Fewest fills after which there is a deviation to speak of. */
const KNOWN_FILLS = 20;
/** Fills in a row that must slip. */
const IN_A_ROW = 3;
/** A deviation below one basis point is taken for one. */
const LEAST_DEVIATION = 1e-4;

/** What a strategy's fills cost against the price they were decided at, as shares of it. */
class Slippage {
  count = 0;
  mean = 0;
  squares = 0;
  inARow = 0;
}

/** Pauses a strategy three of whose fills in a row were worse than its usual ones by so many standard deviations. */
export function slippageBreaker(sigmas: number, brake: Brake): Control {
  const decided = new Map<number, number>();
  const known: Slippage[] = [];
  const sentence = `A strategy pauses after ${IN_A_ROW} fills in a row that slip ${sigmas} standard deviations more than is usual.`;
  return watcher('breaker-slippage', sentence, {
    passed(intent: OrderIntent, view: GateView, order: Order) {
      // What rests is filled at its own price, and slips by nothing.
      if (intent.type === 'market') decided.set(order.id, farSideOf(view.market, intent.side, view.mark));
    },
    ended: (order: Order) => decided.delete(order.id),
    filled(order: Order, _units: number, price: number, at: number) {
      const from = decided.get(order.id);
      if (from === undefined || !(from > 0)) return;
      if (order.remainingUnits <= 0) decided.delete(order.id);
      const slip = (order.side * (price - from)) / from;
      const usual = (known[order.strategy] ??= new Slippage());
      const deviation = Math.max(LEAST_DEVIATION, Math.sqrt(usual.squares / Math.max(1, usual.count - 1)));
      const isFar = usual.count >= KNOWN_FILLS && slip > usual.mean + sigmas * deviation;
      usual.inARow = isFar ? usual.inARow + 1 : 0;
      if (usual.inARow >= IN_A_ROW) {
        usual.inARow = 0;
        const bps = (value: number): string => `${(value * 1e4).toFixed(1)} bps`;
        const message = `${IN_A_ROW} fills in a row slipped, the last by ${bps(slip)}; usual are ${bps(usual.mean)}, and the limit is ${sigmas} deviations of ${bps(deviation)} more`;
        brake.pause(order.strategy, 'breaker.slippage', message, at);
      }
      // What is far is not learnt from, or a market that has changed would soon be usual.
      if (isFar) return;
      usual.count++;
      const before = slip - usual.mean;
      usual.mean += before / usual.count;
      usual.squares += before * (slip - usual.mean);
    },
  });
}

/** A control that refuses nothing itself. */
function watcher(name: string, sentence: string, memory: NonNullable<Control['memory']>): Control {
  return { name, sentence, check: () => undefined, memory };
}
