/** The controls that look at one order: what each refuses, with its code and in which words, and what passes. */
import { describe, expect, test } from 'vitest';
import type { LimitSettings } from '../../../src/engine/limits/settings.ts';
import { flatLeverage } from '../../../src/engine/sim/margin.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import {
  bars,
  days,
  endsOf,
  onBars,
  onQuotes,
  plain,
  play,
  playDays,
  quotes,
  type QuoteRow,
  type Row,
  trades,
} from '../play.ts';

const ROWS: readonly Row[] = Array.from({ length: 30 }, (): Row => [100, 101, 99, 100, 1_000_000]);
const conventions = { ...plain, margin: flatLeverage(4) };

type Acts = Readonly<Record<number, (context: Context) => void>>;

/** The refusals on quotes of 99.99 to 100.01, or on other ones. */
function onQuoted(
  limits: LimitSettings,
  acts: Acts,
  rows: readonly QuoteRow[] = seconds(100),
  start?: string,
): string[] {
  const streams = [quotes(rows, 'ABC', start)];
  return refusals(endsOf(play({ streams, setup: onQuotes(acts), limits, conventions })));
}

function onDays(limits: LimitSettings, acts: Acts): string[] {
  return refusals(endsOf(playDays(ROWS, acts, { limits, conventions })));
}

function refusals(ends: readonly string[]): string[] {
  return ends.filter((end) => end.startsWith('refused')).map((end) => end.slice('refused '.length));
}

function seconds(count: number): QuoteRow[] {
  return Array.from({ length: count }, (_, second): QuoteRow => [second, 99.99, 100.01]);
}

describe('P3 the order itself', () => {
  test('is worth at least so much', () => {
    expect(onQuoted({ minimumValue: 500 }, { 0: ({ buy }) => [buy(4), buy(5)] })).toEqual([
      'format.value: order value 400.04 is below the least of 500',
    ]);
  });

  test('has its stop on the tick when it is changed, too', () => {
    const acts: Acts = {
      0: ({ buy, update }) => {
        const order = buy(1, { limit: 99 })!;
        update(order, { limit: 99.005 });
      },
    };
    expect(onQuoted({}, acts)).toEqual(['format.tick: limit price must be in steps of 0.01, was 99.005']);
  });
});

describe('P4 symbols', () => {
  test('only those allowed are traded', () => {
    expect(onQuoted({ allow: ['XYZ'] }, { 0: ({ buy }) => buy(1) })).toEqual([
      'symbol.not-allowed: ABC is not among the symbols allowed: XYZ',
    ]);
  });

  test('in a restricted one nothing is opened, and what is held can be closed', () => {
    const acts: Acts = { 0: ({ buy }) => buy(1) };
    expect(onQuoted({ restricted: ['ABC'] }, acts)).toEqual([
      'symbol.restricted: ABC is restricted: it can only be closed',
    ]);
  });
});

describe('P5 session', () => {
  const session: LimitSettings = { session: 'regular', openCutoff: 2, closeCutoff: 10 };
  const buying: Acts = { 0: ({ buy }) => buy(1) };

  test('before the open nothing is sent', () => {
    expect(onQuoted(session, buying, seconds(1), '2024-01-02T14:29')).toEqual([
      'session.closed: the regular session is closed until 2024-01-02T14:30:00Z',
    ]);
    expect(onQuoted(session, buying, seconds(1), '2024-01-02T14:30')).toEqual([]);
  });

  test('LF-28 an early close moves the end with it: 13:00 on the day after Thanksgiving', () => {
    expect(onQuoted(session, buying, seconds(1), '2026-11-27T17:59')).toEqual([]);
    expect(onQuoted(session, buying, seconds(1), '2026-11-27T18:00')).toEqual([
      'session.closed: the regular session is closed until 2026-11-30T14:30:00Z',
    ]);
    // A holiday has no session at all.
    expect(onQuoted(session, buying, seconds(1), '2026-11-26T16:00')).toHaveLength(1);
  });

  test('LF-27 with daylight saving the open is where the exchange has it', () => {
    expect(onQuoted(session, buying, seconds(1), '2026-10-30T13:30')).toEqual([]);
    expect(onQuoted(session, buying, seconds(1), '2026-11-02T13:30')).toHaveLength(1);
    expect(onQuoted(session, buying, seconds(1), '2026-11-02T14:30')).toEqual([]);
  });

  test('the closing auction takes orders until ten minutes before it', () => {
    const acts: Acts = { 0: ({ buy }) => buy(1, { at: 'close' }) };
    expect(onQuoted(session, acts, seconds(1), '2024-01-02T20:50')).toEqual([]);
    expect(onQuoted(session, acts, [[1, 99.99, 100.01]], '2024-01-02T20:50')).toEqual([
      'session.cutoff: the closing auction takes no orders within 10 minutes of it',
    ]);
  });

  test('the opening auction takes orders overnight, until two minutes before it', () => {
    const acts: Acts = { 0: ({ buy }) => buy(1, { at: 'open' }) };
    expect(onQuoted(session, acts, seconds(1), '2024-01-02T14:28')).toEqual([]);
    expect(onQuoted(session, acts, [[1, 99.99, 100.01]], '2024-01-02T14:28')).toEqual([
      'session.cutoff: the opening auction takes no orders within 2 minutes of it',
    ]);
  });

  test('where bars are all there is, what is decided at the close is for the next open', () => {
    expect(onDays(session, { 0: ({ buy }) => buy(1) })).toEqual([]);
  });
});

describe('P6 the quote', () => {
  test('LF-31 must be fresh', () => {
    const limits: LimitSettings = { quoteAge: { shares: 2, options: 5 } };
    const streams = [
      quotes([[0, 99.99, 100.01]], 'ABC'),
      quotes(
        [
          [2, 49.99, 50.01],
          [3, 49.99, 50.01],
        ],
        'XYZ',
      ),
    ];
    const setup = onQuotes({
      1: (context) => context.asset('ABC').buy(1),
      2: (context) => context.asset('ABC').buy(1),
    });
    expect(refusals(endsOf(play({ streams, setup, limits, conventions })))).toEqual([
      'quote.stale: the quote of ABC is 3.0 s old, the limit is 2 s',
    ]);
  });

  test('LF-33 must have two sides that do not cross', () => {
    const limits: LimitSettings = { spread: { shares: 0.01, options: 0.15 } };
    const rows: QuoteRow[] = [
      [0, 99.99, 100.01],
      [1, 99.99, Number.NaN],
      [2, 99.99, 0],
      [3, 100.02, 100.01],
    ];
    const buying = ({ buy }: Context) => buy(1);
    expect(onQuoted(limits, { 1: buying, 2: buying, 3: buying }, rows)).toEqual([
      'quote.one-sided: ABC is quoted 99.99 to nothing: a side is missing',
      'quote.one-sided: ABC is quoted 99.99 to nothing: a side is missing',
      'quote.crossed: ABC is quoted 100.02 to 100.01: the bid is above the ask',
    ]);
  });

  test('must not be wide, but a tick is as narrow as it gets', () => {
    const limits: LimitSettings = { spread: { shares: 0.01, options: 0.15 } };
    const buying = ({ buy }: Context) => buy(1);
    expect(
      onQuoted(limits, { 0: buying, 1: buying, 2: buying }, [
        [0, 99, 101],
        [1, 99.6, 100.4],
        [2, 0.1, 0.11],
      ]),
    ).toEqual(['quote.wide: the spread of ABC is 2.00 %, above the limit of 1 %']);
  });
});

describe('P7 the collar', () => {
  const limits: LimitSettings = {
    collar: [
      { above: 0, share: 0.1 },
      { above: 5, share: 0.05 },
      { above: 25, share: 0.03 },
    ],
    passiveCollar: true,
  };

  test('keeps limits near the far side, on both sides of it', () => {
    const acts: Acts = {
      0: ({ buy, sell }) => {
        buy(1, { limit: 103.01 });
        buy(1, { limit: 103.02 });
        buy(1, { limit: 97.01 });
        buy(1, { limit: 97 });
        sell(1, { limit: 97 });
        sell(1, { limit: 96.98 });
      },
    };
    expect(onQuoted(limits, acts)).toEqual([
      'price.collar: limit 103.02 is beyond 103.0103, the collar around 100.01',
      'price.collar: limit 97 is further away than 97.0097, the collar around 100.01',
      'price.collar: limit 96.98 is beyond 96.9903, the collar around 99.99',
    ]);
  });

  test('is wider for what costs less', () => {
    expect(
      onQuoted(limits, { 0: ({ buy }) => [buy(1, { limit: 4.39 }), buy(1, { limit: 4.41 })] }, [[0, 3.99, 4]]),
    ).toEqual(['price.collar: limit 4.41 is beyond 4.4, the collar around 4']);
  });

  test('lets exits rest far away, because that is what they are for', () => {
    expect(onQuoted(limits, { 0: ({ buy }) => buy(1, { takeProfit: 120, stopLoss: 80 }) })).toEqual([]);
  });

  test('LF-34 a bad print of 40 % does not move it: the quote does', () => {
    // One print at 140 between two quotes at 100.
    const streams = [quotes(seconds(3)), trades([[0.5, 140, 100]])];
    const setup = onQuotes({ 1: ({ buy }) => [buy(1, { limit: 140 }), buy(1, { limit: 103 })] });
    expect(refusals(endsOf(play({ streams, setup, limits, conventions })))).toEqual([
      'price.collar: limit 140 is beyond 103.0103, the collar around 100.01',
    ]);
  });
});

describe('P8 fat fingers', () => {
  test('by units', () => {
    const limits: LimitSettings = { orderQuantity: { shares: 100, options: 10 } };
    expect(onQuoted(limits, { 0: ({ buy }) => [buy(100), buy(101)] })).toEqual([
      'order.quantity: order quantity 101 is above the limit of 100',
    ]);
  });

  test('by money, at the limit where that is worse than the market', () => {
    expect(onQuoted({ orderValue: 10_100 }, { 0: ({ buy }) => [buy(100), buy(100, { limit: 102 })] })).toEqual([
      'order.value: order value 10200.00 is above the limit of 10100',
    ]);
  });

  test('by the account', () => {
    expect(onQuoted({ orderShare: 0.05 }, { 0: ({ buy }) => [buy(50), buy(49)] })).toEqual([
      'order.share: order value 5000.50 is above the limit of 5000.00, 5 % of the account',
    ]);
  });

  test('by what trades in a day, on average over twenty days and without today', () => {
    const acts: Acts = {
      0: ({ buy }) => buy(100_000, { limit: 50 }),
      25: ({ buy }) => [buy(10_000, { limit: 50 }), buy(10_001, { limit: 50 })],
    };
    expect(onDays({ orderVolume: 0.01 }, acts)).toEqual([
      'order.volume: order quantity 10001 is above the limit of 10000, 1 % of an average day',
    ]);
  });

  test('an order that only closes is never too large', () => {
    const acts: Acts = { 0: ({ buy }) => buy(40), 1: ({ sell }) => sell(40) };
    expect(onQuoted({ orderShare: 0.05 }, { ...acts })).toEqual([]);
    const grown: readonly QuoteRow[] = [
      [0, 99.99, 100.01],
      [1, 99.99, 100.01],
      [2, 999.99, 1000.01],
    ];
    expect(onQuoted({ orderShare: 0.05 }, { 0: ({ buy }) => buy(40), 2: ({ sell }) => sell(40) }, grown)).toEqual([]);
  });
});

describe('P9 duplicates', () => {
  test('the same order is not taken twice within two seconds, unless it gives another reason', () => {
    const acts: Acts = {
      0: ({ buy }) => [buy(1, 'entry'), buy(1, 'second entry')],
      1: ({ buy }) => [buy(1, 'entry'), buy(2, 'entry'), buy(1, { limit: 99, reason: 'entry' })],
      2: ({ buy }) => buy(1, 'entry'),
    };
    expect(onQuoted({ duplicate: 2 }, acts)).toEqual([
      'order.duplicate: the same order in ABC passed 1.000 s ago, the limit is 2 s; give another reason if it is meant',
    ]);
  });
});

describe('P10 rates', () => {
  const many =
    (count: number) =>
    ({ buy }: Context) => {
      for (let i = 0; i < count; i++) buy(1, { limit: 90, reason: `order ${i}` });
    };

  test('LF-51 a strategy that runs wild sends what its bucket holds, and no more', () => {
    const ends = onQuoted({ ordersPerSecond: 5, orderBurst: 10 }, { 0: many(1000), 1: many(1000) });
    expect(ends).toHaveLength(2000 - 10 - 5);
    expect(ends[0]).toBe('rate.strategy: 0.00 of 10 are left, at 5 a second; the next one passes in 0.20 s');
  });

  test('a symbol has a bucket of its own', () => {
    const ends = onQuoted({ symbolOrdersPerMinute: 60 }, { 0: many(12) });
    expect(ends).toHaveLength(2);
    expect(ends[0]).toMatch(/^rate\.symbol: 0\.00 of 10 are left/);
  });

  test('of the account’s messages a fifth is kept for cancels', () => {
    const ends = onQuoted({ messagesPerMinute: 150, reservedMessages: 0.2 }, { 0: many(130) });
    expect(ends).toHaveLength(10);
    expect(ends[0]).toMatch(/^rate\.account: 30\.00 of 150 are left with 30 kept for cancels, at 2\.5 a second/);
  });

  test('a change is an order, a cancel is none', () => {
    const acts: Acts = {
      0: ({ buy, update, cancel }) => {
        const order = buy(1, { limit: 90 })!;
        for (let i = 0; i < 10; i++) update(order, { limit: 90 + i / 100 });
        cancel(order);
      },
    };
    expect(onQuoted({ ordersPerSecond: 1, orderBurst: 5 }, acts)).toHaveLength(6);
  });
});

describe('P11 counts', () => {
  test('of orders at work, in all and in a symbol', () => {
    const acts: Acts = {
      0: ({ buy }) => [1, 2, 3, 4].map((i) => buy(i, { limit: 90 })),
    };
    expect(onQuoted({ workingOrders: 3 }, acts)).toEqual(['orders.working: 3 orders are working, the limit is 3']);
    expect(onQuoted({ symbolOrders: 2 }, acts)).toEqual([
      'orders.symbol: 2 orders are working in ABC, the limit is 2',
      'orders.symbol: 2 orders are working in ABC, the limit is 2',
    ]);
  });

  test('of orders per fill in an hour', () => {
    const act = ({ buy, cancel }: Context) => {
      const order = buy(1, { limit: 90 });
      if (order !== undefined) cancel(order);
    };
    const acts = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [i, act]));
    expect(onQuoted({ ordersPerFill: 5 }, acts)).toEqual([
      'orders.per-fill: 5 orders in an hour for 0 fills, the limit is 5 for one',
      'orders.per-fill: 5 orders in an hour for 0 fills, the limit is 5 for one',
      'orders.per-fill: 5 orders in an hour for 0 fills, the limit is 5 for one',
    ]);
    // An hour later the old ones no longer count.
    expect(
      onQuoted({ ordersPerFill: 5 }, { 0: many5, 1: many5 }, [
        [0, 99.99, 100.01],
        [3661, 99.99, 100.01],
      ]),
    ).toEqual([]);
  });

  const many5 = ({ buy }: Context) => {
    for (let i = 1; i <= 5; i++) buy(i, { limit: 90 });
  };
});

describe('P12 self-cross', () => {
  const limits: LimitSettings = { selfCross: 'refuse' };

  test('a limit does not cross an own one on the other side', () => {
    const acts: Acts = {
      0: ({ buy, sell }) => {
        sell(5, { limit: 100.5 });
        buy(5, { limit: 100.4 });
        buy(5, { limit: 100.5 });
      },
    };
    const ends = onQuoted(limits, acts, [[0, 99.99, 100.6]]);
    expect(ends).toEqual([
      "order.self-cross: it could meet order 1, the account's own sale at 100.5 in ABC; cancel that one first",
    ]);
  });

  test('what has no limit meets anything on the other side', () => {
    const acts: Acts = {
      0: ({ buy, sell }) => {
        buy(5, { stop: 105 });
        sell(5);
        sell(5, { limit: 110 });
      },
    };
    expect(onQuoted(limits, acts)).toEqual([
      "order.self-cross: it could meet order 1, the account's own purchase (stop) in ABC; cancel that one first",
      "order.self-cross: it could meet order 1, the account's own purchase (stop) in ABC; cancel that one first",
    ]);
  });
});

test('the first control that refuses names the refusal, and the order is that of the table', () => {
  const limits: LimitSettings = { allow: ['XYZ'], orderShare: 0.01, ordersPerSecond: 1, orderBurst: 1 };
  expect(onQuoted(limits, { 0: ({ buy }) => buy(500) })[0]).toMatch(/^symbol\.not-allowed/);
  const played = play({
    streams: [bars(days(ROWS))],
    setup: onBars({}),
    limits: { orderShare: 1, positionShare: 1, selfCross: 'refuse', session: 'regular' },
  });
  const names = played.result.assumptions.map((sentence) => sentence.split(' ').slice(0, 4).join(' '));
  const order = ['Orders are taken in', 'No order that opens', 'No order crosses an', 'At worst one instrument'];
  expect(names.filter((name) => order.includes(name))).toEqual(order);
});
