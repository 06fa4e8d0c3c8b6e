/**
 * The definition that stands on a deck in the place of a strategy that lives in a process of its own. It decides nothing:
 * what that strategy wants comes in as an input.
 */
import type { AnyStrategy } from '../../strategy/strategy.ts';

/** `name` is that of the strategy itself. */
export function doorStrategy(name: string): AnyStrategy {
  return { name, description: 'lives in a process of its own', setup: () => ({}) };
}
