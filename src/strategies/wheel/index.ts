/** The door of the wheel: `import strategy from 'tradedeck/strategies/wheel'`. */
export { default, wheel } from './strategy.ts';
export type { ContractScan, Scan, SymbolScan } from '../selling/scan.ts';
export type { Outcome } from '../selling/outcome.ts';
