/** Trap 79: what a margin call closes, at which price, and when. */
import { describe, expect, it } from 'vitest';
import { lean } from '../../src/engine/sim/conventions.ts';
import { perShareFees } from '../../src/engine/sim/fees.ts';
import { regT } from '../../src/engine/sim/margin.ts';
import { bpsSlippage } from '../../src/engine/sim/slippage.ts';
import type { Context } from '../../src/engine/strategy/strategy.ts';
import { bars, days, fillsOf, onBars, onQuotes, plain, play, playDays, quotes, trades, type Row } from './play.ts';

const margined = { ...plain, margin: regT };
const flat: Row = [100, 100, 100, 100];
const at = (price: number): Row => [price, price + 1, price - 1, price];

describe('trap 79: a margin call closes everything, for nothing', () => {
  it('sells at the price after slippage, pays fees, and then backs what is left', () => {
    const conventions = { ...margined, slippage: bpsSlippage(100), fees: perShareFees(0.05) };
    const played = playDays([flat, flat, at(66), at(66)], { 0: ({ buy }) => buy(1900) }, { conventions, cash: 96_000 });
    const [, sold] = played.result.fills;
    // One per cent below 66, on the tick.
    expect(sold.price).toBe(65.34);
    expect(sold.fee).toBeCloseTo(-sold.quantity * 0.05, 10);
    expect(played.of('marginCall')).toHaveLength(1);
    const { ledger } = played.deck;
    expect(ledger.equity()).toBeGreaterThanOrEqual(regT.maintenance(ledger));
    // Not a share more than that: one more would not have been needed.
    const oneMore = regT.keptPerUnit!(ledger.instruments[0], 1, 66);
    expect(ledger.equity() - regT.maintenance(ledger)).toBeLessThan(oneMore);
  });

  it('sells first what lost most, and leaves alone what need not go', () => {
    const streams = [bars(days([flat, flat, at(90), at(90)]), 'A'), bars(days([flat, flat, at(30), at(30)]), 'B')];
    const played = play({
      streams,
      conventions: margined,
      setup: onBars({ 0: ({ assets }) => assets.forEach((asset) => asset.buy(950)) }),
    });
    const forced = played.result.fills.filter(({ reason }) => reason === 'margin call');
    expect(forced.map(({ symbol }) => symbol)).toEqual(['B']);
    expect(forced[0].quantity).toBeGreaterThan(-950);
    expect(played.result.holdings.map(({ symbol }) => symbol)).toEqual(['A', 'B']);
  });

  it('buys back what is short when prices rise', () => {
    const played = playDays([flat, flat, at(170), at(170)], { 0: ({ sell }) => sell(900) }, { conventions: margined });
    // Equity is 37,000, and 30 % of 153,000 must be kept: 8,900 are missing, 51 a share.
    expect(fillsOf(played)).toEqual(['-900 @ 100', '+175 @ 170']);
  });

  it('waits where nobody bids, and sells at the bid and not at the middle when somebody does', () => {
    const none = Number.NaN;
    const rows = [
      [0, 99.99, 100],
      [60, 60, 60.02],
      [120, none, 60.02],
      [240, 60, 60.02],
      [300, 60, 60.02],
    ] as const;
    const run = (quoted: readonly (readonly [number, number, number])[]) =>
      play({
        streams: [quotes(quoted)],
        setup: onQuotes({ 0: ({ buy }) => buy(950) }),
        conventions: margined,
        cash: 50_000,
      });
    const played = run(rows);
    expect(played.result.fills[1].price).toBe(60);
    expect(fillsOf(run([rows[0], rows[2]]))).toEqual(['+950 @ 100']);
  });

  it('comes under the conventions of lean when what must be kept exceeds equity by more than a tenth', () => {
    expect(lean.marginBuffer).toBe(0.1);
    const called = (price: number): number =>
      playDays(
        [flat, flat, at(price), at(price)],
        { 0: ({ buy }) => buy(1900) },
        { conventions: { ...margined, marginBuffer: lean.marginBuffer } },
      ).of('marginCall').length;
    // 0.25 · 1,900 · p > 1.1 · (100,000 + 1,900 · (p − 100)) below 61.30.
    expect([called(61.4), called(61.2)]).toEqual([0, 1]);
  });

  it('is called again while it is not enough', () => {
    const played = playDays(
      [flat, flat, at(66), at(60), at(60)],
      { 0: ({ buy }) => buy(1990) },
      { conventions: margined },
    );
    expect(played.of('marginCall')).toHaveLength(2);
    expect(played.result.finalEquity).toBeGreaterThan(0);
  });

  it('takes of a bar no more than the volume cap leaves, and goes on with the next', () => {
    const conventions = { ...margined, volume: { share: 0.1 } };
    // At 60 equity is 20,000 and 28,500 must be kept: each share that goes frees 15, so 567 have to.
    const thin = (price: number, volume: number): Row => [price, price + 1, price - 1, price, volume];
    const rows = [flat, flat, thin(60, 2000), thin(60, 1500), thin(60, 0), thin(60, 100_000), at(60)];
    const played = playDays(rows, { 0: ({ buy }) => buy(1900) }, { conventions, cash: 96_000 });
    expect(fillsOf(played)).toEqual(['+1900 @ 100', '-200 @ 60', '-150 @ 60', '-217 @ 60']);
    const calls = played.of('marginCall').length;
    // A bar without trades takes nothing: the call is made again, and waits.
    expect(calls).toBe(4);
    const { ledger } = played.deck;
    expect(ledger.equity()).toBeGreaterThanOrEqual(regT.maintenance(ledger));
  });

  it('shares the cap of a bar with the orders that filled on it', () => {
    const conventions = { ...margined, volume: { share: 0.1 } };
    const thin: Row = [60, 61, 59, 60, 2000];
    const acts = { 0: ({ buy }: Context) => buy(1900), 1: ({ sell }: Context) => sell(150) };
    const played = playDays([flat, flat, thin, at(60)], acts, { conventions, cash: 96_000 });
    expect(fillsOf(played).slice(0, 3)).toEqual(['+1900 @ 100', '-150 @ 60', '-50 @ 60']);
  });

  it('gives an instrument that lost less when the cap leaves nothing of the worst', () => {
    const conventions = { ...margined, volume: { share: 0.1 } };
    const thin: Row = [30, 31, 29, 30, 100];
    const streams = [bars(days([flat, flat, at(90)]), 'A'), bars(days([flat, flat, thin]), 'B')];
    const setup = onBars({ 0: ({ assets }) => assets.forEach((asset) => asset.buy(950)) });
    const forced = play({ streams, conventions, setup }).result.fills.filter(({ reason }) => reason === 'margin call');
    expect(forced.map(({ symbol, quantity }) => [symbol, quantity < 0])).toEqual([
      ['B', true],
      ['A', true],
    ]);
    expect(forced[0].quantity).toBe(-10);
  });

  it('takes what a quote shows, and the rest a tick worse, as any market order', () => {
    const rows = [
      [0, 99.99, 100],
      [60, 60, 60.02, 100],
      [120, 60, 60.02],
    ] as const;
    const played = play({
      streams: [quotes(rows)],
      setup: onQuotes({ 0: ({ buy }) => buy(950) }),
      conventions: margined,
      cash: 50_000,
    });
    const [, shown, rest] = played.result.fills;
    expect([shown.quantity, shown.price]).toEqual([-100, 60]);
    expect(rest.price).toBe(59.99);
  });

  it('takes of a trade what it was the size of, where nothing else is known', () => {
    const prints = trades([
      [0, 100, 5000],
      [60, 100, 5000],
      [120, 60, 40],
      [240, 60, 60],
      [300, 60, 5000],
    ]);
    const played = play({
      streams: [prints],
      setup: (context) => ({
        onTrade: ({ price }) => void (price === 100 && context.position.isFlat && context.buy(950)),
      }),
      conventions: margined,
      cash: 50_000,
    });
    expect(fillsOf(played).slice(0, 3)).toEqual(['+950 @ 100', '-40 @ 60', '-60 @ 60']);
  });
});
