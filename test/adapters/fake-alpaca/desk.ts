/** A broker with two shares on a known day, and short words for what customers do: for the tests of the broker's rules. */
import { answerOf } from '../../../src/adapters/alpaca/index.ts';
import { Api } from '../../../src/adapters/fake-alpaca/core/api.ts';
import { Broker } from '../../../src/adapters/fake-broker/core/broker.ts';
import type { BrokerEvent, TradeUpdate } from '../../../src/adapters/fake-broker/core/broker-events.ts';
import { DEFAULTS, type BrokerConfig } from '../../../src/adapters/fake-broker/core/config.ts';
import type { Answer } from '../../../src/adapters/fake-broker/core/refusal.ts';
import { MINUTE, SECOND } from '../../../src/time/instant.ts';
import { openApiJudge } from './open-api.ts';
import { zone } from '../../../src/time/zone.ts';
import { parseDay } from '../../../src/time/civil.ts';

export type Body = Record<string, unknown>;

const NEW_YORK = zone('America/New_York');

/** The instant at which New York's clock shows `HH:MM` on a date. */
export function newYork(date: string, clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number];
  return NEW_YORK.instantAt(parseDay(date), (hours * 60 + minutes) * MINUTE);
}

export interface Desk {
  readonly broker: Broker;
  readonly api: Api;
  readonly updates: TradeUpdate[];
  readonly events: BrokerEvent[];
  call(method: string, path: string, body?: unknown, query?: Record<string, string>): Answer;
  /** Places an order and returns the answer's body. */
  order(fields: Body): Body;
  get(path: string, query?: Record<string, string>): Body;
  list(path: string, query?: Record<string, string>): Body[];
  quote(symbol: string, bid: number, ask: number): void;
  /** Lets time pass, in seconds. */
  wait(seconds: number): void;
  until(date: string, clock: string): void;
}

/** Wednesday 18 November 2026, half past ten in New York, AAPL at 100.00 to 100.02; no fills in part unless asked for. */
export function openDesk(options: Partial<BrokerConfig> = {}): Desk {
  const startAt = options.startAt ?? newYork('2026-11-18', '10:30');
  const broker = new Broker({
    partialFills: 0,
    requestsPerMinute: 100_000,
    // So wild that options two days before their end still have bids.
    chain: { ...DEFAULTS.chain, volatility: 0.9 },
    symbols: [
      { symbol: 'AAPL', price: 100 },
      { symbol: 'MSFT', price: 400 },
    ],
    ...options,
    startAt,
  });
  const api = new Api(broker.state);
  const events: BrokerEvent[] = [];
  const updates: TradeUpdate[] = [];
  broker.listen((event) => {
    events.push(event);
    if (event.kind === 'trade-update') updates.push(event);
  });
  const call: Desk['call'] = (method, path, body, query = {}) => {
    const answer = api.handle({ method, path, query, body, keyId: DEFAULTS.keyId, secret: DEFAULTS.secret });
    // As a customer gets it: what is undefined is not there.
    const received = answer.body === undefined ? undefined : (JSON.parse(JSON.stringify(answer.body)) as unknown);
    const wrong = openApiJudge()?.judge(method, path, answer.status, received) ?? [];
    // Whatever the fake says, our own reader of the vendor's answers understands.
    answerOf(method, path, answer.status)?.read(received, '');
    if (wrong.length > 0) throw new Error(`the vendor would not answer so:\n${wrong.join('\n')}`);
    return answer;
  };
  const desk: Desk = {
    broker,
    api,
    updates,
    events,
    call,
    order: (fields) => call('POST', '/v2/orders', fields).body as Body,
    get: (path, query) => call('GET', path, undefined, query).body as Body,
    list: (path, query) => call('GET', path, undefined, query).body as Body[],
    quote: (symbol, bid, ask) => broker.quote(symbol, bid, ask, 3, 3),
    wait: (seconds) => broker.advance(broker.now + seconds * SECOND),
    until: (date, clock) => broker.advance(newYork(date, clock)),
  };
  broker.trade('AAPL', 100, 100);
  broker.trade('MSFT', 400, 100);
  desk.quote('AAPL', 100, 100.02);
  desk.quote('MSFT', 400, 400.04);
  return desk;
}
