/**
 * Exits that the broker keeps: sent with their entry or two in one request, followed by ids that only the broker knows,
 * and asked for anew where what it kept of them has ended.
 */
import { describe, expect, test } from 'vitest';
import type { BrokerOrderStatus, ExitRules, SubmitRequest } from '../../../src/engine/live/index.ts';
import type { OrderOptions } from '../../../src/engine/strategy.ts';
import { utc } from '../play.ts';
import { Bench, books, OPEN, puppet } from './bench.ts';

const RULES: ExitRules = {
  entries: ['market', 'limit'],
  timesInForce: ['DAY', 'GTC'],
  mustOpen: true,
  stopDistance: 0.01,
};

class ExitBench {
  readonly strategy = puppet();
  readonly bench: Bench;
  private clock = 10;

  constructor(restore?: ReturnType<Bench['session']['saveState']>, at: number = OPEN) {
    const options = { strategies: [this.strategy], cash: 100_000, ...(restore === undefined ? {} : { restore }) };
    this.bench = new Bench(options, at, { exits: RULES });
    if (restore === undefined) this.bench.begin();
  }

  buy(options: OrderOptions): SubmitRequest {
    this.strategy.wishes.push(({ buy }) => void buy(10, options));
    this.bench.quote();
    return this.bench.submissions.at(-1)!;
  }

  get newest(): SubmitRequest {
    return this.bench.submissions.at(-1)!;
  }

  /** The broker's books of one order of a group. */
  shows(clientId: string, status: BrokerOrderStatus, more: Partial<ReturnType<typeof books>> = {}): void {
    this.bench.report(
      books(clientId, { brokerId: `of ${clientId}`, status, side: -1, updatedAt: this.clock++, ...more }),
    );
  }

  /** Entry and exits are taken. */
  take(entry: SubmitRequest): { target: string; stop: string } {
    const { clientId } = entry;
    this.bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
    const [target, stop] = [`${clientId}/target`, `${clientId}/stop`];
    if (entry.exits?.target !== undefined) this.shows(target, 'working', { limit: 105 });
    if (entry.exits?.stop !== undefined) this.shows(stop, 'working', { stop: 95 });
    return { target, stop };
  }

  fill(clientId: string, executionId: string, quantity: number, price: number, side: 1 | -1 = -1): void {
    this.bench.report({ kind: 'fill', clientId, executionId, symbol: 'AAA', side, quantity, price, fee: 0 });
  }

  canceled(clientId: string, filled = 0): void {
    this.bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled, averagePrice: 100 });
  }

  get cancels(): string[] {
    return this.bench.asked.flatMap((request) => (request.kind === 'cancel' ? [request.clientId] : []));
  }

  get working() {
    return this.bench.session.deck.markets[0].working.map(({ type, status, remainingUnits, stop, limit }) => ({
      type,
      status,
      left: remainingUnits,
      price: stop === stop ? stop : limit,
    }));
  }

  cancelOf(type: string): void {
    this.strategy.wishes.push(({ cancel, assets: [{ orders }] }) =>
      cancel(orders.find((order) => order.type === type && order.side < 0)!),
    );
    this.bench.quote();
  }

  /** What is at work is what the session's own journal leads to, and nobody had to be woken. */
  get isQuiet(): boolean {
    return this.bench.alerts.length === 0;
  }
}

const BOTH: OrderOptions = { limit: 100, stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' };

describe('an entry that takes its exits along', () => {
  test('is one request, and nothing more is sent when it fills', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    expect(entry.exits).toEqual({ kind: 'bracket', target: { limit: '105' }, stop: { stop: '95' } });
    its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    expect(its.bench.submissions).toHaveLength(1);
    expect(its.working).toEqual([
      { type: 'stop', status: 'accepted', left: 10, price: 95 },
      { type: 'limit', status: 'accepted', left: 10, price: 105 },
    ]);
  });

  test('with one exit is one request too', () => {
    const its = new ExitBench();
    expect(its.buy({ limit: 100, stopLoss: 95 }).exits).toEqual({ kind: 'oto', stop: { stop: '95' } });
  });

  test.each([
    ['stands for another time than its exits', { ...BOTH, timeInForce: 'DAY' }],
    ['is of a type that takes none', { stop: 101, stopLoss: 95, takeProfit: 105 }],
    ['trails', { limit: 100, trailingStop: { amount: 2 }, takeProfit: 105 }],
    ['has its stop on the wrong side', { limit: 100, stopLoss: 100, takeProfit: 105 }],
  ] satisfies [string, OrderOptions][])('goes alone where it %s', (_why, options) => {
    expect(new ExitBench().buy(options).exits).toBeUndefined();
  });

  test('goes alone where something is held, or at work', () => {
    const its = new ExitBench();
    its.buy({ limit: 90, timeInForce: 'GTC' });
    expect(its.buy(BOTH).exits).toBeUndefined();
  });

  test('one exit fills: the other is ended by the broker, unasked, and looked for where nobody tells', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.fill(target, 'x2', 10, 105);
    expect(its.bench.held).toBe(0);
    expect(its.cancels).toEqual([]);
    its.bench.wait(3);
    expect(its.bench.asked.at(-1)).toMatchObject({ kind: 'lookup', clientId: stop });
    its.shows(stop, 'canceled');
    expect(its.working).toEqual([]);
    expect(its.isQuiet).toBe(true);
  });

  test('one exit fills in part: the other is of the rest', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.fill(target, 'x2', 4, 105);
    its.shows(stop, 'working', { quantity: 6, stop: 95 });
    expect(its.working).toMatchObject([{ left: 6 }, { left: 6 }]);
    its.fill(stop, 'x3', 6, 95);
    expect(its.bench.held).toBe(0);
    expect(its.bench.asked.filter(({ kind }) => kind === 'replace')).toEqual([]);
  });

  test('both fill in a fast market: a person is told', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.fill(target, 'x2', 10, 105);
    its.fill(stop, 'x3', 10, 95);
    expect(its.bench.held).toBe(-10);
    expect(its.bench.alerts).toMatchObject([{ code: 'order.beyond-flat' }]);
  });

  test('an exit whose fill is told before that of its entry is booked, and nobody is woken', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target } = its.take(entry);
    its.fill(target, 'x2', 10, 105);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    expect(its.bench.held).toBe(0);
    expect(its.isQuiet).toBe(true);
  });

  test('canceled half filled: its exits go on for what it has, once the broker has ended all', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 4, 100, 1);
    its.canceled(stop);
    its.canceled(entry.clientId, 4);
    expect(its.bench.submissions).toHaveLength(1);
    its.canceled(target);
    expect(its.newest).toMatchObject({
      quantity: '4',
      type: 'limit',
      side: -1,
      limit: '105',
      exits: { kind: 'oco', stop: { stop: '95' } },
    });
    its.bench.report({ kind: 'accepted', clientId: its.newest.clientId, brokerId: 'b9' });
    its.shows(`${its.newest.clientId}/stop`, 'working', { quantity: 4, stop: 95 });
    its.fill(`${its.newest.clientId}/stop`, 'x5', 4, 95);
    expect(its.bench.held).toBe(0);
    expect(its.isQuiet).toBe(true);
  });

  test('canceled before it filled: its exits have ended with it', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { stop, target } = its.take(entry);
    its.canceled(stop);
    its.canceled(entry.clientId);
    its.canceled(target);
    expect(its.working).toEqual([]);
    expect(its.bench.submissions).toHaveLength(1);
  });

  test('refused: nothing of it is left', () => {
    const its = new ExitBench();
    const { clientId } = its.buy(BOTH);
    its.bench.report({ kind: 'refused', clientId, code: '42210000', message: 'bracket orders must be entry orders' });
    expect(its.bench.entries('rejected', 'canceled').map(({ text }) => text)).toEqual([
      '42210000: bracket orders must be entry orders',
      'parent-ended',
      'parent-ended',
    ]);
  });

  test('one of two exits is canceled by its strategy: the broker ends both, and the other is sent again alone', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.cancelOf('limit');
    expect(its.cancels).toEqual([target]);
    its.canceled(stop);
    expect(its.bench.submissions).toHaveLength(1);
    its.canceled(target);
    expect(its.newest).toMatchObject({ type: 'stop', stop: '95', quantity: '10' });
    expect(its.newest.exits).toBeUndefined();
    expect(its.working).toMatchObject([{ type: 'stop', left: 10 }]);
  });

  test('an exit that is canceled while its entry has not filled is canceled once it has', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target } = its.take(entry);
    its.fill(entry.clientId, 'x1', 4, 100, 1);
    its.cancelOf('limit');
    expect(its.cancels).toEqual([]);
    its.fill(entry.clientId, 'x2', 6, 100, 1);
    expect(its.cancels).toEqual([target]);
  });

  test('what somebody else ends at the broker has ended', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.canceled(target);
    its.canceled(stop);
    expect(its.working).toEqual([]);
    expect(its.bench.submissions).toHaveLength(1);
  });

  test('a stop that goes with its entry gets its new price by being sent anew', () => {
    const its = new ExitBench();
    const entry = its.buy({ limit: 100, stopLoss: 95 });
    const { stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.strategy.wishes.push(({ update, assets: [{ orders }] }) => void update(orders[0], { stop: 97 }));
    its.bench.quote();
    expect(its.cancels).toEqual([stop]);
    its.canceled(stop);
    expect(its.newest).toMatchObject({ type: 'stop', stop: '97', quantity: '10' });
  });

  test('prices of exits are changed there, and their size is not', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    let isTaken: unknown;
    its.strategy.wishes.push(({ update, assets: [{ orders }] }) => {
      isTaken = update(orders[0], { quantity: 5 });
      update(orders[0], { stop: 97 });
    });
    its.bench.quote();
    expect(isTaken).toBe(false);
    expect(its.bench.asked.at(-1)).toMatchObject({ kind: 'replace', clientId: stop, stop: '97', quantity: '10' });
    its.bench.report({ kind: 'replaced', clientId: stop, brokerId: 'b7', updatedAt: 50 });
    expect(its.working).toMatchObject([{ type: 'stop', price: 97 }, { type: 'limit' }]);
  });

  test('goes on with all it knows in the next session', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    const state = JSON.parse(JSON.stringify(its.bench.session.saveState())) as ReturnType<
      typeof its.bench.session.saveState
    >;
    const next = new ExitBench(state, utc('2026-11-02T15:01'));
    next.bench.snapshot([{ symbol: 'AAA', quantity: 10 }], {
      orders: [
        books(target, { side: -1, limit: 105, updatedAt: 60, brokerId: `of ${target}` }),
        books(stop, { side: -1, stop: 95, updatedAt: 60, brokerId: `of ${stop}` }),
      ],
    });
    next.fill(stop, 'x2', 10, 95);
    expect(next.bench.held).toBe(0);
    expect(next.cancels).toEqual([]);
    next.canceled(target);
    expect(next.working).toEqual([]);
  });
});

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
