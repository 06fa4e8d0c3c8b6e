/** A desk against a fake broker over the wire: the real session, conductor and vendor's library; time moves when it is told. */
import { expect } from 'vitest';
import { AlpacaLink } from '../../../src/adapters/alpaca/link.ts';
import { EXIT_RULES } from '../../../src/adapters/alpaca/words.ts';
import type { BrokerConfig } from '../../../src/adapters/fake-broker/core/config.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/server.ts';
import type { Conventions } from '../../../src/engine/sim/conventions.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
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
import { defineInstrument, type Instrument } from '../../../src/market/instrument.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { plain } from '../../engine/play.ts';
import { FAKE_KEYS } from './fake-keys.ts';
import { newYork } from '../fake-alpaca/desk.ts';

const SECOND = 1_000_000;
const PATIENT_MS = 20_000;

export const AAPL = defineInstrument({ symbol: 'AAPL', tick: 0.01, calendar: 'XNYS' });

type Wish = (context: Context<Record<string, never>>) => void;

export interface DeskOptions {
  readonly instruments?: readonly Instrument[];
  readonly broker?: Partial<BrokerConfig>;
  readonly startAt?: number;
  readonly conventions?: Conventions;
  /** Milliseconds until an answer counts as lost, for tests that lose some; else longer than any machine takes. */
  readonly timeoutMs?: number;
  /** How much faster than the wall the fake's time passes, as the session's clock found it. */
  readonly rate?: number;
  /** Milliseconds between signs of life that the stream is asked for. */
  readonly heartbeatMs?: number;
  /** Done to the fake before the desk connects. */
  readonly prepare?: (fake: FakeAlpaca['fake']) => void;
}

export class Desk {
  readonly fake: FakeAlpaca;
  readonly records: string[] = [];
  /** What the strategy does with each quote, so that a test reads from the top down; the same again in a replay. */
  private wishes: (Wish | undefined)[] = [];
  session!: LiveSession;
  conductor!: Conductor;
  link!: AlpacaLink;
  private readonly options: DeskOptions;
  private restored: DeckState | undefined = undefined;

  private constructor(fake: FakeAlpaca, options: DeskOptions) {
    this.fake = fake;
    this.options = options;
  }

  static async open(options: DeskOptions = {}): Promise<Desk> {
    const fake = await FakeAlpaca.start({
      port: 0,
      startAt: options.startAt ?? newYork('2026-11-18', '10:30'),
      speed: 'manual',
      partialFills: 0,
      requestsPerMinute: 10_000,
      market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
      ...options.broker,
    });
    options.prepare?.(fake.fake);
    const desk = new Desk(fake, options);
    await desk.start();
    await desk.until(() => desk.session.states.account === 'active');
    return desk;
  }

  /** Begins a process: a session from the records that are there, and a connection. */
  async start(): Promise<void> {
    const { instruments = [AAPL], conventions = plain } = this.options;
    const { wishes, restored } = this;
    let next = 0;
    const aapl = instruments[0];
    const puppet = defineStrategy({
      name: 'puppet',
      parameters: {},
      setup: (context) => ({
        onQuote: ({ symbol }) => symbol === aapl.symbol && wishes[next++]?.(context),
      }),
    });
    this.session = new LiveSession({
      deck: {
        tape: {
          source: 'fake',
          simulated: true,
          instruments,
          actions: [],
          findings: [],
          fingerprint: '',
          adjustment: 'raw',
        },
        streams: instruments.map(({ symbol }) => ({ kind: 'quotes', symbol })),
        strategies: [{ definition: puppet }],
        cash: 100_000,
        conventions,
        calendarOf: calendar,
        ...(restored === undefined ? {} : { restore: restored }),
      },
      broker: {
        genesis: 'link-test',
        prefix: 'td',
        decisionLifeUs: 60 * SECOND,
        exits: EXIT_RULES,
        replacesPartFilled: false,
      },
    });
    expect(verifySession(this.session, this.records)).toBeUndefined();
    const { session } = this;
    const link = await AlpacaLink.open({
      ...FAKE_KEYS,
      isPaper: true,
      restUrl: this.fake.url,
      streamUrl: `ws://127.0.0.1:${this.fake.port}/stream`,
      timeoutMs: this.options.timeoutMs ?? PATIENT_MS,
      shares: instruments.filter(({ option }) => option === undefined).map(({ symbol }) => symbol),
      rate: () => this.options.rate ?? 1,
      ...(this.options.heartbeatMs === undefined ? {} : { heartbeatMs: this.options.heartbeatMs }),
      report: (report: BrokerReport) => {
        // A process that is no more hears nothing.
        if (this.link === link) this.take({ kind: 'report', at: this.now, report });
      },
    });
    this.link = link;
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
    await link.connect();
  }

  /** Ends the process, and begins it again from its records. */
  async restart(): Promise<void> {
    this.link.close();
    await this.start();
    await this.until(() => this.session.states.account !== 'recovering');
  }

  /** Ends the session, and begins the next one from the state that it left. */
  async nextSession(): Promise<void> {
    this.restored = JSON.parse(JSON.stringify(this.session.saveState())) as DeckState;
    this.records.length = 0;
    this.wishes = [];
    await this.restart();
  }

  get now(): number {
    return this.fake.fake.broker.now;
  }

  take(input: Input): void {
    this.conductor.take(input);
  }

  /** Shows a quote to broker and session, on which the strategy does its next wish. */
  quote(bid: number, ask: number, wish?: Wish): void {
    this.wishes.push(wish);
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

  /** Asks for the books once more, as the desk does now and then. */
  look(): void {
    this.take({ kind: 'report', at: this.now, report: { kind: 'link', state: 'up', reason: 'look' } });
  }

  /** The strategy's working orders. */
  get orders() {
    return this.session.deck.markets.flatMap(({ working }) => working);
  }

  entries(kind: string) {
    return [...this.session.deck.journal.entries()].filter((entry) => entry.kind === kind);
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
