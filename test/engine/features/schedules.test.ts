/**
 * Timers of a strategy: after the data of their instant, in the order of declaration, by the calendar they name.
 */
import { describe, expect, it } from 'vitest';
import { formatInstant } from '../../../src/time/instant.ts';
import { BarBuffer } from '../../../src/market/bar-buffer.ts';
import type { BarColumns } from '../../../src/market/columns.ts';
import { bars, days, endsOf, fillsOf, intraday, onBars, play, playDays, type Row } from '../play.ts';

const flat = (count: number): Row[] => Array.from({ length: count }, () => [10, 11, 9, 10] as const);

/** Bars of several days as one column. */
function joined(parts: readonly BarColumns[]): BarColumns {
  const buffer = new BarBuffer();
  for (const { time, openTime, open, high, low, close, volume, length } of parts)
    for (let i = 0; i < length; i++) buffer.add(time[i], openTime[i], open[i], high[i], low[i], close[i], volume[i]);
  return buffer.view();
}

describe('schedules', () => {
  it('trap 6: a timer comes after the data of its instant', () => {
    const heard: string[] = [];
    play({
      streams: [bars(intraday(flat(3), '2024-01-02T20:57'), 'ABC', '1m')],
      setup: ({ schedule, bars: view }) => {
        schedule('at close', () => heard.push(`close ${formatInstant(view.time.value).slice(11, 16)}`));
        schedule('1m before close', () => heard.push('1m before'));
        return { onBar: ({ time }) => void heard.push(formatInstant(time).slice(11, 16)) };
      },
    });
    expect(heard).toEqual(['20:58', '20:59', '1m before', '21:00', 'close 21:00']);
  });

  it('a strategy is woken once at an instant, after its data, and between rows when nothing happens at it', () => {
    const heard: string[] = [];
    play({
      streams: [bars(intraday(flat(3), '2024-01-02T20:57'), 'ABC', '1m')],
      setup: ({ wakeAt, now, bars: view }) => {
        const hear = (): void =>
          void heard.push(
            `${formatInstant(now()).slice(11, 19)} after ${formatInstant(view.time.value).slice(11, 16)}`,
          );
        let isAsked = false;
        return {
          onBar: ({ time }) => {
            if (isAsked) return;
            isAsked = true;
            wakeAt(time + 30e6, hear);
            wakeAt(time + 60e6, hear);
          },
        };
      },
    });
    expect(heard).toEqual(['20:58:30 after 20:58', '20:59:00 after 20:59']);
  });

  it('trap 18: at one instant they run in the order of declaration, however long each has waited', () => {
    const orders = ['first session of the month, at close', 'every session, at close', 'every monday, at close'];
    const run = (rules: readonly string[]): string[] => {
      const heard: string[] = [];
      playDays(
        flat(45),
        {},
        {
          setup: ({ schedule, now }) => {
            rules.forEach((rule, i) => schedule(rule, () => heard.push(`${formatInstant(now()).slice(0, 10)} ${i}`)));
            return {};
          },
        },
      );
      return heard;
    };
    // 1 April 2024 was a Monday; the tape starts on 2 January.
    for (const rules of [orders, orders.toReversed()]) {
      const heard = run(rules);
      expect(heard.length).toBeGreaterThan(50);
      expect(heard).toEqual([...heard].sort());
    }
  });

  it('keep to the exchange’s clock when the clocks change', () => {
    const heard: string[] = [];
    playDays(
      flat(4),
      {},
      {
        streams: [bars(days(flat(4), '2024-03-07'))],
        setup: ({ schedule, now }) => {
          schedule('at 15:30', () => heard.push(formatInstant(now()).slice(0, 16)));
          return {};
        },
      },
    );
    expect(heard).toEqual(['2024-03-08T20:30', '2024-03-11T19:30', '2024-03-12T19:30']);
  });

  it('can follow another calendar, by asset or by name', () => {
    const heard: string[] = [];
    play({
      streams: [bars(days(flat(2)), 'ABC'), bars(days(flat(2)), 'VOD')],
      instruments: [{}, { calendar: 'XLON' }],
      setup: ({ schedule, asset, now }) => {
        const note = (name: string) => () => heard.push(`${name} ${formatInstant(now()).slice(5, 16)}`);
        schedule('at close', note('first'));
        schedule('at close', note('asset'), { asset: asset('VOD') });
        schedule('at close', note('name'), { calendar: 'XTKS' });
        return {};
      },
    });
    expect(heard).toEqual(['first 01-02T21:00', 'asset 01-03T16:30', 'first 01-03T21:00']);
    expect(() =>
      playDays(
        flat(1),
        {},
        { setup: ({ schedule }) => (schedule('at close', () => undefined, { calendar: 'XLOM' }), {}) },
      ),
    ).toThrow(/no calendar "XLOM"/);
  });

  it('do not run while indicators warm up, and orders they send on daily bars fill at the next open', () => {
    const played = playDays(
      [...flat(1), [12, 12, 12, 12], [13, 13, 13, 13]],
      {},
      {
        setup: ({ schedule, buy }) => {
          let done = false;
          schedule('at close', () => {
            if (!done) buy(1);
            done = true;
          });
          return {};
        },
      },
    );
    expect(fillsOf(played)).toEqual(['+1 @ 12']);
  });
});

describe('with coarser bars of the first asset', () => {
  // Three sessions of hours, from 10:30 to 16:00 in New York.
  const streams = ['2024-01-02', '2024-01-03', '2024-01-04'].map((day) => intraday(flat(6), `${day}T15:00`, '1h'));
  const heard = (frame: string | undefined): string[] => {
    const times: string[] = [];
    const note = (what: string, now: () => number) => () =>
      void times.push(`${what} ${formatInstant(now()).slice(5, 16)}`);
    play({
      streams: [bars(joined(streams), 'ABC', '1h')],
      setup: ({ schedule, assets, now }) => {
        if (frame !== undefined) assets[0].barsOf(frame);
        schedule('30m before close', note('before', now));
        schedule('at close', note('close', now));
        return {};
      },
    });
    return times;
  };

  it('timers wait for the first of them to be complete, as the strategy does', () => {
    const all = ['02', '03', '04'].flatMap((day) => [`before 01-${day}T20:30`, `close 01-${day}T21:00`]);
    expect(heard(undefined)).toEqual(all);
    expect(heard('1d')).toEqual(all.slice(1));
    expect(heard('2h')).toEqual(all);
    expect(heard('1w')).toEqual([]);
  });
});

describe('one cancels the other', () => {
  it('whichever fills, the other ends', () => {
    const tie = (rows: Row[]) =>
      playDays(rows, {
        0: ({ buy, sell, oneCancelsOther }) => oneCancelsOther(buy(1, { stop: 12 }), sell(1, { stop: 8 })),
      });
    const up = tie([...flat(1), [10, 13, 10, 13], [8, 8, 7, 7]]);
    expect([fillsOf(up), endsOf(up)]).toEqual([['+1 @ 12'], ['canceled one-cancels-other']]);
    const down = tie([...flat(1), [10, 10, 7, 7], [13, 13, 13, 13]]);
    expect([fillsOf(down), endsOf(down)]).toEqual([['-1 @ 8'], ['canceled one-cancels-other']]);
  });

  it('over instruments too', () => {
    const played = play({
      streams: [bars(days(flat(3)), 'AAA'), bars(days([...flat(1), [10, 20, 10, 20], [20, 20, 20, 20]]), 'BBB')],
      setup: onBars({
        0: ({ assets, oneCancelsOther }) =>
          oneCancelsOther(assets[0].buy(1, { stop: 15 }), assets[1].buy(1, { stop: 15 })),
      }),
    });
    expect(played.result.fills.map(({ symbol }) => symbol)).toEqual(['BBB']);
    expect(endsOf(played)).toEqual(['canceled one-cancels-other']);
  });

  it('passes over orders that were refused', () => {
    const played = playDays(flat(2), {
      0: ({ buy, oneCancelsOther }) => oneCancelsOther(buy(0), buy(1, { limit: 5 })),
    });
    expect(endsOf(played)).toHaveLength(1);
  });
});
