/**
 * Momentum rotation: once a month, hold the instruments that rose most, in equal parts.
 *
 * Shows many instruments, a schedule in market terms, and a rebalancing of the whole portfolio, which sells before it
 * buys. The last month is left out of the measure, because what rose most in it tends to fall back.
 * Source: Jegadeesh and Titman, Returns to Buying Winners and Selling Losers, Journal of Finance 48 (1993).
 */
import { whole, flag } from '../../engine/strategy/parameters.ts';
import { defineStrategy, type Asset } from '../../engine/strategy/strategy.ts';

export default defineStrategy({
  name: 'momentum-rotation',
  description: 'Holds the instruments that rose most over the past year, and looks again every month.',
  parameters: {
    hold: whole(5, { min: 1, max: 500, description: 'instruments to hold' }),
    lookback: whole(252, { min: 20, max: 900, description: 'bars over which the rise is measured' }),
    skip: whole(21, { min: 0, max: 100, description: 'newest bars that are left out' }),
    positiveOnly: flag(true, 'whether to hold cash instead of what fell'),
  },
  check: ({ lookback, skip }) => (skip < lookback ? undefined : `skip (${skip}) must be below lookback (${lookback})`),
  setup({ parameters, assets, schedule, rebalance, note }) {
    const { hold, lookback, skip, positiveOnly } = parameters;
    const lines = assets.map((asset) => ({ asset, close: asset.bars.close }));
    schedule('first session of the month, at close', () => {
      const ranked: { asset: Asset; rise: number }[] = [];
      for (const { asset, close } of lines) {
        const rise = close.at(skip) / close.at(lookback) - 1;
        if (asset.isTradable && (positiveOnly ? rise > 0 : !Number.isNaN(rise))) ranked.push({ asset, rise });
      }
      ranked.sort((a, b) => b.rise - a.rise);
      const chosen = new Set(ranked.slice(0, hold).map(({ asset }) => asset));
      const weights = new Map(assets.map((asset) => [asset, chosen.has(asset) ? 1 / hold : 0] as const));
      note(
        chosen.size === 0
          ? 'nothing has risen: in cash'
          : `holding ${[...chosen].map(({ symbol }) => symbol).join(', ')}`,
      );
      rebalance(weights, 'monthly rotation');
    });
    return {};
  },
});
