/** An account that opens later than its tape: what comes before is history for indicators, and nothing else. */
import { describe, expect, test } from 'vitest';
import type { Context, Handlers } from '../../src/engine/strategy/strategy.ts';
import { sma } from '../../src/indicators/index.ts';
import { calendar } from '../../src/time/calendars.ts';
import { bars, days, plain, play, quotes, type Row } from './play.ts';
import { fixedFinancing } from '../../src/engine/sim/financing.ts';

const ROWS: readonly Row[] = Array.from({ length: 30 }, (_, i) => {
  const open = 100 + 5 * Math.sin(i);
  return [open, open + 2, open - 2, open + 1];
});
const DAYS = days(ROWS);
const opensAt = DAYS.time[9] + 1;

/** Notes the average at each bar, and buys on the first one that it sees. */
const watcher = ({ use, buy, note, bars: own }: Context): Handlers => {
  const average = use(sma, 3);
  let bar = 0;
  return {
    onBar() {
      note(`${own.now.time} ${average.value}`);
      if (bar++ === 0) buy(10);
    },
  };
};

const streams = [bars(DAYS)];
const two = [bars(DAYS), bars(DAYS, 'DEF')];

describe.each([
  ['one instrument', streams],
  ['two instruments', two],
])('on a tape of %s', (_, given) => {
  const whole = play({ streams: given, setup: watcher });
  const late = play({ streams: given, setup: watcher, opensAt });
  const notes = ({ of }: typeof whole): string[] => of('note').map(({ text }) => text);

  test('the strategy is first called on the first bar of the account, with indicators that knew the bars before', () => {
    expect(notes(late)).toEqual(notes(whole).filter((text) => Number(text.split(' ')[0]) > opensAt));
    expect(notes(late)).toHaveLength(20);
  });

  test('nothing is ordered, filled or valued before', () => {
    expect(late.entries.every(({ at }) => at >= opensAt)).toBe(true);
    expect(late.result.fills[0].at).toBeGreaterThan(DAYS.time[10]);
    expect(late.result.sessions.time).toEqual(DAYS.time.subarray(10));
    expect(late.result.equity.time).toEqual(DAYS.time.subarray(10));
    expect(late.result.startAt).toBe(opensAt);
  });

  test('it is what the tape that begins there gives, where nothing looks back', () => {
    const setup = ({ buy, close }: Context): Handlers => {
      let bar = 0;
      return { onBar: () => void (bar++ % 4 === 0 ? buy(10) : bar % 4 === 3 ? close() : undefined) };
    };
    const cut = given.map(({ symbol }) => bars(days(ROWS.slice(10), '2024-01-17'), symbol));
    const fresh = play({ streams: cut, setup });
    const opened = play({ streams: given, setup, opensAt });
    expect(cut[0].columns.time).toEqual(DAYS.time.slice(10));
    expect(opened.result.sessions).toEqual(fresh.result.sessions);
    expect(opened.result.trades).toEqual(fresh.result.trades);
    expect(opened.deck.journal.snapshot()).toEqual(fresh.deck.journal.snapshot());
  });
});

test('money earns interest from the first session of the account on', () => {
  const financing = fixedFinancing({ credit: 0.05 });
  const conventions = { ...plain, financing };
  const cut = [bars(days(ROWS.slice(10), '2024-01-17'))];
  const late = play({ streams, setup: () => ({}), opensAt, conventions, calendarOf: calendar });
  const fresh = play({ streams: cut, setup: () => ({}), conventions, calendarOf: calendar });
  expect(late.result.interest).toBe(fresh.result.interest);
  expect(late.result.interest).toBeGreaterThan(0);
});

test('timers are called only once the account is open', () => {
  const seen: number[] = [];
  const setup = ({ schedule, now }: Context): Handlers => {
    schedule('1m before close', () => void seen.push(now()));
    return {};
  };
  play({ streams, setup, opensAt });
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.every((at) => at >= opensAt)).toBe(true);
});

test('an order on a quote before the account is open is refused', () => {
  const rows = Array.from({ length: 10 }, (_, i) => [i, 99.99, 100.01] as const);
  const stream = quotes(rows);
  const { result } = play({
    streams: [stream],
    setup: ({ buy }) => ({ onQuote: () => void buy(1) }),
    opensAt: stream.columns.time[5],
  });
  expect(result.fills).toHaveLength(5);
});
