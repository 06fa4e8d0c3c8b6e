/** Whether the vendor shows a price of a contract, and which. */
import type { Contract } from '@stoqey/ib';
import { clearTimeout, setTimeout } from 'node:timers';
import { lineNews } from './codes.ts';
import { Answered, type Connection } from './connection.ts';
import type { Library } from './library.ts';

/** Milliseconds in which a price must come. */
export const SHOWN_MS = 4000;

/**
 * The first price above 0 that is shown: an error of the vendor's where there is one, undefined where nothing comes in time.
 * With `isLate` prices that are late will do; `ticks` are those that count, all of them when left out.
 */
export async function shownPrice(
  library: Library,
  connection: Connection,
  contract: Contract,
  isLate: boolean,
  ticks?: ReadonlySet<number>,
): Promise<number | Answered | undefined> {
  const { EventName, MarketDataType } = library;
  const { api } = connection;
  const id = connection.takeNumber();
  const { promise, resolve } = Promise.withResolvers<number | Answered | undefined>();
  const onPrice = (of: number, tick: number, price = 0): void => {
    // −1 is the vendor's word for no price.
    if (of === id && ticks?.has(tick) !== false && price > 0) resolve(price);
  };
  const onError = (error: Error, code: number, of: number): void => {
    if (of === id && !(isLate && lineNews(code) === 'late')) resolve(new Answered(code, error.message));
  };
  api.addListener(EventName.tickPrice, onPrice);
  api.addListener(EventName.error, onError);
  const timer = setTimeout(() => resolve(undefined), SHOWN_MS);
  const leave = connection.onEnd(() => resolve(undefined));
  connection.send('query', () => api.reqMarketDataType(isLate ? MarketDataType.DELAYED : MarketDataType.REALTIME));
  connection.send('query', () => api.reqMktData(id, contract, '', false, false));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    leave();
    api.removeListener(EventName.tickPrice, onPrice);
    api.removeListener(EventName.error, onError);
    connection.send('query', () => api.cancelMktData(id));
  }
}
