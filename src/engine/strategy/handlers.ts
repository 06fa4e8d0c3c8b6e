/**
 * Looks at what a strategy's `setup` returned, because a handler that is misspelt or that waits fails in silence:
 * the run ends, and nothing ever traded.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import type { Handlers } from './strategy.ts';

const NAMES = {
  onBar: true,
  onQuote: true,
  onTrade: true,
  onFill: true,
  onOrderEnd: true,
  onContract: true,
  onUniverse: true,
  onEnd: true,
  save: true,
  restore: true,
} satisfies Record<keyof Handlers, true>;

/**
 * Returns the handlers, or throws a `Fault` that names what is wrong with them. Refused are: no object (or a promise
 * of one), a handler that waits, and a handler whose name only nearly is one; other members are the strategy's own.
 */
export function checkHandlers(strategy: string, returned: unknown): Handlers {
  const rule = (text: string, hint?: string): Fault => new Fault('strategy.handlers', `${strategy}: ${text}`, {}, hint);
  if (returned instanceof Promise) throw rule('setup must not be async: a strategy cannot wait');
  if (typeof returned !== 'object' || returned === null) {
    throw rule(`setup must return its handlers, returned ${show(returned)}`, 'as in return { onBar() { … } };');
  }
  const handlers = returned as Record<string, unknown>;
  for (const name in handlers) {
    const handler = handlers[name];
    if (!Object.hasOwn(NAMES, name)) {
      const hint = typeof handler === 'function' ? didYouMean(name, Object.keys(NAMES)) : undefined;
      if (hint !== undefined) throw rule(`there is no handler ${show(name)}`, hint);
    } else if (handler !== undefined && typeof handler !== 'function') {
      throw rule(`${name} must be a function, was ${show(handler)}`);
    } else if (handler?.constructor.name === 'AsyncFunction') {
      throw rule(`${name} must not be async: a strategy cannot wait, and what it decided later would be out of time`);
    }
  }
  return returned;
}
