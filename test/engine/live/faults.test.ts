/**
 * Fault by fault: what goes wrong on the way to a broker, on the disk and with the clock, and what the desk makes of it.
 */
import { describe, expect, test } from 'vitest';
import { ORDER_STATES, type OrderStatus } from '../../../src/engine/orders/order-state.ts';
import {
  Conductor,
  GENESIS,
  LiveSession,
  type BrokerReport,
  type BrokerRequest,
  type Input,
} from '../../../src/engine/live/index.ts';
import { asked, Bench, books, deckOf, OPEN, puppet, SECOND, working } from './bench.ts';

const count = (bench: Bench, kind: BrokerRequest['kind']): number =>
  bench.asked.filter((each) => each.kind === kind).length;

describe('cancels and changes', () => {
  test('LF-04 from lost contact no step of the table leads to rejected but a refusal of the broker', () => {
    const lost = Object.entries(ORDER_STATES).flatMap(([status, row]) =>
      row['lose-contact'] === undefined ? [] : [[status, row['lose-contact']] as const],
    );
    expect(lost.length).toBeGreaterThan(5);
    // A table of states, each with its events.
    for (const [status, next] of lost) expect(next, status).toBe<OrderStatus>('unknown');
    const leading = Object.entries(ORDER_STATES.unknown).filter(([, next]) => next === 'rejected');
    expect(leading.map(([event]) => event)).toEqual(['reject']);
  });

  test('LF-14 a cancel that is refused because the order has filled leaves it filled, and is not sent again', () => {
    const { bench, clientId, fill, cancel } = working();
    fill('x1', 4);
    cancel();
    bench.report({ kind: 'cancel-refused', clientId, reason: 'order is already in "filled" state' });
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'lookup', clientId });
    bench.report(books(clientId, { status: 'filled', filled: 10, averagePrice: 95, updatedAt: 2 }));
    bench.wait(120);
    expect([bench.order.status, bench.held, count(bench, 'cancel')]).toEqual(['filled', 10, 1]);
    fill('x2', 6);
    expect(bench.held).toBe(10);
  });

  test('LF-15 a cancel whose answer is lost is asked about; nothing that would close is sent before it is known', () => {
    const { bench, clientId, fill, cancel } = working();
    cancel();
    bench.report({ kind: 'lost', clientId, request: 'cancel', cause: 'timeout' });
    fill('x1', 10);
    expect([bench.order.status, bench.held]).toEqual(['filled', 10]);
    bench.wait(5);
    expect(bench.submissions).toHaveLength(1);
    // Where it did not fill meanwhile, what the broker's books say is what counts.
    const other = working();
    other.cancel();
    other.bench.report({ kind: 'lost', clientId, request: 'cancel', cause: 'timeout' });
    expect(other.bench.order.status).toBe('pending-cancel');
    other.bench.wait(1);
    expect(other.bench.asked.at(-1)).toMatchObject({ kind: 'lookup' });
    other.bench.report(books(clientId, { status: 'canceled', updatedAt: 2 }));
    expect(other.bench.order.status).toBe('canceled');
  });

  test('LF-16 while a change is under way the larger size counts; the parent fills and the change is refused', () => {
    const { bench, clientId, fill, wishes } = working();
    wishes.push(({ update, assets: [{ orders }] }) => void update(orders[0], { quantity: 25 }));
    bench.quote();
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'replace', quantity: '25' });
    expect(bench.order.remainingUnits).toBe(25);
    fill('x1', 10);
    expect(bench.order.remainingUnits).toBe(15);
    bench.report({ kind: 'replace-refused', clientId, reason: 'order_replace_rejected' });
    expect([bench.order.status, bench.held, bench.order.remainingUnits]).toEqual(['filled', 10, 0]);
  });

  test('LF-16 a change to a smaller size counts with the larger one until it is in force', () => {
    const { bench, clientId, wishes } = working();
    wishes.push(({ update, assets: [{ orders }] }) => void update(orders[0], { quantity: 5 }));
    bench.quote();
    expect(bench.order.remainingUnits).toBe(10);
    bench.report({ kind: 'replaced', clientId, brokerId: 'b2', updatedAt: 2 });
    expect(bench.order.remainingUnits).toBe(5);
  });
});

describe('LF-40 an id that somebody else has used', () => {
  test.each([
    ['another symbol', { symbol: 'BBB' }],
    ['the other side', { side: -1 as const }],
    ['another size', { quantity: 99 }],
  ])('an order of %s is not adopted: ours has never been, and a person is told', (_, difference) => {
    const bench = asked();
    bench.report({ kind: 'duplicate', clientId: bench.id });
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'lookup', clientId: bench.id });
    bench.report(books(bench.id, { brokerId: 'foreign', filled: 3, averagePrice: 90, ...difference }));
    expect([bench.order.status, bench.held]).toEqual(['rejected', 0]);
    expect(bench.alerts.map(({ code }) => code)).toContain('order.foreign-id');
    bench.wait(120);
    expect(bench.submissions).toHaveLength(1);
  });

  test('an order of which everything fits is ours', () => {
    const bench = asked();
    bench.report({ kind: 'duplicate', clientId: bench.id });
    bench.report(books(bench.id));
    expect(bench.order.status).toBe('accepted');
    expect(bench.alerts).toEqual([]);
  });
});

describe('LF-44 an empty list of positions', () => {
  test('is no flat account: the symbol is frozen, nothing is bought or sold because of it, and the next list lifts it', () => {
    const { bench, fill, wishes } = working();
    fill('x1', 10);
    const sent = bench.submissions.length;
    bench.snapshot([]);
    wishes.push(({ position, buy, sell }) => void (position.isFlat ? buy(10) : sell(10)));
    bench.quote();
    expect([bench.held, bench.submissions.length]).toEqual([10, sent]);
    expect(bench.alerts.at(-1)).toMatchObject({
      code: 'position.drift',
      message: expect.stringContaining("ours 10, the broker's 0"),
    });
    bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
    expect(bench.session.states.frozenBecause(0)).toBeUndefined();
  });
});

/** The bench's session behind a real conductor, with a disk and a clock that the test breaks. */
class Conducted {
  readonly sent: BrokerRequest[] = [];
  readonly bench: Bench;
  readonly conductor: Conductor;
  /** Callbacks of syncs that are under way. */
  readonly syncs: ((error?: Error) => void)[] = [];
  broken: Error | undefined;
  appendFails = false;
  appended = 0;
  syncsAsked = 0;
  clock: number;
  readonly wishes: ReturnType<typeof puppet>['wishes'];

  constructor() {
    const strategy = puppet();
    this.wishes = strategy.wishes;
    this.bench = new Bench({ strategies: [strategy], cash: 100_000 }).begin();
    this.clock = this.bench.at;
    this.conductor = new Conductor(
      {
        session: this.bench.session,
        disk: {
          append: () => {
            this.appended++;
            if (this.appendFails) throw new Error('ENOSPC: no space left on device, write');
          },
          sync: (done) => {
            this.syncsAsked++;
            this.syncs.push(done);
          },
        },
        broker: { send: (request) => this.sent.push(request) },
        now: () => this.clock,
        onBroken: (error) => (this.broken = error),
      },
      GENESIS,
      1,
    );
  }

  take(input: Input): void {
    this.conductor.take(input);
  }

  report(report: BrokerReport): void {
    this.take({ kind: 'report', at: this.clock, report });
  }

  quote(wish?: Parameters<(typeof this.wishes)['push']>[0]): void {
    this.wishes.push(wish ?? (() => undefined));
    this.take({ kind: 'market', at: this.clock, rows: [['quote', 'AAA', 99.99, 100.01, 100, 100]] });
  }

  /** The disk has done what it was asked for. */
  synced(error?: Error): void {
    for (const done of this.syncs.splice(0)) done(error);
  }

  kinds(): string[] {
    return this.sent.map(({ kind }) => kind);
  }
}

/** An order that works at the broker, behind a conductor. */
function conducted(): Conducted {
  const desk = new Conducted();
  desk.quote(({ buy }) => void buy(10, { limit: 95, timeInForce: 'GTC' }));
  desk.synced();
  const [{ clientId }] = desk.sent as readonly { clientId: string }[];
  desk.report({ kind: 'accepted', clientId, brokerId: 'b1' });
  desk.sent.length = 0;
  return desk;
}

const KILL: Input = { kind: 'command', at: 0, by: 'test', reason: 'drill', command: { do: 'kill' } };

describe('a disk that fails', () => {
  test('LF-24 with the disk full no order leaves any more, and a kill cancels what works', () => {
    const desk = conducted();
    desk.appendFails = true;
    desk.quote(({ buy }) => void buy(1, { limit: 94 }));
    expect(desk.broken?.message).toContain('ENOSPC');
    desk.quote(({ buy }) => void buy(2, { limit: 93 }));
    expect(desk.sent).toEqual([]);
    desk.take({ ...KILL, at: desk.clock });
    expect(desk.kinds()).toEqual(['cancel']);
    const rejected = desk.bench.entries('rejected');
    expect(rejected.map(({ text }) => text.split(':')[0])).toEqual(['desk.journal', 'desk.journal']);
  });

  test('LF-25 a sync that fails is not tried again: what waited for it never leaves', () => {
    const desk = conducted();
    const { syncsAsked } = desk;
    desk.quote(({ buy }) => void buy(1, { limit: 94 }));
    desk.synced(new Error('EIO: i/o error, fdatasync'));
    expect(desk.broken?.message).toContain('EIO');
    for (let i = 0; i < 5; i++) {
      desk.quote(({ buy }) => void buy(1, { limit: 93 }));
      desk.take({ kind: 'tick', at: (desk.clock += SECOND) });
    }
    expect(desk.syncsAsked).toBe(syncsAsked + 1);
    expect(desk.kinds()).not.toContain('submit');
    // Nothing is written behind a segment that may be lost.
    const { appended } = desk;
    desk.take({ kind: 'tick', at: desk.clock });
    expect(desk.appended).toBe(appended);
  });
});

describe('a clock that jumps, and a process that sleeps', () => {
  test('LF-29 a clock that steps back an hour stops no deadline and repeats no id', () => {
    const desk = conducted();
    desk.quote(({ buy }) => void buy(1, { limit: 94 }));
    desk.clock -= 3600 * SECOND;
    desk.quote(({ buy }) => void buy(1, { limit: 93 }));
    desk.synced();
    desk.synced();
    const ids = (desk.sent as readonly { clientId: string }[]).map(({ clientId }) => clientId);
    expect(new Set(ids).size).toBe(2);
    const { at } = desk.bench.session;
    expect(at).toBeGreaterThan(desk.clock);
    desk.report({ kind: 'lost', clientId: ids[0], request: 'submit', cause: 'timeout' });
    // The session's own time goes on from where it was.
    desk.take({ kind: 'tick', at: at + SECOND });
    expect(desk.bench.session.at).toBe(at + SECOND);
  });

  test('LF-29 a clock that is more than five seconds off the broker’s stops new orders, and a person is told', () => {
    const strategy = puppet();
    const session = new LiveSession({
      deck: deckOf({ strategies: [strategy] }),
      broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60 * SECOND, skewMaxUs: 5 * SECOND },
    });
    const account = { number: 'PA1', cash: 1, equity: 1, buyingPower: 1, isBlocked: false };
    const read = (at: number, theirs: number) =>
      session.take({
        kind: 'report',
        at,
        report: { kind: 'snapshot', at: theirs, happened: [], account, positions: [], orders: [] },
      });
    session.take({ kind: 'start', at: OPEN });
    read(OPEN, OPEN - 4 * SECOND);
    expect(session.states.account).toBe('active');
    // The wall's clock jumps an hour ahead.
    const { alerts } = read(OPEN + 3600 * SECOND, OPEN + SECOND);
    expect(alerts.map(({ code }) => code)).toEqual(['clock.skew']);
    expect([session.states.account, session.states.reason]).toEqual([
      'halted',
      "the clock is 3599.0 s off the broker's",
    ]);
    read(OPEN + 3601 * SECOND, OPEN + 3601 * SECOND);
    expect(session.states.account).toBe('halted');
  });

  test('LF-30 what was decided before a sleep of twenty minutes is not sent after it', () => {
    const desk = conducted();
    desk.quote(({ buy }) => void buy(1, { limit: 94 }));
    desk.clock += 20 * 60 * SECOND;
    desk.synced();
    expect(desk.kinds()).not.toContain('submit');
    expect(desk.bench.entries('rejected')[0].text).toContain('desk.too-old');
  });

  test('LF-30 an order whose outcome is unknown when it wakes is looked up, and not sent again', () => {
    const desk = conducted();
    desk.quote(({ buy }) => void buy(1, { limit: 94 }));
    desk.synced();
    const { clientId } = desk.sent.at(-1) as { clientId: string };
    desk.clock += 20 * 60 * SECOND;
    desk.report({ kind: 'lost', clientId, request: 'submit', cause: 'timeout' });
    for (let i = 0; i < 60; i++) {
      desk.take({ kind: 'tick', at: (desk.clock += SECOND) });
      desk.synced();
      if (desk.sent.at(-1)?.kind === 'lookup') desk.report({ kind: 'absent', clientId });
    }
    expect(desk.kinds().filter((kind) => kind === 'submit')).toHaveLength(1);
    expect(desk.kinds()).toContain('lookup');
  });
});

test('LF-52 a kill while the journal is dead, an order is unknown and one works: new ones are blocked, all are cancelled', () => {
  const desk = conducted();
  desk.quote(({ buy }) => void buy(1, { limit: 94 }));
  desk.synced();
  const { clientId } = desk.sent.at(-1) as { clientId: string };
  desk.report({ kind: 'lost', clientId, request: 'submit', cause: 'timeout' });
  desk.appendFails = true;
  desk.take({ ...KILL, at: desk.clock });
  expect(desk.kinds().filter((kind) => kind === 'cancel')).toHaveLength(1);
  desk.quote(({ buy }) => void buy(5));
  expect(desk.kinds().filter((kind) => kind === 'submit')).toHaveLength(1);
  // The unknown one is cancelled as soon as the broker shows it.
  desk.report(books(clientId, { quantity: 1, brokerId: 'b2' }));
  expect(desk.sent.at(-1)).toMatchObject({ kind: 'cancel', brokerId: 'b2' });
});

test('LF-52 a kill with thirty orders at work and three unknown, the journal dead: nothing new, a cancel for each that is there', () => {
  const desk = conducted();
  desk.quote(({ buy }) => {
    for (let i = 0; i < 33; i++) buy(1, { limit: 90 - i / 10 });
  });
  desk.synced();
  const sent = desk.sent.flatMap((each) => (each.kind === 'submit' ? [each.clientId] : []));
  expect(sent).toHaveLength(33);
  sent.forEach((clientId, i) => {
    if (i < 30) desk.report({ kind: 'accepted', clientId, brokerId: `b${i}` });
    else desk.report({ kind: 'lost', clientId, request: 'submit', cause: 'timeout' });
    desk.synced();
  });
  const isCancel = ({ kind }: BrokerRequest): boolean => kind === 'cancel';
  const before = desk.sent.filter(isCancel).length;
  desk.appendFails = true;
  desk.take({ ...KILL, at: desk.clock });
  // In the step of the press: those that are there, each once, and the one from before.
  const asked = desk.sent.filter(isCancel).slice(before) as { readonly clientId: string }[];
  expect(asked).toHaveLength(31);
  expect(asked.map(({ clientId }) => clientId)).toEqual(expect.arrayContaining(sent.slice(0, 30)));
  for (let i = 0; i < 20; i++) {
    desk.quote(({ buy }) => void buy(1, { limit: 95 }));
    desk.take({ kind: 'tick', at: (desk.clock += SECOND) });
  }
  expect(desk.kinds().filter((kind) => kind === 'submit')).toHaveLength(33);
  // What is not confirmed stands as unknown, and keeps its place.
  const unknown = [...desk.bench.session.venue!.open].filter(({ order }) => order.status === 'unknown');
  expect(unknown.map(({ clientId }) => clientId).sort()).toEqual(sent.slice(30).sort());
});
