/** What a simulated broker does with parts of a share, and with stops that follow the price. */
import type { SubmitRequest } from '../../src/engine/live/broker/requests.ts';
import type { BookedOrder } from './booked.ts';

/** Sums of parts of a share, without what is left of adding them up. */
export function exact(quantity: number): number {
  return Math.round(quantity * 1e6) / 1e6;
}

/** Why a part of a share is not taken; `undefined` where it is. */
export function againstPart(
  { timeInForce, exits, side, type, quantity }: SubmitRequest,
  held: number,
): string | undefined {
  if (timeInForce !== 'DAY') return 'fractional orders must be DAY orders';
  if (exits !== undefined) return 'fractional orders must be simple orders';
  if (type.startsWith('trailing')) return 'fractional orders cannot trail';
  return side < 0 && Number(quantity) > held + 1e-9 ? 'fractional orders cannot be sold short' : undefined;
}

/** Moves a stop with the price that it would get; whether it is reached. */
export function trails(order: BookedOrder, far: number): boolean {
  const { side, trail } = order;
  const { by, isFraction } = trail!;
  const follows = Math.round(100 * (far + side * (isFraction ? far * by : by))) / 100;
  if (!(side * follows >= side * order.stop)) order.stop = follows;
  return side * far >= side * order.stop;
}
