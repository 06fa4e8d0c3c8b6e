/**
 * Lists of one kind. V8 tells arrays that may have holes from those that have none, and `map` makes these while it is
 * interpreted and those once it is compiled: what was compiled to read a list that came from `map` is then thrown away.
 */

/** As `items.map(make)`, for lists that are read for every bar or order. */
export function listOf<T, U>(items: readonly T[], make: (item: T, index: number) => U): U[] {
  const list: U[] = [];
  for (let i = 0; i < items.length; i++) list.push(make(items[i], i));
  return list;
}
