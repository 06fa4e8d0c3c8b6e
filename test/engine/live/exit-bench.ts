/** A bench at a broker that keeps exits, with short words for what it tells of them. */
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import type {
  BrokerOrderStatus,
  BrokerVenueOptions,
  ExitRules,
  SubmitRequest,
} from '../../../src/engine/live/index.ts';
import type { OrderOptions } from '../../../src/engine/strategy/strategy.ts';
import { Bench, books, OPEN, puppet } from './bench.ts';

const RULES: ExitRules = {
  entries: ['market', 'limit'],
  timesInForce: ['DAY', 'GTC'],
  mustOpen: true,
  stopDistance: 0.01,
};

export class ExitBench {
  readonly strategy = puppet();
  readonly bench: Bench;
  private clock = 10;

  constructor(
    restore?: ReturnType<Bench['session']['saveState']>,
    at: number = OPEN,
    exits = RULES,
    more: Partial<BrokerVenueOptions> = {},
    deck: Partial<DeckOptions> = {},
  ) {
    const options = {
      strategies: [this.strategy],
      cash: 100_000,
      ...deck,
      ...(restore === undefined ? {} : { restore }),
    };
    this.bench = new Bench(options, at, { exits, ...more });
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

/** Ten with a stop and a target that stand as long as the entry. */
export const BOTH: OrderOptions = { limit: 100, stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' };
