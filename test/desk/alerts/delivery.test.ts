/** Alerts on their way to people: what is said again, gathered, given up, and what never happens to the session. */
import { expect, test } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { Delivery } from '../../../src/desk/alerts/delivery.ts';
import type { Notice } from '../../../src/desk/alerts/notice.ts';

const SPEAKER = { mode: 'rehearsal', deck: 'puts', account: '…1765' };

/** A delivery to channels that can be made to fail, at a time that is set by hand. */
function bench(kinds: readonly { priority?: 1 | 2 | 3; isEscalation?: boolean }[] = [{}]) {
  const state = { nowMs: 0, fails: undefined as Fault | undefined, isSlow: false };
  const told: string[] = [];
  const sent = kinds.map((): string[] => []);
  const slow: (() => void)[] = [];
  const delivery = new Delivery({
    channels: kinds.map(({ priority = 2, isEscalation = false }, i) => ({
      name: `channel ${i}`,
      priority,
      isEscalation,
      sender: {
        async send({ title }) {
          if (state.isSlow) await new Promise<void>((resolve) => slow.push(resolve));
          if (state.fails !== undefined) throw state.fails;
          sent[i].push(title);
        },
      },
    })),
    speaker: SPEAKER,
    repeatMs: 120_000,
    perMinute: 10,
    nowMs: () => state.nowMs,
    notice: (text) => told.push(text),
  });
  const pass = async (ms: number, stepMs = 1000): Promise<void> => {
    for (const until = state.nowMs + ms; state.nowMs < until;) {
      state.nowMs = Math.min(until, state.nowMs + stepMs);
      delivery.turn();
      for (let i = 0; i < 5; i++) await Promise.resolve();
    }
  };
  return { delivery, state, told, sent, slow, pass };
}

function alert(number: number, priority: Notice['priority'] = 1, more: Partial<Notice> = {}): Notice {
  return { code: 'order.unknown', message: `order ${number}`, priority, number, at: '2026-11-30T15:55:00Z', ...more };
}

test('what wakes somebody is said every two minutes until it is acknowledged', async () => {
  const { delivery, sent, pass } = bench();
  delivery.tell(alert(1));
  await pass(300_000);
  expect(sent[0]).toHaveLength(3);
  expect(sent[0][2]).toContain('said 3 times');
  delivery.acknowledge(1);
  await pass(600_000);
  expect(sent[0]).toHaveLength(3);
});

test('the end of a condition is told once, and ends its repeats', async () => {
  const { delivery, sent, pass } = bench();
  delivery.tell(alert(1));
  await pass(1000);
  delivery.tell(alert(1, 1, { isOver: true }));
  await pass(600_000);
  expect(sent[0].map((title) => title.split(' ', 1)[0])).toEqual(['P1', 'OVER']);
});

test('what is looked at today is said once, and what is only told goes to who asked for it', async () => {
  const { delivery, sent, pass } = bench([{ priority: 2 }, { priority: 3 }, { priority: 1 }]);
  delivery.tell(alert(1, 2));
  delivery.tell(alert(2, 3));
  await pass(600_000);
  expect(sent.map((each) => each.length)).toEqual([1, 2, 0]);
});

test('after three repeats without an answer those are told who are only told then', async () => {
  const { delivery, sent, pass } = bench([{}, { isEscalation: true }]);
  delivery.tell(alert(1));
  await pass(3 * 120_000 + 1000);
  expect(sent[1]).toEqual([]);
  await pass(120_000);
  expect(sent[1]).toHaveLength(1);
});

test('a storm of alerts becomes ten messages a minute, of which the last holds all that is left', async () => {
  const { delivery, sent, pass } = bench();
  for (let i = 1; i <= 60; i++) delivery.tell(alert(i, 2));
  await pass(30_000);
  expect(sent[0]).toHaveLength(10);
  expect(sent[0][9]).toContain('51 alerts');
  expect(delivery.status[0]).toMatchObject({ delivered: 60, waiting: 0, lost: 0 });
});

test('the gravest of what waits is said first', async () => {
  const { delivery, sent, pass } = bench();
  delivery.tell(alert(1, 2));
  delivery.tell(alert(2, 1, { code: 'position.drift' }));
  await pass(1000);
  expect(sent[0][0]).toContain('position.drift');
});

test('a channel that is down is tried less and less often, said once to be down, and said to work again', async () => {
  const { delivery, state, sent, told, pass } = bench();
  state.fails = new Fault('alerts.unreachable', 'host is not reachable: ECONNREFUSED');
  delivery.tell(alert(1, 2));
  await pass(300_000);
  expect(told).toEqual(['alerts: channel 0 does not take messages: host is not reachable: ECONNREFUSED']);
  expect(delivery.status[0]).toMatchObject({
    waiting: 1,
    delivered: 0,
    trouble: 'host is not reachable: ECONNREFUSED',
  });
  state.fails = undefined;
  await pass(61_000);
  expect(sent[0]).toHaveLength(1);
  expect(told[1]).toBe('alerts: channel 0 takes messages again');
});

test('a message that is refused for good is given up after three tries, and the next one is tried', async () => {
  const { delivery, state, sent, pass } = bench();
  state.fails = new Fault('alerts.refused', 'host answered 404');
  delivery.tell(alert(1, 2));
  await pass(60_000);
  expect(delivery.status[0]).toMatchObject({ lost: 1, waiting: 0 });
  state.fails = undefined;
  delivery.tell(alert(2, 2));
  await pass(60_000);
  expect(sent[0]).toHaveLength(1);
});

test('what waits is bounded, and what could not be said for half an hour is not said any more', async () => {
  const { delivery, state, pass } = bench();
  state.fails = new Fault('alerts.unreachable', 'down');
  for (let i = 1; i <= 500; i++) delivery.tell(alert(i, i % 2 === 0 ? 2 : 1));
  expect(delivery.status[0]).toMatchObject({ waiting: 100, lost: 400 });
  delivery.acknowledge('all');
  await pass(31 * 60_000, 10_000);
  expect(delivery.status[0]).toMatchObject({ waiting: 0, lost: 500 });
});

test('a channel that never answers holds one message, and nobody waits for it', async () => {
  const { delivery, state, sent, slow, pass } = bench([{}, {}]);
  state.isSlow = true;
  delivery.tell(alert(1, 2));
  delivery.tell(alert(2, 2));
  await pass(60_000);
  expect(slow).toHaveLength(2);
  expect(sent).toEqual([[], []]);
});

test('after a restart what nobody acknowledged is said again at once', async () => {
  const { delivery, sent, pass } = bench();
  delivery.resume(alert(4));
  await pass(1000);
  expect(sent[0]).toEqual(['P1 REHEARSAL puts: order.unknown (said 2 times)']);
});
