/**
 * MACD trend: ride a rise while its momentum grows, but only on the right side of the long average.
 *
 * Shows an indicator with several lines, a filter, and a stop that follows the price at a distance of the market's own
 * restlessness (ATR), so that one setting suits calm and wild times.
 */
import { real, whole } from '../../engine/strategy/parameters.ts';
import { defineStrategy } from '../../engine/strategy/strategy.ts';
import { ema } from '../../indicators/averages/ema.ts';
import { macd } from '../../indicators/oscillators/macd.ts';
import { atr } from '../../indicators/volatility/atr.ts';

export default defineStrategy({
  name: 'macd-trend',
  description:
    'Buys when MACD rises above its signal in an upward trend; leaves on the opposite cross or a trailing stop.',
  parameters: {
    fast: whole(12, { min: 2, max: 100, description: 'bars of the fast average' }),
    slow: whole(26, { min: 3, max: 200, description: 'bars of the slow average' }),
    signal: whole(9, { min: 2, max: 100, description: 'bars of the signal line' }),
    trend: whole(100, { min: 10, max: 400, description: 'bars of the average that tells the trend' }),
    trail: real(4, { min: 0.5, max: 20, description: 'distance of the trailing stop, in average true ranges' }),
    invested: real(0.95, { min: 0.01, max: 1, description: 'share of the account in one trade' }),
  },
  check: ({ fast, slow }) => (fast < slow ? undefined : `fast (${fast}) must be below slow (${slow})`),
  setup({ parameters, use, position, buyFraction, close, assets }) {
    const { macd: line, signal } = use(macd, parameters.fast, parameters.slow, parameters.signal);
    const trend = use(ema, parameters.trend);
    const range = use(atr, 14);
    const [asset] = assets;
    return {
      onBar(bar) {
        if (position.isLong) {
          if (line.crossedBelow(signal)) close('MACD fell below its signal');
        } else if (line.crossedAbove(signal) && bar.close > trend.value && asset.orders.length === 0) {
          buyFraction(parameters.invested, {
            reason: 'MACD rose above its signal in an upward trend',
            trailingStop: { amount: parameters.trail * range.value },
          });
        }
      },
    };
  },
});
