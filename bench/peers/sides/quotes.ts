/** Quotes and trades with orders in Tradedeck; the argument is how many of each. */
import { makeQuotes, playQuotes, QUOTE_CASES } from '../../engine/quotes.ts';
import { answer, type Work } from '../answering.ts';

const NAMES = ['none', 'market', 'passive', 'expiring'];
const count = Number(process.argv[2]);
const tape = makeQuotes(count);

/** The tape is played, and what became of the orders is checked, by the benchmark of the engine. */
function work(index: number): Work {
  const test = QUOTE_CASES[index];
  const expected = { filled: 0, expired: 0, canceled: 0, ...test.orders(count) };
  return () => {
    playQuotes(tape, test);
    return expected;
  };
}

await answer(Object.fromEntries(NAMES.map((name, index) => [name, work(index)])), {});
