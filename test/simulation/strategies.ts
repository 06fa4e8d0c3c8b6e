/**
 * Model strategies: they do what real ones do, at random, and more often.
 */
import { defineStrategy, type Asset, type Context } from '../../src/index.ts';

/** Buys and sells by market and limit, changes and cancels orders, and uses brackets. */
export const churner = defineStrategy({
  name: 'churner',
  parameters: {},
  setup: (context) => churn(context, context.assets),
});

/** The same on shares on which there are no options. */
export const besides = defineStrategy({
  name: 'besides',
  parameters: {},
  setup: (context) =>
    churn(
      context,
      context.assets.filter(({ symbol }) => symbol === 'BBB'),
    ),
});

function churn({ random, cancel, update }: Context, assets: readonly Asset[]) {
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
}

/** Opens both ways, with one exit or two, enters on stops, closes in parts, and changes and cancels exits, too. */
export const bracketer = defineStrategy({
  name: 'bracketer',
  parameters: {},
  setup({ random, assets, cancel, update }) {
    const onQuote = () => {
      for (const asset of assets) {
        const { bid, ask, position, orders } = asset;
        if (random.uniform() > 0.2 || !(bid > 0) || !(ask > bid)) continue;
        const quantity = 1 + random.below(20);
        const away = (1 + random.below(6)) / 100;
        const [low, high] = [round(bid - away), round(ask + away)];
        const order = orders[random.below(Math.max(1, orders.length))];
        switch (random.below(12)) {
          case 0:
            asset.sell(quantity, { limit: ask, stopLoss: high, takeProfit: low });
            break;
          case 1:
            asset.buy(quantity, { stop: high, stopLoss: low, takeProfit: round(high + away), timeInForce: 'GTC' });
            break;
          case 2:
            asset.sell(quantity, { stop: low });
            break;
          case 3:
            asset.buy(quantity, { limit: bid, stopLoss: low });
            break;
          case 4:
            asset.sell(quantity, { limit: ask, takeProfit: low });
            break;
          case 5:
            asset.buy(quantity, { stopLoss: low, takeProfit: high });
            break;
          case 6:
            if (position.isLong) asset.sell(quantity, { limit: high, reduceOnly: true });
            else if (position.isShort) asset.buy(quantity, { limit: low, reduceOnly: true });
            break;
          case 7:
            if (position.isLong) asset.sell(quantity, { stop: low, reduceOnly: true });
            break;
          case 8:
            if (order !== undefined) cancel(order);
            break;
          case 9:
          case 10:
            if (order?.type === 'limit') update(order, { limit: round(order.limit + random.below(5) / 100 - 0.02) });
            else if (order?.type === 'stop') update(order, { stop: round(order.stop + random.below(5) / 100 - 0.02) });
            break;
          default:
            asset.close('enough');
        }
      }
    };
    return { onQuote };
  },
});

/** Now and then it wants hundreds of orders of one instant. */
export const hasty = defineStrategy({
  name: 'hasty',
  parameters: {},
  setup({ random, assets, cancelAll }) {
    const onQuote = (): void => {
      if (random.below(60) > 0) return;
      for (let i = 0; i < 500; i++) {
        const asset = assets[random.below(assets.length)];
        const { bid, ask } = asset;
        const quantity = 1 + random.below(6);
        if (!(bid > 0) || !(ask > bid)) return;
        if (random.below(3) > 0) asset.buy(quantity, { limit: round(ask - random.below(4) / 100) });
        else asset.sell(quantity, { limit: round(bid + random.below(4) / 100) });
        if (random.below(200) === 0) cancelAll();
      }
    };
    return { onQuote };
  },
});

function round(price: number): number {
  return Math.round(price * 100) / 100;
}
