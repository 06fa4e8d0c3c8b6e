/** Trap 79: what a margin call closes, at which price, and when. */
import { describe, expect, it } from 'vitest';
import { lean } from '../../src/engine/sim/conventions.ts';
import { perShareFees } from '../../src/engine/sim/fees.ts';
import { regT } from '../../src/engine/sim/margin.ts';
import { bpsSlippage } from '../../src/engine/sim/slippage.ts';
import { bars, days, fillsOf, onBars, onQuotes, plain, play, playDays, quotes, type Row } from './play.ts';

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
});
