/** Each control of the gate: what it refuses, in which words, and what it lets pass. */
import { describe, expect, it } from 'vitest';
import type { Control } from '../../src/engine/gate/gate.ts';
import {
  drawdownLimit,
  grossExposureLimit,
  orderQuantityLimit,
  orderValueLimit,
  positionShareLimit,
  workingOrderLimit,
} from '../../src/engine/limits/exposure.ts';
import { flatLeverage } from '../../src/engine/sim/margin.ts';
import type { Context, OrderOptions } from '../../src/engine/strategy/strategy.ts';
import { bars, days, endsOf, fillsOf, onBars, plain, play, playDays, utc, type Row } from './play.ts';

const FLAT: Row = [100, 101, 99, 100];
const ROWS: readonly Row[] = [FLAT, FLAT, FLAT, FLAT];

type Acts = Readonly<Record<number, (context: Context) => void>>;

/** The refusals of a run under one control. */
function refused(controls: readonly Control[], acts: Acts, rows: readonly Row[] = ROWS): string[] {
  return endsOf(playDays(rows, acts, { controls })).filter((end) => end.startsWith('refused'));
}

describe('a malformed order is refused in words', () => {
  it.each<[number, OrderOptions, string]>([
    [0, {}, 'format.quantity: quantity must be finite and positive, was 0'],
    [-5, {}, 'format.quantity: quantity must be finite and positive, was -5'],
    [Number.NaN, {}, 'format.quantity: quantity must be finite and positive, was NaN'],
    [Infinity, {}, 'format.quantity: quantity must be finite and positive, was Infinity'],
    [0.4, {}, 'format.lot: quantity 0.4 is less than one lot of 1'],
    [1, { limit: Number.NaN }, 'format.limit: limit price must be finite, was NaN'],
    [1, { limit: -1 }, 'format.limit: limit price must be positive, was -1'],
    [1, { stop: Infinity }, 'format.stop: stop price must be finite, was Infinity'],
    [1, { touch: 0 }, 'format.stop: stop price must be positive, was 0'],
    [1, { stop: 105, limit: Number.NaN }, 'format.limit: limit price must be finite, was NaN'],
    [1, { trail: { amount: 0 } }, 'format.trail: trailing distance must be positive, was 0'],
    [1, { trail: { percent: Number.NaN } }, 'format.trail: trailing distance must be positive, was NaN'],
    [1, { trail: { amount: 1 }, limitOffset: -1 }, 'format.limit-offset: limit offset must be 0 or more, was -1'],
    [1, { limit: 90, timeInForce: 'GTD' }, 'format.good-till: a GTD order needs the instant until which it is good'],
    [1, { timeInForce: 'GTD' }, 'format.good-till: a GTD order needs the instant until which it is good'],
    [1, { limit: 90, takeProfit: Number.NaN }, 'format.limit: take profit: limit price must be finite, was NaN'],
  ])('%s with %o', (quantity, options, message) => {
    expect(refused([], { 0: ({ buy }) => buy(quantity, options) })).toEqual([`refused ${message}`]);
  });

  it('and the strategy is told the code', () => {
    const codes: string[] = [];
    play({
      streams: [bars(days(ROWS))],
      setup: ({ buy }) => {
        let first = true;
        return {
          onBar() {
            if (first) expect(buy(0)).toBeUndefined();
            first = false;
          },
          onOrderEnd: (order, code) => codes.push(`${String(order)} ${code}`),
        };
      },
    });
    expect(codes).toEqual(['undefined format.quantity']);
  });

  it('an instrument without a price is not traded', () => {
    const late = days([FLAT], '2024-01-08');
    const played = play({
      streams: [bars(days(ROWS)), bars(late, 'LATE')],
      setup: onBars({ 0: (context) => context.asset('LATE').buy(1) }),
    });
    expect(endsOf(played)).toHaveLength(1);
    expect(endsOf(played)[0]).toMatch(/^refused symbol\.no/);
  });
});

describe('limits', () => {
  it('order quantity', () => {
    expect(refused([orderQuantityLimit(100)], { 0: ({ buy }) => [buy(100), buy(101)] })).toEqual([
      'refused order.quantity: order quantity 101 is above the limit of 100',
    ]);
  });

  it('order value, at the last price', () => {
    expect(refused([orderValueLimit(10_000)], { 0: ({ buy }) => [buy(100), buy(101)] })).toEqual([
      'refused order.value: order value 10100.00 is above the limit of 10000',
    ]);
  });

  it('share of the account in one position', () => {
    const acts: Acts = { 0: ({ buy }) => buy(400), 1: ({ buy }) => [buy(100), buy(101)] };
    expect(refused([positionShareLimit(0.5)], acts)).toEqual([
      'refused position.share: the position would be worth 60100.00, above the limit of 50000.00',
    ]);
  });

  it('all positions together, long and short', () => {
    const played = play({
      streams: [bars(days(ROWS), 'AAA'), bars(days(ROWS), 'BBB')],
      controls: [grossExposureLimit(1)],
      conventions: { ...plain, margin: flatLeverage(4) },
      setup: onBars({
        0: (context) => context.asset('AAA').sell(600),
        1: (context) => [context.asset('BBB').buy(401), context.asset('BBB').buy(400), context.asset('AAA').buy(600)],
      }),
    });
    expect(endsOf(played)).toEqual([
      'refused exposure.gross: gross exposure would be 100100.00, above the limit of 100000.00',
    ]);
  });

  it('several orders of one instant count together, because each alone would pass', () => {
    const acts: Acts = { 0: ({ buy }) => [buy(400), buy(400)] };
    expect(refused([positionShareLimit(0.5)], acts)).toEqual([
      'refused position.share: the position would be worth 80000.00, above the limit of 50000.00',
    ]);
    expect(refused([grossExposureLimit(0.5)], acts)).toEqual([
      'refused exposure.gross: gross exposure would be 80000.00, above the limit of 50000.00',
    ]);
  });

  it('resting orders count as if they filled, those of one side only', () => {
    const acts: Acts = {
      0: ({ buy, sell }) => [buy(400, { limit: 90 }), sell(400, { limit: 110 }), buy(200, { limit: 80 })],
    };
    const conventions = { ...plain, margin: flatLeverage(4) };
    const played = playDays(ROWS, acts, { conventions, controls: [grossExposureLimit(0.5)] });
    expect(endsOf(played)).toEqual([
      'refused exposure.gross: gross exposure would be 60000.00, above the limit of 50000.00',
    ]);
  });

  it('what is being sold at the market makes room for what is bought next, as in a rotation', () => {
    const played = play({
      streams: [bars(days(ROWS), 'AAA'), bars(days(ROWS), 'BBB')],
      controls: [grossExposureLimit(1)],
      conventions: { ...plain, margin: flatLeverage(4) },
      setup: onBars({
        0: (context) => context.asset('AAA').buy(900),
        1: (context) => [context.asset('AAA').sell(900), context.asset('BBB').buy(900)],
      }),
    });
    expect(endsOf(played)).toEqual([]);
    expect(fillsOf(played)).toHaveLength(3);
  });

  it('an order that is changed does not count beside what it becomes', () => {
    const acts: Acts = {
      0: (context) => {
        const working = context.buy(400, { limit: 90 })!;
        expect(context.update(working, { quantity: 500 })).toBe(true);
        expect(context.update(working, { quantity: 501 })).toBe(false);
      },
    };
    expect(refused([positionShareLimit(0.5)], acts)).toHaveLength(1);
  });

  it('a second sale of what is being sold already is a short sale', () => {
    const acts: Acts = { 0: ({ buy }) => buy(600), 1: ({ sell }) => [sell(600), sell(600)] };
    const conventions = { ...plain, margin: flatLeverage(4) };
    const played = playDays(ROWS, acts, { conventions, controls: [positionShareLimit(0.5)] });
    expect(endsOf(played)).toContain(
      'refused position.share: the position would be worth 60000.00, above the limit of 50000.00',
    );
  });

  it('working orders of a strategy', () => {
    const acts: Acts = { 0: ({ buy }) => [buy(1, { limit: 90 }), buy(1, { limit: 91 }), buy(1, { limit: 92 })] };
    expect(refused([workingOrderLimit(2)], acts)).toEqual([
      'refused orders.working: 2 orders are working, the limit is 2',
    ]);
  });

  it('drawdown from the highest value, also one that no order saw', () => {
    const rows: readonly Row[] = [FLAT, FLAT, [120, 120, 120, 120], [105, 105, 105, 105], [105, 105, 105, 105]];
    const acts: Acts = { 0: ({ buy }) => buy(1000), 3: ({ buy, sell }) => [buy(1), sell(1)] };
    expect(refused([drawdownLimit(0.1)], acts, rows)).toEqual([
      'refused loss.drawdown: the account at 105000.00 is below 108000.00, its drawdown limit',
    ]);
  });

  it('drawdown starts anew with every run', () => {
    const control = drawdownLimit(0.1);
    const rich = playDays(ROWS, { 0: ({ buy }) => buy(1) }, { controls: [control], cash: 1_000_000 });
    const poor = playDays(ROWS, { 0: ({ buy }) => buy(1) }, { controls: [control], cash: 1000 });
    expect([fillsOf(rich), fillsOf(poor)]).toEqual([['+1 @ 100'], ['+1 @ 100']]);
  });

  it('a fraction of the account is limited by what it would buy', () => {
    const conventions = { ...plain, sizing: { buffer: 0, reservesFees: false, at: 'fill', trims: false } } as const;
    const acts: Acts = { 0: ({ buyFraction }) => buyFraction(0.5) };
    const played = playDays(ROWS, acts, { conventions, controls: [orderQuantityLimit(100)] });
    expect(endsOf(played)).toEqual(['refused order.quantity: order quantity 500 is above the limit of 100']);
  });

  it('hold for what an order is changed into', () => {
    const acts: Acts = {
      0: (context) => {
        const working = context.buy(50, { limit: 90 })!;
        expect(context.update(working, { quantity: 100 })).toBe(true);
        expect(context.update(working, { quantity: 101 })).toBe(false);
      },
    };
    expect(refused([orderQuantityLimit(100)], acts)).toEqual([
      'refused order.quantity: order quantity 101 is above the limit of 100',
    ]);
  });

  it('are checked in order, and the first that refuses names the refusal', () => {
    expect(refused([orderQuantityLimit(5), orderValueLimit(5)], { 0: ({ buy }) => buy(6) })).toEqual([
      'refused order.quantity: order quantity 6 is above the limit of 5',
    ]);
  });

  it('are said in words among the assumptions', () => {
    const { assumptions } = playDays(ROWS, {}, { controls: [workingOrderLimit(3)] }).result;
    expect(assumptions).toContain('At most 3 orders are working at once.');
  });
});

describe('no control keeps a position from being closed', () => {
  const strict = [orderQuantityLimit(60), orderValueLimit(6000), workingOrderLimit(2), positionShareLimit(0.2)];

  it('by hand', () => {
    const acts: Acts = { 0: ({ buy }) => buy(60), 1: ({ buy }) => buy(60), 2: ({ close }) => close() };
    expect(fillsOf(playDays(ROWS, acts, { controls: strict }))).toEqual(['+60 @ 100', '+60 @ 100', '-120 @ 100']);
  });

  it('by its exits', () => {
    const acts: Acts = { 0: ({ buy }) => [buy(50, { stopLoss: 95, takeProfit: 110 }), buy(50)] };
    const played = playDays([FLAT, FLAT, [100, 101, 90, 92]], acts, { controls: strict });
    expect(fillsOf(played)).toEqual(['+50 @ 100', '+50 @ 100', '-50 @ 95']);
  });

  it('by a delisting, even where a control refuses everything', () => {
    let shut = false;
    const nothing: Control = {
      name: 'nothing',
      sentence: 'Nothing is taken once it is shut.',
      check: () => (shut ? { code: 'shut', message: 'shut' } : undefined),
    };
    const played = playDays(
      ROWS,
      { 0: ({ buy }) => buy(10), 1: () => void (shut = true) },
      {
        controls: [nothing],
        actions: [{ kind: 'delisting', symbol: 'ABC', at: utc('2024-01-04T05:00') }],
      },
    );
    expect(fillsOf(played)).toEqual(['+10 @ 100', '-10 @ 100']);
  });
});
