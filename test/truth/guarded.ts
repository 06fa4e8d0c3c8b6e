/** Keeps what breaks off in one file or case from taking the cases after it along: it is a failed case, with its reason. */
import type { TruthCase } from './case.ts';

/** Yields cases; where that breaks off, the rest of them is one failed case of the name `id`. */
export function* guarded(id: string, cases: () => Iterable<TruthCase>): Generator<TruthCase> {
  try {
    yield* cases();
  } catch (error) {
    yield broken(id, error);
  }
}

/** Returns one case, or that it broke off. */
export function guardedCase(id: string, play: () => TruthCase): TruthCase {
  try {
    return play();
  } catch (error) {
    return broken(id, error);
  }
}

function broken(id: string, error: unknown): TruthCase {
  const detail = error instanceof Error ? (error.stack ?? error.message).split('\n', 3).join(' ') : String(error);
  return { id, status: 'failed', error: Number.NaN, detail: `broke off: ${detail}` };
}
