/** The traps of fills, one test each, numbered as in their catalogue. */
import { describe, expect, it } from 'vitest';
import { makerTakerFees, perContractFees, perShareFees } from '../../src/engine/sim/fees.ts';
import { cashAccount } from '../../src/engine/sim/margin.ts';
import { volumeShareSlippage } from '../../src/engine/sim/slippage.ts';
import {
  bars,
  days,
  endsOf,
  fillsOf,
  intraday,
  onBars,
  onQuotes,
  plain,
  play,
  playDays,
  quotes,
  utc,
  type Played,
  type Row,
} from './play.ts';

const START: Row = [100, 101, 99, 100];
const FLAT: Row = [100, 101, 99, 100];

describe('fills', () => {
  it('trap 21: an order that waits for a price does not see the bar on which it was sent', () => {
    const played = playDays([[100, 120, 80, 100], FLAT], {
      0: ({ buy, sell }) => {
        buy(10, { limit: 90 });
        sell(10, { stop: 85 });
        buy(10, { stop: 115 });
      },
    });
    expect(fillsOf(played)).toEqual([]);
  });

  it('trap 22: a limit that is only touched does not fill', () => {
    const touch: Row = [100, 101, 98, 99];
    const buy = { 0: (context: Parameters<Parameters<typeof onBars>[0][0]>[0]) => context.buy(10, { limit: 98 }) };
    expect(fillsOf(playDays([START, touch], buy))).toEqual([]);
    expect(fillsOf(playDays([START, touch], buy, { conventions: { ...plain, limits: 'touch' } }))).toEqual([
      '+10 @ 98',
    ]);
  });

  it('trap 22: a limit at the open is not traded through by the open alone', () => {
    const buy = { 0: (context: Parameters<Parameters<typeof onBars>[0][0]>[0]) => context.buy(10, { limit: 98 }) };
    const rising: Row = [98, 101, 98, 100];
    expect(fillsOf(playDays([START, rising], buy))).toEqual([]);
    const touched = playDays([START, rising], buy, { conventions: { ...plain, limits: 'touch' } });
    expect(touched.result.fills).toMatchObject([{ price: 98, at: utc('2024-01-03T14:30') }]);
    // Traded through later, it fills where it lay, and nobody knows before the end of the bar.
    const through = playDays([START, [98, 101, 97, 100]], buy, {
      conventions: { ...plain, fees: makerTakerFees(0, 10) },
    });
    expect(through.result.fills).toMatchObject([{ price: 98, fee: 0, at: utc('2024-01-03T21:00') }]);
  });

  it('trap 22: exits of a limit at the open do not see what came before it was traded through', () => {
    const entry = (limit: number): Played =>
      playDays([START, [100, 105, 99, 101]], {
        0: ({ buy }) => void buy(10, { limit, stopLoss: 95, takeProfit: 104.5 }),
      });
    // The high may have been before the low.
    expect(fillsOf(entry(99.99))).toEqual(['+10 @ 99.99']);
    expect(fillsOf(entry(100))).toEqual(['+10 @ 100']);
    // The open is better than this limit, and the whole bar comes after it.
    expect(fillsOf(entry(100.01))).toEqual(['+10 @ 100', '-10 @ 104.5']);
  });

  it('an order for the close fills at the close, also where that is the price of the open', () => {
    const played = playDays([START, [100, 101, 99, 100]], { 0: ({ buy }) => void buy(10, { at: 'close' }) });
    expect(played.result.fills).toMatchObject([{ price: 100, at: utc('2024-01-03T21:00') }]);
  });

  it('trap 23: an open beyond the limit fills at the open', () => {
    const played = playDays([START, [93, 94, 92, 93]], { 0: ({ buy }) => buy(10, { limit: 98 }) });
    expect(fillsOf(played)).toEqual(['+10 @ 93']);
  });

  it('trap 24: an open beyond the stop fills at the open, not at the stop', () => {
    const played = playDays([START, FLAT, [80, 81, 79, 80]], {
      0: ({ buy }) => buy(10),
      1: ({ sell }) => sell(10, { stop: 95 }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 100', '-10 @ 80']);
  });

  it('trap 25: a stop-limit that triggers inside a bar does not take a low from before the trigger', () => {
    const both = playDays([START, [100, 106, 99, 106], [106, 107, 105, 106]], {
      0: ({ buy }) => {
        buy(10, { stop: 105, limit: 104 });
        // A second working order must not change what the first does.
        buy(10, { limit: 50 });
      },
    });
    expect(fillsOf(both)).toEqual([]);
  });

  it('trap 26: stop and target in one bar is the stop', () => {
    const played = playDays([START, FLAT, [100, 120, 80, 110]], {
      0: ({ buy }) => buy(10, { stopLoss: 95, takeProfit: 110 }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 100', '-10 @ 95']);
  });

  it('trap 27: an entry by stop does not take its profit from a high that may have come before', () => {
    const sold = playDays([START, [100, 112, 97, 99]], {
      0: ({ sell }) => sell(10, { stop: 98, takeProfit: 95 }),
    });
    expect(fillsOf(sold)).toEqual(['-10 @ 98']);
    const bought = playDays([START, [100, 112, 97, 105]], {
      0: ({ buy }) => buy(10, { limit: 98, takeProfit: 110 }),
    });
    expect(fillsOf(bought)).toEqual(['+10 @ 98']);
  });

  it('trap 28: a market order waits for a bar of its own instrument', () => {
    const other = intraday(
      Array.from({ length: 5 }, () => FLAT),
      '2024-01-02T15:00',
    );
    const rare = intraday([[50, 51, 49, 50]], '2024-01-02T15:03');
    const early = intraday([[40, 41, 39, 40]], '2024-01-02T14:59');
    const joined = intraday(
      [
        [40, 41, 39, 40],
        [50, 51, 49, 50],
      ],
      '2024-01-02T15:00',
    );
    for (const [i, part] of [early, rare].entries()) {
      joined.time[i] = part.time[0]!;
      joined.openTime[i] = part.openTime[0]!;
    }
    const played = play({
      streams: [bars(other, 'ABC', '1m'), bars(joined, 'RARE', '1m')],
      setup: onBars({ 0: (context) => context.asset('RARE').buy(10) }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 50']);
    expect(played.result.fills[0].at).toBe(utc('2024-01-02T15:03'));
  });

  it('trap 29: where there is no bid, nothing is sold', () => {
    const played = play({
      streams: [
        quotes([
          [0, 3.4, 3.6],
          [1, Number.NaN, 0.1],
          [2, Number.NaN, 0.1],
        ]),
      ],
      setup: onQuotes({ 0: ({ buy }) => buy(1), 1: ({ sell }) => sell(1) }),
    });
    expect(fillsOf(played)).toEqual(['+1 @ 3.6']);
  });

  it('trap 30: the fee tier is that of the price paid', () => {
    const fees = perContractFees([
      { from: 0.1, rate: 0.65 },
      { from: 0.05, rate: 0.5 },
      { from: 0, rate: 0.25 },
    ]);
    const played = play({
      streams: [quotes([[0, 0, 0.12, 10, 100]])],
      instruments: [{ kind: 'option' }],
      conventions: { ...plain, fees },
      setup: onQuotes({ 0: ({ buy }) => buy(10) }),
    });
    expect(played.result.fees).toBe(6.5);
  });

  it('trap 31: a quote outside the session fills nothing', () => {
    const evening = quotes(
      [
        [0, 99, 101],
        [120, 89, 90],
        [17.5 * 3600 + 120, 94, 95],
      ],
      'ABC',
      '2024-01-02T20:59',
    );
    const played = play({ streams: [evening], setup: onQuotes({ 0: ({ buy }) => buy(10, { limit: 97 }) }) });
    expect(fillsOf(played)).toEqual(['+10 @ 97']);
    expect(played.result.fills[0].at).toBe(utc('2024-01-03T14:31'));
  });

  it('trap 33: an order for the close fills at the official close', () => {
    const rows = [START, FLAT, [100, 101, 99, 100.5]] as const;
    const played = play({
      streams: [bars(intraday(rows, '2024-01-02T20:57'), 'ABC', '1m')],
      setup: onBars({ 0: ({ buy }) => buy(10, { at: 'close' }) }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 100.5']);
    expect(played.result.fills[0].at).toBe(utc('2024-01-02T21:00'));
  });

  it('trap 34: an order larger than its share of the volume fills over several bars', () => {
    const thin = (open: number): Row => [open, open + 1, open - 1, open, 400];
    const played = playDays(
      [START, thin(100), thin(101), thin(102)],
      { 0: ({ buy }) => buy(100) },
      {
        conventions: { ...plain, volume: { share: 0.1 } },
      },
    );
    expect(fillsOf(played)).toEqual(['+40 @ 100', '+40 @ 101', '+20 @ 102']);
  });

  it('trap 35: several orders share the volume of one bar', () => {
    const thin: Row = [100, 101, 99, 100, 500];
    const played = playDays(
      [START, thin, thin],
      {
        0: ({ buy, sell }) => {
          buy(30);
          sell(40);
        },
      },
      { conventions: { ...plain, volume: { share: 0.1 } } },
    );
    expect(fillsOf(played)).toEqual(['+30 @ 100', '-20 @ 100', '-20 @ 100']);
  });

  it('trap 35: a bar without volume fills nothing, where the tape has volume', () => {
    const played = playDays(
      [START, [101, 102, 100, 101, 0], [103, 104, 102, 103]],
      { 0: ({ buy }) => buy(10) },
      {
        conventions: { ...plain, volume: { share: 0.1 } },
      },
    );
    expect(fillsOf(played)).toEqual(['+10 @ 103']);
  });

  it('trap 36: impact does not push a fill beyond its limit', () => {
    const played = playDays(
      [START, [100, 110, 99, 105, 100]],
      { 0: ({ buy }) => buy(100, { limit: 101, stop: 100 }) },
      {
        conventions: { ...plain, slippage: volumeShareSlippage(0.5) },
      },
    );
    expect(fillsOf(played)).toEqual(['+100 @ 101']);
  });

  it('trap 38: an order larger than what is shown fills its rest one tick worse', () => {
    const played = play({
      streams: [quotes([[0, 99, 101, 1000, 250]])],
      setup: onQuotes({ 0: ({ buy }) => buy(600) }),
    });
    expect(fillsOf(played)).toEqual(['+250 @ 101', '+350 @ 101.01']);
  });

  it('trap 38: what we took from a quote is gone until the next', () => {
    const played = play({
      streams: [
        quotes([
          [0, 99, 101, 1000, 250],
          [1, 99, 101, 1000, 250],
        ]),
      ],
      setup: onQuotes({
        0: ({ buy }) => {
          buy(200, { limit: 101 });
          buy(200, { limit: 101 });
        },
      }),
    });
    expect(fillsOf(played)).toEqual(['+200 @ 101', '+50 @ 101', '+150 @ 101']);
  });

  it('trap 40: a reduce-only order never opens the other side', () => {
    const played = playDays([START, FLAT, FLAT], {
      0: ({ buy }) => buy(10),
      1: ({ sell }) => sell(25, { reduceOnly: true }),
    });
    expect(played.deck.ledger.netQuantity(0)).toBe(0);
  });

  it('trap 41: buys pay the ask, sales get the bid, the mark is the middle', () => {
    const played = play({
      streams: [
        quotes([
          [0, 99, 101],
          [1, 99, 101],
        ]),
      ],
      setup: onQuotes({ 0: ({ buy }) => buy(10), 1: ({ sell }) => sell(4) }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 101', '-4 @ 99']);
    expect(played.result.holdings[0].price).toBe(100);
  });

  it('trap 43: the end of the tape closes at the last close, and says so', () => {
    const conventions = { ...plain, end: 'close-at-last-close' } as const;
    const played = playDays([START, [100, 110, 95, 107]], { 0: ({ buy }) => buy(10) }, { conventions });
    expect(fillsOf(played)).toEqual(['+10 @ 100', '-10 @ 107']);
    expect(played.result.fills[1].reason).toBe('end of tape');
    expect(played.result.finalEquity).toBe(100_070);
  });

  it('trap 44: what is sold at an open pays for what is bought at it, in whatever order the instruments come', () => {
    const streams = [bars(days([FLAT, FLAT, FLAT, FLAT]), 'AAA'), bars(days([FLAT, FLAT, FLAT, FLAT]), 'BBB')];
    for (const [from, to] of [
      ['AAA', 'BBB'],
      ['BBB', 'AAA'],
    ] as const) {
      const played = play({
        streams,
        conventions: { ...plain, margin: cashAccount() },
        cash: 10_000,
        setup: onBars({
          0: (context) => context.rebalance({ [from]: 1 }),
          1: (context) => context.rebalance({ [from]: 0, [to]: 1 }),
        }),
      });
      expect(fillsOf(played)).toEqual(['+100 @ 100', '-100 @ 100', '+100 @ 100']);
      expect(played.result.holdings.map(({ symbol }) => symbol)).toEqual([to]);
    }
  });

  it('trap 44: a stop inside the bar does not pay for a purchase at its open', () => {
    const played = play({
      streams: [bars(days([FLAT, FLAT, FLAT]), 'AAA'), bars(days([FLAT, FLAT, [100, 101, 94, 95]]), 'BBB')],
      conventions: { ...plain, margin: cashAccount() },
      cash: 10_000,
      setup: onBars({
        0: (context) => context.asset('BBB').buy(100, { stopLoss: 95 }),
        1: (context) => context.asset('AAA').buy(100),
      }),
    });
    expect(endsOf(played)).toContain('rejected margin.insufficient');
  });

  it('trap 45: all of the account, with fees and a gap, is cut to what can be paid', () => {
    const fees = perShareFees(0.01, 1);
    const played = playDays(
      [START, [104, 105, 103, 104]],
      { 0: ({ targetPercent }) => targetPercent(1) },
      {
        cash: 10_000,
        conventions: { ...plain, margin: cashAccount(), fees },
      },
    );
    expect(fillsOf(played)).toEqual(['+96 @ 104']);
    expect(played.result.finalCash).toBe(10_000 - 96 * 104 - 1);
  });

  it('trap 47: the time to the venue is apart from the time of the data', () => {
    const played = play({
      streams: [bars(intraday([START, [101, 103, 100, 102], [105, 106, 104, 105]]), 'ABC', '1m')],
      conventions: { ...plain, latency: 1 },
      setup: onBars({ 0: ({ buy }) => buy(10) }),
    });
    // It came after the open of the second bar: only that bar's close is known to lie ahead.
    expect(fillsOf(played)).toEqual(['+10 @ 102']);
  });

  it('trap 48: a dividend or a split calls no strategy', () => {
    let calls = 0;
    play({
      streams: [bars(days([FLAT, FLAT]))],
      actions: [
        { kind: 'dividend', symbol: 'ABC', at: utc('2024-01-03T05:00'), amount: 1 },
        { kind: 'split', symbol: 'ABC', at: utc('2024-01-03T05:00'), ratio: 2 },
      ],
      setup: () => ({ onBar: () => calls++ }),
    });
    expect(calls).toBe(2);
  });
});
