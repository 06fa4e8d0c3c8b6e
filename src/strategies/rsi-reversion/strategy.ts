/**
 * RSI reversion: buy what has fallen hard and fast, and leave with a stop, a target, or the rebound itself.
 *
 * Shows a bracket: the order that buys carries its stop loss and its take profit. Both wake when it fills, and one
 * cancels the other. Buying falls works until it does not: the stop decides how much one wrong fall costs.
 */
import { real, whole } from '../../engine/strategy/parameters.ts';
import { defineStrategy } from '../../engine/strategy/strategy.ts';
import { rsi } from '../../indicators/oscillators/rsi.ts';

export default defineStrategy({
  name: 'rsi-reversion',
  description: 'Buys when the RSI says oversold, and sells on the rebound, at the target or at the stop.',
  parameters: {
    period: whole(14, { min: 2, max: 100, description: 'bars of the RSI' }),
    oversold: real(30, { min: 1, max: 50, description: 'RSI below which to buy' }),
    rebound: real(55, { min: 40, max: 99, description: 'RSI above which the fall is over' }),
    stop: real(0.06, { min: 0.001, max: 0.9, description: 'loss at which to give up, as a share of the price' }),
    target: real(0.12, { min: 0.001, max: 10, description: 'gain at which to be content, as a share of the price' }),
    invested: real(0.95, { min: 0.01, max: 1, description: 'share of the account in one trade' }),
  },
  setup({ parameters, use, position, buyFraction, close, assets }) {
    const { oversold, rebound, stop, target, invested } = parameters;
    const strength = use(rsi, parameters.period);
    const [asset] = assets;
    return {
      onBar(bar) {
        if (position.isLong) {
          if (strength.value > rebound) close(`RSI back above ${rebound}`);
        } else if (strength.crossedBelow(oversold) && asset.orders.length === 0) {
          buyFraction(invested, {
            reason: `RSI fell below ${oversold}`,
            stopLoss: bar.close * (1 - stop),
            takeProfit: bar.close * (1 + target),
          });
        }
      },
    };
  },
});
