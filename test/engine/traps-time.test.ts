/** The traps of time and look-ahead, one test each, numbered as in their catalogue. */
import { describe, expect, it } from 'vitest';
import { sma } from '../../src/indicators/catalog.ts';
import { bars, days, endsOf, fillsOf, intraday, plain, play, playDays, quotes, utc, type Row } from './play.ts';

const START: Row = [100, 101, 99, 100];
const FLAT: Row = [100, 101, 99, 100];

describe('time and look-ahead', () => {
  it('trap 1: a signal at a close does not fill at that close', () => {
    const played = playDays([START, [105, 106, 104, 105]], { 0: ({ buy }) => buy(10) });
    expect(fillsOf(played)).toEqual(['+10 @ 105']);
    expect(played.result.fills[0].at).toBe(utc('2024-01-03T14:30'));
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
          seen.push(context.assets[0].ask);
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
        const five = assets[0].barsOf('5m');
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
