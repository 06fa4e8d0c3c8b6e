/** The door of the buy-and-hold strategy: `import strategy from 'tradedeck/strategies/buy-and-hold'`. */
export { default } from './strategy.ts';
