/**
 * A backtest without the command line: a tape, a deck, a result. Run it: `node examples/backtest-in-code.ts`.
 */
import { Deck } from 'tradedeck/engine';
import { simulateTape } from 'tradedeck/market';
import { calendar } from 'tradedeck/time';
import strategy from './price-above-average.ts';

const tape = simulateTape({ seed: 11, symbols: ['AAA'], start: '2015-01-01', end: '2024-12-31' });
const deck = new Deck({
  tape,
  streams: tape.slice.streams,
  strategies: [{ definition: strategy, parameters: { period: 50 } }],
  cash: 100_000,
  calendarOf: calendar,
});
deck.play(tape.slice);
const result = deck.finish();

console.log(result.events); // => 2516
console.log(result.orders.refused); // => 0
