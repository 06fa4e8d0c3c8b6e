/**
 * The difference between a bug and the world: `assert` is for the first, and stays on in production.
 *
 * A failed assertion stops the process. What the world can do (a bad file, a refused order) is never asserted: it is
 * a value with a code, or one of the typed errors of `base/fault.ts`.
 */

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Stops with `message` when `condition` is false. Build the message lazily where it costs: pass a function. */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new AssertionError(typeof message === 'string' ? message : message());
}

/** For the end of an exhaustive switch: the type checker proves that it is never reached. */
export function unreachable(value: never, what: string): never {
  throw new AssertionError(`${what}: unexpected ${String(value)}`);
}
