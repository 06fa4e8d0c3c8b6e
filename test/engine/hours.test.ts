/** Trading before the open and after the close: only for who says so. */
import { describe, expect, it } from 'vitest';
import { calendarHours, hoursOf } from '../../src/engine/feeds/hours.ts';
import { defineInstrument, type ExtendedHours } from '../../src/market/instrument.ts';
import { calendar } from '../../src/time/calendars.ts';
import { formatInstant } from '../../src/time/instant.ts';
import { bars, endsOf, fillsOf, intraday, onBars, play, quotes, utc, type Row } from './play.ts';

const row = (price: number): Row => [price, price + 1, price - 1, price];
const extended = { extendedHours: {} };

describe('trap 31: fills outside regular hours', () => {
  /** Bars of five minutes from 09:00 New York time; the order is sent at the end of the first. */
  const early = (instrument: { extendedHours?: ExtendedHours }, options = {}) =>
    play({
      streams: [
        bars(intraday([100, 101, 102, 103, 104, 105, 106, 107].map(row), '2024-01-03T14:00', '5m'), 'ABC', '5m'),
      ],
      instruments: [instrument],
      setup: onBars({ 0: ({ buy }) => buy(10, options) }),
    });

  it('a bar before the open fills nothing, and the report says that orders waited', () => {
    const played = early({});
    expect(fillsOf(played)).toEqual(['+10 @ 106']);
    expect(played.result.fills[0].at).toBe(utc('2024-01-03T14:30'));
    expect(played.result.assumptions.join()).toContain('Orders in ABC waited through 5 bars outside its hours.');
  });

  it('it does where the instrument trades in extended hours', () => {
    expect(fillsOf(early(extended))).toEqual(['+10 @ 101']);
    expect(fillsOf(early({ extendedHours: { from: '09:15' } }))).toEqual(['+10 @ 103']);
  });

  it.each([['regular', {}], ['extended', extended]] as const)('the opening auction is that of the %s session at 09:30', (_name, instrument) => {
    const played = early(instrument, { at: 'open' });
    expect(fillsOf(played)).toEqual(['+10 @ 106']);
  }); // prettier-ignore

  it('the closing auction is at 16:00, and an order for it that comes later is for the next', () => {
    const late = (start: string) =>
      play({
        streams: [bars(intraday([row(100), row(101), row(102)], start, '5m'), 'ABC', '5m')],
        instruments: [extended],
        setup: onBars({ 0: ({ buy }) => buy(10, { at: 'close' }) }),
      });
    expect(fillsOf(late('2024-01-03T20:50'))).toEqual(['+10 @ 101']);
    expect(fillsOf(late('2024-01-03T20:55'))).toEqual([]);
  });

  it('a quote after the close fills nothing, or what it shows', () => {
    const after = (instrument: { extendedHours?: ExtendedHours }) =>
      play({
        streams: [quotes([[0, 99, 101], [1, 99, 101]], 'ABC', '2024-01-03T22:00')],
        instruments: [instrument],
        setup: (context) => ({ onQuote: () => void context.buy(1) }),
      }); // prettier-ignore
    expect(fillsOf(after({}))).toEqual([]);
    expect(fillsOf(after(extended))).toEqual(['+1 @ 101', '+1 @ 101']);
  });

  it('a DAY order lasts until the end of trading', () => {
    const run = (instrument: { extendedHours?: ExtendedHours }) =>
      play({
        streams: [bars(intraday(Array.from({ length: 80 }, () => row(100)), '2024-01-03T20:00', '5m'), 'ABC', '5m')],
        instruments: [instrument],
        setup: onBars({ 0: ({ buy }) => buy(1, { limit: 90, timeInForce: 'DAY' }) }),
      }); // prettier-ignore
    const ended = (played: ReturnType<typeof run>) => played.of('expired').map(({ at }) => formatInstant(at));
    expect(ended(run({}))).toEqual(['2024-01-03T21:00:00Z']);
    expect(ended(run(extended))).toEqual(['2024-01-04T01:00:00Z']);
    expect(endsOf(run({ extendedHours: { to: '18:00' } }))).toEqual(['expired time-in-force']);
    expect(ended(run({ extendedHours: { to: '18:00' } }))).toEqual(['2024-01-03T23:00:00Z']);
  });
});

describe('extended hours', () => {
  const nyse = calendar('XNYS');
  const hours = (extendedHours: ExtendedHours) => hoursOf(defineInstrument({ symbol: 'ABC', extendedHours }), nyse);

  it('are the market’s own, narrowed by what is stated, and never less than the regular ones', () => {
    const all = hours({});
    expect(formatInstant(all.openAfter(utc('2024-01-03T00:00') + 2 * 3_600_000_000))).toBe('2024-01-03T09:00:00Z');
    expect(formatInstant(hours({ from: '07:00' }).openAfter(utc('2024-01-03T03:00')))).toBe('2024-01-03T12:00:00Z');
    expect(formatInstant(hours({ from: '11:00' }).openAfter(utc('2024-01-03T03:00')))).toBe('2024-01-03T14:30:00Z');
    expect(formatInstant(all.closeAfter(utc('2024-01-03T15:00')))).toBe('2024-01-04T01:00:00Z');
  });

  it('end early on short days', () => {
    expect(formatInstant(hours({}).closeAfter(utc('2024-07-03T15:00')))).toBe('2024-07-03T21:00:00Z');
    expect(formatInstant(hours({ to: '18:00' }).closeAfter(utc('2024-07-03T15:00')))).toBe('2024-07-03T21:00:00Z');
  });

  it('are in the hours and minutes that are made of finer bars, and not in the days', () => {
    const seen = (timeFrame: string, instrument: { extendedHours?: ExtendedHours }) => {
      const columns = intraday(
        Array.from({ length: 24 }, (_, i) => row(100 + i)),
        '2024-01-03T13:00',
        '5m',
      );
      const closes: number[] = [];
      play({
        streams: [bars(columns, 'ABC', '5m')],
        instruments: [instrument],
        setup: ({ assets }) => {
          const coarse = assets[0].barsOf(timeFrame);
          return { onEnd: () => closes.push(...Array.from({ length: coarse.close.length }, (_, i) => coarse.close.at(i))) };
        },
      }); // prettier-ignore
      return closes;
    };
    // From 08:00 New York time to 10:00: the halves of the hours before the open, and those after it.
    expect(seen('30m', extended).length).toBe(4);
    expect(seen('30m', {}).length).toBe(1);
    expect(seen('1d', extended)).toEqual(seen('1d', {}));
  });

  it('leave the hours of the auctions as they are', () => {
    expect(hours({}).regular).toBe(calendarHours(nyse));
    expect(hours({})).toBe(hours({}));
  });
});
