/**
 * In which unit the vendor prices a package of shares and options: per share, as it is sent from here, or per package, a
 * hundred times as much. No page of the vendor's says it, and a wrong guess would pay a hundred times too much or sell for a
 * hundredth; so before the first of an underlying each day the vendor's own price of the package is looked at, and nothing is
 * sent where it is not near that of the share, or is not shown.
 */
import type { Contract } from '@stoqey/ib';
import { clearTimeout, setTimeout } from 'node:timers';
import { DAY } from '../../time/instant.ts';
import type { Connection } from './connection.ts';
import type { Library } from './library.ts';

/** A package whose price may not be per share, or of which that was not seen. */
export class UnitUnseen extends Error {
  override readonly name = 'UnitUnseen';
}

/** Milliseconds in which prices must come. */
const SHOWN_MS = 3000;
/** The price of a package is within this factor of its share's: the unit is per share. */
const NEAR = 5;

/** Ticks of bid, ask and last, those of delayed prices included. */
const PRICES: ReadonlySet<number> = new Set([1, 2, 4, 66, 67, 68]);

export class PackageUnits {
  private readonly library: Library;
  private readonly now: () => number;
  /** By symbol: the day on which the unit was seen. */
  private readonly seen = new Map<string, number>();

  constructor(library: Library, now: () => number) {
    this.library = library;
    this.now = now;
  }

  /** Why a package may not be sent; undefined where its price is per share. */
  async unfit(bag: Contract, share: Contract, connection: Connection): Promise<string | undefined> {
    const symbol = share.symbol ?? '';
    const today = Math.floor(this.now() / DAY);
    if (this.seen.get(symbol) === today) return undefined;
    // Late prices show the unit as well.
    connection.send('query', (api) => api.reqMarketDataType(this.library.MarketDataType.DELAYED));
    const [whole, one] = await Promise.all([this.price(bag, connection), this.price(share, connection)]);
    if (whole === undefined || one === undefined) {
      const what = one === undefined ? symbol : `the package on ${symbol}`;
      return `the broker shows no price of ${what}: whether it means the net price per share, as it would be sent, cannot be seen`;
    }
    const times = Math.abs(whole) / one;
    if (!(times > 1 / NEAR && times < NEAR)) {
      return `the broker prices the package on ${symbol} at ${whole}, the share at ${one}: that is not per share, as the net price would be sent`;
    }
    this.seen.set(symbol, today);
    return undefined;
  }

  /** The first price that is shown, whatever it is of; undefined where none comes in time. */
  private async price(contract: Contract, connection: Connection): Promise<number | undefined> {
    const { EventName } = this.library;
    const { api } = connection;
    const id = connection.takeNumber();
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const onPrice = (of: number, tick: number, price = 0): void => {
      // −1 is the vendor's word for no price; a package may be worth less than nothing, but not the one that is asked for.
      if (of === id && PRICES.has(tick) && price > 0) resolve(price);
    };
    const onError = (_: Error, code: number, of: number): void => {
      // That prices are late is no refusal.
      if (of === id && code !== 10_167) resolve(undefined);
    };
    api.addListener(EventName.tickPrice, onPrice);
    api.addListener(EventName.error, onError);
    const timer = setTimeout(() => resolve(undefined), SHOWN_MS);
    const leave = connection.onEnd(() => resolve(undefined));
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
}
