/**
 * What was decided is judged again when it is to leave: a disk, a pause or a market may have come between.
 */
import { describe, expect, test } from 'vitest';
import {
  Conductor,
  GENESIS,
  LiveSession,
  recordText,
  type BrokerRequest,
  type Command,
  type Input,
  type SubmitRequest,
} from '../../../src/engine/live/index.ts';
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import type { LimitSettings } from '../../../src/engine/limits/settings.ts';
import { LIVE_LIMITS } from '../../../src/engine/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { utc } from '../play.ts';
import { Bench, deckOf, OPEN, puppet, SECOND } from './bench.ts';

const LIMITS: LimitSettings = {
  quoteAge: LIVE_LIMITS.quoteAge!,
  spread: LIVE_LIMITS.spread!,
  collar: LIVE_LIMITS.collar!,
  passiveCollar: true,
  haltWait: 60,
};

/** A session behind a conductor whose disk takes as long as the test wants. */
class Slow {
  readonly sent: BrokerRequest[] = [];
  readonly inputs: Input[] = [];
  readonly records: string[] = [];
  readonly strategy = puppet();
  readonly session: LiveSession;
  readonly options: DeckOptions;
  now: number = OPEN;
  isTimeUnsure = false;
  private readonly conductor: Conductor;
  private readonly syncs: (() => void)[] = [];

  constructor(more: Partial<DeckOptions> = {}, at: number = OPEN) {
    this.now = at;
    this.options = deckOf({ strategies: [this.strategy], cash: 100_000, limits: LIMITS, ...more });
    const bench = new Bench(this.options, at).begin();
    this.inputs.push(...bench.inputs);
    this.session = bench.session;
    this.conductor = new Conductor(
      {
        session: this.session,
        disk: { append: () => undefined, sync: (done) => this.syncs.push(done) },
        broker: { send: (request) => this.sent.push(request) },
        now: () => this.now,
        isTimeUnsure: () => this.isTimeUnsure,
        onBroken: () => undefined,
        onOutcome: (outcome, input) => {
          this.inputs.push(input);
          this.records.push(recordText(input, outcome, this.session));
        },
      },
      GENESIS,
      1,
    );
  }

  quote(bid = 99.99, ask = 100.01, wish?: (typeof this.strategy.wishes)[number]): void {
    this.strategy.wishes.push(wish ?? (() => undefined));
    this.take({ kind: 'market', at: this.now, rows: [['quote', 'AAA', bid, ask, 100, 100]] });
  }

  take(input: Input): void {
    this.conductor.take(input);
  }

  command(command: Command): void {
    this.take({ kind: 'command', at: this.now, by: 'test', reason: 'drill', command });
  }

  /** The disk is done, and what waited for it goes or stays. */
  synced(): void {
    for (let done = this.syncs.shift(); done !== undefined; done = this.syncs.shift()) done();
  }

  wait(seconds: number): void {
    this.now += seconds * SECOND;
  }

  /** Orders that left, and why those that stayed did. */
  get outcome(): { readonly left: number; readonly stayed: readonly string[] } {
    const { journal } = this.session.deck;
    const entries = Array.from({ length: journal.length }, (_, row) => journal.entry(row));
    const ends = entries.filter(({ kind }) => kind === 'rejected' || kind === 'canceled');
    return { left: this.sent.filter(({ kind }) => kind === 'submit').length, stayed: ends.map(({ text }) => text) };
  }
}

/** A purchase that is decided, and waits for the disk. */
function waiting(more: Partial<DeckOptions> = {}, limit?: number): Slow {
  const desk = new Slow(more);
  desk.quote(99.99, 100.01, ({ buy }) => void buy(10, limit === undefined ? 'now' : { limit }));
  return desk;
}

describe('what waited is judged again before it leaves', () => {
  test('where nothing has changed it leaves', () => {
    const desk = waiting();
    desk.synced();
    expect(desk.outcome).toEqual({ left: 1, stayed: [] });
  });

  test('LF-30 a decision that has become too old stays, with its age and the limit', () => {
    const desk = waiting();
    desk.wait(61);
    desk.quote();
    desk.synced();
    expect(desk.outcome).toEqual({
      left: 0,
      stayed: ['desk.too-old: its decision is 61000 ms old, the limit is 60000 ms'],
    });
  });

  test('LF-29 nothing leaves while nobody knows what time it is, but what the desk itself closes', () => {
    const desk = waiting();
    desk.isTimeUnsure = true;
    desk.synced();
    const stayed = ['desk.clock: the clock of this machine jumped, and the broker has not said yet what time it is'];
    expect(desk.outcome).toEqual({ left: 0, stayed });
    desk.isTimeUnsure = false;
    desk.quote(99.99, 100.01, ({ buy }) => void buy(10));
    desk.synced();
    expect(desk.outcome.left).toBe(1);
    const { clientId } = desk.sent.find(({ kind }) => kind === 'submit') as SubmitRequest;
    const fill = { kind: 'fill', clientId, executionId: 'x', symbol: 'AAA', side: 1, quantity: 10, price: 100, fee: 0 } as const; // prettier-ignore
    desk.take({ kind: 'report', at: desk.now, report: fill });
    desk.isTimeUnsure = true;
    desk.command({ do: 'flatten', symbol: 'all' });
    desk.synced();
    expect(desk.outcome).toEqual({ left: 2, stayed });
  });

  test('LF-31 a quote that has become stale keeps it here', () => {
    const desk = waiting();
    desk.wait(3);
    desk.synced();
    expect(desk.outcome).toEqual({ left: 0, stayed: ['quote.stale: the quote of AAA is 3.0 s old, the limit is 2 s'] });
  });

  test.each([
    ['loses a side', Number.NaN, 'quote.one-sided: AAA is quoted 99.99 to nothing: a side is missing'],
    ['becomes wide', 103, 'quote.wide: the spread of AAA is 2.97 %, above the limit of 1 %'],
  ])('LF-33 a quote that %s keeps it here', (_, ask, stayed) => {
    const desk = waiting();
    const shown = ask === ask ? ask : null;
    desk.strategy.wishes.push(() => undefined);
    desk.take({ kind: 'market', at: desk.now, rows: [['quote', 'AAA', 99.99, shown, 100, 100]] });
    desk.synced();
    expect(desk.outcome).toEqual({ left: 0, stayed: [stayed] });
  });

  test('LF-34 what was priced by a bad print stays when the quote is right again', () => {
    const desk = new Slow();
    desk.quote(139.99, 140.01, ({ buy }) => void buy(10));
    desk.quote(99.99, 100.01);
    desk.synced();
    expect(desk.outcome.left).toBe(0);
    expect(desk.outcome.stayed[0]).toMatch(/^price.collar: limit 144.21 is beyond 104.51/);
  });

  test('a limit of the strategy stays once the market has left it outside the collar', () => {
    const desk = waiting({}, 103);
    desk.quote(99.49, 99.51);
    desk.synced();
    expect(desk.outcome).toEqual({
      left: 0,
      stayed: ['price.collar: limit 103 is beyond 102.4953, the collar around 99.51 when it was to leave'],
    });
  });

  test('an order at the market, whose limit the desk set, leaves though the market moved a little', () => {
    const desk = waiting();
    desk.quote(99.49, 99.51);
    desk.synced();
    expect(desk.outcome.left).toBe(1);
  });

  test.each([
    ['the strategy is paused', { do: 'pause', strategy: 0 }, 'state.paused: the strategy is paused: drill (test)'],
    ['the account only reduces', { do: 'reduce' }, 'state.reducing: the account only reduces: drill (test)'],
    ['the account is halted', { do: 'halt' }, 'state.halted: the account is halted: drill (test)'],
    ['the symbol is frozen', { do: 'freeze', symbol: 'AAA' }, 'state.frozen: AAA is frozen: drill (test)'],
  ] as const)('LF-41 it stays when %s meanwhile', (_, command, stayed) => {
    const desk = waiting();
    desk.command(command);
    desk.synced();
    expect(desk.outcome).toEqual({ left: 0, stayed: [stayed] });
  });

  test('LF-52 a kill keeps it here, and it ends as killed', () => {
    const desk = waiting();
    desk.command({ do: 'kill' });
    desk.synced();
    expect(desk.outcome).toEqual({ left: 0, stayed: ['kill'] });
  });

  test('what was canceled before it left never leaves, and counts as canceled', () => {
    const desk = waiting({}, 100);
    desk.command({ do: 'cancel', order: 'all' });
    desk.synced();
    expect(desk.outcome).toEqual({ left: 0, stayed: ['operator'] });
    expect(desk.session.deck.counts).toMatchObject({ canceled: 1, rejected: 0 });
  });

  test('LF-37 a halt of the symbol keeps it here', () => {
    const desk = waiting();
    desk.take({ kind: 'status', at: desk.now, symbol: 'AAA', state: 'halted', reason: 'LULD' });
    desk.synced();
    expect(desk.outcome).toEqual({ left: 0, stayed: ['symbol.halted: AAA is halted: LULD'] });
  });

  test('LF-28 an order that missed the close of an early day stays', () => {
    const close = utc('2026-11-27T18:00'); // 13:00 in New York
    const instruments = [defineInstrument({ symbol: 'AAA', tick: 0.01, calendar: 'XNYS' })];
    const { tape } = deckOf();
    const options = {
      tape: { ...tape, instruments },
      calendarOf: calendar,
      limits: { session: 'regular' } as const,
    };
    const desk = new Slow(options, close - SECOND);
    desk.quote(99.99, 100.01, ({ buy }) => void buy(10, { limit: 100 }));
    desk.wait(2);
    desk.synced();
    expect(desk.outcome.left).toBe(0);
    expect(desk.outcome.stayed[0]).toMatch(/^session.closed: the regular session is closed until 2026-11-30/);
  });

  test('what stayed comes out of the journal again: a replay of the inputs gives the same records', () => {
    const desk = waiting();
    desk.wait(3);
    desk.synced();
    desk.quote();
    const again = new LiveSession({
      deck: { ...desk.options, strategies: [replayed()] },
      broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60 * SECOND },
    });
    const records = desk.inputs.map((input) => recordText(input, again.take(input), again));
    expect(records.slice(-desk.records.length)).toEqual(desk.records);
    expect(desk.inputs.filter(({ kind }) => kind === 'report').at(-1)).toMatchObject({
      report: { kind: 'refused', code: 'quote.stale' },
    });
  });
});

/** The strategy of `waiting`, from its beginning. */
function replayed() {
  const strategy = puppet();
  strategy.wishes.push(({ buy }) => void buy(10, 'now'));
  return strategy;
}

describe('changes of orders are judged again as well', () => {
  /** An order that works, and a change of it that waits for the disk. */
  function changing(change: { limit?: number; quantity?: number }): Slow {
    const desk = waiting({}, 99.9);
    desk.synced();
    const [{ clientId }] = desk.sent as readonly { clientId: string }[];
    desk.take({ kind: 'report', at: desk.now, report: { kind: 'accepted', clientId, brokerId: 'b1' } });
    desk.quote(99.99, 100.01, ({ update, assets: [{ orders }] }) => void update(orders[0], change));
    return desk;
  }
  const changes = ({ sent }: Slow): number => sent.filter(({ kind }) => kind === 'replace').length;

  test('one that is too old is not asked for', () => {
    const desk = changing({ limit: 99.95 });
    desk.wait(61);
    desk.quote();
    desk.synced();
    expect(changes(desk)).toBe(0);
    expect(desk.session.venue!.open[0].order.limit).toBe(99.9);
  });

  test('one at a price outside the collar by now is not asked for', () => {
    const desk = changing({ limit: 102 });
    desk.quote(97.99, 98.01);
    desk.synced();
    expect(changes(desk)).toBe(0);
  });

  test('one that only makes the order smaller leaves even while the account is halted', () => {
    const desk = changing({ quantity: 4 });
    desk.command({ do: 'halt' });
    desk.synced();
    expect(changes(desk)).toBe(1);
  });
});

test('an exit that its entry woke leaves although its strategy is paused and the quote is old: it protects what is held', () => {
  const desk = new Slow();
  desk.quote(99.99, 100.01, ({ buy }) => void buy(10, { limit: 100, stopLoss: 95 }));
  desk.synced();
  const [{ clientId }] = desk.sent as readonly { clientId: string }[];
  desk.command({ do: 'pause', strategy: 0 });
  desk.wait(10);
  const fill = { kind: 'fill', clientId, brokerId: 'b1', executionId: 'x1', symbol: 'AAA', side: 1 } as const;
  desk.take({ kind: 'report', at: desk.now, report: { ...fill, quantity: 10, price: 100, fee: 0 } });
  desk.synced();
  expect(desk.sent.at(-1)).toMatchObject({ kind: 'submit', type: 'stop', side: -1, stop: '95' });
});
