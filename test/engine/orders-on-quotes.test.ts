/** Every order type on quotes: buy at the ask, sell at the bid, take what is shown, and nothing from a missing side. */
import { describe, expect, it } from 'vitest';
import type { OrderOptions } from '../../src/engine/strategy/strategy.ts';
import { makerTakerFees } from '../../src/engine/sim/fees.ts';
import {
  bars,
  endsOf,
  fillsOf,
  intraday,
  onBars,
  onQuotes,
  plain,
  play,
  quotes,
  trades,
  utc,
  type Play,
  type QuoteRow,
} from './play.ts';

/** Sends one order at the first quote, 99 / 101, and shows the rest. */
function order(side: 'buy' | 'sell', options: OrderOptions, rest: readonly QuoteRow[], quantity = 10) {
  return play({
    streams: [quotes([[0, 99, 101], ...rest])],
    setup: onQuotes({ 0: (context) => context[side](quantity, options) }),
  });
}

describe('on quotes', () => {
  it.each<[string, 'buy' | 'sell', OrderOptions, readonly QuoteRow[], string[]]>([
    ['a market order buys at the ask', 'buy', {}, [], ['+10 @ 101']],
    ['a market order sells at the bid', 'sell', {}, [], ['-10 @ 99']],
    ['a marketable limit fills at the quote', 'buy', { limit: 105 }, [], ['+10 @ 101']],
    ['a resting limit fills at its price', 'buy', { limit: 100 }, [[1, 97, 98]], ['+10 @ 100']],
    ['a resting limit to sell fills at its price', 'sell', { limit: 100 }, [[1, 102, 103]], ['-10 @ 100']],
    ['a limit waits', 'buy', { limit: 100 }, [[1, 99, 100.5]], []],
    [
      'a stop to buy watches the ask',
      'buy',
      { stop: 103 },
      [
        [1, 102, 102.5],
        [2, 103, 104],
      ],
      ['+10 @ 104'],
    ],
    [
      'a stop to sell watches the bid',
      'sell',
      { stop: 97 },
      [
        [1, 97.5, 98],
        [2, 96, 98],
      ],
      ['-10 @ 96'],
    ],
    [
      'a stop-limit waits for its limit after the trigger',
      'buy',
      { stop: 103, limit: 103 },
      [
        [1, 103, 104],
        [2, 102, 102.5],
      ],
      ['+10 @ 103'],
    ],
    [
      'a trailing stop follows the bid',
      'sell',
      { trail: { amount: 2 } },
      [
        [1, 103, 104],
        [2, 101.5, 102],
        [3, 101, 102],
      ],
      ['-10 @ 101'],
    ],
    [
      'a trailing stop by percent',
      'sell',
      { trail: { percent: 0.1 } },
      [
        [1, 110, 111],
        [2, 100, 101],
        [3, 99, 100],
      ],
      ['-10 @ 99'],
    ],
    [
      'a trailing stop-limit never sells below its limit',
      'sell',
      { trail: { amount: 2 }, limitOffset: 1 },
      [[1, 97, 98]],
      ['-10 @ 97'],
    ],
    [
      'a trailing stop-limit rests at its limit where the market jumped beyond it',
      'sell',
      { trail: { amount: 2 }, limitOffset: 1 },
      [
        [1, 95, 96],
        [2, 96.5, 97],
      ],
      ['-10 @ 96'],
    ],
    [
      'market-if-touched buys at the ask once it is low',
      'buy',
      { touch: 98 },
      [
        [1, 97.5, 98.5],
        [2, 96, 97.5],
      ],
      ['+10 @ 97.5'],
    ],
    [
      'limit-if-touched waits for its limit',
      'buy',
      { touch: 98, limit: 96 },
      [
        [1, 96.5, 97.5],
        [2, 95, 95.5],
      ],
      ['+10 @ 96'],
    ],
    [
      'a missing ask sells nothing to a buyer',
      'buy',
      { limit: 100 },
      [
        [1, 90, Number.NaN],
        [2, 90, 91],
      ],
      ['+10 @ 100'],
    ],
  ])('%s', (_name, side, options, rest, fills) => {
    expect(fillsOf(order(side, options, rest))).toEqual(fills);
  });

  it('trap 39: IOC takes what is shown and ends', () => {
    const played = play({
      streams: [
        quotes([
          [0, 99, 101, 1000, 4],
          [1, 99, 101],
        ]),
      ],
      setup: onQuotes({ 0: ({ buy }) => buy(10, { timeInForce: 'IOC' }) }),
    });
    expect(fillsOf(played)).toEqual(['+4 @ 101']);
    expect(endsOf(played)).toEqual(['canceled time-in-force']);
  });

  it('trap 39: FOK takes all or nothing', () => {
    const played = play({
      streams: [
        quotes([
          [0, 99, 101, 1000, 4],
          [1, 99, 101],
        ]),
      ],
      setup: onQuotes({
        0: ({ buy }) => buy(10, { timeInForce: 'FOK' }),
        1: ({ buy }) => buy(10, { timeInForce: 'FOK' }),
      }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 101']);
    expect(endsOf(played)).toEqual(['canceled time-in-force']);
  });

  it('an order changed to a marketable price fills at the quote, not at its new limit', () => {
    const played = play({
      streams: [
        quotes([
          [0, 99, 101],
          [1, 99, 101],
        ]),
      ],
      setup: (context) => {
        let quote = 0;
        return {
          onQuote() {
            if (quote++ === 0) context.buy(10, { limit: 95 });
            else context.update(context.assets[0].orders[0], { limit: 110 });
          },
        };
      },
    });
    expect(fillsOf(played)).toEqual(['+10 @ 101']);
  });

  it.each<[string, Partial<Play>]>([
    [
      'that came late',
      {
        streams: [
          quotes([
            [0, 99, 101],
            [2, 100.5, 101],
            [3, 97, 98],
          ]),
        ],
        conventions: { ...plain, latency: 1_000_000, fees: makerTakerFees(0, 10) },
      },
    ],
    [
      'that was sent in the session before',
      {
        streams: [
          bars(intraday([[100, 101, 99, 100]], '2024-01-02T20:59'), 'ABC', '1m'),
          quotes(
            [
              [0, 100.5, 101.5],
              [1, 100.5, 101],
              [2, 97, 98],
            ],
            'ABC',
            '2024-01-03T15:00',
          ),
        ],
        setup: onBars({ 0: ({ buy }) => void buy(10, { limit: 100 }) }),
      },
    ],
    [
      'where trades are all there is',
      {
        streams: [
          trades([
            [0, 101, 5],
            [1, 101, 5],
            [2, 98, 500],
          ]),
        ],
        setup: (context) => {
          let trade = 0;
          return { onTrade: () => void (trade++ === 0 && context.buy(10, { limit: 100 })) };
        },
      },
    ],
  ])('a limit %s rests at its price from the first event that left it alone', (_, given) => {
    const conventions = { ...plain, fees: makerTakerFees(0, 10) };
    const setup = onQuotes({ 0: ({ buy }) => void buy(10, { limit: 100 }) });
    const played = play({ conventions, setup, ...given } as Play);
    expect(played.result.fills).toMatchObject([{ quantity: 10, price: 100, fee: 0 }]);
  });

  it('latency delays the fill to the first quote after it', () => {
    const played = play({
      streams: [
        quotes([
          [0, 99, 101],
          [1, 100, 102],
          [3, 104, 106],
        ]),
      ],
      conventions: { ...plain, latency: 2_000_000 },
      setup: onQuotes({ 0: ({ buy }) => buy(10) }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 106']);
  });

  it('a fraction of the account is sized when it fills', () => {
    const played = play({
      streams: [quotes([[0, 99, 100]])],
      conventions: { ...plain, sizing: { buffer: 0, reservesFees: false, at: 'fill', trims: false } },
      setup: onQuotes({ 0: ({ buyFraction }) => buyFraction(0.5) }),
    });
    expect(fillsOf(played)).toEqual(['+500 @ 100']);
  });

  it('a quote without sizes shows a price, and any quantity fills at it', () => {
    const played = play({
      streams: [quotes([[0, 99, 101, Number.NaN, Number.NaN]])],
      setup: onQuotes({ 0: ({ buy }) => buy(500) }),
    });
    expect(fillsOf(played)).toEqual(['+500 @ 101']);
  });
});

describe('auctions on quotes', () => {
  const start = '2024-01-02T20:59';

  it('on-close fills at the quote in force at the close', () => {
    const played = play({
      streams: [
        quotes(
          [
            [0, 99, 101],
            [30, 100, 102],
            [90, 110, 112],
          ],
          'ABC',
          start,
        ),
      ],
      setup: onQuotes({ 0: ({ buy }) => buy(10, { at: 'close' }) }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 102']);
    expect(played.result.fills[0].at).toBe(utc('2024-01-02T21:00'));
  });

  it('on-open fills at the first quote of the next session', () => {
    const evening = quotes([[0, 99, 101]], 'ABC', start).columns;
    const rows: QuoteRow[] = [
      [0, 99, 101],
      [60 + 17.5 * 3600 - 60, 105, 106],
      [60 + 17.5 * 3600 + 5, 107, 108],
    ];
    expect(evening.length).toBe(1);
    const played = play({
      streams: [quotes(rows, 'ABC', start)],
      setup: onQuotes({ 0: ({ buy }) => buy(10, { at: 'open' }) }),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 108']);
  });

  it('a limit for the close that misses it ends', () => {
    const played = play({
      streams: [
        quotes(
          [
            [0, 99, 101],
            [30, 100, 102],
            [90, 90, 91],
          ],
          'ABC',
          start,
        ),
      ],
      setup: onQuotes({ 0: ({ buy }) => buy(10, { at: 'close', limit: 95 }) }),
    });
    expect(fillsOf(played)).toEqual([]);
    expect(endsOf(played)).toEqual(['canceled time-in-force']);
  });
});

describe('where trades are all there is', () => {
  const onTrades = (options: OrderOptions, quantity = 10) =>
    play({
      streams: [
        trades([
          [0, 100, 50],
          [1, 98, 4],
          [2, 97, 50],
        ]),
      ],
      setup: (context) => {
        let first = true;
        return {
          onTrade() {
            if (first) context.buy(quantity, options);
            first = false;
          },
        };
      },
    });

  it('a market order takes the next trades, as much as each was for', () => {
    expect(fillsOf(onTrades({}))).toEqual(['+4 @ 98', '+6 @ 97']);
  });

  it('a limit must be traded through', () => {
    expect(fillsOf(onTrades({ limit: 98 }))).toEqual(['+10 @ 98']);
    expect(fillsOf(onTrades({ limit: 97 }))).toEqual([]);
  });

  it('a stop fills at the trade that hits it', () => {
    expect(fillsOf(onTrades({ touch: 97 }))).toEqual(['+10 @ 97']);
  });
});
