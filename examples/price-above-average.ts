/**
 * The smallest strategy that says something: hold while the price is above its average.
 *
 * Play it: `tradedeck backtest examples/price-above-average.ts --data sp500`
 */
import { defineStrategy, whole } from 'tradedeck';
import { sma } from 'tradedeck/indicators';

export default defineStrategy({
  name: 'price-above-average',
  parameters: { period: whole(200, { min: 2, max: 400, description: 'bars of the average' }) },
  setup({ parameters, use, bars, targetPercent }) {
    const average = use(sma, parameters.period);
    return {
      onBar() {
        if (bars.close.crossedAbove(average)) targetPercent(1, 'rose above its average');
        else if (bars.close.crossedBelow(average)) targetPercent(0, 'fell below its average');
      },
    };
  },
});
