/** Lines over a split: what was before it is told in the shares after it, so that no indicator sees a fall. */
import { describe, expect, it } from 'vitest';
import { Deck } from '../../../src/engine/deck.ts';
import { ema, rsi, sma } from '../../../src/indicators/index.ts';
import { sliceColumns } from '../../../src/market/columns.ts';
import type { Context, Handlers } from '../../../src/engine/strategy/strategy.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';
import { bars, days, deckOf, ended, intraday, play, utc, type Row } from '../play.ts';

/** Rises by a cent in new shares on each bar; four for one after `before` bars. */
const risen = (count: number, before: number): Row[] =>
  Array.from({ length: count }, (_, i) => {
    const price = (25 + i / 100) * (i < before ? 4 : 1);
    return [price, price, price, price, i < before ? 1_000_000 : 4_000_000];
  });

/** Sessions from 2024-01-02 on: the tenth is 2024-01-16. */
const SPLIT = { kind: 'split', symbol: 'ABC', at: utc('2024-01-16T05:00'), ratio: 4 } as const;
const rounded = (values: Iterable<number>): number[] => [...values].map((value) => Number(value.toFixed(9)));

/** What a strategy sees on each bar, by `look`. */
function seen(rows: readonly Row[], look: (context: Context) => () => unknown, actions = [SPLIT]): unknown[] {
  const all: unknown[] = [];
  const setup = (context: Context): Handlers => {
    const value = look(context);
    return { onBar: () => void all.push(value()) };
  };
  play({ streams: [bars(days(rows))], setup, actions });
  return all;
}

describe('trap 12: raw prices fall at a split, and an indicator takes the fall for one of the market', () => {
  const rows = risen(14, 9);

  it('the past is told in the shares of now, and before the split in those of then', () => {
    const windows = seen(
      rows,
      ({ bars: { close } }) =>
        () =>
          rounded(close.window(3)),
    ) as number[][];
    expect(windows[8]).toEqual([100.24, 100.28, 100.32]);
    expect(windows[9]).toEqual([25.07, 25.08, 25.09]);
  });

  it('volume is told in the shares of now too', () => {
    expect(
      seen(
        rows,
        ({ bars: { volume } }) =>
          () =>
            volume.at(1),
      ).slice(8),
    ).toEqual([1_000_000, 4_000_000, 4_000_000, 4_000_000, 4_000_000, 4_000_000]);
  });

  it('an average, and one over another line, go on as if nothing had happened', () => {
    const look = ({ use, useOn }: Context) => {
      const average = use(sma, 3);
      const lines = [average, useOn(average, ema, 2), use(rsi, 2)];
      return () => rounded(lines.map(({ value }) => value));
    };
    const split = seen(rows, look);
    const plain = seen(
      rows.map(([price, , , , volume], i) => {
        const now = i < 9 ? price / 4 : price;
        return [now, now, now, now, volume];
      }),
      look,
      [],
    );
    expect(split.slice(-5)).toEqual(plain.slice(-5));
  });

  it('nothing is crossed at a split', () => {
    const crossings: number[] = [];
    seen(rows, ({ bars: { close }, use, onCross }) => {
      onCross(close, use(sma, 3), { above: () => crossings.push(1), below: () => crossings.push(-1) });
      return () => 0;
    });
    expect(crossings).toEqual([]);
  });

  it('the week of the split is one bar in new shares, and the weeks before it are told in them', () => {
    const weeks = seen(rows, ({ assets: [asset] }) => {
      const { open, low, close } = asset.barsOf('1w');
      return () => rounded([open.value, low.value, close.value, close.at(1)]);
    }) as number[][];
    // The first week is complete on session 3, the second on 8; the split is before session 9.
    expect(weeks.at(-1)).toEqual([25.09, 25.09, 25.12, 25.08]);
    expect(weeks[5].slice(0, 3)).toEqual([100.16, 100.16, 100.32]);
    expect(weeks[6].slice(0, 3)).toEqual([25.04, 25.04, 25.08]);
  });

  it('what a chart shows of an indicator is what was seen at the time', () => {
    const setup = ({ use }: Context): Handlers => {
      use(sma, 1);
      return {};
    };
    const { deck } = play({ streams: [bars(days(rows))], setup, actions: [SPLIT] });
    const [{ feed, lines }] = deck.lines;
    expect(rounded(feed.seen(lines[0]).slice(7, 11))).toEqual([100.28, 100.32, 25.09, 25.1]);
    expect(rounded(feed.columns.close.slice(7, 11))).toEqual([100.28, 100.32, 25.09, 25.1]);
  });
});

describe('a tape with splits', () => {
  const ROWS = 3000;
  const columns = intraday(
    Array.from({ length: ROWS }, (_, i): Row => {
      const price = (30 + 5 * Math.sin(i / 40) + (i % 7) / 100) * (i < 1500 ? 6 : i < 1507 ? 2 : 1);
      return [price, price + 0.05, price - 0.05, price, 1000];
    }),
    '2024-01-02T00:00',
  );
  const at = (row: number) => utc(new Date(Number(columns.openTime[row]) / 1000).toISOString().slice(0, 19));
  const actions = [
    { kind: 'split', symbol: 'ABC', at: at(1500), ratio: 3 },
    { kind: 'split', symbol: 'ABC', at: at(1507), ratio: 2 },
  ] as const;
  const given = (notes: string[]) => ({
    streams: [bars(columns, 'ABC', '1m')],
    instruments: [{ calendar: '24-7' }],
    actions,
    setup: ({ use, useOn, bars: { close }, assets: [asset] }: Context): Handlers => {
      const hours = asset.barsOf('1h');
      const average = use(ema, 30);
      const lines = [close, average, useOn(average, sma, 9), use(rsi, 14), hours.close, hours.high];
      return {
        onBar: () => void notes.push([...lines.map((line) => `${line.value} ${line.at(3)}`), close.at(900)].join(' ')),
        save: () => ({}),
        restore: () => undefined,
      };
    },
  });
  const part = (from: number, to: number) => ({
    streams: [bars(sliceColumns(columns, from, to), 'ABC', '1m')],
  });
  const whole: string[] = [];
  play(given(whole));

  it.each([1, 7, 1500])('gives the same lines in slices of %i rows', (size) => {
    const notes: string[] = [];
    const deck = deckOf(given(notes));
    for (let from = 0; from < ROWS; from += size) deck.play(part(from, Math.min(ROWS, from + size)), false);
    ended(deck);
    expect(notes).toEqual(whole);
  });

  it.each([1400, 1503, 1700])('goes on from a state that was saved after %i rows', (row) => {
    const notes: string[] = [];
    const before = deckOf(given(notes));
    before.play(part(0, row));
    const restore = JSON.parse(JSON.stringify(before.saveState())) as DeckState;
    const after = deckOf({ ...given(notes), restore });
    after.play(part(row, ROWS));
    expect(after).toBeInstanceOf(Deck);
    expect(notes).toEqual(whole);
  });
});
