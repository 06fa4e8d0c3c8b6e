/**
 * A strategy that looks at the calendar alone: in the market from the last session of a month to the third of the next.
 *
 * Play it: `tradedeck backtest examples/turn-of-the-month.ts --data sp500`
 */
import { defineStrategy } from 'tradedeck';

export default defineStrategy({
  name: 'turn-of-the-month',
  setup({ schedule, targetPercent }) {
    schedule('2nd last session of the month, at close', () => targetPercent(1, 'the month ends'));
    schedule('3rd session of the month, at close', () => targetPercent(0, 'the month has begun'));
    return {};
  },
});
