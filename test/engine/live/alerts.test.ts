/** Alerts of a session: one condition is one alert, its end is told, and the same again later is news. */
import { expect, test } from 'vitest';
import { Alerts } from '../../../src/engine/live/alerts.ts';
import { MINUTE } from '../../../src/time/instant.ts';
import { Bench, SECOND } from './bench.ts';

const codes = (alerts: Alerts): string[] =>
  alerts.pending.splice(0).map(({ code, isOver }) => (isOver === true ? `over ${code}` : code));

test('I21 a condition that is seen again and again is one alert with a counter', () => {
  const alerts = new Alerts();
  for (let minute = 0; minute < 60; minute++) alerts.raise('position.drift', 'AAA: ours 1', minute * MINUTE);
  expect(codes(alerts)).toEqual(['position.drift']);
  expect(alerts.all).toMatchObject([{ number: 1, seen: 60, lastAt: 59 * MINUTE }]);
});

test('a condition that is over is told to be over, and is news when it comes again', () => {
  const alerts = new Alerts();
  alerts.raise('link.down', 'reset', 0);
  alerts.settle('link.down', '', MINUTE);
  alerts.settle('link.down', '', 2 * MINUTE);
  alerts.raise('link.down', 'reset', 3 * MINUTE);
  expect(codes(alerts)).toEqual(['link.down', 'over link.down', 'link.down']);
  expect(alerts.all.map(({ number, overAt }) => [number, overAt])).toEqual([
    [1, MINUTE],
    [2, undefined],
  ]);
});

test('of what comes and goes that is a new one which nobody saw for a quarter of an hour', () => {
  const alerts = new Alerts();
  for (const at of [0, 16 * MINUTE]) {
    alerts.raise('order.rejects', 'the strategy pauses', at);
    alerts.raise('option.expiring', 'AAA: 1 expire today', at);
  }
  expect(codes(alerts)).toEqual(['order.rejects', 'option.expiring', 'order.rejects']);
});

test('what is over is what the message is about, and nothing else', () => {
  const alerts = new Alerts();
  alerts.raise('order.unknown', 'order 1: lost', 0);
  alerts.raise('order.unknown', 'order 12: lost', 0);
  alerts.settle('order.unknown', 'order 1:', 1);
  expect(alerts.all.map(({ overAt }) => overAt)).toEqual([1, undefined]);
});

test('who has taken note is remembered, and a number that is none changes nothing', () => {
  const alerts = new Alerts();
  alerts.raise('order.unknown', 'order 1: lost', 0);
  alerts.acknowledge(7, 'ben');
  alerts.acknowledge(1, 'anna');
  alerts.acknowledge('all', 'ben');
  expect(alerts.all[0].acknowledgedBy).toBe('anna');
});

test('a drift of positions is over when the books agree again', () => {
  const bench = new Bench();
  bench.snapshot([{ symbol: 'AAA', quantity: 5 }]);
  bench.at += SECOND;
  bench.snapshot([]);
  expect(codes(bench.session.alerts)).toEqual([]);
  expect(bench.alerts.map(({ code, isOver }) => [code, isOver])).toEqual([
    ['position.drift', undefined],
    ['position.drift', true],
  ]);
});
