/**
 * Orders that fill whole the moment they come take a short way through the venue: whatever is played, it leaves the
 * same bits as the long way, which a slippage model that does nothing but is another object is enough to force.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { Deck } from '../../src/engine/deck.ts';
import { bt, type Conventions } from '../../src/engine/sim/conventions.ts';
import { bpsFees } from '../../src/engine/sim/fees.ts';
import { cashAccount, regT } from '../../src/engine/sim/margin.ts';
import type { FeeModel } from '../../src/engine/sim/models.ts';
import { noSlippage } from '../../src/engine/sim/slippage.ts';
import type { Context, Handlers } from '../../src/engine/strategy/strategy.ts';
import type { StreamSlice } from '../../src/market/tape.ts';
import { bars, days, play, tapeOf } from './play.ts';
import { flowDeck, randomRows, type Flow } from './random-flow.ts';

const LONG: Partial<Conventions> = { slippage: { ...noSlippage } };

/** Everything that a run leaves, to the last bit. */
function traceOf(deck: Deck, streams: readonly StreamSlice[]) {
  deck.play({ streams });
  const result = deck.finish();
  const { rows, texts } = deck.journal.snapshot();
  const cash = deck.ledger.cash.map(({ exact }) => exact.toBigInt());
  const { counts } = deck;
  return { rows, texts, cash, counts, result, slippage: deck.venue.slippage };
}

/** Goes all in and all out, short and to odd targets, and writes down what it is told. */
function targets({ random, assets, note }: Context): Handlers {
  return {
    onBar() {
      const asset = assets[random.below(assets.length)];
      if (!asset.isTradable || random.below(3) === 0) return;
      const share = [1, 0, 1, 0, -1, 0.3, 2.5][random.below(7)];
      const { position } = asset;
      // What only could have closed it ends with the position.
      if (position.isLong && random.below(4) === 0) asset.sell(position.quantity);
      else if (random.below(5) === 0) asset.buy(1 + random.below(30) / 8, { reduceOnly: random.below(3) === 0 });
      else if (random.below(9) === 0) asset.targetPercent(share, { stopLoss: asset.price * 0.97 });
      else asset.targetPercent(share, `to ${share}`);
    },
    onFill: ({ quantity, price, fee, time }) => note(`${quantity} at ${price} for ${fee}, ${time}`),
    onOrderEnd: (_order, code) => note(code),
  };
}

function targetsDeck(seed: number, lot: number, conventions: Conventions) {
  const streams = Array.from({ length: 1 + (seed % 2) }, (_, i) => bars(days(randomRows(seed + i, 300)), `S${i}`));
  const instruments = streams.map(({ symbol }) => ({ symbol, tick: 0.01, lot }));
  const deck = new Deck({
    tape: tapeOf({ streams, instruments }),
    streams,
    cash: 1000,
    conventions: { ...conventions, fees: bpsFees(10) },
    seed,
    strategies: [{ definition: { name: 'targets', setup: targets } }],
  });
  return { deck, streams };
}

describe('the short way of an order that fills at once', () => {
  test.each(Array.from({ length: 24 }, (_, i) => i + 1))('leaves the bits of the long way, flow %i', (seed) => {
    const flow: Flow = { seed, symbols: 1 + (seed % 3), rows: 250, conventions: 'bt', actions: seed % 2 === 0 };
    const short = flowDeck(flow);
    const long = flowDeck(flow, LONG);
    expect(traceOf(short.deck, short.streams)).toStrictEqual(traceOf(long.deck, long.streams));
  });

  const sizing = { ...bt.sizing, reservesFees: true, trims: true };
  const accounts: Record<string, Conventions> = {
    'of its own money': { ...bt, sizing },
    'that trims nothing': bt,
    'in cash': { ...bt, sizing, margin: cashAccount() },
    'on margin': { ...bt, sizing, margin: regT },
    'that ends in ruin': { ...bt, margin: regT, ruinEnds: true },
  };
  test.each(Object.entries(accounts))('leaves the bits of the long way in an account %s', (_name, conventions) => {
    const random = new Random(5);
    for (let i = 0; i < 8; i++) {
      const seed = 1 + random.below(10_000);
      const lot = [1, 0.001, 1e-9][i % 3];
      const short = targetsDeck(seed, lot, conventions);
      const long = targetsDeck(seed, lot, { ...conventions, ...LONG });
      const found = traceOf(short.deck, short.streams);
      expect(found.counts.filled).toBeGreaterThan(50);
      expect(found).toStrictEqual(traceOf(long.deck, long.streams));
    }
  });

  /** How often the fee model is asked, by ten purchases and ten sales of one share. */
  function asked(conventions: Conventions): number {
    let times = 0;
    const fee: FeeModel['fee'] = (context) => {
      times++;
      return bpsFees(10).fee(context);
    };
    const streams = [bars(days(Array.from({ length: 21 }, () => [10, 11, 9, 10, 500])))];
    const setup = ({ buy, sell, position }: Context): Handlers => ({
      onBar: () => void (position.isFlat ? buy(1) : sell(1)),
    });
    play({ streams, setup, cash: 1000, conventions: { ...conventions, fees: { ...bpsFees(10), fee } } });
    return times;
  }

  test('is taken: the fee of a purchase is asked for once and not twice', () => {
    expect([asked(bt), asked({ ...bt, ...LONG })]).toStrictEqual([21, 32]);
  });

  const others: Record<string, Partial<Conventions>> = {
    'fills at the next open': { timing: 'next-open' },
    'comes late': { latency: 1000 },
    'may take a share of the volume': { volume: { share: 0.1 } },
    'waits for its proceeds': { settlementDays: 1, margin: cashAccount() },
  };
  test.each(Object.entries(others))('is not taken by who %s', (_name, changed) => {
    expect(asked({ ...bt, ...changed })).toBe(asked({ ...bt, ...changed, ...LONG }));
  });
});
