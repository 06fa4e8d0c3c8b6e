/** The door of the RSI reversion: `import strategy from 'tradedeck/strategies/rsi-reversion'`. */
export { default } from './strategy.ts';
