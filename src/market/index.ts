/**
 * The nouns of the market: instruments, data as columns, tapes, and what is made from them. `… from 'tradedeck/market'`.
 */
export * from './actions.ts';
export * from './adjust.ts';
export * from './aggregate.ts';
export * from './renko.ts';
export { aggregateQuoteBars, type AggregatedQuotes } from './aggregate-quotes.ts';
export { BarBuffer } from './bar-buffer.ts';
export { checkStream, type CheckContext } from './check.ts';
export * from './columns.ts';
export * from './event.ts';
export * from './instrument.ts';
export * from './option/chain.ts';
export * from './option/chain-at.ts';
export * from './option/contract.ts';
export * from './option/filter.ts';
export * from './option/life.ts';
export * from './option/listing.ts';
export * from './option/model-chain.ts';
export * from './option/opening.ts';
export * from './option/roots.ts';
export * from './option/surface.ts';
export * from './option/value.ts';
export { simulateStreamedTape, simulateTape, type SimulateOptions, type SymbolOptions } from './simulate/simulate.ts';
export * from './tape.ts';
