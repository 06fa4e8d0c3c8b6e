/** How futures end: in cash, at the close of their last session. */
import { describe, expect, it } from 'vitest';
import { cashAccount } from '../../../src/engine/sim/margin.ts';
import { BarBuffer } from '../../../src/market/bar-buffer.ts';
import { futureLife } from '../../../src/market/future-life.ts';
import { defineInstrument, type InstrumentOptions } from '../../../src/market/instrument.ts';
import { PointPlayer } from '../../../src/research/sweep/run.ts';
import type { StreamSlice } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { formatInstant } from '../../../src/time/instant.ts';
import { Deck } from '../../../src/engine/deck.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { cut } from './chain.ts';
import {
  bars,
  deckOf,
  ended,
  endsOf,
  fillsOf,
  onBars,
  plain,
  play,
  quotes,
  utc,
  type Play,
  type Played,
} from '../play.ts';

const SYMBOL = 'ESH24';

function future(expiry: string, more: Partial<InstrumentOptions> = {}): Partial<InstrumentOptions> {
  const margins = { initialMargin: 10_000, maintenanceMargin: 9_000 };
  return {
    symbol: SYMBOL,
    kind: 'future',
    tick: 0.25,
    multiplier: 50,
    calendar: 'CMES',
    future: { root: 'ES', expiry, ...margins },
    ...more,
  };
}

/** Daily bars at these closes, one for each session of the calendar from `start` on. */
function daily(closes: readonly number[], start: string, symbol = SYMBOL, name = 'CMES'): StreamSlice {
  const buffer = new BarBuffer();
  const sessions = calendar(name).sessions(start, '2034-12-31');
  closes.forEach((close, i) => {
    const open = closes[Math.max(0, i - 1)];
    const { openAt, closeAt } = sessions[i];
    buffer.add(closeAt, openAt, open, Math.max(open, close), Math.min(open, close), close, 1_000_000);
  });
  return bars(buffer.view(), symbol);
}

const buyFirst = (more: Readonly<Record<number, (context: Context) => void>> = {}): Play['setup'] =>
  onBars({ 0: ({ buy }) => void buy(2), ...more });

/** Tuesday to the next Monday; the contract ends on Friday, 15 March 2024. */
function week(options: Partial<Play> = {}, closes = [5100, 5110, 5120, 5130, 5140]): Played {
  return play({
    streams: [daily(closes, '2024-03-12')],
    instruments: [future('2024-03-15')],
    setup: buyFirst(),
    ...options,
  });
}

const told = (entries: Played['entries']): string[] =>
  entries
    .filter(({ kind }) => kind === 'settled')
    .map(
      ({ at, quantity, price, amount, text }) => `${formatInstant(at)} ${quantity} at ${price} for ${amount}: ${text}`,
    );

describe('a future', () => {
  it('is settled in cash at the close of its last session, at the last price and without a fee', () => {
    const played = week();
    expect(told(played.entries)).toEqual(['2024-03-15T22:00:00Z 2 at 5130 for 3000: expired, settled at 5130']);
    expect(fillsOf(played)).toEqual(['+2 @ 5100', '-2 @ 5130']);
    expect(played.result.holdings).toEqual([]);
    expect(played.result.finalCash).toBe(103_000);
    expect(played.result.finalEquity).toBe(103_000);
    expect(played.result.fees).toBe(0);
    expect(played.result.trades).toMatchObject([
      { profit: 3000, exitPrice: 5130, exitReason: 'expired, settled at 5130' },
    ]);
    expect(played.result.assumptions.join(' ')).toContain('A future held at the close of its last session is settled');
  });

  it('that was sold is settled the other way round', () => {
    const played = week({ setup: onBars({ 0: ({ sell }) => void sell(1) }) });
    expect(told(played.entries)).toEqual(['2024-03-15T22:00:00Z -1 at 5130 for -1500: expired, settled at 5130']);
    expect(played.result.finalCash).toBe(98_500);
  });

  it('ends what works in it, and takes nothing new', () => {
    const played = week({
      setup: buyFirst({
        1: ({ sell, buy }) => {
          sell(1, { limit: 5500, timeInForce: 'GTC' });
          buy(1, { limit: 4500, stopLoss: 4400, timeInForce: 'GTC' });
        },
        4: ({ buy, assets }) => {
          expect(assets[0].isTradable).toBe(false);
          buy(1);
        },
      }),
    });
    expect(endsOf(played)).toEqual([
      'canceled future.expired',
      'canceled future.expired',
      'canceled parent-ended',
      'refused symbol.expired: ESH24 has expired: it traded until 2024-03-15T22:00:00Z',
    ]);
    expect(played.result.assumptions).toContain('Contracts take no orders after their last trading.');
  });

  it('tells its strategy, after the fill', () => {
    const heard: string[] = [];
    week({
      setup: (context) => ({
        ...buyFirst()(context),
        onFill: ({ quantity, price, order }) => void heard.push(`${quantity} @ ${price} ${order.reason}`),
        onContract: ({ kind, quantity, price, reason, asset, time }) =>
          void heard.push(`${asset.symbol} ${kind} ${quantity} @ ${price} ${reason} ${formatInstant(time)}`),
      }),
    });
    expect(heard.slice(1)).toEqual([
      '2 @ 5130 expired, settled at 5130',
      'ESH24 settled 2 @ 5130 expired, settled at 5130 2024-03-15T22:00:00Z',
    ]);
  });

  it('that is delivered is settled in cash too, and the journal says what would have come', () => {
    const terms = future('2024-03-15');
    const played = week({ instruments: [{ ...terms, future: { ...terms.future!, settlement: 'physical' } }] });
    expect(told(played.entries)).toHaveLength(1);
    expect(played.of('note').map(({ text }) => text)).toEqual([
      '2 ESH24 would have been delivered to the account: they are settled in cash instead',
    ]);
    expect(played.result.assumptions).toContain('Held to their end, ESH24 would be delivered at a broker.');
  });

  it('is sold in a cash account too, on its margin: it is lent by nobody', () => {
    const conventions = { ...plain, margin: cashAccount() };
    const setup = onBars({ 0: ({ sell }) => void sell(9) });
    const played = week({ conventions, setup });
    expect(fillsOf(played)).toEqual(['-9 @ 5100', '+9 @ 5130']);
    expect(endsOf(week({ conventions, setup: onBars({ 0: ({ sell }) => void sell(11) }) }))).toEqual([
      'rejected margin.insufficient',
    ]);
    // Shares beside it are still not.
    const share = daily([10, 10, 10, 10, 10], '2024-03-12', 'ABC');
    const streams = [daily([5100, 5110, 5120, 5130, 5140], '2024-03-12'), share];
    const both = onBars({ 0: ({ assets }) => void assets.map((asset) => asset.sell(1)) });
    const mixed = week({
      conventions,
      setup: both,
      streams,
      instruments: [future('2024-03-15'), { calendar: 'CMES' }],
    });
    expect(mixed.result.fills.map(({ symbol }) => symbol)).toEqual([SYMBOL, SYMBOL]);
    expect(endsOf(mixed)).toEqual(['rejected margin.short-not-allowed']);
  });

  it('without an expiry, as a continuous one, does not end', () => {
    const played = week({ instruments: [future('')] });
    expect(told(played.entries)).toEqual([]);
    expect(played.result.holdings).toMatchObject([{ quantity: 2, price: 5140 }]);
    expect(played.result.assumptions.join(' ')).not.toContain('settled in cash');
  });

  it('that ended before the tape began is not traded', () => {
    const played = week({ instruments: [future('2024-03-08')] });
    expect(endsOf(played)).toEqual(['refused symbol.expired: ESH24 has expired: it traded until 2024-03-08T23:00:00Z']);
  });

  it('gives its margin back', () => {
    const free: number[] = [];
    week({
      setup: buyFirst({
        3: ({ portfolio }) => free.push(portfolio.free),
        4: ({ portfolio }) => free.push(portfolio.free),
      }),
    });
    expect(free).toEqual([83_000, 103_000]);
  });

  it('of several strategies is settled for each', () => {
    const definition = (side: 'buy' | 'sell') => ({
      name: side,
      setup: onBars({ 0: ({ [side]: send }) => void send(1) }),
    });
    const given = {
      streams: [daily([5100, 5110, 5120, 5130], '2024-03-12')],
      instruments: [future('2024-03-15')],
      setup: buyFirst(),
    };
    const { tape } = deckOf(given);
    const deck = new Deck({
      tape,
      streams: given.streams,
      cash: 100_000,
      conventions: plain,
      calendarOf: calendar,
      strategies: [{ definition: definition('buy') }, { definition: definition('sell') }],
    });
    deck.play({ streams: given.streams });
    const { of } = ended(deck);
    expect(of('settled').map(({ strategy, amount }) => [strategy, amount])).toEqual([
      [0, 1500],
      [1, -1500],
    ]);
  });

  it('in another currency is paid in its own, and valued in the account’s', () => {
    const euro = future('2024-03-15', {
      symbol: 'FESXH24',
      currency: 'EUR',
      multiplier: 10,
      tick: 1,
      calendar: 'CMES',
    });
    const played = play({
      streams: [daily([5000, 5000, 5000, 5040, 5050], '2024-03-12', 'FESXH24')],
      instruments: [euro],
      currency: 'USD',
      rates: { EUR: 1.1 },
      setup: buyFirst(),
    });
    expect(told(played.entries)).toEqual(['2024-03-15T22:00:00Z 2 at 5040 for 800: expired, settled at 5040']);
    expect(played.result.finalEquity).toBeCloseTo(100_880, 9);
  });
});

describe('the last session', () => {
  it.each([
    ['a usual day', '2024-03-15', '2024-03-15T22:00:00Z', []],
    ['a half day', '2024-11-29', '2024-11-29T18:00:00Z', []],
    ['a holiday: the session before', '2024-03-29', '2024-03-28T22:00:00Z', []],
    ['a Sunday: the session before', '2024-03-17', '2024-03-15T22:00:00Z', []],
  ])('on %s', (_, expiry, at) => {
    const sessions = calendar('CMES').sessions('2024-01-02', '2024-12-31').length;
    const played = play({
      streams: [
        daily(
          Array.from({ length: sessions }, () => 5000),
          '2024-01-02',
        ),
      ],
      instruments: [future(expiry)],
      setup: buyFirst(),
    });
    expect(played.of('settled').map((entry) => formatInstant(entry.at))).toEqual([at]);
    expect(played.of('note')).toEqual([]);
  });

  it.each([
    ['on a calendar that ends at midnight', '24-7', '2024-03-16T00:00:00Z'],
    ['in Tokyo', 'XTKS', '2024-03-15T06:00:00Z'],
  ])('%s', (_, name, at) => {
    const played = play({
      streams: [
        daily(
          Array.from({ length: 12 }, () => 5000),
          '2024-03-11',
          SYMBOL,
          name,
        ),
      ],
      instruments: [future('2024-03-15', { calendar: name })],
      setup: buyFirst(),
    });
    expect(played.of('settled').map((entry) => formatInstant(entry.at))).toEqual([at]);
  });

  it('without a calendar, and in years that it does not know, ends at midnight UTC', () => {
    const bare = week({ calendarOf: () => undefined as never });
    expect(bare.of('settled').map((entry) => formatInstant(entry.at))).toEqual(['2024-03-16T00:00:00Z']);
    const old = defineInstrument(future('1985-03-15') as InstrumentOptions);
    expect(formatInstant(futureLife(old, calendar('CMES'))!.tradesUntil)).toBe('1985-03-16T00:00:00Z');
  });

  it('in whose hours the tape ends, ends with it', () => {
    const bar = (at: string, close: number): StreamSlice => {
      const buffer = new BarBuffer();
      for (const [time, price] of [
        ['2024-03-14T15:00', 5100],
        ['2024-03-14T16:00', 5100],
        [at, close],
      ] as const)
        buffer.add(utc(time), utc(time) - 60e6, price, price, price, price, 1000);
      return bars(buffer.view(), SYMBOL, '1m');
    };
    const run = (at: string): Played =>
      play({ streams: [bar(at, 5125)], instruments: [future('2024-03-15')], setup: buyFirst() });
    expect(told(run('2024-03-15T13:30').entries)).toEqual([
      '2024-03-15T13:30:00Z 2 at 5125 for 2500: expired, settled at 5125',
    ]);
    // Until the session before is over it is none of the last.
    expect(told(run('2024-03-14T22:00').entries)).toEqual([]);
    const deck = deckOf({
      streams: [bar('2024-03-15T13:30', 5125)],
      instruments: [future('2024-03-15')],
      setup: buyFirst(),
    });
    deck.play({ streams: [bar('2024-03-15T13:30', 5125)] });
    expect(deck.finish(false).holdings).toMatchObject([{ quantity: 2 }]);
  });

  it('without a price of its own takes the last one, and says so', () => {
    const all = daily([5100, 5110, 5120, 5130, 5140], '2024-03-12');
    const [quiet] = cut([all], 0, utc('2024-03-14T23:00'));
    const other = daily([10, 10, 10, 10, 10], '2024-03-12', 'ABC');
    const played = play({
      streams: [quiet, other],
      instruments: [future('2024-03-15'), { calendar: 'CMES' }],
      setup: buyFirst(),
    });
    expect(told(played.entries)).toEqual(['2024-03-15T22:00:00Z 2 at 5120 for 2000: expired, settled at 5120']);
    expect(played.of('note').map(({ text }) => text)).toEqual([
      'no closing price on the day of settlement: the last one is taken',
    ]);
  });

  it('settles by the middle of the last quote, in the decimals of its prices', () => {
    const rows = quotes(
      [
        [0, 5100, 5100.25],
        [60, 5101, 5101.25],
      ],
      SYMBOL,
      '2024-03-15T20:00',
    );
    const played = play({
      streams: [rows, daily([10, 10, 10, 10, 10], '2024-03-12', 'ABC')],
      instruments: [future('2024-03-15'), { calendar: 'CMES' }],
      setup: ({ assets }) => ({ onQuote: () => void (assets[0].position.isFlat && assets[0].buy(1)) }),
    });
    expect(told(played.entries)).toEqual(['2024-03-15T22:00:00Z 1 at 5101.13 for 44: expired, settled at 5101.13']);
  });
});

describe('the same in pieces', () => {
  it('slices, and a run that goes on from a saved state, leave the same entries', () => {
    const stream = daily([5100, 5110, 5120, 5130, 5140, 5150], '2024-03-12');
    const given: Play = {
      streams: [stream],
      instruments: [future('2024-03-15')],
      setup: (context) => {
        let bar = 0;
        return {
          onBar: () => void (bar++ === 0 ? context.buy(2) : context.buy(1, { limit: 4000, timeInForce: 'GTC' })),
          save: () => bar,
          restore: (saved) => void (bar = saved as number),
        };
      },
    };
    const whole = play(given);
    const kinds = ({ entries }: Pick<Played, 'entries'>) => entries.map((entry) => ({ ...entry, sequence: 0 }));
    for (const date of ['2024-03-14T23:00', '2024-03-15T22:00', '2024-03-16T00:00']) {
      const first = deckOf(given);
      first.play({ streams: cut([stream], 0, utc(date)) }, false);
      const sliced = deckOf(given);
      sliced.play({ streams: cut([stream], 0, utc(date)) }, false);
      sliced.play({ streams: cut([stream], utc(date), Infinity) }, false);
      expect(kinds(ended(sliced))).toEqual(kinds(whole));
      const one = ended(first);
      const second = deckOf({ ...given, restore: first.saveState() });
      second.play({ streams: cut([stream], utc(date), Infinity) });
      expect([...kinds(one), ...kinds(ended(second))]).toEqual(kinds(whole));
    }
  });

  it('a row of a sweep ends a contract with the tape, as the single run does', () => {
    const streams = [cut([daily([5100, 5110, 5120, 5130], '2024-03-12')], 0, utc('2024-03-14T23:00'))[0]];
    const [stream] = streams;
    stream.columns.time[2] = utc('2024-03-15T14:00');
    const given = { streams, instruments: [future('2024-03-15')], setup: buyFirst() };
    const { tape } = deckOf(given);
    const player = new PointPlayer({
      options: () => ({
        tape,
        streams,
        cash: 100_000,
        conventions: plain,
        calendarOf: calendar,
        strategies: [{ definition: { name: 'rows', setup: given.setup } }],
      }),
      slice: { streams },
      figures: ['totalReturn'],
      periodsPerYear: 252,
      allFigures: () => ({}),
    });
    const single = play(given);
    expect(single.result.trades).toHaveLength(1);
    expect(player.play(0, {}).row).toMatchObject({ trades: 1, finalEquity: single.result.finalEquity });
  });
});
