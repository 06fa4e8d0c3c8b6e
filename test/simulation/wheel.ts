/**
 * A model strategy on options: it sells puts and, on shares that it got, calls; it buys contracts, makes spreads as packages,
 * changes their net price, and does all that at random, and more often than anybody would.
 */
import { defineStrategy, type ComboView } from '../../src/index.ts';

export const wheel = defineStrategy({
  name: 'wheel',
  parameters: {},
  setup({ random, assets, cancel, combo, cancelCombo, updateCombo }) {
    const [shares] = assets;
    const options = assets.filter(({ instrument }) => instrument.option !== undefined);
    const puts = options.filter(({ instrument }) => instrument.option!.right === 'put');
    const calls = options.filter(({ instrument }) => instrument.option!.right === 'call');
    let package_: ComboView | undefined;
    const pick = <T>(from: readonly T[]): T => from[random.below(from.length)];
    const onQuote = (): void => {
      if (random.uniform() > 0.15) return;
      const count = 1 + random.below(2);
      switch (random.below(13)) {
        case 0:
        case 1: {
          const put = pick(puts);
          if (put.bid > 0) put.sell(count, { limit: put.bid, timeInForce: 'DAY' });
          break;
        }
        case 2:
        case 3: {
          const call = pick(calls);
          if (call.bid > 0) call.sell(count, { limit: call.bid, timeInForce: 'DAY' });
          break;
        }
        case 4: {
          const option = pick(options);
          if (option.ask > 0) option.buy(count, { limit: option.ask, timeInForce: 'DAY' });
          break;
        }
        case 5:
        case 6:
          if (shares.ask > 0) shares.buy(50, { limit: shares.ask });
          break;
        case 7:
          if (shares.position.quantity > 0) shares.sell(Math.min(50, shares.position.quantity), { limit: shares.bid });
          break;
        case 8: {
          const sold = options.find(({ position }) => position.quantity < 0);
          if (sold !== undefined && sold.ask > 0)
            sold.buy(-sold.position.quantity, { limit: sold.ask, timeInForce: 'DAY' });
          break;
        }
        case 9:
        case 10: {
          const at = random.below(2) * 2;
          const [low, high] = [puts[at], puts[at + 1]];
          if (!(low.ask > 0) || !(high.bid > 0)) break;
          const isSold = random.below(3) > 0;
          const legs = isSold
            ? [
                { asset: high, quantity: -1 },
                { asset: low, quantity: 1 },
              ]
            : [
                { asset: high, quantity: 1 },
                { asset: low, quantity: -1 },
              ];
          const net = isSold ? low.ask - high.bid : high.ask - low.bid;
          const limit = round(net + (random.below(4) - 2) / 100);
          package_ = combo(legs, { quantity: 1 + random.below(3), limit, timeInForce: 'DAY' }) ?? package_;
          break;
        }
        case 11:
          if (package_ !== undefined) {
            if (random.below(4) === 0) cancelCombo(package_);
            else updateCombo(package_, round(package_.limit + (random.below(5) - 1) / 100));
          }
          break;
        default: {
          const order = pick(options).orders[0];
          if (order !== undefined) cancel(order);
        }
      }
    };
    return { onQuote };
  },
});

function round(price: number): number {
  return Math.round(price * 100) / 100;
}
