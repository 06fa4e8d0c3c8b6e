/** Alpaca on the stand: the link through the vendor's library, against the fake Alpaca. */
import { AlpacaLink, EXIT_RULES } from '../../src/adapters/alpaca/index.ts';
import { SHARE } from '../../src/adapters/fake-broker/core/amounts.ts';
import { placeOrder } from '../../src/adapters/fake-broker/core/placing.ts';
import { readOrderRequest } from '../../src/adapters/fake-broker/core/order-request.ts';
import { FakeAlpaca } from '../../src/adapters/fake-alpaca/server.ts';
import { FAKE_KEYS } from '../adapters/alpaca/fake-keys.ts';
import { newYork } from '../adapters/fake-alpaca/desk.ts';
import type { Counterparty } from './rig.ts';

/** Longer than a machine under load is late with an answer. */
const PATIENT_MS = 20_000;

export async function alpacaVenue(): Promise<Counterparty> {
  const fake = await FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    partialFills: 0,
    requestsPerMinute: 100_000,
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
  });
  const { broker, clock, faults } = fake.fake;
  const post = { on: 'request', method: 'POST', path: '/v2/orders' } as const;
  return {
    name: 'Alpaca',
    broker: { exits: EXIT_RULES, replacesPartFilled: false, endsGoodTill: false },
    get now() {
      return broker.now;
    },
    link: (report) =>
      AlpacaLink.open({
        ...FAKE_KEYS,
        isPaper: true,
        restUrl: fake.url,
        streamUrl: `ws://127.0.0.1:${fake.port}/stream`,
        timeoutMs: PATIENT_MS,
        now: () => broker.now,
        report,
      }),
    quote: (symbol, bid, ask) => broker.quote(symbol, bid, ask, 10, 10),
    pass: (micros) => clock.jump(broker.now + micros),
    held: (symbol) => {
      const listing = broker.state.listings.get(symbol);
      return listing === undefined ? 0 : broker.state.holdings.quantityOf(listing) / SHARE;
    },
    cash: () => Number(broker.state.holdings.cash) / 1e13,
    orders: () => broker.state.orders.length,
    // The connection breaks after it was acted upon, or before: that is known at once, without waiting for an answer.
    loseAnswer: () => void faults.add({ ...post, fault: { kind: 'reset', acted: true } }),
    loseRequest: () => void faults.add({ ...post, fault: { kind: 'reset', acted: false } }),
    doubleFills: () =>
      void faults.add({ on: 'stream', stream: 'trade', event: 'fill', fault: { kind: 'duplicate', copies: 2 } }),
    delayFill: (micros) => void broker.state.fillFaults.push({ symbol: 'AAPL', lateBy: micros }),
    breakConnection: () => void fake.sockets.disconnect('trade'),
    placeForeign: () =>
      void placeOrder(
        broker.state,
        readOrderRequest({
          symbol: 'AAPL',
          qty: '5',
          side: 'buy',
          type: 'limit',
          limit_price: '90',
          time_in_force: 'day',
        }),
      ),
    close: () => fake.close(),
  };
}
