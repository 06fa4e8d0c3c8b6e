/** Interactive Brokers on the stand: the link through the community's library, against the fake TWS. */
import { EXIT_RULES, IbAccount, IbLink, OrderIds } from '../../src/adapters/ib/index.ts';
import { SHARE } from '../../src/adapters/fake-broker/core/amounts.ts';
import type { Timings } from '../../src/adapters/ib/connection.ts';
import type { Instrument } from '../../src/market/instrument.ts';
import { FakeTws, type FakeTwsOptions } from '../../src/adapters/fake-tws/server.ts';
import { newYork } from '../adapters/fake-alpaca/desk.ts';
import type { Counterparty } from './rig.ts';

/** An answer that a machine under load is late with is not given up. */
export const PATIENT = {
  connectMs: 20_000,
  ackMs: 20_000,
  readMs: 20_000,
  heartbeatMs: 5000,
  fillMs: 150,
  retryMs: 30,
};
/** For whoever loses the answer to an order, and waits until it is given up. */
export const LOSING = { ...PATIENT, ackMs: 300 };

export interface IbVenueOptions extends Partial<FakeTwsOptions> {
  readonly timings?: Partial<Timings>;
  /** Of these it is asked what a unit ties up. */
  readonly margins?: readonly Instrument[];
}

export interface IbVenue extends Counterparty {
  readonly fake: FakeTws;
  readonly orderIds: OrderIds;
}

export async function ibVenue({ timings = PATIENT, margins, ...options }: IbVenueOptions = {}): Promise<IbVenue> {
  const fake = await FakeTws.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    partialFills: 0,
    market: {
      kind: 'none',
      symbols: [
        { symbol: 'AAPL', price: 100 },
        { symbol: 'ESZ26', price: 6000 },
      ],
    },
    ...options,
    // Time stands still while messages come: a second of it has more of them than one of the real server's.
    tws: { messagesPerSecond: 10_000, ...options.tws },
  });
  const { broker, clock } = fake.driven;
  const orderIds = new OrderIds();
  let isSilent = false;
  const access = { host: '127.0.0.1', port: fake.port, clientId: 7, timings };
  const asked = margins === undefined ? undefined : await IbAccount.open(access);
  return {
    name: 'Interactive Brokers',
    fake,
    orderIds,
    broker: { hasUniqueIds: false, tellsBookings: false, changesPackages: true, exits: EXIT_RULES },
    get now() {
      return broker.now;
    },
    link: (report) =>
      IbLink.open({
        ...access,
        account: fake.tws.account,
        now: () => broker.now,
        report: (news) => {
          if (news.kind === 'lost' && isSilent) fake.tws.faults.clear();
          if (news.kind === 'lost') isSilent = false;
          report(news);
        },
        orderIds,
        ...(asked === undefined || margins === undefined
          ? {}
          : { instruments: margins, whatIf: (symbol: string, side: 1 | -1) => asked.whatIf(symbol, side) }),
        chance: () => 0.5,
      }),
    quote: (symbol, bid, ask) => broker.quote(symbol, bid, ask, 10, 10),
    pass: (micros) => clock.jump(broker.now + micros),
    held: (symbol) => {
      const listing = broker.state.listings.get(symbol);
      return listing === undefined ? 0 : broker.state.holdings.quantityOf(listing) / SHARE;
    },
    cash: () => Number(broker.state.holdings.cash) / 1e13,
    orders: () => fake.tws.orders.all.length,
    loseAnswer: () => {
      // Nothing that is told of it arrives until the link has given it up.
      isSilent = true;
      for (const message of ['openOrder', 'orderStatus', 'execution', 'commission'] as const) {
        fake.tws.faults.add({ on: 'message', message, fault: { kind: 'lose' }, times: Number.POSITIVE_INFINITY });
      }
    },
    loseRequest: () => fake.tws.faults.add({ on: 'request', request: 'placeOrder', fault: { kind: 'drop' } }),
    doubleFills: () =>
      fake.tws.faults.add({ on: 'message', message: 'execution', fault: { kind: 'duplicate', copies: 2 }, times: 9 }),
    delayFill: (micros) => void broker.state.fillFaults.push({ symbol: 'AAPL', lateBy: micros }),
    breakConnection: () => fake.disconnect(),
    placeForeign: () => {
      // By hand, in the workstation itself.
      const fields = Array.from({ length: 120 }, () => '');
      const order = { 1: '1', 3: 'AAPL', 4: 'STK', 11: 'USD', 16: 'BUY', 17: '5', 18: 'LMT', 19: '90', 21: 'DAY' };
      const hand = fake.tws.connect({ send: () => undefined, end: () => undefined }, 0);
      hand?.take(Object.assign(fields, { 0: '3', ...order }));
    },
    close: async () => {
      asked?.close();
      await fake.close();
    },
  };
}
