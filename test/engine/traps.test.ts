/** The traps of time, of fills and of accounting that engines fall into, one test each, numbered as in their catalogue. */
import { describe, expect, it } from 'vitest';
import { sma } from '../../src/indicators/catalog.ts';
import { Deck } from '../../src/engine/deck.ts';
import { honest } from '../../src/engine/sim/conventions.ts';
import { noFees, perContractFees, perShareFees } from '../../src/engine/sim/fees.ts';
import { cashAccount, flatLeverage, regT } from '../../src/engine/sim/margin.ts';
import { volumeShareSlippage } from '../../src/engine/sim/slippage.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { calendar } from '../../src/time/calendars.ts';
import {
  bars,
  days,
  deckOf,
  ended,
  endsOf,
  fillsOf,
  intraday,
  onBars,
  onQuotes,
  plain,
  play,
  playDays,
  quotes,
  tapeOf,
  utc,
  type Row,
} from './play.ts';

const START: Row = [100, 101, 99, 100];
const FLAT: Row = [100, 101, 99, 100];

describe('time and look-ahead', () => {
  it('trap 1: a signal at a close does not fill at that close', () => {
    const played = playDays([START, [105, 106, 104, 105]], { 0: ({ buy }) => buy(10) });
    expect(fillsOf(played)).toEqual(['+10 @ 105']);
    expect(played.result.fills[0]!.at).toBe(utc('2024-01-03T14:30'));
  });

  it('trap 2: whoever sees a bar close sees the quote of that instant, and trades at it', () => {
    const minute = intraday([START, [110, 111, 109, 110]], '2024-01-02T15:00');
    const streams = [
      bars(minute, 'ABC', '1m'),
      quotes([
        [0, 90, 91],
        [60, 99, 101],
        [120, 109, 111],
      ]),
    ];
    const seen: number[] = [];
    const played = play({
      streams,
      setup: (context) => ({
        onBar() {
          seen.push(context.assets[0]!.ask);
          if (seen.length === 1) context.buy(10);
        },
      }),
    });
    expect(seen).toEqual([101, 111]);
    expect(fillsOf(played)).toEqual(['+10 @ 101']);
  });

  it('trap 3: a bar is known at its end, not at its open', () => {
    const seen: number[] = [];
    playDays([START, FLAT], { 0: (context) => seen.push(context.now(), context.bars.now.time) });
    expect(seen).toEqual([utc('2024-01-02T21:00'), utc('2024-01-02T21:00')]);
  });

  it('trap 4: instruments of different calendars come in the order of UTC', () => {
    const london = intraday([START, START], '2024-01-02T08:00', '1h');
    const newYork = intraday([START], '2024-01-02T08:30', '1h');
    const order: string[] = [];
    play({
      streams: [bars(london, 'LON', '1h'), bars(newYork, 'NYC', '1h')],
      setup: (context) => ({
        onBar: () => order.push(context.assets.map((asset) => asset.bars.close.length).join('/')),
      }),
    });
    expect(order).toEqual(['1/0', '1/1', '2/1']);
  });

  it('trap 5: a coarser bar is not visible before it is complete', () => {
    const fine = intraday(
      Array.from({ length: 11 }, (_, i): Row => [i, i + 1, i - 1, i]),
      '2024-01-02T15:00',
    );
    const coarse = intraday(
      [
        [0, 5, -1, 4],
        [5, 10, 4, 9],
      ],
      '2024-01-02T15:00',
      '5m',
    );
    const seen: number[] = [];
    play({
      streams: [bars(fine, 'ABC', '1m'), bars(coarse, 'ABC', '5m')],
      setup: ({ assets }) => {
        const five = assets[0]!.barsOf('5m');
        return { onBar: () => seen.push(five.close.value) };
      },
    });
    const none = Number.NaN;
    expect(seen).toEqual([none, none, none, none, 4, 4, 4, 4, 4, 9, 9]);
  });

  it('trap 6: a timer comes after the data of its own instant', () => {
    const seen: string[] = [];
    play({
      streams: [bars(intraday([START, FLAT, FLAT], '2024-01-02T20:57'), 'ABC', '1m')],
      setup: (context) => {
        context.schedule('1m before close', () => seen.push(`timer after ${context.bars.close.length}`));
        return { onBar: () => seen.push('bar') };
      },
    });
    expect(seen).toEqual(['bar', 'bar', 'timer after 2', 'bar']);
  });

  it('trap 8: an indicator knows nothing of later rows', () => {
    const rows = Array.from({ length: 40 }, (_, i): Row => [i, i + 2, i - 1, i + 1]);
    const seenOf = (count: number): number[] => {
      const seen: number[] = [];
      play({
        streams: [bars(days(rows.slice(0, count)))],
        setup: ({ use }) => {
          const line = use(sma, 5);
          return { onBar: () => seen.push(line.value) };
        },
      });
      return seen;
    };
    expect(seenOf(40).slice(0, 16)).toEqual(seenOf(20));
  });

  it.each([
    ['at the close of the bar', { at: 'close' as const }],
    ['by an order that came late in the bar', {}],
  ])('trap 10: a stop is not evaluated with a low from before an entry %s', (_name, at) => {
    const late = 'at' in at ? plain : { ...plain, latency: 20 * 3_600_000_000 };
    const played = playDays(
      [START, [100, 120, 80, 100], [100, 101, 96, 100]],
      {
        0: ({ buy }) => buy(10, { ...at, stopLoss: 95, takeProfit: 110 }),
      },
      { conventions: late },
    );
    expect(fillsOf(played)).toEqual(['+10 @ 100']);
  });

  it('trap 10: a trailing stop does not follow a high from before the entry', () => {
    const played = playDays([START, [104, 110, 97, 99], [99, 100, 98, 99]], {
      0: ({ buy }) => buy(10, { limit: 98, trailingStop: { amount: 5 } }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 98']);
  });

  it('trap 16: warm-up data does not trade, and an order in setup is refused with the reason', () => {
    const rows = Array.from({ length: 8 }, (): Row => FLAT);
    let calls = 0;
    const played = play({
      streams: [bars(days(rows))],
      setup: ({ use, buy }) => {
        use(sma, 5);
        expect(buy(10)).toBeUndefined();
        return { onBar: () => calls++ };
      },
    });
    expect(calls).toBe(4);
    expect(endsOf(played)[0]).toMatch(/^refused strategy.warming-up: /);
  });

  it('trap 18: timers of one instant run in the order in which they were asked for', () => {
    const seen: string[] = [];
    play({
      streams: [bars(intraday([START, FLAT], '2024-01-02T20:58'), 'ABC', '1m')],
      setup: (context) => {
        for (const name of ['a', 'b', 'c']) context.schedule('1m before close', () => seen.push(name));
        return {};
      },
    });
    expect(seen).toEqual(['a', 'b', 'c']);
  });
});

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
    expect(played.result.fills[0]!.at).toBe(utc('2024-01-02T15:03'));
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
    expect(played.result.fills[0]!.at).toBe(utc('2024-01-03T14:31'));
  });

  it('trap 33: an order for the close fills at the official close', () => {
    const rows = [START, FLAT, [100, 101, 99, 100.5]] as const;
    const played = play({
      streams: [bars(intraday(rows, '2024-01-02T20:57'), 'ABC', '1m')],
      setup: onBars({ 0: ({ buy }) => buy(10, { at: 'close' }) }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 100.5']);
    expect(played.result.fills[0]!.at).toBe(utc('2024-01-02T21:00'));
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
    expect(played.result.holdings[0]!.price).toBe(100);
  });

  it('trap 43: the end of the tape closes at the last close, and says so', () => {
    const conventions = { ...plain, end: 'close-at-last-close' } as const;
    const played = playDays([START, [100, 110, 95, 107]], { 0: ({ buy }) => buy(10) }, { conventions });
    expect(fillsOf(played)).toEqual(['+10 @ 100', '-10 @ 107']);
    expect(played.result.fills[1]!.reason).toBe('end of tape');
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

describe('corporate actions and accounting', () => {
  const split = (ratio: number, at = '2024-01-04T05:00') =>
    [{ kind: 'split', symbol: 'ABC', at: utc(at), ratio }] as const;

  it('trap 72: a split changes quantity, average price, working orders and pays a fraction in cash', () => {
    const played = playDays(
      [START, FLAT, [66.67, 67, 66, 66.67], [66.67, 70, 59, 66]],
      {
        0: ({ buy }) => buy(101),
        1: ({ sell }) => sell(101, { limit: 120 }),
      },
      { actions: split(1.5) },
    );
    const [holding] = played.result.holdings;
    expect(holding!.quantity).toBe(151);
    expect(holding!.averagePrice).toBe(66.67);
    const [entry] = played.of('split');
    expect([entry!.quantity, entry!.balance]).toEqual([101, 151]);
    // Half a share at 66.67, in whole cents.
    expect(entry!.amount).toBe(33.33);
    const [working] = played.deck.markets[0]!.working;
    expect([working!.units, working!.limit]).toEqual([151, 80]);
  });

  it('trap 72: a split leaves equity as it was', () => {
    const played = playDays(
      [START, FLAT, [25, 25.5, 24, 25], [25, 26, 24, 25]],
      { 0: ({ buy }) => buy(100) },
      {
        actions: split(4),
      },
    );
    expect([...played.result.equity.value]).toEqual([100_000, 100_000, 100_000, 100_000]);
    expect(played.result.maxDrawdown).toBe(0);
  });

  it('trap 72: an order that is partly filled keeps what it still wants', () => {
    const played = playDays(
      [START, [100, 101, 99, 100, 400], [50, 51, 49, 50, 100_000]],
      { 0: ({ buy }) => buy(100) },
      {
        actions: split(2),
        conventions: { ...plain, volume: { share: 0.1 } },
      },
    );
    expect(fillsOf(played)).toEqual(['+40 @ 100', '+120 @ 50']);
    expect(played.deck.ledger.netQuantity(0)).toBe(200);
  });

  it('trap 72: the fee of an entry is shared out once, also over a split', () => {
    const played = playDays(
      [START, FLAT, [25, 26, 24, 25], [25, 26, 24, 25]],
      {
        0: ({ buy }) => buy(100),
        2: ({ sell }) => sell(400),
      },
      { actions: split(4), conventions: { ...plain, fees: perShareFees(0, 1) } },
    );
    expect(played.result.trades.map(({ fees }) => fees)).toEqual([2]);
    expect(played.result.fees).toBe(2);
  });

  it('trap 72: how far a trade went is told in the shares of its end', () => {
    const played = playDays(
      [START, [100, 104, 98, 100], [25, 27, 24, 25], [25, 26, 24, 25]],
      {
        0: ({ buy }) => buy(100),
        2: ({ sell }) => sell(400),
      },
      { actions: split(4) },
    );
    const [trade] = played.result.trades;
    expect([trade!.best, trade!.worst]).toEqual([2 * 400, -1 * 400]);
  });

  it('trap 72: a reverse split that leaves nothing ends the position and the order', () => {
    const played = playDays(
      [START, FLAT, [1000, 1001, 999, 1000]],
      {
        0: ({ buy }) => buy(5),
        1: ({ sell }) => sell(5, { limit: 150 }),
      },
      { actions: split(0.1) },
    );
    expect(played.result.holdings).toEqual([]);
    expect(played.result.finalCash).toBe(100_000);
    expect(endsOf(played)).toEqual(['canceled split']);
  });

  it('trap 73: a dividend is paid once, to who holds and by who is short', () => {
    const at = utc('2024-01-04T05:00');
    const actions = [{ kind: 'dividend', symbol: 'ABC', at, amount: 0.25 }] as const;
    const bought = playDays([START, FLAT, FLAT, FLAT], { 0: ({ buy }) => buy(100) }, { actions });
    expect([bought.result.dividends, bought.result.finalCash]).toEqual([25, 100_000 - 10_000 + 25]);
    const sold = playDays([START, FLAT, FLAT, FLAT], { 0: ({ sell }) => sell(100) }, { actions });
    expect([sold.result.dividends, sold.result.finalCash]).toEqual([-25, 100_000 + 10_000 - 25]);
    const late = playDays([START, FLAT, FLAT, FLAT], { 1: ({ buy }) => buy(100) }, { actions });
    expect(late.result.dividends).toBe(0);
  });

  it('trap 73: an action at the very instant of a bar comes before it', () => {
    const at = utc('2024-01-04T21:00');
    const seen: number[] = [];
    const played = playDays(
      [START, FLAT, FLAT],
      {
        0: ({ buy }) => buy(100),
        2: ({ portfolio }) => seen.push(portfolio.cash),
      },
      { actions: [{ kind: 'dividend', symbol: 'ABC', at, amount: 1 }] },
    );
    expect(played.result.dividends).toBe(100);
    expect(seen).toEqual([90_100]);
  });

  it.each([
    ['split-adjusted', 100, 25],
    ['fully-adjusted', 100, 0],
  ] as const)('trap 12: on %s prices nothing happens twice', (adjustment, quantity, dividends) => {
    const at = utc('2024-01-04T05:00');
    const played = playDays(
      [START, FLAT, FLAT],
      { 0: ({ buy }) => buy(100) },
      {
        adjustment,
        actions: [
          { kind: 'dividend', symbol: 'ABC', at, amount: 0.25 },
          { kind: 'split', symbol: 'ABC', at, ratio: 2 },
        ],
      },
    );
    expect(played.result.holdings[0]!.quantity).toBe(quantity);
    expect(played.result.dividends).toBe(dividends);
  });

  it('trap 74: a delisting closes at the last price, ends the orders, and nothing is taken after it', () => {
    const removed: string[] = [];
    const played = play({
      streams: [bars(days([START, [100, 101, 99, 98], [98, 99, 97, 97], [97, 98, 96, 96]]))],
      actions: [{ kind: 'delisting', symbol: 'ABC', at: utc('2024-01-04T05:00') }],
      setup: (context) => {
        let bar = 0;
        return {
          onBar() {
            if (bar === 0) context.buy(100);
            if (bar === 1) context.sell(50, { limit: 150 });
            if (bar === 2) context.buy(10);
            bar++;
          },
          onUniverse: (change) => removed.push(...change.removed.map(({ symbol }) => symbol)),
        };
      },
    });
    expect(fillsOf(played)).toEqual(['+100 @ 100', '-100 @ 98']);
    expect(endsOf(played)).toEqual(['canceled delisted', 'refused symbol.not-tradable: ABC is not traded now']);
    expect(removed).toEqual(['ABC']);
  });

  it('trap 74: a new name keeps the position, and later actions find it', () => {
    const played = playDays(
      [START, FLAT, FLAT, [50, 51, 49, 50]],
      { 0: ({ buy }) => buy(100) },
      {
        actions: [
          { kind: 'symbol-change', symbol: 'ABC', at: utc('2024-01-04T05:00'), to: 'XYZ' },
          { kind: 'split', symbol: 'XYZ', at: utc('2024-01-05T05:00'), ratio: 2 },
        ],
      },
    );
    expect(played.result.holdings[0]!.quantity).toBe(200);
  });

  it('trap 78: money is kept in decimals, and quantities in whole lots', () => {
    const played = playDays(
      [START, [0.1, 0.3, 0.1, 0.2], [0.2, 0.3, 0.1, 0.2], FLAT],
      {
        0: ({ buy }) => buy(3),
        1: ({ sell }) => sell(3),
      },
      { cash: 1 },
    );
    expect(played.result.exactCash).toEqual({ USD: '1.3' });
    const lots = playDays([START, FLAT], { 0: ({ buy }) => buy(257) }, { instruments: [{ lot: 100 }] });
    expect(fillsOf(lots)).toEqual(['+200 @ 100']);
  });

  it('trap 78: an order price goes to the tick that is worse for getting filled', () => {
    const limits: number[] = [];
    playDays([START, FLAT], {
      0: (context) => {
        context.buy(1, { limit: 99.999 });
        context.sell(1, { limit: 100.001 });
        limits.push(...context.assets[0]!.orders.map(({ limit }) => limit));
      },
    });
    expect(limits).toEqual([99.99, 100.01]);
  });

  it('trap 79: a margin call comes when equity is below what must be kept, and not before', () => {
    const rows = (low: number): Row[] => [START, FLAT, [low, low, low, low], [low, low, low, low]];
    const run = (low: number) =>
      playDays(rows(low), { 0: ({ buy }) => buy(1900) }, { conventions: { ...plain, margin: regT } });
    // Equity is 100,000 + 1,900 · (price − 100), a quarter of the value must be kept: even at 63.16.
    expect(fillsOf(run(63.2))).toEqual(['+1900 @ 100']);
    expect(fillsOf(run(63.1))).toEqual(['+1900 @ 100', '-1900 @ 63.1']);
    expect(run(63.1).of('marginCall')).toHaveLength(1);
  });

  it('trap 79: a cash account sells nothing that it does not hold', () => {
    const conventions = { ...plain, margin: cashAccount() };
    const played = playDays([START, FLAT], { 0: ({ sell }) => sell(10) }, { conventions });
    expect(fillsOf(played)).toEqual([]);
    expect(endsOf(played)).toEqual(['rejected margin.short-not-allowed']);
  });

  it('trap 80: the first peak of a drawdown is what was put in', () => {
    const played = playDays([START, FLAT, [90, 91, 89, 90]], { 0: ({ buy }) => buy(1000) });
    expect(played.result.maxDrawdown).toBeCloseTo(0.1, 12);
  });
});

describe('the honest defaults', () => {
  it('are taken when nothing is said', () => {
    const tape = tapeOf({ streams: [bars(days([START, FLAT]))] });
    const deck = new Deck({ tape, streams: tape.slice.streams, strategies: [], cash: 1, calendarOf: calendar });
    expect(deck.conventions).toBe(honest);
  });

  it('slip inside the bar and never beyond it', () => {
    const played = playDays(
      [START, [100, 100, 99, 100]],
      { 0: ({ buy }) => buy(10) },
      {
        conventions: { ...honest, fees: noFees },
      },
    );
    expect(fillsOf(played)).toEqual(['+10 @ 100']);
  });

  it('leave a second strategy out of the first one’s warm-up', () => {
    const streams = [bars(days(Array.from({ length: 30 }, () => FLAT)))];
    const calls = [0, 0];
    const tape = { ...tapeOf({ streams }), instruments: [defineInstrument({ symbol: 'ABC' })] };
    const strategy = (index: number, length: number) => ({
      definition: {
        name: `waits ${length}`,
        setup: ({ use }: Parameters<Parameters<typeof deckOf>[0]['setup']>[0]) => {
          use(sma, length);
          return { onBar: () => void calls[index]!++ };
        },
      },
    });
    const deck = new Deck({
      tape,
      streams,
      strategies: [strategy(0, 20), strategy(1, 5)],
      cash: 1000,
      conventions: { ...plain, margin: flatLeverage(2) },
    });
    deck.play({ streams });
    ended(deck);
    expect(calls).toEqual([11, 26]);
  });
});
