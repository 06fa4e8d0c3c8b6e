/** Bars by ticks, volume and money, and bars made of quotes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ActivityBarBuilder, aggregateBars, aggregateQuotes, aggregateTrades } from '../../src/market/aggregate.ts';
import { aggregateQuoteBars } from '../../src/market/aggregate-quotes.ts';
import { allocateQuotes, type QuoteColumns } from '../../src/market/columns.ts';
import { formatInstant, SECOND } from '../../src/time/instant.ts';
import { utc, bars, trades, lines, times, XNYS_5M } from './bar-rows.ts';

describe('bars by activity', () => {
  const flow = trades([
    ['2024-06-03T13:30:00', 10, 100],
    ['2024-06-03T13:30:01', 11, 50],
    ['2024-06-03T13:30:02', 9, 100],
    ['2024-06-03T13:30:02', 12, 30],
    ['2024-06-03T13:30:05', 10, 400],
    ['2024-06-03T13:30:09', 10, 1],
  ]);

  it('close after so many trades, those of one instant together', () => {
    const result = aggregateTrades(flow, { ticks: 3, partial: true });
    expect(lines(result.bars).map((line) => line.slice(6))).toEqual(['10 12 9 12 280', '10 10 10 10 401']);
    expect(result.isLastPartial).toBe(true);
  });

  it('are what the guide shows', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/data.md'), 'utf8');
    const shown = [...guide.matchAll(/\(trades, \{ (volume|money|ticks): (\d+) \}\)\.bars\.volume; \/\/ => \[(.*)\]/g)];
    expect(shown).toHaveLength(3);
    for (const [, what, size, volumes] of shown) {
      const { bars: made } = aggregateTrades(flow, { [what]: Number(size) });
      expect([...made.volume].join(', '), what).toBe(volumes);
    }
  });

  it('close when enough volume, or enough money, has changed hands', () => {
    expect([...aggregateTrades(flow, { volume: 150 }).bars.volume]).toEqual([150, 530]);
    expect([...aggregateTrades(flow, { money: 1_500 }).bars.volume]).toEqual([150, 530]);
    expect([...aggregateTrades(flow, { money: 1_600 }).bars.volume]).toEqual([280, 400]);
  });

  it('are made from bars as well', () => {
    const result = aggregateBars(bars('2024-06-03T13:30', '2024-06-03T13:40'), { volume: 30 });
    expect(times(result.bars)).toEqual(['06-03T13:33', '06-03T13:36', '06-03T13:39']);
  });

  it('need a limit', () => {
    expect(() => new ActivityBarBuilder({}, () => {})).toThrow('ticks, volume or money must be positive');
  });
});

describe('bars from quotes', () => {
  it('take the middle, the bid or the ask, and skip quotes that lack it', () => {
    const quotes = allocateQuotes(3);
    for (const [i, [bid, ask]] of [
      [10, 11],
      [Number.NaN, 12],
      [12, 13],
    ].entries()) {
      quotes.time[i] = utc('2024-06-03T13:30') + i * SECOND;
      quotes.bid[i] = bid!;
      quotes.ask[i] = ask!;
    }
    const until = utc('2024-06-03T13:35');
    const mid = aggregateQuotes(quotes, { ...XNYS_5M, until });
    expect(lines(mid.bars)).toEqual(['13:35 10.5 12.5 10.5 12.5 0']);
    expect(mid.skipped).toBe(1);
    expect(lines(aggregateQuotes(quotes, { ...XNYS_5M, until, price: 'ask' }).bars)).toEqual(['13:35 11 13 11 13 0']);
  });
});

describe('quote bars', () => {
  /** Quotes at seconds after 09:30 New York time: bid, ask; sizes are the row’s number. */
  function quotesOf(rows: readonly (readonly [seconds: number, bid: number, ask: number])[]): QuoteColumns {
    const quotes = allocateQuotes(rows.length);
    for (const [i, [seconds, bid, ask]] of rows.entries()) {
      quotes.time[i] = utc('2024-06-03T13:30') + seconds * SECOND;
      quotes.bid[i] = bid;
      quotes.ask[i] = ask;
      quotes.bidSize[i] = quotes.askSize[i] = i;
    }
    return quotes;
  }
  const none = Number.NaN;
  const sides = quotesOf([
    [10, 10, 12],
    [20, 11, none],
    [50, 9, 13],
    [70, none, 14],
    [130, 8, 15],
  ]);

  it('have both sides in one row, and NaN for a side that nobody quoted', () => {
    const { bars: rows, isLastPartial } = aggregateQuoteBars(sides, { timeFrame: '1m', calendar: 'XNYS' });
    expect(isLastPartial).toBe(false);
    expect([...rows.time].map((at) => formatInstant(at).slice(11, 19))).toEqual(['13:31:00', '13:32:00']);
    expect([rows.bidOpen[0], rows.bidHigh[0], rows.bidLow[0], rows.bidClose[0], rows.bidSize[0]]).toEqual([
      10, 11, 9, 9, 2,
    ]);
    expect([rows.askOpen[0], rows.askHigh[0], rows.askLow[0], rows.askClose[0], rows.askSize[0]]).toEqual([
      12, 13, 12, 13, 2,
    ]);
    expect([rows.bidClose[1], rows.bidSize[1], rows.askClose[1], rows.askSize[1]]).toEqual([none, none, 14, 3]);
    expect(rows.openTime[0]).toBe(sides.time[0]);
  });

  it('are unfinished at the end of the data, and flagged when asked for', () => {
    const { bars: rows, isLastPartial } = aggregateQuoteBars(sides, {
      timeFrame: '1m',
      calendar: 'XNYS',
      partial: true,
    });
    expect(isLastPartial).toBe(true);
    expect(rows.time[2]).toBe(sides.time[4]);
    const uneven = quotesOf([
      [10, 10, 12],
      [20, 11, none],
    ]);
    const merged = aggregateQuoteBars(uneven, { timeFrame: '1m', calendar: 'XNYS', partial: true }).bars;
    expect([merged.length, merged.time[0], merged.bidClose[0], merged.askClose[0]]).toEqual([
      1,
      uneven.time[1],
      11,
      12,
    ]);
  });
});
