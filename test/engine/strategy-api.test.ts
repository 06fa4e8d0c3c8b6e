/** What a strategy may do and see: targets, lines, parameters, warm-up, notes, chance. */
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import { Deck } from '../../src/engine/deck.ts';
import { Cursor, Line } from '../../src/engine/feeds/line.ts';
import { choice, flag, real, resolveParameters, text, whole } from '../../src/engine/strategy/parameters.ts';
import { defineStrategy, type Context } from '../../src/engine/strategy/strategy.ts';
import { ema, sma } from '../../src/indicators/catalog.ts';
import { cutRows } from './random-flow.ts';
import { bars, days, endsOf, fillsOf, intraday, onBars, plain, play, playDays, tapeOf, utc, type Row } from './play.ts';

const FLAT: Row = [100, 101, 99, 100];
const flat = (count: number): Row[] => Array.from({ length: count }, () => FLAT);

describe('targets', () => {
  it.each<[string, (context: Context) => void, string[]]>([
    ['a quantity, from flat', ({ targetQuantity }) => targetQuantity(50), ['+30 @ 100', '+20 @ 100']],
    ['a quantity, less', ({ targetQuantity }) => targetQuantity(10), ['+30 @ 100', '-20 @ 100']],
    ['a quantity, the other side', ({ targetQuantity }) => targetQuantity(-10), ['+30 @ 100', '-40 @ 100']],
    ['a quantity that is there', ({ targetQuantity }) => targetQuantity(30), ['+30 @ 100']],
    ['a value', ({ targetValue }) => targetValue(5050), ['+30 @ 100', '+20 @ 100']],
    ['a share of the account', ({ targetPercent }) => targetPercent(0.5), ['+30 @ 100', '+470 @ 100']],
    ['nothing', ({ targetPercent }) => targetPercent(0), ['+30 @ 100', '-30 @ 100']],
    ['closing', ({ close }) => close(), ['+30 @ 100', '-30 @ 100']],
  ])('%s', (_name, act, fills) => {
    expect(fillsOf(playDays(flat(4), { 0: ({ buy }) => buy(30), 1: act }))).toEqual(fills);
  });

  it('replace what still works', () => {
    const played = playDays(flat(4), {
      0: ({ buy }) => buy(30, { limit: 50 }),
      1: ({ targetQuantity }) => targetQuantity(10),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 100']);
    expect(endsOf(played)).toEqual(['canceled strategy']);
  });

  it('of several instruments leave alone what is not named', () => {
    const names = ['AAA', 'BBB', 'CCC'];
    const played = play({
      streams: names.map((name) => bars(days(flat(5)), name)),
      setup: onBars({
        0: (context) => context.rebalance({ AAA: 0.3, BBB: 0.3 }),
        2: (context) =>
          context.rebalance(
            new Map([
              [context.asset('BBB'), 0],
              [context.asset('CCC'), 0.5],
            ]),
          ),
      }),
    });
    const held = Object.fromEntries(played.result.holdings.map(({ symbol, quantity }) => [symbol, quantity]));
    expect(held).toEqual({ AAA: 300, CCC: 500 });
  });

  it('of an unknown symbol are answered with the one that was meant', () => {
    const wrong = () => playDays(flat(2), { 0: (context) => context.rebalance({ ABD: 1 }) });
    expect(wrong).toThrow(Fault);
    expect(wrong).toThrow(/no instrument "ABD".*did you mean.*ABC/is);
  });
});

describe('what a strategy sees of its account', () => {
  it('is what has happened up to now', () => {
    const seen: unknown[] = [];
    playDays([FLAT, FLAT, [110, 111, 109, 110]], {
      0: ({ buy, position }) => {
        buy(10, 'because');
        seen.push([position.isFlat, position.quantity, position.averagePrice, position.openedAt]);
      },
      2: ({ position, portfolio, now }) => {
        seen.push([
          position.isLong,
          position.quantity,
          position.averagePrice,
          position.unrealizedProfit,
          position.value,
        ]);
        seen.push([portfolio.cash, portfolio.equity, portfolio.startingCash, now() === utc('2024-01-04T21:00')]);
      },
    });
    expect(seen).toEqual([
      [true, 0, Number.NaN, Number.NaN],
      [true, 10, 100, 100, 1100],
      [99_000, 100_100, 100_000, true],
    ]);
  });

  it('is told of each fill before the next decision, and may answer it with an order', () => {
    const told: string[] = [];
    const played = play({
      streams: [bars(days(flat(4)))],
      setup: ({ buy, sell, position }) => {
        let bar = 0;
        return {
          onBar() {
            told.push(`bar ${bar}`);
            if (bar++ === 0) buy(10, 'in');
          },
          onFill(fill) {
            told.push(`${fill.order.reason} ${fill.quantity} @ ${fill.price}, holds ${position.quantity}`);
            if (fill.side > 0) sell(10, 'out');
          },
        };
      },
    });
    expect(told).toEqual(['bar 0', 'in 10 @ 100, holds 10', 'bar 1', 'out 10 @ 100, holds 0', 'bar 2', 'bar 3']);
    expect(played.result.trades.map(({ entryReason, exitReason }) => [entryReason, exitReason])).toEqual([
      ['in', 'out'],
    ]);
  });

  it('hears of the fills that end the tape, and then that it is over', () => {
    const told: string[] = [];
    play({
      streams: [bars(days(flat(3)))],
      conventions: { ...plain, end: 'close-at-last-close' },
      setup: ({ buy }) => ({
        onBar: () => void (told.length === 0 && buy(1)),
        onFill: ({ side }) => told.push(side > 0 ? 'in' : 'out'),
        onEnd: () => told.push('end'),
      }),
    });
    expect(told).toEqual(['in', 'out', 'end']);
  });

  it('writes notes that say why', () => {
    const played = playDays(flat(2), { 1: ({ note }) => note('too quiet') });
    expect(played.of('note').map(({ at, text: why }) => [at, why])).toEqual([[utc('2024-01-03T21:00'), 'too quiet']]);
  });

  it('draws the same chance for the same seed', () => {
    const draw = (seed: number): number[] => {
      const drawn: number[] = [];
      playDays(flat(3), { 1: ({ random }) => drawn.push(random.uniform(), random.below(1000)) }, { seed });
      return drawn;
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

describe('warm-up', () => {
  it('lasts until the slowest line of a chain has a value', () => {
    const first: number[] = [];
    play({
      streams: [bars(days(flat(30)))],
      setup: (context) => {
        const fast = context.use(ema, 3);
        const slow = context.useOn(context.use(sma, 5), sma, 4);
        return { onBar: () => void first.push(context.bars.close.length, fast.value, slow.value) };
      },
    });
    // Five rows for the first average, three more for the average of it.
    expect(first.slice(0, 3)).toEqual([8, 100, 100]);
  });

  it('also holds for timers: they wait', () => {
    const ran: number[] = [];
    play({
      streams: [bars(days(flat(6)))],
      setup: (context) => {
        context.use(sma, 4);
        context.schedule('30m before close', () => ran.push(context.bars.close.length));
        return {};
      },
    });
    // Half an hour before a close the bar of that day is not known yet.
    expect(ran).toEqual([4, 5]);
  });

  it('an order of a timer inside a daily bar fills at that bar’s close, the only price known to come', () => {
    const played = play({
      streams: [bars(days([FLAT, [100, 110, 90, 105], FLAT]))],
      setup: (context) => {
        context.schedule('30m before close', () => {
          if (context.bars.close.length === 1) context.buy(1);
        });
        return {};
      },
    });
    expect(fillsOf(played)).toEqual(['+1 @ 105']);
  });

  it('a timer on minute bars sees the minute that has just ended', () => {
    const seen: number[] = [];
    play({
      streams: [bars(intraday(flat(40), '2024-01-02T20:20'), 'ABC', '1m')],
      setup: (context) => {
        context.schedule('30m before close', () => seen.push(context.bars.close.length, context.now()));
        return {};
      },
    });
    expect(seen).toEqual([10, utc('2024-01-02T20:30')]);
  });
});

describe('a line', () => {
  const line = (values: readonly number[], cursor = new Cursor()): { line: Line; cursor: Cursor } => ({
    line: new Line('x', Float64Array.from(values), cursor),
    cursor,
  });

  it('begins with nothing, and shows the past up to now', () => {
    const { line: x, cursor } = line([1, 2, 3, 4]);
    expect([x.value, x.at(0), x.length, [...x.window(3)]]).toEqual([Number.NaN, Number.NaN, 0, []]);
    cursor.index = 2;
    expect([x.value, x.at(0), x.at(2), x.at(3), x.length]).toEqual([3, 3, 1, Number.NaN, 3]);
    expect([[...x.window(2)], [...x.window(9)]]).toEqual([
      [2, 3],
      [1, 2, 3],
    ]);
  });

  it('cannot look ahead: there is no row after now', () => {
    const { line: x, cursor } = line([1, 2, 3, 4]);
    cursor.index = 1;
    expect(() => x.at(-1)).toThrow(/looks back/);
    expect(() => x.at(0.5)).toThrow(/looks back/);
    expect(x.window(10).buffer.byteLength).toBe(16);
  });

  it('gives windows that are copies', () => {
    const { line: x, cursor } = line([1, 2]);
    cursor.index = 1;
    x.window(2)[0] = 99;
    expect(x.at(1)).toBe(1);
  });

  it('crosses once, and a tie neither makes nor breaks a cross', () => {
    const cursor = new Cursor();
    const a = line([1, 2, 2, 3, 3, 2, 1, 2, 2], cursor).line;
    const b = line([2, 2, 2, 2, 2, 2, 2, 2, 2], cursor).line;
    const above: number[] = [];
    const below: number[] = [];
    const aboveLevel: number[] = [];
    for (cursor.index = 0; cursor.index < 9; cursor.index++) {
      if (a.crossedAbove(b)) above.push(cursor.index);
      if (a.crossedBelow(b)) below.push(cursor.index);
      if (a.crossedAbove(2)) aboveLevel.push(cursor.index);
    }
    expect([above, below, aboveLevel]).toEqual([[3], [6], [3]]);
  });

  it('has not crossed before it was on the other side', () => {
    const { line: x, cursor } = line([Number.NaN, 5, 6]);
    for (cursor.index = 0; cursor.index < 3; cursor.index++) expect(x.crossedAbove(2)).toBe(false);
  });
});

describe('a tape in slices', () => {
  it('lets lines remember what the strategy asks for, and count all rows', () => {
    const streams = [bars(intraday(flat(3000).map(([, ...rest], i): Row => [i, ...rest])), 'ABC', '1m')];
    const seen: number[][] = [];
    const tape = tapeOf({ streams });
    const definition = defineStrategy({
      name: 'remembers',
      history: 1500,
      setup: (context) => ({
        onEnd: () => seen.push([context.bars.close.length, context.bars.open.at(1400), context.bars.open.at(0)]),
      }),
    });
    for (const size of [3000, 100]) {
      const deck = new Deck({ tape, streams, cash: 1, strategies: [{ definition }] });
      for (let from = 0; from < 3000; from += size)
        deck.play({ streams: cutRows(streams, from, from + size) }, size === 3000);
      deck.finish();
    }
    expect(seen).toEqual([
      [3000, 1599, 2999],
      [3000, 1599, 2999],
    ]);
  });
});

describe('parameters', () => {
  const specs = {
    fast: whole(10, { min: 2, max: 100 }),
    share: real(0.5, { min: 0, max: 1 }),
    kind: choice('ema', ['sma', 'ema']),
    shorts: flag(false),
    label: text('x'),
  };

  it('have defaults, and are read from text', () => {
    expect(resolveParameters(specs, {})).toEqual({ fast: 10, share: 0.5, kind: 'ema', shorts: false, label: 'x' });
    expect(resolveParameters(specs, { fast: '20', share: '0.25', shorts: 'true', kind: 'sma' })).toEqual({
      fast: 20,
      share: 0.25,
      kind: 'sma',
      shorts: true,
      label: 'x',
    });
  });

  it.each([
    [{ fast: 1 }, 'fast must be a whole number, 2 … 100, was 1'],
    [{ fast: 2.5 }, 'fast must be a whole number, 2 … 100, was 2.5'],
    [{ fast: 'many' }, 'fast must be a whole number, 2 … 100, was "many"'],
    [{ share: Number.NaN }, 'share must be a number, 0 … 1, was NaN'],
    [{ shorts: 'perhaps' }, 'shorts must be true | false, was "perhaps"'],
    [{ kind: 'emma' }, 'kind must be sma | ema, was "emma"'],
  ])('%o is refused: %s', (given, message) => {
    expect(() => resolveParameters(specs, given)).toThrow(message);
  });

  it.each([5, { default: 5 }, undefined])('declared as %j, which nothing can read, are refused', (spec) => {
    const declared = resolveParameters as (specs: unknown, given: object) => unknown;
    expect(() => declared({ fast: spec }, {})).toThrow('fast must be declared with whole, real, choice, flag or text');
  });

  it('a misspelt name is answered with the one that was meant', () => {
    expect(() => resolveParameters(specs, { fsat: 3 })).toThrow(/unknown parameter "fsat".*did you mean.*fast/is);
  });

  it('every mistake is said at once', () => {
    const mistakes = (given: object): readonly string[] => {
      try {
        resolveParameters(specs, given as Record<string, unknown>);
      } catch (error) {
        if (error instanceof Fault) return [error, ...error.others].map(({ code, rule }) => `${code} ${rule}`);
      }
      return [];
    };
    expect(mistakes({ fsat: 3, fast: 1, kind: 'emma', share: 0.5 })).toEqual([
      expect.stringContaining('parameter.unknown unknown parameter "fsat"'),
      'parameter.value fast must be a whole number, 2 … 100, was 1',
      'parameter.value kind must be sma | ema, was "emma"',
    ]);
    expect(mistakes({ fast: 2 })).toEqual([]);
  });

  it('can be checked together', () => {
    const strategy = defineStrategy({
      name: 'two',
      parameters: { fast: whole(10), slow: whole(30) },
      check: ({ fast, slow }) => (fast < slow ? undefined : `fast ${fast} must be below slow ${slow}`),
      setup: () => ({}),
    });
    const tape = tapeOf({ streams: [bars(days([FLAT]))] });
    const make = (parameters: Readonly<Record<string, unknown>>) =>
      new Deck({ tape, streams: tape.slice.streams, cash: 1, strategies: [{ definition: strategy, parameters }] });
    expect(() => make({ fast: 30 })).toThrow('two: fast 30 must be below slow 30');
    expect(() => make({ fast: 29 })).not.toThrow();
  });
});
