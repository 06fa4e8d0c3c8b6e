/**
 * In which unit the vendor prices a package of shares and options: per share, as it is sent from here, or per package, a
 * hundred times as much. No page of the vendor's says it, and a wrong guess would pay a hundred times too much or sell for a
 * hundredth; so before the first of an underlying each day the vendor's own price of the package is looked at, and nothing is
 * sent where it is not near that of the share, or is not shown.
 */
import type { Contract } from '@stoqey/ib';
import { DAY } from '../../time/instant.ts';
import type { Connection } from './connection.ts';
import type { Library } from './library.ts';
import { shownPrice } from './shown-price.ts';

/** A package whose price may not be per share, or of which that was not seen. */
export class UnitUnseen extends Error {
  override readonly name = 'UnitUnseen';
}

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

  /** A package may be worth less than nothing, but not the one that is asked for. Late prices show the unit as well. */
  private async price(contract: Contract, connection: Connection): Promise<number | undefined> {
    const price = await shownPrice(this.library, connection, contract, true, PRICES);
    return typeof price === 'number' ? price : undefined;
  }
}
