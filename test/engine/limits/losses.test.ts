/** The controls that watch over time: losses, breakers, the margin rule of the day, arming. */
import { describe, expect, test } from 'vitest';
import type { LimitSettings } from '../../../src/engine/limits/settings.ts';
import { EARLIEST_REGIME, LATEST_REGIME, marginRuleAt } from '../../../src/engine/limits/margin-regime.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { deckOf, ended, endsOf, onQuotes, plain, play, quotes, utc, type Play, type QuoteRow } from '../play.ts';
import { conventions, flat, onQuoted, refusals, type Acts } from './refusals.ts';

function states(limits: LimitSettings, acts: Acts, rows: readonly QuoteRow[], more: Partial<Play> = {}): string[] {
  const played = play({ streams: [quotes(rows)], setup: onQuotes(acts), limits, conventions, ...more });
  return played.of('state').map(({ text }) => text);
}

describe('P16 losses', () => {
  const limits: LimitSettings = { dayLoss: 0.02, drawdown: 0.1, haltAt: 1.5 };
  const fall: QuoteRow[] = [
    [0, 99.99, 100.01],
    [1, 99.99, 100.01],
    [2, 97.5, 99.5],
    [3, 97.5, 99.5],
    [4, 96.5, 96.6],
    [5, 96.5, 96.6],
  ];

  test('are measured at the side of the quote that is worse, not at its middle', () => {
    // At the middle of 98.5 the loss would be 1.5 %.
    expect(states(limits, { 0: ({ buy }) => buy(990) }, fall.slice(0, 4))).toEqual([
      'reducing: loss.day: 2484.90 was lost since the last close, the limit is 2000.00',
    ]);
  });

  test('let only closing orders pass, and at a multiple nothing', () => {
    const acts: Acts = {
      0: ({ buy }) => buy(990),
      3: ({ buy, sell }) => [buy(1), sell(10)],
      5: ({ sell }) => sell(10),
    };
    expect(onQuoted(limits, acts, fall)).toEqual([
      'loss.day: 2484.90 was lost since the last close, the limit is 2000.00',
      expect.stringMatching(/^loss\.day: 34\d\d\.\d\d was lost since the last close, the limit is 2000\.00/),
    ]);
    expect(states(limits, acts, fall).map((text) => text.split(':')[0])).toEqual(['reducing', 'halted']);
  });

  test('of a day end with it, those from the peak do not', () => {
    const days = (limited: LimitSettings): string[] => {
      const streams = [quotes(fall.slice(0, 4), 'ABC', '2024-01-02T15:00')];
      const next = quotes(
        [
          [0, 97.5, 97.6],
          [1, 97.5, 97.6],
        ],
        'ABC',
        '2024-01-03T15:00',
      );
      const all = { kind: 'quotes', symbol: 'ABC', columns: joined(streams[0], next) } as const;
      const setup = onQuotes({ 0: ({ buy }) => buy(990), 5: ({ buy }) => buy(1) });
      return refusals(endsOf(play({ streams: [all], setup, limits: limited, conventions })));
    };
    expect(days({ dayLoss: 0.02 })).toEqual([]);
    expect(days({ drawdown: 0.02 })).toEqual([
      'loss.drawdown: 2484.90 was lost from the peak of 100000.00, the limit is 2000.00',
    ]);
  });

  test('the peak survives in a saved state', () => {
    const rows = fall.slice(0, 4);
    const setup = onQuotes({ 0: ({ buy }) => buy(990) });
    const first = deckOf({ streams: [quotes(rows)], setup, conventions, limits: { drawdown: 0.05 } });
    first.play({ streams: [quotes(rows)] });
    const restore = JSON.parse(JSON.stringify(first.saveState()));
    const later = [
      quotes(
        [
          [0, 94.8, 95],
          [1, 94.8, 95],
        ],
        'ABC',
        '2024-01-03T15:00',
      ),
    ];
    const second = deckOf({
      streams: later,
      setup: onQuotes({ 1: ({ buy }) => buy(1) }),
      conventions,
      limits: { drawdown: 0.05 },
      restore,
    });
    second.play({ streams: later });
    expect(refusals(endsOf({ deck: second, ...ended(second) }))).toEqual([
      'loss.drawdown: 5157.90 was lost from the peak of 100000.00, the limit is 5000.00',
    ]);
  });

  describe('of the account from a share of the limit on', () => {
    // Of 2000 that may be lost 1940 are, and then more than all.
    const near: QuoteRow[] = [
      [0, 99.99, 100.01],
      [1, 99.99, 100.01],
      [2, 98.05, 98.06],
      [3, 98.05, 98.06],
      [4, 97.55, 97.56],
      [5, 97.55, 97.56],
    ];
    const early: LimitSettings = { dayLoss: 0.02, reduceAt: 0.95, haltAt: 1.5 };
    const acts: Acts = { 0: ({ buy }) => buy(990), 3: ({ buy, sell }) => [buy(1), sell(10)] };

    test('only closing orders pass, and that all of it is lost is told too', () => {
      const lost = 'loss.day: 1940.40 was lost since the last close, more than 95 % of the limit of 2000.00';
      expect(onQuoted(early, acts, near.slice(0, 4))).toEqual([lost]);
      expect(states(early, acts, near)).toEqual([
        `reducing: ${lost}`,
        'reducing: loss.day: 2430.40 was lost since the last close, the limit is 2000.00',
      ]);
    });

    test('less than that is none, nor is it where nothing was said of a share', () => {
      const less = near
        .slice(0, 4)
        .map(([second, bid, ask]): QuoteRow => [second, Math.max(bid, 98.1), Math.max(ask, 98.11)]);
      expect(states(early, acts, less)).toEqual([]);
      expect(states({ ...early, reduceAt: 1 }, acts, near.slice(0, 4))).toEqual([]);
      expect(states({ dayLoss: 0.02 }, acts, near.slice(0, 4))).toEqual([]);
    });

    test('what else a loss leads to waits for all of it', () => {
      const limits: LimitSettings = { ...early, onLoss: 'halt+cancel+flatten' };
      const held = (rows: readonly QuoteRow[]): number =>
        play({
          streams: [quotes(rows)],
          setup: onQuotes({ 0: ({ buy }) => buy(990) }),
          limits,
          conventions,
        }).deck.ledger.netQuantity(0);
      expect(held(near.slice(0, 4))).toBe(990);
      expect(held(near)).toBe(0);
    });

    test('it is known in the next session, too', () => {
      const streams = [quotes(near.slice(0, 4))];
      const setup = onQuotes({ 0: ({ buy }) => buy(990) });
      const limits: LimitSettings = { drawdown: 0.02, reduceAt: 0.95, onLoss: 'halt+cancel+flatten' };
      const first = deckOf({ streams, setup, conventions, limits });
      first.play({ streams });
      const restore = JSON.parse(JSON.stringify(first.saveState()));
      const later = [
        quotes(
          near.slice(4).flatMap((row) => [row, [row[0] + 2, row[1], row[2]] as const]),
          'ABC',
          '2024-01-03T15:00',
        ),
      ];
      const second = deckOf({ streams: later, setup: onQuotes({}), conventions, limits, restore });
      second.play({ streams: later });
      expect(second.ledger.netQuantity(0)).toBe(0);
    });
  });

  test('of a strategy', () => {
    expect(states({ strategyDayLoss: 0.02 }, { 0: ({ buy }) => buy(990) }, fall.slice(0, 4))).toEqual([
      'reducing: loss.strategy-day: the strategy lost 2484.90 since the last close, the limit is 2000.00',
    ]);
  });
});

describe('P17 breakers', () => {
  test('five rejections in a row pause the strategy', () => {
    // Beyond what the account can pay, the venue rejects at the fill.
    const act = ({ buy }: Context) => buy(100_000);
    const acts = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [i, act]));
    expect(states({ rejects: 5 }, acts, flat(14))).toEqual([
      'paused: breaker.rejects: 5 orders in a row were rejected, the last with margin.insufficient',
    ]);
    expect(onQuoted({ rejects: 5 }, acts, flat(14)).length).toBeGreaterThan(0);
    expect(onQuoted({ rejects: 5 }, acts, flat(14))[0]).toBe(
      'breaker.rejects: 5 orders in a row were rejected, the last with margin.insufficient',
    );
  });

  test('more fills within a minute than planned pause it', () => {
    const acts = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i, ({ buy }: Context) => buy(1)]));
    expect(states({ fillsPerMinute: 4 }, acts, flat(10))).toEqual([
      'paused: breaker.fills: more than 4 fills within a minute',
    ]);
    const slow = flat(10).map(([second, bid, ask]): QuoteRow => [second * 20, bid, ask]);
    expect(states({ fillsPerMinute: 4 }, acts, slow)).toEqual([]);
  });

  test('three fills in a row that slip far more than is usual pause it', () => {
    // Each order fills with the next quote; after the twenty-fifth it runs away between decision and fill.
    const rows = flat(40).map(([second, bid, ask]): QuoteRow => {
      const away = Math.max(0, second - 25);
      return [second, bid + away, ask + away];
    });
    const acts = Object.fromEntries(Array.from({ length: 39 }, (_, i) => [i, ({ buy }: Context) => buy(1)]));
    const more = { conventions: { ...conventions, latency: 500_000 } };
    expect(states({ slippageSigma: 3 }, acts, rows, more)[0]).toMatch(
      /^paused: breaker\.slippage: 3 fills in a row slipped, the last by \d+\.\d bps; usual are/,
    );
    expect(states({ slippageSigma: 3 }, acts, flat(40), more)).toEqual([]);
  });
});

describe('P18 the margin rule of the day', () => {
  test('is the old one before 2026-06-04 and the new one from then on, as the broker has it', () => {
    expect(marginRuleAt(EARLIEST_REGIME, utc('2026-06-03T23:59'))).toBe('pattern-day-trader');
    expect(marginRuleAt(EARLIEST_REGIME, utc('2026-06-04'))).toBe('intraday-margin');
    expect(marginRuleAt(LATEST_REGIME, utc('2026-12-01'))).toBe('pattern-day-trader');
    expect(marginRuleAt(LATEST_REGIME, utc('2027-10-20'))).toBe('intraday-margin');
    expect(marginRuleAt(EARLIEST_REGIME, utc('1999-01-04'))).toBeUndefined();
  });

  const limits: LimitSettings = { marginRegime: EARLIEST_REGIME };
  const trips = Object.fromEntries(
    Array.from({ length: 16 }, (_, i) => [
      i,
      ({ buy, sell }: Context) => (i % 4 === 0 ? buy(1) : i % 4 === 2 ? sell(1) : 0),
    ]),
  );
  const margin = { conventions: { ...plain, margin: regT }, cash: 10_000 };

  test('after three day trades in five days a small account opens nothing more', () => {
    const [fourth] = onQuoted(limits, trips, flat(16), margin);
    expect(fourth).toBe(
      'margin.pattern-day-trader: 3 day trades in 5 days with equity of 9999.94, below 25000: the limit is 3',
    );
    expect(onQuoted(limits, trips, flat(16), { ...margin, cash: 30_000 })).toEqual([]);
  });

  test('a cash account has none', () => {
    expect(onQuoted(limits, trips, flat(16), { conventions: plain, cash: 10_000 })).toEqual([]);
  });

  test('under the new rule the intraday margin level stays above nought', () => {
    const streams = [quotes(flat(3), 'ABC', '2026-07-01T15:00')];
    const setup = onQuotes({ 0: ({ buy }) => [buy(200, { limit: 90 }), buy(201, { limit: 90 })] });
    expect(refusals(endsOf(play({ streams, setup, limits, ...margin })))).toEqual([
      'margin.intraday: the intraday margin level could be -25.00, it must not be below 0',
    ]);
  });

  test('less than two thousand does not borrow', () => {
    expect(onQuoted(limits, { 0: ({ buy }) => buy(1) }, flat(2), { ...margin, cash: 1500 })).toEqual([
      'margin.minimum: equity is 1500.00, margin needs 2000',
    ]);
  });
});

describe('P19 arming', () => {
  test('a deck that is not the one that was confirmed sends nothing', () => {
    expect(onQuoted({ armed: false }, { 0: ({ buy }) => buy(1) })).toEqual([
      'arming.not-armed: nobody has confirmed this deck for live trading',
    ]);
    expect(onQuoted({ armed: true }, { 0: ({ buy }) => buy(1) })).toEqual([]);
  });

  test('the first orders are small', () => {
    const acts: Acts = { 0: ({ buy }) => [buy(11), buy(5), buy(6), buy(500)] };
    expect(onQuoted({ canaryOrders: 2, canaryShare: 0.01 }, acts)).toEqual([
      'arming.canary: order value 1100.00 is above 1000.00, the limit of the first 2 orders; 0 have passed',
    ]);
  });
});

/** The rows of two streams, one after the other. */
function joined(one: ReturnType<typeof quotes>, other: ReturnType<typeof quotes>) {
  const columns = Object.entries(one.columns).map(([name, column]) => {
    const next = (other.columns as unknown as Record<string, Float64Array | number>)[name];
    return [
      name,
      typeof column === 'number'
        ? column + (next as number)
        : Float64Array.from([...column, ...(next as Float64Array)]),
    ];
  });
  // The same columns, longer.
  return Object.fromEntries(columns) as never;
}
