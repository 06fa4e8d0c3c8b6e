/** Which orders a kill leaves at work when it is to keep what protects positions: the rule of every broker, once. */

/**
 * Whether an order can only close what is held: `size` is what it may still trade, bought above nought and sold below, not
 * what it was placed for; `held` is what the account holds. A size that is not known closes nothing for sure. Two exits of one position are each for all of it: at a
 * broker one ends the other.
 */
export function onlyCloses(size: number, held: number): boolean {
  return size * held < 0 && Math.abs(size) <= Math.abs(held);
}
