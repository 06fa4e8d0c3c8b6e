/**
 * In which order the orders that rest in a market are matched against one bar.
 */
import type { Order } from '../orders/order.ts';
import type { Conventions } from './conventions.ts';
import { fillsAtOpen, stepOf, type BarView } from './match-bar.ts';

const ADVERSE: readonly string[] = ['open', 'stop', 'limit', 'close'];
const ONE_BY_ONE: readonly string[] = ['any', 'close'];
const HIGH_FIRST: readonly string[] = ['open', 'rise', 'fall', 'close'];
const LOW_FIRST: readonly string[] = ['open', 'fall', 'rise', 'close'];

/** The steps of a bar, first to last. */
export function stepsOf({ path }: Conventions, { open, high, low }: BarView): readonly string[] {
  if (path === 'adverse') return ADVERSE;
  if (path === 'one-by-one') return ONE_BY_ONE;
  const highFirst = path === 'high-first' || (path === 'nearest-first' && high - open <= open - low);
  return highFirst ? HIGH_FIRST : LOW_FIRST;
}

/**
 * Which step an order belongs to: by kind on the adverse path, by the side of the bar it waits for on the others. One by
 * one, each order has the whole bar when its turn comes.
 */
export function stepFor(order: Order, conventions: Conventions, bar: BarView, openAt: number): string {
  const step = stepOf(order);
  if (conventions.path === 'one-by-one') return step === 'close' ? step : 'any';
  if (conventions.openFirst) {
    bar.late = order.activeAt > openAt;
    if (fillsAtOpen(order, bar, conventions)) return 'open';
  }
  if (conventions.path === 'adverse' || step === 'open' || step === 'close') return step;
  return (step === 'stop') === order.side > 0 ? 'rise' : 'fall';
}
