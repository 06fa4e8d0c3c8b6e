/**
 * Coarser bars in a strategy: made from finer ones, visible when complete and not before, the same in any slices.
 */
import { describe, expect, it } from 'vitest';
import { ema, sma } from '../../../src/indicators/index.ts';
import { aggregateBars } from '../../../src/market/aggregate.ts';
import type { BarColumns } from '../../../src/market/columns.ts';
import { sliceColumns } from '../../../src/market/columns.ts';
import type { StreamSlice, TapeSlice } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { formatInstant } from '../../../src/time/instant.ts';
import type { Deck } from '../../../src/engine/deck.ts';
import { checkLookahead, subjectOf } from '../../../src/research/lookahead.ts';
import { Random } from '../../../src/base/random.ts';
import { BarBuffer } from '../../../src/market/bar-buffer.ts';
import { bars, days, deckOf, ended, intraday, play, trades, utc, type Row } from '../play.ts';

/** Minutes of whole sessions of XNYS, with one minute in ten missing. */
function minutes(sessions: number, seed: number, start = '2024-03-04'): BarColumns {
  const random = new Random(seed);
  const buffer = new BarBuffer();
  let price = 100;
  for (const { openAt, closeAt } of calendar('XNYS').sessions(start, '2034-01-01').slice(0, sessions)) {
    for (let at: number = openAt; at < closeAt; at += 60_000_000) {
      const open = price;
      price = Math.round((price + random.normal() * 0.1) * 100) / 100;
      if (random.uniform() < 0.1) continue;
      buffer.add(at + 60_000_000, at, open, Math.max(open, price), Math.min(open, price), price, random.below(1000));
    }
  }
  return buffer.view();
}

/** Cuts streams where the given instants lie. */
function cut(streams: readonly StreamSlice[], at: readonly number[]): { streams: StreamSlice[] }[] {
  const edges = [-Infinity, ...at, Infinity];
  return edges.slice(1).map((until, k) => ({
    streams: streams.map((stream) => {
      if (stream.kind !== 'bars') throw new Error('only bars are cut here');
      const { time } = stream.columns;
      const first = time.findIndex((t) => t > edges[k]);
      const last = time.findIndex((t) => t > until);
      const from = first < 0 ? time.length : first;
      return { ...stream, columns: sliceColumns(stream.columns, from, last < 0 ? stream.columns.length : last) };
    }),
  }));
}

describe('bars of a coarser time frame', () => {
  it('trap 5: an hour is not seen before it is over', () => {
    const rows: Row[] = Array.from({ length: 130 }, (_, i) => [i, i + 1, i, i + 1]);
    const seen: string[] = [];
    play({
      streams: [bars(intraday(rows), 'ABC', '1m')],
      setup: ({ assets, bars: fine }) => {
        const hours = assets[0].barsOf('1h');
        return {
          onBar() {
            if (hours.time.value === fine.time.value || hours.close.length === 0) {
              if (hours.close.length > 0)
                seen.push(`${formatInstant(fine.time.value).slice(11, 16)} ${hours.close.value}`);
            } else if (fine.time.value < hours.time.value) seen.push('too early');
          },
        };
      },
    });
    expect(seen).toEqual(['15:30 60', '16:30 120']);
  });

  it('trap 6: the minute that ends at the boundary belongs to the hour that ends there', () => {
    const rows: Row[] = Array.from({ length: 61 }, (_, i) => (i === 59 ? [5, 500, 5, 5] : [5, 6, 5, 5]));
    let high = 0;
    play({
      streams: [bars(intraday(rows), 'ABC', '1m')],
      setup: ({ assets }) => {
        const hours = assets[0].barsOf('1h');
        return { onBar: () => void (hours.high.length === 1 && (high = hours.high.value)) };
      },
    });
    expect(high).toBe(500);
  });

  it('are those that aggregation of the whole tape gives, with the same indicators', () => {
    const columns = minutes(12, 7);
    const whole = aggregateBars(columns, { timeFrame: '1d', calendar: 'XNYS' }).bars;
    const averages = ema(whole.close, 3);
    const seen: [number, number][] = [];
    play({
      streams: [bars(columns, 'ABC', '1m')],
      setup: ({ assets, useOn }) => {
        const daily = assets[0].barsOf('1d');
        const average = useOn(daily, ema, 3);
        return {
          onBar() {
            if (seen.at(-1)?.[0] !== daily.time.value) seen.push([daily.time.value, average.value]);
          },
        };
      },
    });
    const expected = [...whole.time].map((time, row) => [time, averages[row]]).slice(2);
    expect(seen).toEqual(expected);
    expect(seen.length).toBe(whole.length - 2);
  });

  it('give the same decisions in one piece and in slices, over several instruments', () => {
    const [a, b] = [minutes(15, 1), minutes(15, 2)];
    const streams = [bars(a, 'AAA', '1m'), bars(b, 'BBB', '1m')];
    const run = (cuts: readonly number[]) => {
      const deck = deckOf({
        streams,
        setup: ({ assets, useOn, note }) => {
          const [hours, weeks] = [assets[0].barsOf('1h'), assets[1].barsOf('1w')];
          const average = useOn(hours, sma, 5);
          const days5 = useOn(assets[1].barsOf('1d'), ema, 2);
          return {
            onBar(bar) {
              if (bar.time % 1_800_000_000 === 0)
                note(`${average.value} ${days5.value} ${weeks.close.value} ${weeks.volume.value}`);
              if (hours.close.crossedAbove(average)) assets[1].buy(1);
            },
          };
        },
      });
      if (cuts.length === 0) deck.play({ streams });
      else for (const slice of cut(streams, cuts)) deck.play(slice, false);
      return ended(deck).entries;
    };
    const whole = run([]);
    expect(whole.length).toBeGreaterThan(150);
    expect(whole.some(({ kind }) => kind === 'filled')).toBe(true);
    for (const cuts of [
      [utc('2024-03-08T21:00')],
      [utc('2024-03-05T20:59'), utc('2024-03-12T17:13'), utc('2024-03-18T19:00')],
    ]) {
      expect(run(cuts)).toEqual(whole);
    }
  });

  it('the strategy waits for the coarser indicators of the first asset', () => {
    const first: number[] = [];
    const columns = minutes(4, 3);
    play({
      streams: [bars(columns, 'ABC', '1m')],
      setup: ({ assets, useOn }) => {
        const average = useOn(assets[0].barsOf('1d'), ema, 2);
        return { onBar: () => void first.push(average.value) };
      },
    });
    expect(first.length).toBeGreaterThan(0);
    expect(first.every((value) => value === value)).toBe(true);
  });

  it('add no step of their own: equity and sessions are those of the run without them', () => {
    const columns = minutes(8, 4);
    const run = (withWeeks: boolean) =>
      play({
        streams: [bars(columns, 'ABC', '1m'), bars(minutes(8, 5), 'DEF', '1m')],
        setup: ({ assets, buy }) => {
          if (withWeeks) assets[1].barsOf('1w');
          let count = 0;
          return { onBar: () => void (count++ === 0 && buy(10)) };
        },
      }).result;
    const [without, with_] = [run(false), run(true)];
    expect(with_.sessions).toEqual(without.sessions);
    expect(with_.equity).toEqual(without.equity);
    expect([with_.events, with_.endAt]).toEqual([without.events, without.endAt]);
  });

  it('can be made from trades', () => {
    let closes: number[] = [];
    play({
      streams: [
        trades([
          [0, 10, 1],
          [30, 11, 2],
          [60, 12, 1],
          [61, 13, 1],
          [150, 14, 1],
        ]),
      ],
      setup: ({ assets }) => {
        const minute = assets[0].barsOf('1m');
        return { onTrade: () => void (closes = [...minute.close.window(9)]) };
      },
    });
    // The trade at 15:00:00 belongs to the minute that ends there.
    expect(closes).toEqual([10, 12, 13]);
  });

  it('that cannot be made are refused with what the tape has', () => {
    const ask = (timeFrame: string) => () =>
      play({ streams: [bars(days([[1, 1, 1, 1]]))], setup: ({ assets }) => (assets[0].barsOf(timeFrame), {}) });
    expect(ask('1h')).toThrow(/bars of 1h cannot be made from 1d bars of ABC/);
    expect(ask('1x')).toThrow(/a time frame must be/);
    expect(ask('1w')).not.toThrow();
  });

  it('asked for after setup are refused', () => {
    const late = () =>
      play({
        streams: [bars(days([[1, 1, 1, 1]]))],
        setup: ({ assets }) => ({ onBar: () => void assets[0].barsOf('1w') }),
      });
    expect(late).toThrow(/in setup/);
  });

  it('beside finer ones on the tape execute nothing: the finest do', () => {
    const fine = intraday([
      [10, 10, 10, 10],
      [11, 11, 11, 11],
      [12, 12, 12, 12],
    ]);
    const coarse = intraday([[10, 12, 10, 12]], '2024-01-02T14:30', '5m');
    const { result } = play({
      streams: [bars(coarse, 'ABC', '5m'), bars(fine, 'ABC', '1m')],
      setup: ({ buy }) => {
        let count = 0;
        return { onBar: () => void (count++ === 0 && buy(1)) };
      },
    });
    expect(result.fills.map(({ price }) => price)).toEqual([11]);
  });
});

describe('looking ahead', () => {
  it('is impossible through coarser bars: tapes that end early give the same decisions', async () => {
    const streams = [bars(minutes(9, 21), 'AAA', '1m'), bars(minutes(9, 22), 'BBB', '1m')];
    const slice: TapeSlice = { streams };
    const play = (part: TapeSlice): Deck => {
      const deck = deckOf({
        streams,
        setup: ({ assets, useOn, note }) => {
          const hours = assets[0].barsOf('1h');
          const average = useOn(hours, ema, 4);
          const weeks = assets[1].barsOf('1w');
          const daily = assets[1].barsOf('1d');
          return {
            onBar() {
              if (hours.close.crossedAbove(average)) assets[1].buy(1, `${daily.close.value}`);
              if (daily.time.value === assets[1].bars.time.value) note(`${weeks.high.value} ${daily.high.value}`);
            },
          };
        },
      });
      deck.play(part);
      return deck;
    };
    const report = await checkLookahead(subjectOf(slice, play), 40);
    expect(report.decisions).toBeGreaterThan(20);
    expect(report.prefixes).toBeGreaterThan(30);
    expect(report.finding).toBe(undefined);
  });
});
