/**
 * A saved state as text. JSON has no word for some values, and would lose them in silence: they are refused instead.
 */
import { Fault, show } from '../../base/fault.ts';
import type { DeckState } from '../../engine/state/state.ts';

/** Returns a state as JSON; a `Fault` when a strategy's own `save` gave what is no plain data. */
export function stateText(state: DeckState): string {
  const text = JSON.stringify(state, (key, value: unknown) => {
    const isLost =
      typeof value === 'bigint' ||
      typeof value === 'function' ||
      typeof value === 'symbol' ||
      value instanceof Map ||
      value instanceof Set ||
      (typeof value === 'number' && !Number.isFinite(value));
    if (!isLost) return value;
    const rule = `a saved state must be plain data and finite numbers, but "${key}" was ${shown(value)}`;
    throw new Fault('state.not-plain', rule, { field: 'state.save' });
  });
  return `${text}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'number'
    ? show(value)
    : `a ${typeof value === 'object' ? value?.constructor.name : typeof value}`;
}
