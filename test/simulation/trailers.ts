/**
 * Model strategies of what came last to shares: parts of a share, and stops that follow the price, at the broker or here.
 */
import { defineStrategy } from '../../src/index.ts';

/** Buys and sells thousandths, whole shares and both, closes, and leaves what a stop cannot rest for. */
export const slicer = defineStrategy({
  name: 'slicer',
  parameters: {},
  setup({ random, assets, cancel, update }) {
    const onQuote = (): void => {
      for (const asset of assets) {
        const { bid, ask, position, orders } = asset;
        if (random.uniform() > 0.25 || !(bid > 0) || !(ask > bid)) continue;
        const quantity = [0.001, 0.5, 1, 2.125, 3, 7.5][random.below(6)] * (1 + random.below(3));
        const order = orders[random.below(Math.max(1, orders.length))];
        switch (random.below(12)) {
          case 0:
          case 1:
            asset.buy(quantity, { timeInForce: 'DAY' });
            break;
          case 2:
            asset.buy(quantity, { limit: ask, timeInForce: 'DAY' });
            break;
          case 3:
            asset.buy(quantity, { limit: bid, timeInForce: random.below(4) === 0 ? 'GTC' : 'DAY' });
            break;
          case 4:
            if (position.quantity > 0) asset.sell(Math.min(quantity, position.quantity), { timeInForce: 'DAY' });
            break;
          case 5:
            if (position.quantity > 0)
              asset.sell(Math.min(quantity, position.quantity), { limit: ask, timeInForce: 'DAY' });
            break;
          case 6:
            // Nobody lends a part of a share.
            asset.sell(quantity, { timeInForce: 'DAY' });
            break;
          case 7:
            asset.buy(quantity, { limit: ask, stopLoss: round(bid - 0.05), timeInForce: 'DAY' });
            break;
          case 8:
            asset.buy(quantity, {
              limit: ask,
              stopLoss: round(bid - 0.06),
              takeProfit: round(ask + 0.06),
              timeInForce: 'DAY',
            });
            break;
          case 9:
            if (order !== undefined) cancel(order);
            break;
          case 10:
            if (order?.type === 'limit') update(order, { limit: round(order.limit + random.below(5) / 100 - 0.02) });
            break;
          default:
            asset.close('enough');
        }
      }
    };
    return { onQuote };
  },
});

/** Enters both ways with stops that follow the price by money or by a part of it, and sends such stops alone. */
export const trailer = defineStrategy({
  name: 'trailer',
  parameters: {},
  setup({ random, assets, cancel }) {
    const onQuote = (): void => {
      for (const asset of assets) {
        const { bid, ask, position, orders } = asset;
        if (random.uniform() > 0.2 || !(bid > 0) || !(ask > bid)) continue;
        const quantity = 1 + random.below(12);
        const away = (2 + random.below(6)) / 100;
        const trail = random.below(2) === 0 ? { amount: away } : { percent: away / 100 };
        const order = orders[random.below(Math.max(1, orders.length))];
        switch (random.below(9)) {
          case 0:
            asset.buy(quantity, { limit: ask, trailingStop: trail });
            break;
          case 1:
            asset.sell(quantity, { limit: bid, trailingStop: trail });
            break;
          case 2:
            asset.buy(quantity, { limit: ask, takeProfit: round(ask + away), trailingStop: trail });
            break;
          case 3:
            asset.buy(quantity, { limit: bid, trailingStop: trail, timeInForce: 'GTC' });
            break;
          case 4:
            if (position.quantity > 0) asset.sell(position.quantity, { trail, reduceOnly: true });
            break;
          case 5:
            if (position.quantity < 0) asset.buy(-position.quantity, { trail, reduceOnly: true });
            break;
          case 6:
            asset.buy(quantity, { trail });
            break;
          case 7:
            if (order !== undefined) cancel(order);
            break;
          default:
            asset.close('enough');
        }
      }
    };
    return { onQuote };
  },
});

function round(price: number): number {
  return Math.round(price * 100) / 100;
}
