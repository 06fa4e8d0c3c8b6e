/**
 * Limits that cannot be held for want of something to compare with: who trusts them is told when a session begins.
 */
import type { LiveSession } from '../../engine/live/index.ts';

/** In words, for which symbols no share of an average day's volume is held; undefined where it is held for all. */
export function unmeasured({ deck, at }: LiveSession): string | undefined {
  const symbols = deck.orders.gate.limits?.withoutVolume(at) ?? [];
  if (symbols.length === 0) return undefined;
  return `limits.orderVolume is not held for ${symbols.join(', ')}: no whole day of bars with a volume is known (tape.warmUp, data: [bars])`;
}
