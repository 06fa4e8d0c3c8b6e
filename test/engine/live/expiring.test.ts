/** Futures that are held near their last day: said with each of their last six sessions, because nothing rolls them. */
import { expect, test } from 'vitest';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { utc } from '../play.ts';
import { Bench, deckOf, puppet } from './bench.ts';

/** A session that holds two contracts whose last day is Friday, 18 December 2026. */
function holding(at: number, quantity = 2, expiry = '2026-12-18'): Bench {
  const { definition, wishes } = puppet();
  const instrument = defineInstrument({
    symbol: 'MESZ26',
    kind: 'future',
    tick: 0.25,
    multiplier: 5,
    calendar: 'CMES',
    future: { root: 'MES', expiry, initialMargin: 2500, maintenanceMargin: 2300 },
  });
  const tape = { ...deckOf().tape, instruments: [instrument] };
  const streams = [{ kind: 'quotes' as const, symbol: 'MESZ26' }];
  const bench = new Bench({ tape, streams, strategies: [{ definition }], calendarOf: calendar }, at).begin();
  if (quantity > 0) wishes.push(({ buy }) => void buy(quantity, { limit: 6000, timeInForce: 'DAY' }));
  bench.quote(5999.5, 5999.75, 'MESZ26');
  if (quantity > 0) bench.fillOf(bench.submissions[0], 'e1', 5999.75);
  bench.snapshot(quantity > 0 ? [{ symbol: 'MESZ26', quantity }] : []);
  return bench;
}

const told = (bench: Bench): string[] =>
  bench.alerts.filter(({ code }) => code === 'future.expiring').map(({ message }) => message);

test.each([
  ['2026-12-10T15:00', []],
  ['2026-12-11T15:00', ['in 5']],
  // In the evening the session of the next day has begun.
  ['2026-12-13T23:30', ['in 4']],
  ['2026-12-17T15:00', ['in 1']],
  ['2026-12-17T23:30', ['today']],
  ['2026-12-18T14:00', ['today']],
])('at %s of its last weeks: %j', (at, whens) => {
  const lines = whens.map((when) => `MESZ26: 2 held, its sessions end ${when} (2026-12-18); nothing rolls it`);
  expect(told(holding(utc(at)))).toEqual(lines);
});

test('what is not held is not told', () => {
  expect(told(holding(utc('2026-12-17T15:00'), 0))).toEqual([]);
});

test('it is told once in a session, however often the books are read', () => {
  const bench = holding(utc('2026-12-17T15:00'));
  bench.snapshot([{ symbol: 'MESZ26', quantity: 2 }]);
  expect(told(bench)).toHaveLength(1);
});

test('a last day that is a holiday means the session before, as the simulated venue has it', () => {
  const line = 'MESZ26: 2 held, its sessions end today (2026-12-24); nothing rolls it';
  expect(told(holding(utc('2026-12-24T15:00'), 2, '2026-12-25'))).toEqual([line]);
});
