/** The door of the SMA cross: `import smaCross from 'tradedeck/strategies/sma-cross'`. */
export { default } from './strategy.ts';
