/** What was told and is otherwise: decisions stand, and what comes after sees it as it is. */
import { expect, test } from 'vitest';
import { LiveSession, type Input } from '../../../src/engine/live/index.ts';
import { recordText, verifySession } from '../../../src/engine/live/record.ts';
import { sma } from '../../../src/indicators/averages/sma.ts';
import { defineStrategy } from '../../../src/index.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { MINUTE } from '../../../src/time/instant.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { utc } from '../play.ts';
import { deckOf } from './bench.ts';

/** The open of a Monday in New York. */
const OPEN = utc('2026-11-02T14:30');

interface Seen {
  readonly closes: readonly number[];
  readonly average: number;
  readonly longer: readonly number[];
}

/** A session of minute bars whose strategy says what it sees with each; the closes of the first minutes are told. */
function watch(closes: readonly number[], isTrades = false) {
  const seen: Seen[] = [];
  const watcher = defineStrategy({
    name: 'watcher',
    parameters: {},
    setup(context) {
      const { buy, position } = context;
      if (isTrades) return { onTrade: () => void (position.isFlat && buy(10)) };
      const { bars } = context;
      const average = context.use(sma, 3);
      const longer = context.assets[0].barsOf('5m');
      const onBar = (): void => {
        if (position.isFlat) buy(10);
        seen.push({
          closes: [...bars.close.window(3)],
          average: average.value,
          longer: [longer.open, longer.high, longer.low, longer.close, longer.volume].map((line) => line.value),
        });
      };
      return { onBar };
    },
  });
  const make = () =>
    new LiveSession({
      deck: deckOf({
        tape: { ...deckOf().tape, instruments: [defineInstrument({ symbol: 'AAA', tick: 0.01, calendar: 'XNYS' })] },
        streams: [isTrades ? { kind: 'trades', symbol: 'AAA' } : { kind: 'bars', symbol: 'AAA', timeFrame: '1m' }],
        strategies: [{ definition: watcher }],
        calendarOf: calendar,
      }),
    });
  const session = make();
  const records: string[] = [];
  let at: number = OPEN;
  const take = (input: Input): void => {
    records.push(recordText(input, session.take(input), session));
  };
  const bar = (minute: number, close: number, high = close + 1, volume = 100) =>
    ['bar', 'AAA', '1m', OPEN + minute * MINUTE, close, high, close - 1, close, volume] as const;
  const play = (minute: number, close: number): void => {
    take({ kind: 'market', at: (at = OPEN + (minute + 1) * MINUTE), rows: [bar(minute, close)] });
  };
  closes.forEach((close, minute) => play(minute, close));
  return { session, seen, records, take, bar, play, make, now: () => at };
}

test('LF-35 a bar that is told anew leaves what was decided, and is right for what comes after', () => {
  const { session, seen, take, bar, play, records, make, now } = watch([6, 7, 8, 9, 10, 10, 11, 12]);
  const before = structuredClone(seen);
  const orders = session.deck.orders.counts;
  take({ kind: 'amend', at: now() + 30_000_000, row: bar(7, 15, 16, 300) });
  expect(seen).toEqual(before);
  expect(session.deck.orders.counts).toEqual(orders);
  // What is held is worth the price that stands.
  expect(session.deck.ledger.marks[0]).toBe(15);
  play(8, 13);
  expect(seen.at(-1)).toMatchObject({ closes: [11, 15, 13], average: 13 });
  play(9, 14);
  // Five minutes as they were: 10, 11, 15, 13, 14, and 700 shares.
  expect(seen.at(-1)?.longer).toEqual([10, 16, 9, 14, 700]);
  expect([...session.deck.journal.entries('note')].filter(({ text }) => text.startsWith('amended'))).toHaveLength(1);
  expect(verifySession(make(), records)).toBeUndefined();
});

test('a longer bar that is over is told anew with the minute that is', () => {
  const { seen, take, bar, play, now } = watch([10, 11, 12, 13, 14]);
  expect(seen.at(-1)?.longer).toEqual([10, 15, 9, 14, 500]);
  take({ kind: 'amend', at: now() + 30_000_000, row: bar(4, 20, 21, 150) });
  play(5, 15);
  expect(seen.at(-1)?.longer).toEqual([10, 21, 9, 20, 550]);
});

test('what changes nothing leaves no entry, nor does a bar that nobody remembers or a symbol that nobody knows', () => {
  const { session, take, bar, now } = watch([6, 7, 8, 9, 10, 11]);
  const { length } = session.deck.journal;
  const amended = (row: readonly unknown[]): void => take({ kind: 'amend', at: now(), row: row as never });
  amended(bar(5, 11));
  amended(bar(-5, 11));
  amended(['bar', 'ZZZ', '1m', OPEN, 1, 1, 1, 1, 1]);
  expect(session.deck.journal.length).toBe(length);
  amended(bar(5, Number.NaN));
  expect(session.deck.ledger.marks[0]).toBe(11);
});

test('a trade that is taken back gives its price back to the one before, a corrected one to what it is', () => {
  const { session, take } = watch([], true);
  const at = OPEN + MINUTE;
  take({ kind: 'market', at, rows: [['trade', 'AAA', 100, 10]] });
  take({ kind: 'market', at: at + 1, rows: [['trade', 'AAA', 140, 10]] });
  expect(session.deck.ledger.marks[0]).toBe(140);
  take({ kind: 'amend', at: at + 2, row: ['correction', 'AAA', 140, 10, null, 0] });
  expect(session.deck.ledger.marks[0]).toBe(100);
  take({ kind: 'amend', at: at + 3, row: ['correction', 'AAA', 100, 10, 100.5, 10] });
  expect(session.deck.ledger.marks[0]).toBe(100.5);
  // One that is not the newest is noted, and moves nothing.
  take({ kind: 'amend', at: at + 4, row: ['correction', 'AAA', 55, 10, 60, 10] });
  expect(session.deck.ledger.marks[0]).toBe(100.5);
});
