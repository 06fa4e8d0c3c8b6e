/**
 * A venue on a stand: the real session and conductor, a strategy that does what it is told, and the venue under test behind
 * them. Cases are written once against this and run for every venue.
 */
import { expect } from 'vitest';
import {
  Conductor,
  GENESIS,
  LiveSession,
  verifySession,
  type BrokerLink,
  type BrokerReport,
  type BrokerVenueOptions,
  type Input,
  type QuoteRow,
} from '../../src/engine/live/index.ts';
import { recordText } from '../../src/engine/live/record.ts';
import type { DeckOptions } from '../../src/engine/deck-options.ts';
import type { OrderView } from '../../src/index.ts';
import { defineStrategy } from '../../src/index.ts';
import { defineInstrument, type Instrument } from '../../src/market/instrument.ts';
import { plain } from '../engine/play.ts';

export const SECOND = 1_000_000;

/** The other side of a venue: its books, its market and its clock. */
export interface Counterparty {
  readonly name: string;
  readonly now: number;
  /** Left out for a venue that is simulated inside the session. */
  readonly broker?: Partial<BrokerVenueOptions>;
  /** Opens a way to the venue, as a process that begins. */
  link?(report: (report: BrokerReport) => void): Promise<Link>;
  quote(symbol: string, bid: number, ask: number): void;
  /** Lets its time pass. */
  pass(micros: number): void;
  /** Position in its books; `undefined` where the session's are the only ones. */
  held(symbol: string): number | undefined;
  /** Cash in its books; `undefined` where the session's are the only ones. */
  cash(): number | undefined;
  /** How many orders it ever took. */
  orders(): number;
  /** The answer to the next order is lost; the next order itself is. */
  loseAnswer?(): void;
  loseRequest?(): void;
  /** The next fills are told more than once; the next one comes so much later. */
  doubleFills?(): void;
  delayFill?(micros: number): void;
  breakConnection?(): void;
  /** Somebody else places an order on the same account. */
  placeForeign?(): void;
  close(): Promise<void>;
}

export interface Link extends BrokerLink {
  connect(): Promise<void>;
  close(): void;
}

type Hands = Parameters<Parameters<typeof defineStrategy>[0]['setup']>[0];

export const STOCK = 'AAPL';
export const STOCKS: readonly Instrument[] = [defineInstrument({ symbol: STOCK, tick: 0.01 })];

export class Rig {
  readonly venue: Counterparty;
  readonly records: string[] = [];
  readonly reports: BrokerReport[] = [];
  readonly alerts: string[] = [];
  session!: LiveSession;
  conductor!: Conductor;
  link: Link | undefined;
  hands!: Hands;
  /** What the strategy does on the next quotes, one each; undefined for nothing. */
  private readonly wishes: ((() => void) | undefined)[] = [];
  private readonly done: ((() => void) | undefined)[] = [];
  private readonly instruments: readonly Instrument[];
  private generation = 0;
  private readonly shown = new Map<string, readonly [bid: number, ask: number]>();

  private readonly deck: Partial<DeckOptions>;

  private constructor(venue: Counterparty, instruments: readonly Instrument[], deck: Partial<DeckOptions>) {
    this.venue = venue;
    this.instruments = instruments;
    this.deck = deck;
  }

  /** `deck` is what is said otherwise of the deck. */
  static async open(venue: Counterparty, instruments = STOCKS, deck: Partial<DeckOptions> = {}): Promise<Rig> {
    const rig = new Rig(venue, instruments, deck);
    await rig.start();
    return rig;
  }

  /** Begins a process: a session from the records that are there, and a connection. */
  async start(): Promise<void> {
    const { venue } = this;
    // What the strategy decided before, it decides again while its journal is replayed.
    this.wishes.splice(0, this.wishes.length, ...this.done.splice(0));
    const puppet = defineStrategy({
      name: 'puppet',
      parameters: {},
      setup: (hands) => {
        this.hands = hands;
        return {
          onQuote: () => {
            const wish = this.wishes.shift();
            this.done.push(wish);
            wish?.();
          },
        };
      },
    });
    this.session = new LiveSession({
      deck: {
        tape: {
          source: 'fake',
          simulated: true,
          instruments: this.instruments,
          actions: [],
          findings: [],
          fingerprint: '',
          adjustment: 'raw',
        },
        streams: this.instruments.map(({ symbol }) => ({ kind: 'quotes', symbol })),
        strategies: [{ definition: puppet }],
        cash: 100_000,
        conventions: plain,
        ...this.deck,
      },
      ...(venue.broker === undefined
        ? {}
        : { broker: { genesis: 'conformance', prefix: 'td', decisionLifeUs: 60 * SECOND, ...venue.broker } }),
    });
    expect(verifySession(this.session, this.records)).toBeUndefined();
    // What was decided on quotes that the process before had not written down is not decided again.
    this.wishes.length = 0;
    const { session } = this;
    const generation = ++this.generation;
    this.link = await venue.link?.((report) => {
      // A process that died hears nothing.
      if (generation !== this.generation) return;
      this.reports.push(report);
      this.take({ kind: 'report', at: venue.now, report });
    });
    this.conductor = new Conductor(
      {
        session,
        disk: { append: () => undefined, sync: (done) => queueMicrotask(() => done()) },
        ...(this.link === undefined ? {} : { broker: this.link }),
        maySend: () => generation === this.generation,
        now: () => session.at,
        onBroken: (error) => expect.fail(error.message),
        onOutcome: (outcome, input) => {
          if (generation !== this.generation) return;
          this.records.push(recordText(input, outcome, session));
          this.alerts.push(...outcome.alerts.map(({ code }) => code));
        },
      },
      GENESIS,
      1,
    );
    this.take({ kind: 'start', at: venue.now });
    await this.link?.connect();
    await this.until(() => session.states.account === 'active');
  }

  /** The process ends without a word; what it heard after `records` is not on its disk. */
  die(records = this.records.length): void {
    this.generation++;
    this.link?.close();
    this.records.length = records;
  }

  take(input: Input): void {
    this.conductor.take(input);
  }

  /** Shows a quote to venue and session, on which the strategy does its next wish. */
  quote(bid: number, ask: number, wish?: () => void, symbol = STOCK): void {
    if (wish !== undefined) this.wishes.push(wish);
    this.shown.set(symbol, [bid, ask]);
    this.venue.quote(symbol, bid, ask);
    this.take({ kind: 'market', at: this.venue.now, rows: [['quote', symbol, bid, ask, 1000, 1000]] });
  }

  /** Lets time pass until something is so; a quarter of a second of the venue's time per look. */
  async until(isSo: () => boolean, looks = 600): Promise<void> {
    for (let i = 0; i < looks && !isSo(); i++) {
      await new Promise((next) => setTimeout(next, 5));
      this.venue.pass(SECOND / 4);
      if (this.link === undefined) this.showAgain();
      this.take({ kind: 'tick', at: this.venue.now });
    }
    expect({ isSo: isSo(), reports: JSON.stringify(this.reports.slice(-6)), alerts: this.alerts }).toEqual(
      expect.objectContaining({ isSo: true }),
    );
  }

  /** A venue that lives in the session sees the market when that does: it goes on as it was. */
  private showAgain(): void {
    const rows = [...this.shown].map(([symbol, [bid, ask]]): QuoteRow => ['quote', symbol, bid, ask, 1000, 1000]);
    if (rows.length > 0) this.take({ kind: 'market', at: this.venue.now, rows });
  }

  /** Lets seconds of the venue's time pass. */
  async wait(seconds: number): Promise<void> {
    let left = seconds * 4;
    await this.until(() => left-- <= 0, left + 1);
  }

  /** What the session's own books hold. */
  held(symbol = STOCK): number {
    return this.session.deck.ledger.netQuantity(this.instruments.findIndex((one) => one.symbol === symbol));
  }

  get order(): OrderView | undefined {
    return this.hands.assets[0]?.orders[0];
  }

  /** Entries of the session's journal of one kind, as texts. */
  entries(kind: string): { readonly quantity: number; readonly price: number; readonly text: string }[] {
    return [...this.session.deck.journal.entries()].filter((entry) => entry.kind === kind);
  }

  async close(): Promise<void> {
    this.link?.close();
    await this.venue.close();
  }
}
