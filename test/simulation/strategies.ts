/**
 * Model strategies: they do what real ones do, at random, and more often.
 */
import { defineStrategy } from '../../src/index.ts';

/** Buys and sells by market and limit, changes and cancels orders, and uses brackets. */
export const churner = defineStrategy({
  name: 'churner',
  parameters: {},
  setup({ random, assets, cancel, update }) {
    const onQuote = () => {
      for (const asset of assets) {
        if (random.uniform() > 0.3) continue;
        const { bid, ask } = asset;
        const quantity = 1 + random.below(20);
        // Now and then it is out of its mind.
        if (random.below(30) === 0) {
          asset.buy(quantity, { limit: round((ask > 0 ? ask : bid) + 10), reason: 'wild' });
          continue;
        }
        if (!(bid > 0) || !(ask > bid)) continue;
        const [order] = asset.orders;
        switch (random.below(10)) {
          case 0:
            asset.buy(quantity, 'churn');
            break;
          case 1:
            asset.sell(quantity, 'churn');
            break;
          case 2:
            asset.buy(quantity, { limit: round(bid - random.below(3) / 100) });
            break;
          case 3:
            asset.sell(quantity, { limit: round(ask + random.below(3) / 100) });
            break;
          case 4:
            asset.buy(quantity, { limit: bid, stopLoss: round(bid - 0.05), takeProfit: round(bid + 0.05) });
            break;
          case 5:
            if (order !== undefined) cancel(order);
            break;
          case 6:
          case 7:
          case 8:
            if (order?.type === 'limit')
              update(order, { limit: round(order.limit + (1 + random.below(6)) / 100), quantity: 10 + 4 * quantity });
            break;
          default:
            asset.close('churn');
        }
      }
    };
    return { onQuote };
  },
});

function round(price: number): number {
  return Math.round(price * 100) / 100;
}
