/** Fees and slippage one by one, with numbers worked out by hand, alone and inside a run. */
import { describe, expect, it } from 'vitest';
import {
  bpsFees,
  fixedFees,
  makerTakerFees,
  noFees,
  perContractFees,
  perShareFees,
  typicalFees,
} from '../../src/engine/sim/fees.ts';
import type { FillContext } from '../../src/engine/sim/models.ts';
import {
  bpsSlippage,
  entrySpread,
  halfSpreadSlippage,
  noSlippage,
  squareRootSlippage,
  tickSlippage,
  volumeShareSlippage,
} from '../../src/engine/sim/slippage.ts';
import { defineInstrument, type InstrumentKind } from '../../src/market/instrument.ts';
import { fillsOf, onQuotes, plain, play, playDays, quotes, type Row } from './play.ts';

const FLAT: Row = [100, 101, 99, 100];

function context(given: Partial<FillContext> = {}): FillContext {
  return {
    instrument: defineInstrument({ symbol: 'ABC', tick: 0.01 }),
    side: 1,
    quantity: 100,
    price: 50,
    opening: true,
    maker: false,
    quantityBefore: 0,
    valueBefore: 0,
    high: 51,
    low: 49,
    volume: 10_000,
    bid: Number.NaN,
    ask: Number.NaN,
    ...given,
  };
}

const of = (kind: InstrumentKind) => ({ instrument: defineInstrument({ symbol: 'X', kind }) });

describe('fees', () => {
  it.each([
    ['none', noFees, {}, 0],
    ['per share', perShareFees(0.005), { quantity: 1000 }, 5],
    ['per share, the minimum', perShareFees(0.005, 1), { quantity: 100 }, 1],
    ['per share, the cap of a cheap stock', perShareFees(0.005, 1, 0.01), { quantity: 1000, price: 0.2 }, 2],
    ['per share, the cap goes below the minimum', perShareFees(0.005, 1, 0.01), { quantity: 10, price: 5 }, 0.5],
    ['bps of the value', bpsFees(10), {}, 5],
    ['bps of a contract’s value', bpsFees(10), { ...of('option'), quantity: 2, price: 3 }, 0.6],
    ['fixed', fixedFees(7), {}, 7],
    ['fixed and a rate', fixedFees(7, 0.001), {}, 12],
    ['per contract', perContractFees(0.65), { quantity: 10, price: 3 }, 6.5],
    ['per contract, the minimum', perContractFees(0.65, 1), { quantity: 1, price: 3 }, 1],
    ['maker', makerTakerFees(-1, 5), { maker: true }, -0.5],
    ['taker', makerTakerFees(-1, 5), {}, 2.5],
    ['typical of shares', typicalFees, { quantity: 1000 }, 5],
    ['typical of options', typicalFees, { ...of('option'), quantity: 10 }, 6.5],
    ['typical of futures', typicalFees, { ...of('future'), quantity: 2 }, 4.5],
    ['typical of currencies', typicalFees, { ...of('fx'), quantity: 100_000, price: 1.1 }, 2.2],
    ['typical of crypto', typicalFees, { ...of('crypto'), quantity: 2, price: 1000 }, 2],
  ])('%s', (_name, model, given, fee) => {
    expect(model.fee(context(given))).toBeCloseTo(fee, 12);
  });

  it.each([
    ['≥ 0.10', 0.1, 6.5],
    ['≥ 0.05', 0.07, 5],
    ['below', 0.01, 2.5],
  ])('per contract by premium: %s', (_name, price, fee) => {
    const tiers = perContractFees([
      { from: 0.05, rate: 0.5 },
      { from: -Infinity, rate: 0.25 },
      { from: 0.1, rate: 0.65 },
    ]);
    expect(tiers.fee(context({ quantity: 10, price }))).toBeCloseTo(fee, 12);
  });

  it.each([
    ['per share', perShareFees(0.005, 1), [1, 0, 0.5]],
    ['fixed', fixedFees(1), [1, 0, 0]],
    ['per contract', perContractFees(0.005, 1), [1, 0, 0.5]],
  ])('%s: an order filled in parts pays one minimum', (_name, fees, expected) => {
    const thin = (volume: number): Row => [100, 101, 99, 100, volume];
    const played = playDays(
      [FLAT, thin(1000), thin(1000), thin(1000)],
      { 0: ({ buy }) => buy(300) },
      {
        conventions: { ...plain, fees, volume: { share: 0.1 } },
      },
    );
    expect(played.result.fills.map(({ fee }) => fee)).toEqual(expected);
  });

  it('a resting limit is a maker, a market order and a limit at the open are takers', () => {
    const conventions = { ...plain, fees: makerTakerFees(0, 10) };
    const fee = (row: Row, limit?: number): number =>
      playDays([FLAT, row], { 0: ({ buy }) => buy(10, limit === undefined ? {} : { limit }) }, { conventions }).result
        .fees;
    expect(fee([100, 101, 97, 99], 98)).toBe(0);
    expect(fee([97, 101, 96, 99], 98)).toBeCloseTo(0.97, 12);
    expect(fee([100, 101, 97, 99])).toBeCloseTo(1, 12);
  });

  it('every fee is said in words', () => {
    for (const model of [
      noFees,
      perShareFees(0.01, 1, 0.1),
      bpsFees(1),
      fixedFees(1),
      perContractFees(1),
      typicalFees,
    ]) {
      expect(model.sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('slippage', () => {
  it.each([
    ['none', noSlippage, {}, 50],
    ['ticks, buying', tickSlippage(2), {}, 50.02],
    ['ticks, selling', tickSlippage(2), { side: -1 }, 49.98],
    ['bps, buying', bpsSlippage(10), {}, 50.05],
    ['bps, selling', bpsSlippage(10), { side: -1 }, 49.95],
    ['spread of an entry', entrySpread(0.002), {}, 50.1],
    ['spread of an exit', entrySpread(0.002), { opening: false }, 50],
    ['half spread without quotes', halfSpreadSlippage(2), {}, 50.01],
    ['half spread with quotes: the far side is it already', halfSpreadSlippage(2), { bid: 49, ask: 50 }, 50],
    // A tenth of the volume: 50 · 0.1 · 0.1² = 0.05.
    ['volume share', volumeShareSlippage(0.1), { quantity: 1000 }, 50.05],
    ['volume share, never more than all', volumeShareSlippage(0.1), { quantity: 50_000 }, 55],
    ['volume share without volume', volumeShareSlippage(0.1), { volume: Number.NaN }, 50],
    // A hundredth of the volume, range 2: 2 · √0.01 = 0.2.
    ['square root', squareRootSlippage(1), {}, 50.2],
    ['square root, selling', squareRootSlippage(0.5), { side: -1 }, 49.9],
  ])('%s', (_name, model, given, price) => {
    expect(model.price(context(given))).toBeCloseTo(price, 10);
  });

  it('goes to the tick that is worse', () => {
    const conventions = { ...plain, slippage: bpsSlippage(1.5) };
    const played = playDays(
      [FLAT, FLAT, FLAT, FLAT],
      { 0: ({ buy }) => buy(1), 1: ({ sell }) => sell(1) },
      { conventions },
    );
    expect(fillsOf(played)).toEqual(['+1 @ 100.02', '-1 @ 99.98']);
  });

  it('does not touch a resting limit', () => {
    const conventions = { ...plain, slippage: tickSlippage(50) };
    const played = playDays([FLAT, [100, 101, 95, 96]], { 0: ({ buy }) => buy(1, { limit: 98 }) }, { conventions });
    expect(fillsOf(played)).toEqual(['+1 @ 98']);
  });

  it('of entries only leaves the closing part of a reversal alone', () => {
    const conventions = { ...plain, slippage: entrySpread(0.01) };
    const played = playDays(
      [FLAT, FLAT, FLAT],
      { 0: ({ buy }) => buy(10), 1: ({ sell }) => sell(15) },
      { conventions },
    );
    expect(fillsOf(played)).toEqual(['+10 @ 101', '-10 @ 100', '-5 @ 99']);
  });

  it('of half a spread is not charged twice on quotes', () => {
    const played = play({
      streams: [quotes([[0, 99, 101]])],
      conventions: { ...plain, slippage: halfSpreadSlippage() },
      setup: onQuotes({ 0: ({ buy }) => buy(1) }),
    });
    expect(fillsOf(played)).toEqual(['+1 @ 101']);
  });
});
