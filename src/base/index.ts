/**
 * The language, a little extended: assertions, faults, exact decimals, seeded chance, small structures.
 */
export { assert, AssertionError, unreachable } from './assert.ts';
export { didYouMean, nearest } from './did-you-mean.ts';
export { Fault, show, type FaultPlace } from './fault.ts';
export { crc32 } from './crc32.ts';
export { addMoney, ExactSum, formatUnits, fromUnits, parseUnits, scaleOf, toUnits } from './fixed.ts';
export { Heap } from './heap.ts';
export * from './normal.ts';
export { hash32, Random } from './random.ts';
export { lastAtOrBelow } from './search.ts';
export { Secret } from './secret.ts';
export { Sha256, sha256, utf8 } from './sha256.ts';
