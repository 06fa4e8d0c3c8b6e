/** What is left of disk and limits is told while there is time, once, and when it is over; a disk that is short halts. */
import { expect, test } from 'vitest';
import { Headroom, roomAt, type Room } from '../../../src/desk/session/headroom.ts';
import { Conductor, GENESIS, LiveSession } from '../../../src/engine/live/index.ts';
import { deckOf, OPEN, puppet } from '../../engine/live/bench.ts';

const GB = 2 ** 30;

function watched(room: Room) {
  const strategy = puppet();
  const session = new LiveSession({
    deck: deckOf({ strategies: [strategy], cash: 100_000, limits: { workingOrders: 5, ordersPerSecond: 5 } }),
    broker: { genesis: 'A1', prefix: 'td', decisionLifeUs: 60_000_000 },
  });
  const conductor = new Conductor(
    {
      session,
      disk: { append: () => undefined, sync: (done: () => void) => done() },
      broker: { send: () => undefined },
      now: () => session.at,
      onBroken: (error: Error) => expect.fail(error.message),
    },
    GENESIS,
    1,
  );
  const account = { number: 'A1', cash: 100_000, equity: 100_000, buyingPower: 100_000, isBlocked: false };
  conductor.take({ kind: 'start', at: OPEN });
  const books = { kind: 'snapshot', happened: [], account, positions: [], orders: [] } as const;
  conductor.take({ kind: 'report', at: session.at, report: books });
  const told: string[] = [];
  const disk = { ...room };
  const headroom = new Headroom({
    conductor,
    now: () => session.at,
    roomOf: () => disk,
    news: (code, priority, text, isOver) => told.push(`${isOver ? 'over ' : ''}P${priority} ${code}: ${text}`),
  });
  let wallMs = 0;
  return {
    session,
    disk,
    told,
    look: () => headroom.look((wallMs += 5000)),
    /** Sends so many orders that will not fill. */
    buys(count: number): void {
      strategy.wishes.push(({ buy }) => {
        for (let i = 0; i < count; i++) buy(1, { limit: 99 - i });
      });
      const rows = [['quote', 'AAA', 100, 100.02, 100, 100]] as const;
      conductor.take({ kind: 'market', at: session.at + 1_000_000, rows });
    },
    /** All the same the broker fills the first. */
    fills(): void {
      const { clientId } = [...session.venue!.tickets.values()][0];
      const fill = { kind: 'fill', clientId, executionId: 'x', symbol: 'AAA', side: 1, quantity: 1, price: 99, fee: 0 };
      conductor.take({ kind: 'report', at: session.at, report: fill as never });
    },
  };
}

test('a disk that is short halts the account once, and people hear of it and of its end', () => {
  const { session, disk, told, look } = watched({ free: 40 * GB, size: 100 * GB });
  look();
  expect([told, session.states.account]).toEqual([[], 'active']);
  disk.free = 4.9 * GB;
  look();
  look();
  expect(told).toEqual(["P1 disk.short: 4.9 % of the journal's disk are free, 5017 MB"]);
  expect(session.states.account).toBe('halted');
  expect(session.states.reason).toContain("4.9 % of the journal's disk are free");
  // A little more is not the end of it.
  disk.free = 5.1 * GB;
  look();
  expect(told).toHaveLength(1);
  disk.free = 9 * GB;
  look();
  expect(told[1]).toMatch(/^over P1 disk\.short/);
  // A person decides whether it goes on.
  expect(session.states.account).toBe('halted');
});

test('a large disk with little of it free has room', () => {
  const { told, look } = watched({ free: 60 * GB, size: 4000 * GB });
  look();
  expect(told).toEqual([]);
});

test('a limit that is used to four fifths is told once, and when it is not any more', () => {
  const { told, look, buys, fills } = watched({ free: GB, size: GB });
  buys(3);
  look();
  expect(told).toEqual([]);
  buys(1);
  look();
  look();
  const near = 'P2 limit.near: workingOrders is used to 80 % and more';
  expect(told).toEqual([near]);
  fills();
  look();
  expect(told).toEqual([near, `over ${near}`]);
});

test('the room of a real disk is read', () => {
  const { free, size } = roomAt(import.meta.dirname);
  expect(size).toBeGreaterThan(GB / 64);
  expect(free).toBeLessThanOrEqual(size);
});
