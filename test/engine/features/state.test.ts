/**
 * A run that is saved and continued decides as one that never stopped.
 */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';
import { cashAccount } from '../../../src/engine/sim/margin.ts';
import { fixedFinancing } from '../../../src/engine/sim/financing.ts';
import type { Context, Handlers } from '../../../src/engine/strategy/strategy.ts';
import { atr, ema, macd, sma } from '../../../src/indicators/index.ts';
import { BarBuffer } from '../../../src/market/bar-buffer.ts';
import { sliceColumns, type BarColumns } from '../../../src/market/columns.ts';
import type { StreamSlice } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import {
  bars,
  days,
  deckOf,
  ended,
  onQuotes,
  plain,
  play,
  playDays,
  quotes,
  utc,
  type Play,
  type QuoteRow,
} from '../play.ts';

/** Half-hours of XNYS that go up and down. */
function halfHours(sessions: number, seed: number): BarColumns {
  const random = new Random(seed);
  const buffer = new BarBuffer();
  let price = 100;
  const cents = (value: number): number => Math.round(value * 100) / 100;
  for (const { openAt, closeAt } of calendar('XNYS').sessions('2024-01-02', '2034-01-01').slice(0, sessions)) {
    for (let at: number = openAt; at < closeAt; at += 1_800_000_000) {
      const open = price;
      price = cents(price + random.normal() * 0.6);
      const [high, low] = [Math.max(open, price) + 0.3, Math.min(open, price) - 0.3];
      buffer.add(
        Math.min(closeAt, at + 1_800_000_000),
        at,
        open,
        cents(high),
        cents(low),
        price,
        1000 + random.below(500),
      );
    }
  }
  return buffer.view();
}

function part(streams: readonly StreamSlice[], from: number, to: number): StreamSlice[] {
  return streams.map((stream) => {
    if (stream.kind !== 'bars') throw new Error('only bars are cut here');
    const { time } = stream.columns;
    const rows = [...time].map((at, row) => ({ at, row })).filter(({ at }) => at > from && at <= to);
    return { ...stream, columns: sliceColumns(stream.columns, rows[0].row, rows.at(-1)!.row + 1) };
  });
}

/** Trades on everything that must survive: lines of three time frames, chance, timers, brackets, its own counter. */
function setup({
  assets,
  use,
  useOn,
  random,
  schedule,
  note,
  buy,
  sell,
  oneCancelsOther,
  cancelAll,
}: Context): Handlers {
  const [first, second] = assets;
  const fast = use(ema, 5);
  const slow = use(sma, 21);
  const trend = use(macd, 12, 26, 9);
  const range = useOn(second.bars, atr, 14);
  const daily = first.barsOf('1d');
  const weekly = second.barsOf('1w');
  const average = useOn(daily, ema, 3);
  let count = 0;
  schedule('first session of the week, 1h after open', () => note(`week ${count} ${weekly.close.value}`));
  schedule('2h after close', () => note(`evening ${count} ${daily.close.at(1)}`));
  return {
    onBar({ close }) {
      count++;
      if (fast.crossedAbove(slow)) buy(10 + random.below(5), { stopLoss: close - 2, takeProfit: close + 2 });
      else if (fast.crossedBelow(slow) && trend.histogram.value < 0) {
        oneCancelsOther(sell(3, { limit: close + 1 }), sell(3, { stop: close - 1 }));
      }
      if (count % 50 === 0) second.buy(1 + Math.round(range.value), { trail: { percent: 0.01 } });
      if (count % 90 === 0) cancelAll();
      if (close > average.value + 1.5 && random.uniform() < 0.2) second.sell(2, `${count}`);
    },
    save: () => ({ count }),
    restore(state) {
      ({ count } = state as { count: number });
    },
  };
}

const streams = [bars(halfHours(60, 11), 'AAA', '30m'), bars(halfHours(60, 12), 'BBB', '30m')];
const actions = [
  { kind: 'split', symbol: 'AAA', at: utc('2024-01-22'), ratio: 2 },
  { kind: 'symbol-change', symbol: 'BBB', at: utc('2024-02-01'), to: 'CCC' },
  { kind: 'dividend', symbol: 'AAA', at: utc('2024-02-15'), amount: 0.3 },
  { kind: 'dividend', symbol: 'CCC', at: utc('2024-03-04'), amount: 0.3 },
] as const;
const conventions = { ...plain, financing: fixedFinancing({ credit: 0.02, debit: 0.05, borrow: 0.01 }) };
const universe = [
  { symbol: 'AAA', from: utc('2000-01-01') },
  { symbol: 'BBB', from: utc('2000-01-01'), to: utc('2024-02-20') },
];
const options: Play = { streams, actions, conventions, universe, setup };

describe('a run that is saved and continued', () => {
  const wholeDeck = deckOf(options);
  wholeDeck.play({ streams });
  const whole = ended(wholeDeck);

  const decided = (entries: typeof whole.entries, after: number) =>
    entries
      .filter(({ at }) => at > after)
      .map(({ sequence: _sequence, ...entry }) =>
        JSON.stringify(entry, (_key, value) => (Object.is(value, NaN) ? 'NaN' : value)),
      );

  it('is tried on a strategy that trades, cancels, and is bracketed', () => {
    const kinds = new Map<string, number>();
    for (const { kind } of whole.entries) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    for (const kind of ['filled', 'canceled', 'note', 'cash', 'split', 'renamed', 'refused']) {
      expect([kind, (kinds.get(kind) ?? 0) > 0]).toEqual([kind, true]);
    }
    expect(kinds.get('filled')).toBeGreaterThan(50);
  });

  for (const stop of ['2024-01-05T15:30', '2024-01-31T21:00', '2024-02-14T18:00', '2024-03-01T21:00']) {
    for (const [how, inSlices] of [
      ['in one piece', false],
      ['in slices', true],
    ] as const) {
      it(`decides the same when stopped at ${stop} and continued ${how}`, () => {
        const at = utc(stop);
        const first = deckOf(options);
        first.play({ streams: part(streams, -Infinity, at) }, !inSlices);
        const before = ended(first);
        // What is written to disk is all there is.
        const state = JSON.parse(JSON.stringify(first.saveState())) as DeckState;
        const second = deckOf({ ...options, restore: state });
        if (inSlices) {
          const middle = at + 8 * 86_400_000_000;
          second.play({ streams: part(streams, at, middle) }, false);
          second.play({ streams: part(streams, middle, Infinity) }, false);
        } else {
          second.play({ streams: part(streams, at, Infinity) });
        }
        const after = ended(second);
        expect([...decided(before.entries, -Infinity), ...decided(after.entries, -Infinity)]).toEqual(
          decided(whole.entries, -Infinity),
        );
        expect(after.result.exactCash).toEqual(whole.result.exactCash);
        expect(after.result.holdings).toEqual(whole.result.holdings);
        expect(after.result.finalEquity).toBe(whole.result.finalEquity);
        // What the one ends with the other begins with, so that their returns multiply to that of the whole.
        expect(after.result.startingCash).toBe(before.result.finalEquity);
        expect(after.result.assumptions.join()).toContain(`goes on from ${stop}`);
      });
    }
  }

  it('goes on with what was not settled', () => {
    const rows = Array.from({ length: 6 }, () => [100, 101, 99, 100] as const);
    const settling = { ...plain, margin: cashAccount(), settlementDays: 2 };
    const columns = days(rows);
    const given = {
      streams: [bars(columns)],
      conventions: settling,
      setup: ({ buy, sell, position }: Context): Handlers => {
        let day = 0;
        return {
          onBar() {
            day++;
            if (day === 1) buy(1000);
            else if (day === 2) sell(1000);
            else if (position.isFlat) buy(1000, `${day}`);
          },
          save: () => day,
          restore: (state) => void (day = Number(state)),
        };
      },
    };
    const one = playDays(rows, {}, given);
    const deck = deckOf(given);
    deck.play({ streams: [bars(sliceColumns(columns, 0, 3))] });
    const next = deckOf({ ...given, restore: deck.saveState() });
    next.play({ streams: [bars(sliceColumns(columns, 3, 6))] });
    const rest = ended(next);
    expect(rest.of('rejected').length).toBeGreaterThan(0);
    expect([...ended(deck).result.fills, ...rest.result.fills]).toEqual(one.result.fills);
  });

  it('refuses the state of another run by name', () => {
    const one = deckOf({ streams: [bars(days([[1, 1, 1, 1]]))], setup: () => ({}) });
    one.play({ streams: [bars(days([[1, 1, 1, 1]]))] });
    const restore = one.saveState();
    const other =
      (symbol: string, wrong: Partial<DeckState> = {}) =>
      () =>
        deckOf({ streams: [bars(days([[1, 1, 1, 1]]), symbol)], setup: () => ({}), restore: { ...restore, ...wrong } });
    expect(other('XYZ')).toThrow(/the saved state has instruments ABC; this run has XYZ/);
    expect(other('ABC', { version: 1 as 2 })).toThrow(/version 2, was 1/);
    expect(other('ABC')).not.toThrow();
  });
});

describe('a run on quotes', () => {
  it('goes on with its working orders, those for the close among them', () => {
    // From 15:00 UTC to after the close at 21:00.
    const rows: QuoteRow[] = Array.from({ length: 75 }, (_, i) => [i * 300, 100 + (i % 7), 100.1 + (i % 7)]);
    const streams = [quotes(rows)];
    const setup = onQuotes({
      3: ({ buy }) => {
        buy(5, { at: 'close' });
        buy(7, { limit: 90 });
      },
      6: ({ buy }) => buy(1),
    });
    const whole = play({ streams, setup });
    const at = 20;
    const first = deckOf({ streams, setup });
    first.play({ streams: [quotes(rows.slice(0, at))] });
    const state = JSON.parse(JSON.stringify(first.saveState())) as DeckState;
    const rest = [quotes(rows.slice(at))];
    const second = deckOf({ streams: rest, setup: () => ({}), restore: state });
    second.play({ streams: rest });
    const after = ended(second);
    expect(whole.result.fills.map(({ quantity }) => quantity)).toEqual([1, 5]);
    const told = ({ quantity, price, at: when }: (typeof whole.result.fills)[number]) => [quantity, price, when];
    expect([...ended(first).result.fills, ...after.result.fills].map(told)).toEqual(whole.result.fills.map(told));
    expect(second.markets[0].working.map(({ limit }) => limit)).toEqual([90]);
  });
});
