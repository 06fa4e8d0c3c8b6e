/** The order path to Alpaca: the real session, conductor and vendor's library against a broker that behaves like the vendor. */
import { afterEach, expect, test } from 'vitest';
import { AlpacaLink } from '../../../src/adapters/alpaca/link.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/server.ts';
import {
  Conductor,
  GENESIS,
  LiveSession,
  verifySession,
  type BrokerReport,
  type Input,
} from '../../../src/engine/live/index.ts';
import { recordText } from '../../../src/engine/live/record.ts';
import { defineStrategy } from '../../../src/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { plain } from '../../engine/play.ts';
import { newYork } from '../fake-alpaca/desk.ts';

const SECOND = 1_000_000;

/** Does what it is told, so that a test reads from the top down. */
const wishes: (() => void)[] = [];
const puppet = defineStrategy({
  name: 'puppet',
  parameters: {},
  setup({ buy, sell, cancel, assets, update }) {
    Object.assign(hands, { buy, sell, cancel, update, asset: assets[0] });
    return { onQuote: () => wishes.shift()?.() };
  },
});
type Hands = Pick<Parameters<(typeof puppet)['setup']>[0], 'buy' | 'sell' | 'cancel' | 'update'>;
const hands = {} as Hands & { asset: Parameters<(typeof puppet)['setup']>[0]['assets'][number] };

/** A desk against a fake broker, whose time stands still unless it is moved. */
class Desk {
  readonly fake: FakeAlpaca;
  readonly records: string[] = [];
  session!: LiveSession;
  conductor!: Conductor;
  link!: AlpacaLink;

  private constructor(fake: FakeAlpaca) {
    this.fake = fake;
  }

  static async open(): Promise<Desk> {
    const fake = await FakeAlpaca.start({
      port: 0,
      startAt: newYork('2026-11-18', '10:30'),
      speed: 'manual',
      partialFills: 0,
      requestsPerMinute: 10_000,
      market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
    });
    const desk = new Desk(fake);
    await desk.start();
    return desk;
  }

  /** Begins a process: a session from the records that are there, and a connection. */
  async start(): Promise<void> {
    this.session = new LiveSession({
      deck: {
        tape: {
          source: 'fake',
          simulated: true,
          instruments: [defineInstrument({ symbol: 'AAPL', tick: 0.01 })],
          actions: [],
          findings: [],
          fingerprint: '',
          adjustment: 'raw',
        },
        streams: [{ kind: 'quotes', symbol: 'AAPL' }],
        strategies: [{ definition: puppet }],
        cash: 100_000,
        conventions: plain,
      },
      broker: { genesis: 'link-test', prefix: 'td', decisionLifeUs: 60 * SECOND },
    });
    expect(verifySession(this.session, this.records)).toBeUndefined();
    const { session } = this;
    this.link = await AlpacaLink.open({
      keyId: DEFAULTS.keyId,
      secret: DEFAULTS.secret,
      isPaper: true,
      restUrl: this.fake.url,
      streamUrl: `ws://127.0.0.1:${this.fake.port}/stream`,
      timeoutMs: 400,
      report: (report: BrokerReport) => this.take({ kind: 'report', at: this.now, report }),
    });
    this.conductor = new Conductor(
      {
        session,
        disk: { append: () => undefined, sync: (done) => queueMicrotask(() => done()) },
        broker: this.link,
        now: () => session.at,
        onBroken: (error) => expect.fail(error.message),
        onOutcome: (outcome, input) => this.records.push(recordText(input, outcome, session)),
      },
      GENESIS,
      1,
    );
    this.take({ kind: 'start', at: this.now });
    await this.link.connect();
    await this.until(() => session.states.account === 'active');
  }

  get now(): number {
    return this.fake.fake.broker.now;
  }

  take(input: Input): void {
    this.conductor.take(input);
  }

  /** Shows a quote to broker and session, on which the strategy does its next wish. */
  quote(bid: number, ask: number, wish?: () => void): void {
    if (wish !== undefined) wishes.push(wish);
    this.fake.fake.broker.quote('AAPL', bid, ask, 10, 10);
    this.take({ kind: 'market', at: this.now, rows: [['quote', 'AAPL', bid, ask, 1000, 1000]] });
  }

  /** Lets time pass until something is so; a second of the broker's time per look. */
  async until(isSo: () => boolean): Promise<void> {
    for (let i = 0; i < 150 && !isSo(); i++) {
      await new Promise((next) => setTimeout(next, 20));
      const { clock, broker } = this.fake.fake;
      clock.jump(broker.now + SECOND);
      this.take({ kind: 'tick', at: this.now });
    }
    expect(isSo()).toBe(true);
  }

  get held(): number {
    return this.session.deck.ledger.netQuantity(0);
  }

  get theirs(): number {
    return [...this.fake.fake.broker.state.orders.values()].length;
  }

  async close(): Promise<void> {
    this.link.close();
    await this.fake.close();
  }
}

let desk: Desk;
afterEach(async () => {
  wishes.length = 0;
  await desk.close();
});

test('a market order is sent, filled and booked as the broker says', { timeout: 30_000 }, async () => {
  desk = await Desk.open();
  desk.quote(100, 100.02, () => void hands.buy(10, 'test'));
  await desk.until(() => desk.held === 10);
  const [fill] = [...desk.session.deck.journal.entries()].filter(({ kind }) => kind === 'filled');
  expect(fill).toMatchObject({ quantity: 10, price: 100.02 });
});

test(
  'a resting order is changed and canceled, and what is in our books is in theirs',
  { timeout: 30_000 },
  async () => {
    desk = await Desk.open();
    desk.quote(100, 100.02, () => void hands.buy(10, { limit: 90, timeInForce: 'DAY' }));
    await desk.until(() => hands.asset.orders[0]?.status === 'accepted');
    const order = hands.asset.orders[0];
    desk.quote(100, 100.02, () => void hands.update(order, { limit: 91, quantity: 12 }));
    await desk.until(() => order.limit === 91 && order.status === 'accepted');
    desk.quote(100, 100.02, () => hands.cancel(order));
    await desk.until(() => order.status === 'canceled');
    expect(desk.held).toBe(0);
  },
);

test('a refusal keeps the vendor’s code', { timeout: 30_000 }, async () => {
  desk = await Desk.open();
  desk.quote(100, 100.02, () => void hands.buy(1_000_000, { limit: 100, timeInForce: 'DAY' }));
  await desk.until(() => [...desk.session.deck.journal.entries()].some(({ kind }) => kind === 'rejected'));
  const rejected = [...desk.session.deck.journal.entries()].find(({ kind }) => kind === 'rejected');
  expect(rejected?.text).toContain('40310000');
});

test('what Alpaca has no word for is refused before it is sent', { timeout: 30_000 }, async () => {
  desk = await Desk.open();
  desk.quote(100, 100.02, () => void hands.buy(1, { touch: 90 }));
  await desk.until(() => [...desk.session.deck.journal.entries()].some(({ kind }) => kind === 'rejected'));
  const rejected = [...desk.session.deck.journal.entries()].find(({ kind }) => kind === 'rejected');
  expect(rejected?.text).toContain('desk.unsupported');
  expect(desk.theirs).toBe(0);
});

test('LF-01 an order whose answer is lost is found by its id, and is there once', { timeout: 30_000 }, async () => {
  desk = await Desk.open();
  desk.fake.fake.faults.add({ on: 'request', method: 'POST', path: '/v2/orders', fault: { kind: 'drop-response' } });
  desk.quote(100, 100.02, () => void hands.buy(10, 'test'));
  await desk.until(() => desk.held === 10);
  expect(desk.theirs).toBe(1);
});

test(
  'LF-02 an order that never arrived is sent again under its id, and is there once',
  { timeout: 60_000 },
  async () => {
    desk = await Desk.open();
    desk.fake.fake.faults.add({ on: 'request', method: 'POST', path: '/v2/orders', fault: { kind: 'drop-request' } });
    desk.quote(100, 100.02, () => void hands.buy(10, 'test'));
    await desk.until(() => desk.held === 10);
    expect(desk.theirs).toBe(1);
  },
);

test(
  'LF-21 a process that died before the answer came finds its order when it begins again',
  { timeout: 60_000 },
  async () => {
    desk = await Desk.open();
    const wish = (): void => void hands.buy(10, { limit: 100.5, timeInForce: 'DAY' });
    desk.quote(100, 100.02, wish);
    // The request is on its way; nothing of what is answered is heard.
    desk.link.close();
    const { length } = desk.records;
    await new Promise((next) => setTimeout(next, 100));
    desk.records.length = length;
    // What the strategy decided then, it decides again when its journal is replayed.
    wishes.push(wish);
    await desk.start();
    await desk.until(() => desk.held === 10);
    expect(desk.theirs).toBe(1);
  },
);
