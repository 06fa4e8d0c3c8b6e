/**
 * How a mistake is planted: another function in place of a method, until it is taken out again.
 */
export interface PlantedBug {
  readonly name: string;
  /** Plants it; the returned function takes it out. */
  plant(): () => void;
}

/** Puts another function in place of a method. */
export function replace(
  prototype: object,
  name: string,
  make: (original: (this: unknown, ...args: unknown[]) => unknown) => (this: never, ...args: never[]) => unknown,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (typeof descriptor?.value !== 'function') throw new Error(`there is no method ${name} to plant a bug in`);
  const original = descriptor.value as (this: unknown, ...args: unknown[]) => unknown;
  Object.defineProperty(prototype, name, { ...descriptor, value: make(original) });
  return () => Object.defineProperty(prototype, name, descriptor);
}

/** Puts another value in place of what a getter gives. */
export function replaceGetter(prototype: object, name: string, get: (this: never) => unknown): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor?.get === undefined) throw new Error(`there is no getter ${name} to plant a bug in`);
  Object.defineProperty(prototype, name, { ...descriptor, get });
  return () => Object.defineProperty(prototype, name, descriptor);
}

/** Two changes that make one mistake. */
export function both(one: () => void, other: () => void): () => void {
  return () => {
    other();
    one();
  };
}
