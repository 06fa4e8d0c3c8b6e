/** The live view without a terminal: what stands on a screen of a size, and what keys lead to. */
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { Prompt } from '../../src/cli/watch/prompt.ts';
import { fit, screenOf, sparkline, type View } from '../../src/cli/watch/screen.ts';
import type { SessionStatus } from '../../src/desk/session/status.ts';
import type { LimitUse } from '../../src/engine/gate/gate.ts';
import type { Command } from '../../src/engine/live/index.ts';

const ORDER = {
  id: 1,
  symbol: 'SPY',
  strategy: 'cross',
  side: 'buy',
  quantity: 10,
  filled: 0,
  type: 'market',
  limit: null,
  stop: null,
  status: 'accepted',
  submittedAt: 0,
  keptBy: null,
  isHeldHere: false,
  reason: 'rose',
} as const;

const STATUS: SessionStatus = {
  mode: 'paper',
  state: 'active',
  reason: 'all is well',
  at: 946_933_200_000_000,
  zone: 'America/New_York',
  equity: 101_000,
  cash: 51_000,
  startingCash: 100_000,
  profit: 1000,
  currency: 'USD',
  records: 12,
  journal: 'ok',
  paused: {},
  frozen: {},
  counts: { submitted: 3, filled: 2 },
  unknown: 0,
  exposure: { gross: 0.5, net: -0.25 },
  reconciledAt: null,
  differences: [],
  unprotected: [],
  alerts: [],
  pricesAt: null,
  account: null,
  process: null,
  channels: [],
  gate: { limits: {}, used: [], loosened: [], currency: 'USD' },
  positions: [],
  orders: [],
  recent: [],
};

const VIEW: View = { folder: 'runs/a', width: 80, height: 24, trail: [1, 2], silence: 0, prompt: '' };

const plain = (status: SessionStatus, view: View): string[] => screenOf(status, view).map(stripVTControlCharacters);

test('a screen has as many lines as the terminal and none is wider, however much there is to show', () => {
  const orders = Array.from({ length: 300 }, (_, id) => ({
    ...ORDER,
    id,
    reason: 'because of a long story '.repeat(9),
  }));
  const recent = Array.from({ length: 50 }, (_, at) => ({ at, kind: 'filled', text: 'x'.repeat(at * 5) }));
  for (const [width, height] of [
    [80, 24],
    [40, 12],
    [200, 60],
    [10, 3],
  ]) {
    const lines = plain({ ...STATUS, orders, recent }, { ...VIEW, width, height, trail: Array(500).fill(1) });
    expect(lines).toHaveLength(height);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  }
});

test('of a deck that goes on from another day, what was earned is told of today and in all', () => {
  expect(plain(STATUS, VIEW).join('\n')).toContain('+1,000 (+1 %)');
  const lines = plain({ ...STATUS, profit: -250 }, VIEW).join('\n');
  expect(lines).toContain('−250 today, +1,000 in all (−0.25 %)');
});

test('what does not fit is counted, not dropped in silence', () => {
  const orders = Array.from({ length: 300 }, (_, id) => ({ ...ORDER, id }));
  const text = plain({ ...STATUS, orders }, VIEW).join('\n');
  const shown = text.split('\n').filter((line) => line.includes('rose')).length;
  const hidden = Number(/orders {2}(\d+) more/.exec(text)?.[1]);
  // The head of the table is a line too.
  expect(shown + hidden).toBe(300);
});

test('on a small screen what is held and the limit that is nearest have a row, below their heads', () => {
  const position = {
    symbol: 'SPY',
    strategy: 'cross',
    quantity: 165,
    averagePrice: 600,
    mark: 601,
    value: 1,
    profit: 1,
  };
  const recent = Array.from({ length: 12 }, (_, at) => ({ at, kind: 'filled', text: 'x' }));
  const used = ['drawdown', 'dayLoss', 'orderValue'].map(
    (key) => ({ key, used: 9, limit: 10, unit: 'money' }) as LimitUse,
  );
  const status = { ...STATUS, positions: [position], recent, gate: { ...STATUS.gate, used } };
  const lines = plain(status, VIEW);
  expect(lines.filter((line) => /^SPY +cross +165/.test(line))).toHaveLength(1);
  expect(lines.filter((line) => /^drawdown +█/.test(line))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('filled  x')).length).toBeGreaterThan(0);
  expect(lines.at(-1)).toMatch(/q end$/);
});

test('mode, state, money and health stand on every screen', () => {
  const text = plain(STATUS, VIEW).join('\n');
  for (const part of [
    'PAPER',
    'ACTIVE',
    'all is well',
    'USD 101,000 +1,000 (+1 %)',
    '50 % gross, -25 % net',
    'journal ok',
  ])
    expect(text).toContain(part);
});

test('how much of a limit is used stands on it, the nearest to its end first, and what is untouched does not', () => {
  const used = [
    { key: 'dayLoss', used: 200, limit: 2000, unit: 'money' },
    { key: 'positionShare', of: 'SPY', used: 18_000, limit: 20_000, unit: 'money' },
    { key: 'workingOrders', used: 0, limit: 20, unit: 'orders' },
  ] as const;
  const lines = plain({ ...STATUS, gate: { ...STATUS.gate, used } }, { ...VIEW, width: 110 });
  const at = lines.findIndex((line) => line.startsWith('limits'));
  expect(lines[at + 2]).toMatch(/^positionShare +SPY +█{18}·· +90 % +USD 18,000 +USD 20,000 +USD 2,000/);
  expect(lines[at + 3]).toMatch(/^dayLoss +██·+ +10 %/);
  expect(lines.join('\n')).not.toContain('workingOrders');
  expect(plain(STATUS, VIEW).join('\n')).toContain('nothing of any limit is used');
});

test('decisions stand by the clock of the exchange, the newest first', () => {
  const recent = [1, 2].map((n) => ({ at: STATUS.at + n * 1e6, kind: 'filled', text: `n${n}` }));
  const lines = plain({ ...STATUS, recent }, VIEW);
  const at = lines.findIndex((line) => line.startsWith('decisions'));
  expect(lines.slice(at + 1, at + 3)).toEqual(['16:00:02  filled  n2', '16:00:01  filled  n1']);
});

test('orders of unknown outcome come first and are counted in the head', () => {
  const orders = [ORDER, { ...ORDER, id: 2, status: 'unknown' }];
  const lines = plain({ ...STATUS, orders, unknown: 1 }, VIEW);
  expect(lines.join('\n')).toContain('1 UNKNOWN');
  const rows = lines.filter((line) => line.includes('rose'));
  expect(rows[0]).toContain('unknown');
  expect(rows[1]).toContain('accepted');
});

test('a session that does not answer is said to be silent', () => {
  expect(plain(STATUS, { ...VIEW, silence: 7.9 }).join('\n')).toContain('no answer for 7 s');
  expect(plain(STATUS, { ...VIEW, silence: 1 }).join('\n')).not.toContain('no answer');
});

test('bars stand between the lowest and the highest value, and are flat where nothing moved', () => {
  expect(sparkline([1, 2, 3], 3)).toBe('▁▅█');
  expect(sparkline([0, 9, 5, 5], 2)).toBe('▁▁');
  expect(sparkline([], 5)).toBe('');
});

test('a line is cut by what is seen of it, styles stay whole', () => {
  expect(fit('\x1b[1mabcdef\x1b[22m', 4)).toBe('\x1b[1mabc…\x1b[22m');
  expect(fit('abcd', 4)).toBe('abcd');
});

function typed(...texts: string[]) {
  const done: [Command, string][] = [];
  const prompt = new Prompt((command, reason) => {
    done.push([command, reason]);
    return Promise.resolve();
  });
  for (const text of texts) prompt.type(text);
  return { done, prompt };
}

test('a key chooses, a reason and Enter carry out', () => {
  expect(typed('h', 'odd fills', '\r').done).toEqual([[{ do: 'halt' }, 'odd fills']]);
  expect(typed('h', 'odx', '\x7f', 'd', '\r').done).toEqual([[{ do: 'halt' }, 'odd']]);
});

test('Escape, other keys and arrows carry out nothing', () => {
  expect(typed('h', '\x1b', '\r').done).toEqual([]);
  expect(typed('x', 'y', '\r').done).toEqual([]);
  const { prompt, done } = typed('h', '\x1b[A', 'why', '\r');
  expect(done).toEqual([[{ do: 'halt' }, 'why']]);
  expect(prompt.isDone).toBe(false);
});

test('what cannot be taken back asks for its own word', () => {
  const { done, prompt } = typed('k', 'yes', '\r');
  expect(done).toEqual([]);
  expect(prompt.text).toContain('not done');
  expect(typed('k', 'kill', '\r').done).toEqual([[{ do: 'kill' }, 'by hand, in the live view']]);
  expect(typed('f', 'flatten news is out', '\r').done).toEqual([[{ do: 'flatten', symbol: 'all' }, 'news is out']]);
});

test('a command that the session refuses is said not to be done', async () => {
  const prompt = new Prompt(() => Promise.reject(new Error('no session runs here')));
  const changed = new Promise<void>((resolve) => (prompt.onChange = resolve));
  prompt.type('h');
  prompt.type('\r');
  await changed;
  expect(prompt.text).toBe('NOT done: no session runs here');
});

test('q and Ctrl-C leave, also out of a question', () => {
  expect(typed('q').prompt.isDone).toBe(true);
  expect(typed('k', '\x03').prompt.isDone).toBe(true);
});
