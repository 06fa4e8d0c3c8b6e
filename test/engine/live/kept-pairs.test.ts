/** Two exits of what is held, which a broker keeps as one request: grown, lost, refused, cut and ended. */
import { describe, expect, test } from 'vitest';
import { BOTH, ExitBench } from './exit-bench.ts';

describe('two exits of what is held', () => {
  /** Bought for the day, so that the exits are sent when it has filled. */
  function pair(filled = 10) {
    const its = new ExitBench();
    const entry = its.buy({ ...BOTH, timeInForce: 'DAY' });
    its.bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
    its.fill(entry.clientId, 'x1', filled, 100, 1);
    const { clientId } = its.newest;
    return { its, entry, clientId, stop: `${clientId}/stop` };
  }
  const taken = (its: ExitBench, clientId: string, quantity = 10): void => {
    its.bench.report({ kind: 'accepted', clientId, brokerId: `of ${clientId}` });
    its.shows(`${clientId}/stop`, 'working', { quantity, stop: 95 });
  };

  test('are one request', () => {
    const { its } = pair();
    expect(its.newest).toMatchObject({ type: 'limit', limit: '105', exits: { kind: 'oco', stop: { stop: '95' } } });
    expect(its.bench.submissions).toHaveLength(2);
  });

  test('end, and are sent anew for more, when more of their entry fills', () => {
    const { its, entry, clientId, stop } = pair(4);
    taken(its, clientId, 4);
    its.fill(entry.clientId, 'x2', 3, 100, 1);
    its.fill(entry.clientId, 'x3', 3, 100, 1);
    expect(its.cancels).toHaveLength(1);
    its.canceled(clientId);
    its.canceled(stop);
    expect(its.newest).toMatchObject({ quantity: '10', clientId: `${clientId}.2`, exits: { kind: 'oco' } });
    taken(its, its.newest.clientId);
    // A fill under the id from before moves shares, and is not counted under the new one.
    its.fill(clientId, 'x4', 2, 105);
    expect(its.bench.held).toBe(8);
    its.shows(its.newest.clientId, 'working', { limit: 105 });
    expect(its.bench.held).toBe(8);
  });

  test('are ours by the size they were asked for, when more of their entry fills before they are seen', () => {
    const { its, entry, clientId } = pair(4);
    its.fill(entry.clientId, 'x2', 6, 100, 1);
    its.shows(clientId, 'working', { quantity: 4, limit: 105 });
    its.shows(`${clientId}/stop`, 'working', { quantity: 4, stop: 95 });
    expect(its.bench.alerts.map(({ code }) => code)).not.toContain('order.foreign-id');
    its.fill(`${clientId}/stop`, 'x3', 4, 95);
    // What is left gets its own when the target has ended there too, and not before.
    expect(its.newest.clientId).toBe(clientId);
    its.canceled(clientId);
    expect(its.newest).toMatchObject({ quantity: '6', exits: { kind: 'oco' } });
  });

  test('one fills while they are to be sent anew: the rest gets its own', () => {
    const { its, entry, clientId, stop } = pair(4);
    taken(its, clientId, 4);
    its.fill(entry.clientId, 'x2', 6, 100, 1);
    its.fill(clientId, 'x3', 4, 105);
    its.canceled(stop);
    expect(its.newest).toMatchObject({ quantity: '6', exits: { kind: 'oco' } });
    expect(its.bench.held).toBe(6);
  });

  test('LF-18 close no more than is held when a part of what their entry bought is taken back', () => {
    const { its, clientId, stop } = pair(4);
    taken(its, clientId, 4);
    its.fill(its.bench.id, 'x2', 6, 100, 1);
    its.canceled(clientId);
    its.canceled(stop);
    taken(its, its.newest.clientId);
    its.bench.report({ kind: 'bust', executionId: 'x2' });
    expect(its.bench.held).toBe(4);
    expect(its.cancels).toHaveLength(2);
    its.canceled(its.newest.clientId);
    its.canceled(`${its.newest.clientId}/stop`);
    expect(its.newest).toMatchObject({ quantity: '4', exits: { kind: 'oco' } });
    expect(its.bench.alerts.map(({ code }) => code)).toEqual(['fill.busted']);
  });

  test('LF-18 end when all that their entry bought is taken back', () => {
    const { its, clientId, stop } = pair();
    taken(its, clientId);
    its.bench.report({ kind: 'bust', executionId: 'x1' });
    expect([its.bench.held, its.cancels.toSorted()]).toEqual([0, [clientId, stop]]);
  });

  test('are both unknown when the answer is lost, and both there when they are found', () => {
    const { its, clientId, stop } = pair();
    its.bench.report({ kind: 'lost', clientId, request: 'submit', cause: 'timeout' });
    expect(its.working.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    its.shows(clientId, 'working', { limit: 105 });
    its.shows(stop, 'working', { stop: 95 });
    expect(its.working.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
  });

  test('are asked for again under the same id with the same words', () => {
    const { its, clientId } = pair();
    its.bench.report({ kind: 'lost', clientId, request: 'submit', cause: 'timeout' });
    for (let second = 0; second < 40; second++) {
      its.bench.wait(1);
      const last = its.bench.asked.at(-1)!;
      if (last.kind === 'lookup') its.bench.report({ kind: 'absent', clientId });
    }
    const [, first, again] = its.bench.submissions;
    expect(again).toEqual({ ...first, posts: 2 });
  });

  test.each([
    ['was taken', { kind: 'accepted', brokerId: 'b2' }],
    ['was answered by nobody, but its target ended there', { kind: 'lost', request: 'submit', cause: 'timeout' }],
  ] as const)('the stop has filled and nobody said so: it stays at work where the pair %s', (_how, answer) => {
    const { its, clientId, stop } = pair();
    its.bench.report({ ...answer, clientId });
    its.canceled(clientId);
    expect(its.working).toMatchObject([{ type: 'stop', left: 10 }]);
    its.fill(stop, 'x9', 10, 94.9);
    expect([its.bench.held, its.working]).toEqual([0, []]);
  });

  test('a stop that nobody told of is canceled there, not here, when nothing is left to close', () => {
    const { its, clientId, stop } = pair();
    its.bench.report({ kind: 'accepted', clientId, brokerId: 'b2' });
    its.strategy.wishes.push(({ sell }) => void sell(10));
    its.bench.quote();
    its.fill(its.newest.clientId, 'x8', 10, 99);
    expect(its.working.some(({ type }) => type === 'stop')).toBe(true);
    expect(its.cancels).toContain(clientId);
    its.canceled(clientId);
    its.shows(stop, 'canceled', { stop: 95 });
    expect(its.working).toEqual([]);
  });

  test('refused: the stop is sent alone, because it is the one that protects', () => {
    const { its, clientId } = pair();
    its.bench.report({ kind: 'refused', clientId, code: '42210000', message: 'no' });
    expect(its.newest).toMatchObject({ type: 'stop', quantity: '10', stop: '95' });
    expect(its.working).toMatchObject([{ type: 'stop' }]);
  });

  test('a kill cancels both', () => {
    const { its, clientId, stop } = pair();
    taken(its, clientId);
    its.bench.take({ kind: 'command', at: its.bench.at, by: 'me', reason: 'test', command: { do: 'kill' } });
    expect(its.cancels.sort()).toEqual([clientId, stop]);
    its.canceled(clientId);
    its.canceled(stop);
    expect(its.working).toEqual([]);
    expect(its.bench.submissions).toHaveLength(2);
  });
});

test('a pair that waits behind another order that closes waits once, however often it is looked at', () => {
  const its = new ExitBench();
  const entry = its.buy({ ...BOTH, timeInForce: 'DAY' });
  its.bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
  its.fill(entry.clientId, 'x1', 4, 100, 1);
  const { clientId } = its.newest;
  its.bench.report({ kind: 'accepted', clientId, brokerId: 'b2' });
  its.shows(`${clientId}/stop`, 'working', { quantity: 4, stop: 95 });
  its.fill(entry.clientId, 'x2', 6, 100, 1);
  // A sale by hand of the strategy closes the same, and nobody knows what became of it.
  its.strategy.wishes.push(({ sell }) => void sell(10, { limit: 101, reduceOnly: true, timeInForce: 'GTC' }));
  its.bench.quote();
  its.canceled(clientId);
  its.canceled(`${clientId}/stop`);
  for (let look = 0; look < 60; look++) its.bench.wait(1);
  for (let look = 0; look < 60; look++) its.canceled(clientId);
  expect(its.bench.submissions.filter(({ exits }) => exits?.kind === 'oco')).toHaveLength(1);
  expect(its.newest).toMatchObject({ type: 'limit', limit: '101', quantity: '10' });
});

test('a pair that is asked for anew leaves beside an order that rests: that one may rest for long', () => {
  const its = new ExitBench();
  const entry = its.buy({ ...BOTH, timeInForce: 'DAY' });
  its.bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
  its.fill(entry.clientId, 'x1', 4, 100, 1);
  const { clientId } = its.newest;
  its.bench.report({ kind: 'accepted', clientId, brokerId: 'b2' });
  its.shows(`${clientId}/stop`, 'working', { quantity: 4, stop: 95 });
  its.strategy.wishes.push(({ sell }) => void sell(10, { limit: 120, timeInForce: 'GTC' }));
  its.bench.quote();
  its.bench.report({ kind: 'accepted', clientId: its.newest.clientId, brokerId: 'b3' });
  its.fill(entry.clientId, 'x2', 6, 100, 1);
  its.canceled(clientId);
  its.canceled(`${clientId}/stop`);
  expect(its.newest).toMatchObject({ type: 'limit', quantity: '10', exits: { kind: 'oco' } });
});
