/**
 * SMA cross: be in the market while the fast average is above the slow one. The "hello, world" of trend following.
 */
import { whole } from '../../engine/strategy/parameters.ts';
import { defineStrategy } from '../../engine/strategy/strategy.ts';
import { sma } from '../../indicators/averages/sma.ts';

export default defineStrategy({
  name: 'sma-cross',
  description: 'Fully invested while the fast average is above the slow one, in cash otherwise.',
  parameters: {
    fast: whole(10, { min: 2, max: 200, description: 'bars of the fast average' }),
    slow: whole(50, { min: 3, max: 400, description: 'bars of the slow average' }),
  },
  check: ({ fast, slow }) => (fast < slow ? undefined : `fast (${fast}) must be below slow (${slow})`),
  setup({ parameters, use, onCross, targetPercent }) {
    const fast = use(sma, parameters.fast);
    const slow = use(sma, parameters.slow);
    onCross(fast, slow, {
      above: () => targetPercent(1, 'fast average rose above slow'),
      below: () => targetPercent(0, 'fast average fell below slow'),
    });
    return {};
  },
});
