/** What survives from the moment it is taken, though nothing is to be sent because of it. */
import { describe, expect, test } from 'vitest';
import { Conductor, GENESIS, type Input } from '../../../src/engine/live/index.ts';
import { Bench, puppet } from './bench.ts';

class Desk {
  readonly syncs: ((error?: Error) => void)[] = [];
  readonly sent: string[] = [];
  readonly strategy = puppet();
  private readonly bench = new Bench({ cash: 100_000, strategies: [this.strategy] }).begin();
  private readonly conductor: Conductor;

  constructor() {
    this.conductor = new Conductor(
      {
        session: this.bench.session,
        disk: { append: () => undefined, sync: (done) => this.syncs.push(done) },
        broker: { send: ({ kind }) => this.sent.push(kind) },
        now: () => this.bench.at,
        onBroken: () => undefined,
      },
      GENESIS,
      1,
    );
  }

  take(input: Omit<Extract<Input, { kind: 'tick' | 'report' | 'command' | 'market' }>, 'at'>): void {
    this.conductor.take({ ...input, at: this.bench.at } as Input);
  }
}

const account = { number: 'PA1', cash: 100_000, equity: 100_000, buyingPower: 100_000, isBlocked: false };
const books = {
  kind: 'report',
  report: { kind: 'snapshot', happened: [], account, positions: [], orders: [] },
} as const;
const pause = { kind: 'command', by: 'ann', reason: 'lunch', command: { do: 'pause', strategy: 0 } } as const;

const halt = { ...pause, command: { do: 'halt' } } as const;
const clear = { ...pause, command: { do: 'clear' } } as const;
const quote = { kind: 'market', rows: [['quote', 'AAA', 99.99, 100.01, 100, 100]] } as const;

describe('a session whose process may die', () => {
  test('keeps that the books were read: what is booked after that is its own, and no history', () => {
    const desk = new Desk();
    desk.take(books);
    expect(desk.syncs).toHaveLength(1);
  });

  test('keeps what was commanded while a sync was under way, by another one', () => {
    const desk = new Desk();
    desk.take(books);
    desk.take(pause);
    expect(desk.syncs).toHaveLength(1);
    desk.syncs[0]();
    expect(desk.syncs).toHaveLength(2);
    desk.syncs[1]();
    expect(desk.syncs).toHaveLength(2);
  });

  test('LF-41 sends nothing on the strength of a clear that is not kept yet', () => {
    const desk = new Desk();
    desk.strategy.wishes.push(({ buy }) => void buy(10));
    desk.take(quote);
    desk.take(halt);
    desk.take(clear);
    desk.syncs[0]();
    expect([desk.sent, desk.syncs.length]).toEqual([[], 2]);
    desk.syncs[1]();
    expect(desk.sent).toContain('submit');
  });

  test('does not sync again what could not be synced', () => {
    const desk = new Desk();
    desk.take(books);
    desk.take(pause);
    desk.syncs[0](new Error('EIO'));
    expect(desk.syncs).toHaveLength(1);
  });

  test('does not sync that time passes', () => {
    const desk = new Desk();
    desk.take({ kind: 'tick' } as never);
    expect(desk.syncs).toHaveLength(0);
  });
});
