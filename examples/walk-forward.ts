/**
 * A sweep and a walk-forward in a script. Run it: `node examples/walk-forward.ts`.
 */
import { simulateTape } from 'tradedeck/market';
import { study } from 'tradedeck/research';
import { calendar } from 'tradedeck/time';
import strategy from './price-above-average.ts';

const tape = simulateTape({ seed: 11, symbols: ['AAA'], start: '2012-01-01', end: '2021-12-31' });
const { ranked, odds, validation } = await study({
  tape,
  strategy,
  parameters: { period: '10..100/10' },
  cash: 100_000,
  calendarOf: calendar,
  // Chosen on two years, judged on the half year after them, again and again.
  validation: { method: 'walk-forward', train: 504, test: 126 },
});

console.log(ranked.length, ranked[0].parameters); // => 10 { period: 90 }
console.log(odds.effectiveTrials, odds.verdict); // => 4 alarming
console.log(validation!.folds.length, validation!.folds.map(({ chosen }) => chosen!['period']).join(' ')); // => 16 40 40 40 90 90 100 30 100 100 70 90 70 70 70 70 70
console.log(validation!.verdict, validation!.conclusion); // => alarming What was chosen did not hold up on what it had not seen: do not trade it on this evidence.
