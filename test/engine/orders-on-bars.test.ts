/** Every order type on bars, both sides: where it fills, where it does not, what a gap does, and when it ends. */
import { describe, expect, it } from 'vitest';
import type { Context, OrderOptions } from '../../src/engine/strategy/strategy.ts';
import { bars, days, endsOf, fillsOf, intraday, onBars, play, playDays, utc, type Play, type Row } from './play.ts';

const START: Row = [100, 101, 99, 100];

/** Buys (or sells) 10 on the first bar with these options, then shows the rows. */
function order(side: 'buy' | 'sell', options: OrderOptions, rows: readonly Row[], more: Partial<Play> = {}) {
  return playDays([START, ...rows], { 0: (context) => context[side](10, options) }, more);
}

/** The same bar seen from a seller: mirrored at 100. */
const mirrored = ([open, high, low, close, volume]: Row): Row => [
  200 - open,
  200 - low,
  200 - high,
  200 - close,
  volume,
];

interface Case {
  readonly name: string;
  readonly options: OrderOptions;
  readonly rows: readonly Row[];
  /** Prices at which ten fill, for a buyer. */
  readonly at: readonly number[];
}

const BUYS: readonly Case[] = [
  { name: 'market: fills at the next open', options: {}, rows: [[102, 103, 101, 102]], at: [102] },
  {
    name: 'limit: fills at its price when the bar goes through it',
    options: { limit: 98 },
    rows: [[100, 101, 97, 99]],
    at: [98],
  },
  { name: 'limit: fills at an open that is better', options: { limit: 98 }, rows: [[95, 96, 94, 95]], at: [95] },
  {
    name: 'limit: waits',
    options: { limit: 98 },
    rows: [
      [100, 101, 98.5, 99],
      [99, 99, 97, 98],
    ],
    at: [98],
  },
  { name: 'stop: fills at its price', options: { stop: 103 }, rows: [[101, 104, 100, 102]], at: [103] },
  { name: 'stop: touched is hit', options: { stop: 103 }, rows: [[101, 103, 100, 102]], at: [103] },
  { name: 'stop: a gap fills at the open', options: { stop: 103 }, rows: [[106, 107, 105, 106]], at: [106] },
  {
    name: 'stop: waits',
    options: { stop: 103 },
    rows: [
      [101, 102.99, 100, 102],
      [102, 104, 101, 103],
    ],
    at: [103],
  },
  {
    name: 'stop-limit: fills at the stop when the limit allows',
    options: { stop: 103, limit: 104 },
    rows: [[101, 105, 100, 102]],
    at: [103],
  },
  {
    name: 'stop-limit: a gap beyond the limit triggers and waits for the limit',
    options: { stop: 103, limit: 104 },
    rows: [
      [106, 107, 105, 106],
      [105, 106, 103, 105],
    ],
    at: [104],
  },
  {
    name: 'stop-limit: a gap between stop and limit fills at the open',
    options: { stop: 103, limit: 104 },
    rows: [[103.5, 107, 103, 106]],
    at: [103.5],
  },
  {
    name: 'stop-limit: a limit below the stop fills in the trigger bar when the close is through it',
    options: { stop: 103, limit: 102 },
    rows: [[101, 104, 100, 101]],
    at: [102],
  },
  {
    name: 'stop-limit: a limit below the stop waits when the close is not',
    options: { stop: 103, limit: 102 },
    rows: [[101, 104, 100, 103]],
    at: [],
  },
  {
    name: 'trailing stop: follows the low and fires from there',
    options: { trail: { amount: 5 } },
    rows: [
      [100, 101, 95, 96],
      [97, 101, 96, 99],
    ],
    at: [100],
  },
  {
    name: 'trailing stop: a gap fills at the open',
    options: { trail: { amount: 5 } },
    rows: [[107, 108, 106, 107]],
    at: [107],
  },
  {
    name: 'trailing stop: does not fire before',
    options: { trail: { amount: 5 } },
    rows: [[100, 104, 99, 103.5]],
    at: [],
  },
  { name: 'trailing stop by percent', options: { trail: { percent: 0.05 } }, rows: [[100, 106, 100, 105]], at: [105] },
  {
    name: 'trailing stop-limit: fills at the stop',
    options: { trail: { amount: 5 }, limitOffset: 1 },
    rows: [[100, 106, 99, 105]],
    at: [105],
  },
  {
    name: 'trailing stop-limit: a gap beyond its limit fills nothing',
    options: { trail: { amount: 5 }, limitOffset: 1 },
    rows: [[109, 110, 108, 109]],
    at: [],
  },
  { name: 'market-if-touched: fills at its price', options: { touch: 97 }, rows: [[100, 101, 96, 98]], at: [97] },
  { name: 'market-if-touched: a gap fills at the open', options: { touch: 97 }, rows: [[95, 96, 94, 95]], at: [95] },
  { name: 'market-if-touched: waits', options: { touch: 97 }, rows: [[100, 101, 97.5, 98]], at: [] },
  {
    name: 'limit-if-touched: touches, then fills at the touch when the limit allows',
    options: { touch: 97, limit: 98 },
    rows: [[100, 101, 96, 98]],
    at: [97],
  },
  {
    name: 'limit-if-touched: a limit beyond the touch must be gone through',
    options: { touch: 97, limit: 95 },
    rows: [
      [100, 101, 96, 98],
      [98, 99, 94, 96],
    ],
    at: [95],
  },
  { name: 'market-on-open: fills at the next open', options: { at: 'open' }, rows: [[102, 103, 101, 102]], at: [102] },
  {
    name: 'limit-on-open: fills at an open within the limit',
    options: { at: 'open', limit: 102 },
    rows: [[101, 103, 100, 102]],
    at: [101],
  },
  {
    name: 'limit-on-open: misses',
    options: { at: 'open', limit: 99 },
    rows: [
      [101, 103, 98, 102],
      [98, 99, 97, 98],
    ],
    at: [],
  },
  {
    name: 'market-on-close: fills at the next close',
    options: { at: 'close' },
    rows: [[102, 103, 101, 102.5]],
    at: [102.5],
  },
  {
    name: 'limit-on-close: fills at a close within the limit',
    options: { at: 'close', limit: 102 },
    rows: [[104, 105, 100, 101]],
    at: [101],
  },
  {
    name: 'limit-on-close: misses',
    options: { at: 'close', limit: 99 },
    rows: [
      [101, 103, 98, 102],
      [98, 99, 97, 98],
    ],
    at: [],
  },
];

const flip = (price: number | undefined): { readonly price: number } | undefined =>
  price === undefined ? undefined : { price: 200 - price };

function mirror(options: OrderOptions): OrderOptions {
  const limit = flip(options.limit);
  const stop = flip(options.stop);
  const touch = flip(options.touch);
  return {
    ...options,
    ...(limit && { limit: limit.price }),
    ...(stop && { stop: stop.price }),
    ...(touch && { touch: touch.price }),
  };
}

describe('bought on bars', () => {
  it.each(BUYS)('$name', ({ options, rows, at }) => {
    expect(fillsOf(order('buy', options, rows))).toEqual(at.map((price) => `+10 @ ${price}`));
  });
});

describe('sold on bars, as the mirror image', () => {
  it.each(BUYS)('$name', ({ options, rows, at }) => {
    const played = order('sell', mirror(options), rows.map(mirrored));
    expect(fillsOf(played)).toEqual(at.map((price) => `-10 @ ${200 - price}`));
  });
});

describe('an auction that was missed', () => {
  it.each([
    ['open', 99],
    ['close', 99],
  ] as const)('ends a limit order for the %s', (at, limit) => {
    expect(endsOf(order('buy', { at, limit }, [[101, 103, 98, 102]]))).toEqual(['canceled time-in-force']);
  });

  it('is the first and the last bar of a session, not every bar', () => {
    const rows = [START, [100, 101, 99, 100], [101, 102, 100, 101]] as const;
    const last = intraday([[105, 106, 104, 105]], '2024-01-02T20:59');
    const next = intraday([[110, 111, 109, 110]], '2024-01-03T14:30');
    const first = intraday(rows, '2024-01-02T20:56');
    const joined = [first, last, next].map((columns) => bars(columns, 'ABC', '1m'));
    const columns = joined.map((stream) => stream.columns);
    const all = intraday(Array.from({ length: 5 }, () => START));
    for (const name of ['time', 'openTime', 'open', 'high', 'low', 'close', 'volume'] as const) {
      let at = 0;
      for (const part of columns) for (const value of (part as typeof all)[name]) all[name][at++] = value;
    }
    const setup = onBars({ 0: (context) => (context.buy(1, { at: 'close' }), context.buy(2, { at: 'open' })) });
    expect(fillsOf(play({ streams: [bars(all, 'ABC', '1m')], setup }))).toEqual(['+1 @ 105', '+2 @ 110']);
  });
});

describe('time in force', () => {
  const miss: Row = [100, 101, 99, 100];
  const hit: Row = [100, 101, 95, 100];

  it('DAY ends at the close of the session', () => {
    const played = order('buy', { limit: 97, timeInForce: 'DAY' }, [miss, hit]);
    expect(endsOf(played)).toEqual(['expired time-in-force']);
    expect(played.of('expired')[0].at).toBe(utc('2024-01-03T21:00'));
  });

  it('DAY given on the last bar of a session is for the next session', () => {
    expect(fillsOf(order('buy', { limit: 97, timeInForce: 'DAY' }, [hit]))).toEqual(['+10 @ 97']);
  });

  it('GTC waits', () => {
    expect(fillsOf(order('buy', { limit: 97, timeInForce: 'GTC' }, [miss, miss, miss, hit]))).toEqual(['+10 @ 97']);
  });

  it('GTD ends at its instant', () => {
    const goodTill = utc('2024-01-04T22:00');
    expect(endsOf(order('buy', { limit: 97, goodTill }, [miss, miss, hit]))).toEqual(['expired time-in-force']);
    expect(fillsOf(order('buy', { limit: 97, goodTill }, [miss, hit]))).toEqual(['+10 @ 97']);
  });

  it('trap 39: IOC takes what there is in the next bar and ends', () => {
    expect(endsOf(order('buy', { limit: 97, timeInForce: 'IOC' }, [miss, hit]))).toEqual(['canceled time-in-force']);
    expect(fillsOf(order('buy', { limit: 97, timeInForce: 'IOC' }, [hit]))).toEqual(['+10 @ 97']);
  });

  it('trap 39: FOK fills whole or ends', () => {
    expect(fillsOf(order('buy', { timeInForce: 'FOK' }, [[100, 101, 99, 100]]))).toEqual(['+10 @ 100']);
    expect(endsOf(order('buy', { limit: 97, timeInForce: 'FOK' }, [miss, hit]))).toEqual(['canceled time-in-force']);
  });
});

describe('changing and canceling', () => {
  it('a canceled order does not fill', () => {
    const played = playDays([START, START, [100, 101, 90, 95]], {
      0: ({ buy }) => buy(10, { limit: 97 }),
      1: (context) => context.cancelAll(),
    });
    expect(fillsOf(played)).toEqual([]);
    expect(endsOf(played)).toEqual(['canceled strategy']);
  });

  it('a changed limit and quantity hold from the next bar on', () => {
    const played = playDays([START, START, [100, 101, 95, 95]], {
      0: ({ buy }) => buy(10, { limit: 90 }),
      1: (context) => {
        const [working] = context.assets[0].orders;
        expect(context.update(working, { limit: 96, quantity: 4 })).toBe(true);
      },
    });
    expect(fillsOf(played)).toEqual(['+4 @ 96']);
  });

  it('an order that is over can no longer be changed or canceled', () => {
    let changed: boolean | undefined;
    const played = play({
      streams: [bars(days([START, START, START]))],
      setup: (context) => {
        let filled: Parameters<Context['cancel']>[0] | undefined;
        return {
          onBar: () => (filled ??= context.buy(1)),
          onFill: ({ order: done }) => {
            changed = context.update(done, { limit: 1 });
            context.cancel(done);
          },
        };
      },
    });
    expect(changed).toBe(false);
    expect(endsOf(played).filter((end) => end.startsWith('canceled'))).toEqual([]);
  });

  it.each([
    [{ limit: Number.NaN }, 'format.limit'],
    [{ quantity: 0 }, 'format.quantity'],
    [{ quantity: -4 }, 'format.quantity'],
  ])('a change to %o is refused as a new order would be', (change, code) => {
    const played = playDays([START, START], {
      0: (context) => {
        const working = context.buy(10, { limit: 90 })!;
        expect(context.update(working, change)).toBe(false);
      },
    });
    expect(played.of('refused').map(({ text }) => text.split(':')[0])).toEqual([code]);
  });
});

describe('an order that is triggered and fills in one bar', () => {
  const timesOf = (row: Row) => {
    const { of } = order('buy', { stop: 103 }, [row]);
    const [openAt, closeAt] = [utc('2024-01-03T14:30'), utc('2024-01-03T21:00')];
    return [...of('triggered'), ...of('filled')].map(({ at }) =>
      at === openAt ? 'open' : at === closeAt ? 'close' : at,
    );
  };

  it('is triggered at the open when the open lies beyond the stop: not after it has filled', () => {
    expect(timesOf([105, 106, 104, 105])).toEqual(['open', 'open']);
  });

  it('is known at the end of the bar when it happened inside it', () => {
    expect(timesOf([102, 104, 101, 103])).toEqual(['close', 'close']);
  });
});
