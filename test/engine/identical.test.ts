/** However a tape is cut and whatever loop plays it, the journal, the trades and the equity are the same bits. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { Deck } from '../../src/engine/deck.ts';
import type { RunResult } from '../../src/engine/result.ts';
import { CONVENTIONS, type Conventions } from '../../src/engine/sim/conventions.ts';
import { defineStrategy, type Context, type OrderOptions } from '../../src/engine/strategy/strategy.ts';
import { atr, bollinger, ema, macd, rsi, sma } from '../../src/indicators/index.ts';
import { allocateBars, sliceColumns, type BarColumns } from '../../src/market/columns.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import type { StreamSlice } from '../../src/market/tape.ts';
import { calendar } from '../../src/time/calendars.ts';
import { utc } from './play.ts';

const MINUTE = 60_000_000;
const ROWS = 3000;

interface Played {
  readonly rows: Float64Array;
  readonly texts: readonly string[];
  readonly result: RunResult;
}

/** A random walk in cents, all day long; from `fraction` on, prices are no longer whole cents. */
function walk(seed: number, fraction = Infinity, rows = ROWS): BarColumns {
  const random = new Random(seed);
  const bars = allocateBars(rows);
  let cents = 3000;
  for (let i = 0; i < rows; i++) {
    const off = i < fraction ? 0 : random.uniform() / 3;
    const open = cents + random.below(11) - 5 + off;
    const close = Math.max(500, open + random.below(41) - 20);
    bars.openTime[i] = 1_704_205_800_000_000 + i * MINUTE;
    bars.time[i] = bars.openTime[i] + MINUTE;
    bars.open[i] = open / 100;
    bars.close[i] = close / 100;
    bars.high[i] = (Math.max(open, close) + random.below(15)) / 100;
    bars.low[i] = (Math.min(open, close) - random.below(15)) / 100;
    bars.volume[i] = random.below(5000);
    cents = Math.floor(close);
  }
  return bars;
}

/** Does anything a strategy can do, by chance: the same chance each time. */
const anything = defineStrategy({
  name: 'anything',
  history: 1000,
  setup(context) {
    const { use, position, bars, note, portfolio } = context;
    const fast = use(sma, 3);
    const slow = use(sma, 8);
    const middle = use(bollinger, 10);
    const lines = [use(ema, 5), use(rsi, 4), use(atr, 6), use(macd).signal, middle.upper];
    const chance = new Random(99);
    let bar = 0;
    return {
      onBar() {
        bar++;
        if (fast.crossedAbove(slow)) note(`above ${bar}`);
        if (fast.crossedBelow(slow)) note(`below ${bar}`);
        if (bar % 97 === 0) {
          const seen = [...lines.map((line) => line.value), slow.at(20), bars.close.at(999), bars.close.at(1001)];
          note([...seen, middle.middle.value, bars.close.length, portfolio.equity, position.value].join(' '));
        }
        if (chance.below(6) === 0) act(context, chance, bars.now.close, bars.now.time);
      },
      onFill: ({ price, quantity }) => note(`filled ${quantity} at ${price}`),
      onOrderEnd: (_order, code) => note(code),
    };
  },
});

function act(context: Context, chance: Random, price: number, now: number): void {
  const { buy, sell, close, targetPercent, targetQuantity, cancelAll, assets, update } = context;
  const enter = chance.below(2) === 0 ? buy : sell;
  const side = enter === buy ? 1 : -1;
  const size = 1 + chance.below(300);
  const near = (ticks: number): number => price + (side * ticks) / 100;
  const options: OrderOptions[] = [
    {},
    { limit: near(-10) },
    { stop: near(15) },
    { stop: near(10), limit: near(12) },
    { touch: near(-15) },
    { trail: { amount: 0.3 } },
    { trail: { percent: 0.01 }, limitOffset: 0.05 },
    { stopLoss: near(-30), takeProfit: near(40) },
    { limit: near(-5), stopLoss: near(-25), takeProfit: near(25) },
    { stop: near(8), trailingStop: { amount: 0.2 } },
    { timeInForce: 'IOC', limit: near(2) },
    { timeInForce: 'FOK' },
    { timeInForce: 'DAY', limit: near(-60) },
    { goodTill: now + 7 * MINUTE, limit: near(-20) },
  ];
  const kind = chance.below(options.length + 6);
  if (kind < options.length) enter(size, options[kind]);
  else if (kind === options.length) close('out');
  else if (kind === options.length + 1) targetPercent(chance.below(3) / 2, 'share');
  else if (kind === options.length + 2) targetQuantity(chance.below(200), 'quantity');
  else if (kind === options.length + 3) cancelAll();
  else {
    const order = assets[0].orders.find((candidate) => candidate.type === 'limit');
    if (order !== undefined) update(order, { limit: near(-3) });
  }
}

function deckOf(conventions: Conventions, extra: readonly StreamSlice[] = []): Deck {
  const symbols = ['ABC', ...extra.map(({ symbol }) => symbol)];
  return new Deck({
    tape: {
      source: 'a walk',
      simulated: true,
      instruments: symbols.map((symbol) => defineInstrument({ symbol, tick: 0.01 })),
      actions: [
        { kind: 'split', symbol: 'ABC', at: utc('2024-01-03T02:10'), ratio: 2 },
        { kind: 'dividend', symbol: 'ABC', at: utc('2024-01-03T15:30'), amount: 0.1 },
      ],
      findings: [],
      fingerprint: '',
      adjustment: 'raw',
    },
    streams: [{ kind: 'bars', symbol: 'ABC', timeFrame: '1m' }, ...extra],
    strategies: [{ definition: anything }],
    cash: 50_000,
    conventions,
    calendarOf: calendar,
  });
}

function slice(columns: BarColumns): { streams: StreamSlice[] } {
  return { streams: [{ kind: 'bars', symbol: 'ABC', timeFrame: '1m', columns }] };
}

function ended(deck: Deck): Played {
  const result = deck.finish();
  return { ...deck.journal.snapshot(), result };
}

function whole(columns: BarColumns, conventions: Conventions): Played {
  const deck = deckOf(conventions);
  deck.play(slice(columns));
  return ended(deck);
}

function sliced(columns: BarColumns, conventions: Conventions, lengths: () => number): Played {
  const deck = deckOf(conventions);
  for (let from = 0; from < columns.length;) {
    const to = Math.min(columns.length, from + lengths());
    deck.play(slice(sliceColumns(columns, from, to)), false);
    from = to;
  }
  return ended(deck);
}

function stepped(columns: BarColumns, conventions: Conventions, lengths: () => number): Played {
  const deck = deckOf(conventions);
  for (const _ of deck.playInSteps(slice(columns), true, lengths)) void 0;
  return ended(deck);
}

/** Plays beside an instrument that nobody trades, whose bars end with each of the first one's. */
function merged(columns: BarColumns, conventions: Conventions): Played {
  const other: StreamSlice = { kind: 'bars', symbol: 'OTHER', timeFrame: '1m', columns };
  const deck = deckOf(conventions, [other]);
  deck.play({ streams: [...slice(columns).streams, other] });
  return ended(deck);
}

function expectSame(found: Played, expected: Played): void {
  expect(found.texts).toEqual(expected.texts);
  expect(found.rows).toEqual(expected.rows);
  const { events: _events, ...result } = found.result;
  const { events: _expectedEvents, ...wanted } = expected.result;
  expect(result).toEqual(wanted);
}

describe.each(Object.entries(CONVENTIONS))('with the conventions of %s', (_name, conventions) => {
  test.each([1, 2, 3])('walk %i is traded, by every kind of order', (seed) => {
    const { result } = whole(walk(seed), conventions);
    expect(result.orders.filled).toBeGreaterThan(50);
  });

  test.each([1, 2, 3])('walk %i in slices is the walk in one piece', (seed) => {
    const columns = walk(seed, seed === 3 ? 1777 : Infinity);
    const random = new Random(seed);
    expectSame(
      sliced(columns, conventions, () => 1 + random.below(seed === 1 ? 30 : 1700)),
      whole(columns, conventions),
    );
  });

  test.each([1, 2, 3])('walk %i in steps is the walk in one go', (seed) => {
    const columns = walk(seed, seed === 3 ? 5 : Infinity);
    const random = new Random(seed);
    expectSame(
      stepped(columns, conventions, () => 1 + random.below(200)),
      whole(columns, conventions),
    );
  });

  test.each([1, 2, 3])(
    'trap 19: the fast path is not the step path: walk %i beside another instrument is the walk alone',
    (seed) => {
      const columns = walk(seed);
      expectSame(merged(columns, conventions), whole(columns, conventions));
    },
  );
});

test.each([Infinity, 9000])(
  'a tape long enough to be filled ahead in blocks is the same (ticks up to row %d)',
  (ticks) => {
    const columns = walk(4, ticks, 20_000);
    const random = new Random(4);
    const expected = whole(columns, CONVENTIONS['honest']);
    expectSame(
      sliced(columns, CONVENTIONS['honest'], () => 1 + random.below(3000)),
      expected,
    );
    expectSame(
      stepped(columns, CONVENTIONS['honest'], () => 1 + random.below(3000)),
      expected,
    );
    expectSame(merged(columns, CONVENTIONS['honest']), expected);
  },
);

test('a difference of one bar shows', () => {
  const columns = walk(1);
  const other = walk(1);
  other.low[1500] = 1;
  expect(() => expectSame(whole(other, CONVENTIONS['honest']), whole(columns, CONVENTIONS['honest']))).toThrow();
});
