/** The door of the MACD trend: `import strategy from 'tradedeck/strategies/macd-trend'`. */
export { default } from './strategy.ts';
