/**
 * Resampling that keeps what neighbours in time have in common.
 */
import { assert } from '../../base/assert.ts';
import type { Random } from '../../base/random.ts';

/**
 * Fills `indices` with one stationary bootstrap sample of positions 0 … length − 1: blocks of geometric length with the
 * given mean, wrapped around the end. A mean of 1 draws every position independently.
 * Source: D. N. Politis and J. P. Romano, "The Stationary Bootstrap", JASA 89 (1994).
 */
export function stationaryBootstrap(indices: Int32Array, length: number, meanBlock: number, random: Random): void {
  assert(meanBlock >= 1, () => `the mean block length must be at least 1, was ${meanBlock}`);
  const restart = 1 / meanBlock;
  let at = random.below(length);
  for (let i = 0; i < indices.length; i++) {
    if (i > 0) at = random.uniform() < restart ? random.below(length) : (at + 1) % length;
    indices[i] = at;
  }
}

/** Puts the positions 0 … length − 1 into random order (Fisher and Yates). */
export function shuffle(indices: Int32Array, random: Random): void {
  for (let i = 0; i < indices.length; i++) indices[i] = i;
  for (let i = indices.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = indices[i];
    indices[i] = indices[j];
    indices[j] = kept;
  }
}
