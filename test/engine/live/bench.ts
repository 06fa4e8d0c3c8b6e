/**
 * A session at a broker whose every word is written in the test: what the tests of the order path are made of.
 */
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import {
  LiveSession,
  type Activity,
  type BrokerReport,
  type BrokerVenueOptions,
  type OrderSnapshot,
  type BrokerRequest,
  type Input,
  type Outcome,
  type SubmitRequest,
} from '../../../src/engine/live/index.ts';
import type { Alert } from '../../../src/engine/live/index.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { defineStrategy } from '../../../src/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { plain, utc } from '../play.ts';

export const OPEN = utc('2026-11-02T15:00');
export const SECOND = 1_000_000;

/** Buys ten with the first quote, and nothing else. */
export const buyer = defineStrategy({
  name: 'buyer',
  parameters: {},
  setup({ buy, position }) {
    let isDone = false;
    const onQuote = () => {
      if (!isDone && position.isFlat) buy(10, { limit: 100 });
      isDone = true;
    };
    return { onQuote };
  },
});

/** A strategy that does what the test puts into `wishes`, one for each quote. */
export function puppet(name = 'puppet') {
  const wishes: ((context: Context<Record<string, never>>) => void)[] = [];
  const definition = defineStrategy({
    name,
    parameters: {},
    setup(context) {
      return { onQuote: () => wishes.shift()?.(context as Context<Record<string, never>>) };
    },
  });
  return { definition, wishes };
}

/** A deck of one share, AAA, that one strategy trades; anything can be said otherwise. */
export function deckOf(options: Partial<DeckOptions> = {}): DeckOptions {
  const instruments = options.tape?.instruments ?? [defineInstrument({ symbol: 'AAA', tick: 0.01, calendar: '24-7' })];
  return {
    tape: {
      source: 'test',
      simulated: true,
      instruments,
      actions: [],
      findings: [],
      fingerprint: '',
      adjustment: 'raw',
    },
    streams: instruments.map(({ symbol }) => ({ kind: 'quotes', symbol })),
    strategies: [{ definition: buyer }],
    cash: 10_000,
    conventions: plain,
    ...options,
  };
}

/** A session whose books agree with the broker's, and what it asked for. */
export class Bench {
  readonly asked: BrokerRequest[] = [];
  readonly alerts: Alert[] = [];
  readonly inputs: Input[] = [];
  readonly session: LiveSession;
  at: number;

  constructor(options: Partial<DeckOptions> = {}, at: number = OPEN, broker: Partial<BrokerVenueOptions> = {}) {
    this.at = at;
    this.session = new LiveSession({
      deck: deckOf(options),
      broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60 * SECOND, ...broker },
    });
    this.take({ kind: 'start', at: this.at });
  }

  /** The books are read and agree. */
  begin(): this {
    this.snapshot([]);
    return this;
  }

  take(input: Input): Outcome {
    this.inputs.push(input);
    const outcome = this.session.take(input);
    this.asked.push(...outcome.requests);
    this.alerts.push(...outcome.alerts);
    return outcome;
  }

  report(report: BrokerReport): Outcome {
    return this.take({ kind: 'report', at: this.at, report });
  }

  snapshot(
    positions: readonly { symbol: string; quantity: number; averagePrice?: number }[],
    more: Partial<Extract<BrokerReport, { kind: 'snapshot' }>> = {},
  ): void {
    const account = { number: 'PA0001', cash: 10_000, equity: 10_000, buyingPower: 10_000, isBlocked: false };
    const held = positions.map((each) => ({ averagePrice: 0, ...each }));
    this.report({ kind: 'snapshot', happened: [], account, positions: held, orders: [], ...more });
  }

  activity(
    activity: Omit<Activity, 'kind' | 'id' | 'name' | 'price' | 'money' | 'quantity'> & Partial<Activity>,
  ): void {
    const defaults = { id: `a${this.inputs.length}`, name: 'TEST', price: 0, money: 0, quantity: 0 };
    this.report({ kind: 'activity', ...defaults, ...activity });
  }

  quote(bid = 99.99, ask = 100.01, symbol = 'AAA'): Outcome {
    return this.take({ kind: 'market', at: this.at, rows: [['quote', symbol, bid, ask, 100, 100]] });
  }

  /** Lets time pass, second by second. */
  wait(seconds: number): void {
    for (let i = 0; i < seconds; i++) this.take({ kind: 'tick', at: (this.at += SECOND) });
  }

  get submissions(): readonly SubmitRequest[] {
    return this.asked.filter((request) => request.kind === 'submit');
  }

  get id(): string {
    return this.submissions[0].clientId;
  }

  get order() {
    return this.session.venue!.tickets.get(this.id)!.order;
  }

  get held(): number {
    return this.session.deck.ledger.netQuantity(0);
  }

  get cash(): number {
    return this.session.deck.ledger.cashValue();
  }

  fill(executionId: string, quantity: number, price = 100, fee = 0): void {
    this.fillOf(this.submissions[0], executionId, price, quantity, fee);
  }

  /** Fills what a submission asked for, or a part of it. */
  fillOf(asked: SubmitRequest, executionId: string, price: number, quantity = Number(asked.quantity), fee = 0): void {
    const { clientId, symbol, side } = asked;
    this.report({ kind: 'fill', clientId, executionId, symbol, side, quantity, price, fee });
  }

  /** Entries of the journal of these kinds. */
  entries(...kinds: readonly string[]) {
    return [...this.session.deck.journal.entries()].filter(({ kind }) => kinds.includes(kind));
  }
}

/** A bench on which the order has been asked for. */
export function asked(options: Partial<DeckOptions> = {}): Bench {
  const bench = new Bench(options).begin();
  bench.quote();
  return bench;
}

/** The buy of ten AAA as the broker's books show it; anything can be said otherwise. */
export function books(clientId: string, more: Partial<OrderSnapshot> = {}): OrderSnapshot {
  return {
    kind: 'order',
    clientId,
    brokerId: 'b1',
    status: 'working',
    symbol: 'AAA',
    side: 1,
    quantity: 10,
    filled: 0,
    averagePrice: 0,
    updatedAt: 1,
    ...more,
  };
}

/** A strategy that does what it is told, and the order of ten that it has at the broker. */
export function working(limit = 95) {
  const strategy = puppet();
  const bench = new Bench({ strategies: [strategy], cash: 100_000 }).begin();
  strategy.wishes.push(({ buy }) => void buy(10, { limit, timeInForce: 'GTC' }));
  bench.quote();
  const clientId = bench.id;
  bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
  const fill = (executionId: string, quantity: number): void =>
    void bench.report({ kind: 'fill', clientId, executionId, symbol: 'AAA', side: 1, quantity, price: 95, fee: 0 });
  const cancel = (): void => {
    strategy.wishes.push(({ cancel: end }) => end(bench.order));
    bench.quote();
  };
  return { bench, clientId, fill, cancel, wishes: strategy.wishes };
}
