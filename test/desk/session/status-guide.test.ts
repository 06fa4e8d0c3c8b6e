/** The chapter on `status --json`: it names every field that a session tells, with its type, and none that is not told. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statusOf } from '../../../src/desk/session/status.ts';
import { Conductor, GENESIS } from '../../../src/engine/live/index.ts';
import { Bench, puppet } from '../../engine/live/bench.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/status.md'), 'utf8');

/** Types by field, as the chapter says them. */
const documented = new Map(
  [...guide.matchAll(/^\| `([^`]+)` \| ([^|]+) \| [^|]*\| [^|]*\|$/gm)].map(([, field, type]) => [field, type.trim()]),
);

function conductorOf(bench: Bench): Conductor {
  const parts = {
    session: bench.session,
    disk: { append: () => undefined, sync: () => undefined },
    now: () => bench.at,
    onBroken: (error: Error) => expect.fail(error.message),
  };
  return new Conductor(parts, GENESIS, 1);
}

/** A session with a position, orders, alerts, differences, a pause and a freeze: nothing of its status is empty. */
function status() {
  const strategy = puppet();
  const bench = new Bench({ strategies: [strategy], cash: 100_000, limits: { grossExposure: 1, positionShare: 1 } });
  bench.begin();
  strategy.wishes.push(({ buy }) => void buy(10, { limit: 100 }));
  bench.quote();
  bench.report({ kind: 'accepted', clientId: bench.id, brokerId: 'b1' });
  bench.fill('e1', 10);
  strategy.wishes.push(({ sell }) => void sell(5, { limit: 101 }));
  bench.quote();
  bench.snapshot([{ symbol: 'AAA', quantity: 7 }]);
  bench.take({ kind: 'command', at: bench.at, by: 'ann', reason: 'lunch', command: { do: 'pause', strategy: 0 } });
  return statusOf(conductorOf(bench), {
    pricesAt: bench.at,
    account: '…0001',
    process: {
      state: 'running',
      pid: 4711,
      restarts: 1,
      answered: 7,
      answeredAt: bench.at,
      backlog: 0,
      why: 'it ended with code 1',
    },
    channels: [{ name: 'phone', delivered: 1, waiting: 0, lost: 0, trouble: null }],
    loosened: ['all defaults'],
  });
}

const MAPS = new Set(['paused', 'frozen', 'counts', 'gate.limits']);

/** Every field with its values, by the path that the chapter gives it. */
function fieldsOf(value: unknown, path = ''): [path: string, value: unknown][] {
  if (Array.isArray(value)) return value.flatMap((each) => fieldsOf(each, `${path}[]`));
  if (typeof value !== 'object' || value === null || MAPS.has(path)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => fieldsOf(inner, path === '' ? key : `${path}.${key}`));
}

function isOf(type: string, value: unknown): boolean {
  if (value === null) return type.endsWith('or null');
  if (type.startsWith('map')) return typeof value === 'object';
  if (type.startsWith('boolean')) return typeof value === 'boolean';
  return type.startsWith('text') ? typeof value === 'string' : typeof value === 'number';
}

/** Only a session whose exits are not kept anywhere has it. */
const RARE = new Set(['unprotected[].symbol', 'unprotected[].order', 'unprotected[].since']);

test('every field that is told is in the chapter, with its type, and no other', () => {
  const told = fieldsOf(JSON.parse(JSON.stringify(status())));
  expect(told.length).toBeGreaterThan(50);
  expect(told.filter(([field]) => !documented.has(field)).map(([field]) => field)).toEqual([]);
  expect(told.filter(([field, value]) => !isOf(documented.get(field)!, value))).toEqual([]);
  const names = new Set(told.map(([field]) => field));
  expect([...documented.keys()].filter((field) => !names.has(field) && !RARE.has(field))).toEqual([]);
});

test('what is rare is named as the code has it', () => {
  const code = readFileSync(join(import.meta.dirname, '../../../src/desk/session/status.ts'), 'utf8');
  const [, text] = /readonly unprotected: readonly \{([^}]*)\}/.exec(code)!;
  const keys = [...text.matchAll(/readonly (\w+):/g)].map(([, key]) => `unprotected[].${key}`);
  expect(new Set(keys)).toEqual(RARE);
});

test('a field that nobody described, and one of another type, are found', () => {
  expect(documented.has('equities')).toBe(false);
  expect(isOf('number or null', 'text')).toBe(false);
  expect(isOf('text', null)).toBe(false);
});

test('an order that waits here is told as one that the broker has nothing of', () => {
  const strategy = puppet();
  const bench = new Bench({ strategies: [strategy], cash: 100_000 }).begin();
  const shown = () => statusOf(conductorOf(bench)).orders.map(({ type, isHeldHere }) => [type, isHeldHere]);
  strategy.wishes.push(({ buy }) => void buy(10, { limit: 98 }));
  bench.quote();
  strategy.wishes.push(({ sell }) => void sell(10, { stop: 95, reduceOnly: true }));
  bench.quote();
  expect(shown()).toEqual([
    ['limit', false],
    ['stop', true],
  ]);
  bench.fill('e1', 10);
  expect(shown()).toEqual([['stop', false]]);
});
