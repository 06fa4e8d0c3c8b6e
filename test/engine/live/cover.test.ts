/** What the desk itself closes leaves no call that was sold without cover: the call is bought back first. */
import { expect, test } from 'vitest';
import type { LimitSettings } from '../../../src/engine/limits/settings.ts';
import { contractInstrument } from '../../../src/market/option/contract.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { utc } from '../play.ts';
import { Bench, deckOf, puppet } from './bench.ts';

const call = (strike: number, expiry = '2026-11-06') =>
  contractInstrument({ root: 'AAA', right: 'call', expiry, strike }, { tick: 0.01 });
const SOLD = call(101);
const BOUGHT = call(100);
const TODAY = call(101, '2026-11-02');
const SHARES = defineInstrument({ symbol: 'AAA', tick: 0.01, calendar: 'XNYS' });

/** Two strategies hold fifty shares each; the first has sold, or is about to sell, a call. */
function desk(limits: LimitSettings = { optionLevel: 3 }) {
  const [first, second] = [puppet('first'), puppet('second')];
  const instruments = [SHARES, SOLD, BOUGHT, TODAY];
  const bench = new Bench(
    {
      tape: { ...deckOf().tape, instruments },
      streams: instruments.map(({ symbol }) => ({ kind: 'quotes', symbol })),
      strategies: [first, second],
      cash: 100_000,
      calendarOf: calendar,
      limits,
    },
    utc('2026-11-02T20:30'),
  ).begin();
  for (const { symbol } of [SOLD, BOUGHT, TODAY]) bench.quote(0.5, 0.52, symbol);
  const fill = (index: number, price: number): void =>
    bench.fillOf(bench.submissions[index], `x${bench.inputs.length}`, price);
  first.wishes.push(({ assets: [shares] }) => void shares.buy(50));
  second.wishes.push(({ assets: [shares] }) => void shares.buy(50));
  bench.quote();
  fill(0, 100);
  fill(1, 100);
  first.wishes.push(({ assets: [, sold] }) => void sold.sell(1, { limit: 0.5, timeInForce: 'DAY' }));
  bench.quote();
  expect(bench.submissions).toHaveLength(3);
  const flatten = (): void =>
    void bench.take({
      kind: 'command',
      at: bench.at,
      by: 'test',
      reason: 'out',
      command: { do: 'flatten', symbol: 'all' },
    });
  /** What has left since the call was sold. */
  const left = (): string[] =>
    bench.submissions.slice(3).map(({ symbol, side, quantity }) => `${side * Number(quantity)} ${symbol}`);
  const waits = (): string[] =>
    bench.alerts.flatMap(({ code, message, isOver }) =>
      code === 'order.waiting' ? [isOver === true ? `over: ${message}` : message] : [],
    );
  return { bench, first, second, fill, flatten, left, waits };
}

test('shares of all strategies wait until the call that they cover is bought back', () => {
  const { bench, fill, flatten, left, waits } = desk();
  fill(2, 0.5);
  flatten();
  expect(left()).toEqual([`1 ${SOLD.symbol}`]);
  bench.wait(1);
  fill(3, 0.52);
  expect(left()).toEqual([`1 ${SOLD.symbol}`, '-50 AAA', '-50 AAA']);
  expect(waits()).toEqual([]);
});

test('who cannot buy it back within a minute is told, and told when it is over', () => {
  const { bench, fill, flatten, waits } = desk();
  fill(2, 0.5);
  flatten();
  bench.wait(59);
  expect(waits()).toEqual([]);
  bench.wait(2);
  const why = 'a call that was sold, or could be, needs it for its cover';
  const lines = [5, 6].map((id) => `order ${id}: 50 AAA to be closed wait here: ${why}`);
  expect(waits()).toEqual(lines);
  fill(3, 0.52);
  expect(waits()).toEqual([...lines, ...lines.map((line) => `over: ${line}`)]);
});

test('a call whose sale is not known to have come to nothing is covered until it is', () => {
  const { bench, flatten, left } = desk();
  const { clientId } = bench.submissions[2];
  bench.report({ kind: 'lost', clientId, request: 'submit', cause: 'timeout' });
  flatten();
  expect(left()).toEqual([]);
  bench.report({ kind: 'refused', clientId, code: '403', message: 'no' });
  expect(left()).toEqual(['-50 AAA', '-50 AAA']);
});

test('the sale of a call that works is canceled, and what was to cover it leaves when that is settled', () => {
  const { bench, flatten, left } = desk();
  const { clientId } = bench.submissions[2];
  bench.report({ kind: 'accepted', clientId, brokerId: 'b3' });
  flatten();
  expect(bench.asked.filter(({ kind }) => kind === 'cancel')).toMatchObject([{ clientId }]);
  expect(left()).toEqual([]);
  bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled: 0, averagePrice: 0 });
  expect(left()).toEqual(['-50 AAA', '-50 AAA']);
});

test('a call that covers another is sold after that one is bought back', () => {
  const { bench, first, fill, flatten, left } = desk();
  fill(2, 0.5);
  first.wishes.push(({ assets: [, , bought] }) => void bought.buy(1, { limit: 0.52, timeInForce: 'DAY' }));
  bench.quote();
  fill(3, 0.52);
  first.wishes.push(({ assets: [shares] }) => void shares.sell(50, { limit: 99, reduceOnly: true }));
  bench.quote();
  fill(4, 100);
  flatten();
  // Fifty shares cover nothing.
  expect(left().slice(2)).toEqual([`1 ${SOLD.symbol}`, '-50 AAA']);
  fill(5, 0.52);
  expect(left().slice(4)).toEqual([`-1 ${BOUGHT.symbol}`]);
});

test('where calls may be sold naked nothing waits', () => {
  const { fill, flatten, left } = desk({ optionLevel: 4 });
  fill(2, 0.5);
  flatten();
  expect(left()).toEqual([`1 ${SOLD.symbol}`, '-50 AAA', '-50 AAA']);
});

test('a contract takes no order after its last trading, though the broker has not booked its end', () => {
  const { bench, second } = desk();
  const buy = (): void => {
    second.wishes.push(({ assets }) => void assets[3].buy(1, { limit: 0.52, timeInForce: 'DAY' }));
    bench.quote();
  };
  buy();
  expect(bench.submissions).toHaveLength(4);
  bench.at = utc('2026-11-02T21:00');
  buy();
  expect(bench.submissions).toHaveLength(4);
  const [{ text }] = bench.entries('refused');
  expect(text).toBe(`symbol.expired: ${TODAY.symbol} has expired: it traded until 2026-11-02T21:00:00Z`);
});
