/** Corporate actions of tomorrow are told once, of what is held, also where only an option on it is. */
import { expect, test } from 'vitest';
import { ActionsAhead } from '../../../src/desk/session/actions-ahead.ts';
import type { AnnouncedAction } from '../../../src/engine/live/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { HOUR } from '../../../src/time/instant.ts';
import { Bench, deckOf, puppet } from '../../engine/live/bench.ts';

const CALL = 'BBB261218C00110000';
const instruments = [
  ...['AAA', 'BBB', 'CCC'].map((symbol) => defineInstrument({ symbol, tick: 0.01, calendar: '24-7' })),
  occInstrument(CALL),
];
const DIVIDEND: AnnouncedAction = { symbol: 'AAA', what: 'a dividend of 0.25', date: '2026-11-19' };

/** A session that holds nothing yet, and what its people are told. */
function watched(ask: () => Promise<readonly AnnouncedAction[]>) {
  const strategy = puppet();
  const tape = { ...deckOf().tape, instruments };
  const bench = new Bench({ strategies: [strategy], cash: 100_000, tape }).begin();
  const asked: (readonly string[])[] = [];
  const told: string[] = [];
  let now = bench.at;
  const ahead = new ActionsAhead({
    session: bench.session,
    now: () => now,
    ask: (symbols) => {
      asked.push(symbols);
      return ask();
    },
    news: (code, message, priority) => told.push(`P${priority} ${code}: ${message}`),
  });
  const buy = (symbol: string): void => {
    strategy.wishes.push(({ asset }) => void asset(symbol).buy(1, { limit: 100, timeInForce: 'DAY' }));
    bench.quote(99, 100, symbol);
    bench.fillOf(bench.submissions.at(-1)!, symbol, 100);
  };
  const later = async (us: number): Promise<void> => {
    now += us;
    await ahead.look();
  };
  return { asked, told, buy, later };
}

test('of what is held it is asked once an hour, and what is announced is told once', async () => {
  const { asked, told, buy, later } = watched(() => Promise.resolve([DIVIDEND]));
  await later(0);
  expect(asked).toEqual([]);
  buy('AAA');
  buy(CALL);
  await later(1);
  await later(HOUR - 1);
  expect(asked).toEqual([['AAA', 'BBB']]);
  await later(1);
  expect(asked).toHaveLength(2);
  expect(told).toEqual(['P2 action.ahead: AAA: a dividend of 0.25 counts from 2026-11-19']);
});

test('that it cannot be read is told once, and asked again', async () => {
  let count = 0;
  const { told, buy, later } = watched(() =>
    ++count < 3 ? Promise.reject(new Error('no answer')) : Promise.resolve([DIVIDEND]),
  );
  buy('AAA');
  for (let i = 0; i < 3; i++) await later(HOUR);
  expect(told).toEqual([
    'P3 action.unread: no answer',
    'P2 action.ahead: AAA: a dividend of 0.25 counts from 2026-11-19',
  ]);
});
