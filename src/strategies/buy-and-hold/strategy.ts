/**
 * Buy and hold: every instrument in equal parts, bought once. What any other strategy has to beat, costs included.
 */
import { real } from '../../engine/strategy/parameters.ts';
import { defineStrategy } from '../../engine/strategy/strategy.ts';

export default defineStrategy({
  name: 'buy-and-hold',
  description: 'Buys every instrument in equal parts once, and keeps it.',
  parameters: {
    invested: real(1, { min: 0.01, max: 1, description: 'share of the account to invest' }),
  },
  setup({ parameters, assets }) {
    const share = parameters.invested / assets.length;
    const waiting = new Set(assets);
    return {
      onBar() {
        if (waiting.size === 0) return;
        // An instrument that begins to trade later is bought then; its share waits in cash.
        for (const asset of waiting) {
          if (asset.isTradable && asset.targetPercent(share, 'buy and hold') !== undefined) waiting.delete(asset);
        }
      },
    };
  },
});
