/** The door of the cash-secured puts: `import strategy from 'tradedeck/strategies/csp'`. */
export { default, cashSecuredPuts } from './strategy.ts';
export type { ContractScan, Scan, SymbolScan } from '../selling/scan.ts';
export type { Outcome } from '../selling/outcome.ts';
