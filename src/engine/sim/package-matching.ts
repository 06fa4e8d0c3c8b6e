/**
 * Packages against the market: all legs at once, when every one of them has a price now, or none.
 *
 * A leg that is quoted takes its quote as a single order would, options by the model of the conventions. A leg that has
 * only bars is priced at the close of a bar that ends now and began after the package was sent. Packages are looked at
 * when all data of an instant is in, so that no leg meets the quote of a moment ago.
 */
import { toTick } from '../../market/instrument.ts';
import type { Order } from '../orders/order.ts';
import type { Package } from '../orders/package.ts';
import type { MarketHours } from '../ports.ts';
import type { Collateral, PlannedFill } from './collateral.ts';
import type { Conventions } from './conventions.ts';
import type { Filling } from './filling.ts';
import type { Forced } from './forced.ts';
import type { Market } from './market.ts';
import { honestOptions } from './option-models.ts';
import { isLive, type WorkingOrders } from './working-orders.ts';

export interface PackageParts {
  readonly markets: readonly Market[];
  readonly hours: readonly MarketHours[];
  readonly conventions: Conventions;
  readonly filling: Filling;
  readonly forced: Forced;
  readonly orders: WorkingOrders;
  readonly collateral: Collateral;
}

export class PackageMatching {
  /** Packages that wait, oldest first. */
  waiting: Package[] = [];
  private readonly parts: PackageParts;

  constructor(parts: PackageParts) {
    this.parts = parts;
  }

  /** A package arrives: its legs are accepted already. It meets the quotes that are in force, if every leg has one. */
  send(pack: Package, now: number): void {
    const { orders, markets } = this.parts;
    for (const leg of pack.legs) orders.enter(leg, markets[leg.instrument]);
    this.waiting.push(pack);
    this.arrive(pack, now);
    this.drop();
  }

  /** Takes back packages whose legs are in the book. */
  resume(packs: readonly Package[]): void {
    this.waiting = [...packs];
  }

  /** All data of an instant is in. */
  match(at: number): void {
    if (this.waiting.length === 0) return;
    for (const pack of this.waiting) this.meet(pack, at);
    this.drop();
  }

  /** A net price was changed: it meets the quotes that are in force as if it had just come. */
  changed(pack: Package, at: number): void {
    pack.rested = false;
    this.arrive(pack, at);
    this.drop();
  }

  /** What comes when a market is closed does not meet its closing quote, but waits for the next one. */
  private arrive(pack: Package, now: number): void {
    const { hours } = this.parts;
    if (pack.legs.every(({ instrument }) => hours[instrument].isOpen(now))) this.meet(pack, now);
  }

  /** Ends every package with a leg in one of these instruments. */
  clear(instruments: ReadonlySet<number>, code: string, at: number): void {
    for (const pack of this.waiting) {
      if (pack.legs.some(({ instrument }) => instruments.has(instrument))) this.end(pack, 'cancel', code, at);
    }
    this.drop();
  }

  private drop(): void {
    this.waiting = this.waiting.filter((pack) => pack.legs.some(isLive));
  }

  private end(pack: Package, event: 'cancel' | 'reject', code: string, at: number): void {
    // The first leg that ends takes the others with it.
    const live = pack.legs.find(isLive);
    if (live !== undefined) this.parts.orders.end(live, event, code, at);
  }

  private meet(pack: Package, at: number): void {
    const { legs } = pack;
    if (!legs.every((leg) => isLive(leg) && leg.activeAt <= at)) return;
    const prices = legs.map((leg) => this.priceOf(leg, at));
    if (prices.some((price) => price !== price)) {
      this.endOnce(pack, at);
      return;
    }
    const isArriving = !pack.rested;
    pack.rested = true;
    const net = pack.net((leg) => prices[leg]);
    const isLimited = pack.limit === pack.limit;
    if (!isLimited || net <= pack.limit + 1e-9) {
      // What rested was found by the market where it lay, and is paid for there.
      const paid = isLimited && !isArriving ? this.atLimit(pack, prices, net) : prices;
      this.fill(pack, paid, at, isLimited && !isArriving);
    }
    this.endOnce(pack, at);
  }

  private endOnce(pack: Package, at: number): void {
    const { timeInForce } = pack.legs[0];
    if (timeInForce === 'IOC' || timeInForce === 'FOK') this.end(pack, 'cancel', 'time-in-force', at);
  }

  /** What a leg would fill at now; NaN when it cannot. */
  private priceOf(leg: Order, at: number): number {
    const { markets, hours, conventions } = this.parts;
    const market = markets[leg.instrument];
    const session = hours[leg.instrument];
    const forced = (): number => this.parts.forced.price(market, leg.side, leg.remainingUnits / market.scale);
    if (!market.quoted) return market.lastAt === at && at > leg.activeAt ? forced() : Number.NaN;
    // The closing quote still is in session.
    if (!session.isOpen(at) && !(session.closeAfter(at) === at && market.quotedAt === at)) return Number.NaN;
    if (session.closeAfter(market.quotedAt) !== session.closeAfter(at)) return Number.NaN;
    if (market.instrument.option === undefined) return forced();
    const { fills } = conventions.options ?? honestOptions;
    const price = fills.price(leg.side, market, at - leg.activeAt);
    return toTick(market.instrument, price, leg.side > 0 ? 'up' : 'down');
  }

  /** The prices with the improvement given to the other side, in the first leg whose price stays above nought. */
  private atLimit(pack: Package, prices: readonly number[], net: number): readonly number[] {
    const { legs, ratios, multipliers, points } = pack;
    for (let i = 0; i < legs.length; i++) {
      const more = ((pack.limit - net) * points) / (ratios[i] * multipliers[i]);
      const price = Number((prices[i] + legs[i].side * more).toFixed(this.parts.markets[legs[i].instrument].decimals));
      if (price > 0) return prices.map((each, leg) => (leg === i ? price : each));
    }
    return prices;
  }

  private fill(pack: Package, prices: readonly number[], at: number, isMaker: boolean): void {
    const wanted = this.packagesLeft(pack);
    const shown = Math.min(wanted, this.packagesShown(pack));
    const { timeInForce } = pack.legs[0];
    if (timeInForce === 'FOK' && shown < wanted) return;
    if (shown > 0 && !this.book(pack, shown, prices, at, isMaker)) return;
    if (pack.limit === pack.limit || shown === wanted || timeInForce === 'IOC') return;
    // At the market, what the quotes do not show is a tick worse in every leg.
    if (pack.legs.some(({ instrument }) => !this.parts.markets[instrument].quoted)) return;
    const worse = pack.legs.map((leg, i) => {
      return prices[i] + leg.side * this.parts.markets[leg.instrument].stepAt(prices[i]);
    });
    if (worse.every((price) => price > 0)) this.book(pack, wanted - shown, worse, at, false);
  }

  private packagesLeft({ legs, ratios }: Package): number {
    return Math.round(legs[0].remainingUnits / this.parts.markets[legs[0].instrument].scale / ratios[0]);
  }

  /** Whole packages for which every leg shows enough: by its quote, or by what all our orders left of its bar. */
  private packagesShown({ legs, ratios }: Package): number {
    let shown = Infinity;
    const { ignoresSizes = false } = this.parts.conventions.options ?? honestOptions;
    for (let i = 0; i < legs.length; i++) {
      const market = this.parts.markets[legs[i].instrument];
      const size = market.quoted
        ? legs[i].side > 0
          ? market.askSize
          : market.bidSize
        : this.parts.forced.room(market, legs[i].side);
      if (size === size && !(ignoresSizes && market.quoted))
        shown = Math.min(shown, Math.floor(size / ratios[i] + 1e-9));
    }
    return shown;
  }

  /** Books `count` packages if the account can carry them together; false when it cannot, and the package is over. */
  private book(pack: Package, count: number, prices: readonly number[], at: number, isMaker: boolean): boolean {
    const { markets, filling, collateral, conventions } = this.parts;
    const planned = pack.legs.map((leg, i): PlannedFill => {
      const { instrument, side } = leg;
      const quantity = pack.ratios[i] * count;
      const price = prices[i];
      return {
        instrument,
        quantity: side * quantity,
        price,
        fee: filling.feeOf(leg, markets[instrument], quantity, price),
      };
    });
    const unsettled = filling.settlement?.unsettled(at) ?? 0;
    const code = this.isShort(planned, conventions.margin.allowsShort)
      ? 'margin.short-not-allowed'
      : collateral.shortfall(planned, unsettled) > 1e-6
        ? 'margin.insufficient'
        : undefined;
    if (code !== undefined) {
      this.end(pack, 'reject', code, at);
      return false;
    }
    pack.legs.forEach((leg, i) => {
      const market = markets[leg.instrument];
      const units = Math.round(pack.ratios[i] * count * market.scale);
      filling.withoutBar(market);
      filling.book(leg, market, units, prices[i], at, isMaker);
      this.parts.forced.took(market, leg.side, pack.ratios[i] * count);
    });
    return true;
  }

  /** Whether the fills would leave shares short in an account that allows none. */
  private isShort(planned: readonly PlannedFill[], allowsShort: boolean): boolean {
    return !allowsShort && planned.some((fill) => this.parts.collateral.leavesShort(fill));
  }
}
