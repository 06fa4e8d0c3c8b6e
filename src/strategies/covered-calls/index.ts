/** The door of the covered calls: `import strategy from 'tradedeck/strategies/covered-calls'`. */
export { default, coveredCalls } from './strategy.ts';
export type { ContractScan, Scan, SymbolScan } from '../selling/scan.ts';
export type { Outcome } from '../selling/outcome.ts';
