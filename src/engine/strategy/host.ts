/**
 * The host of one strategy: what it sees of the deck, and how what it wants becomes an intent.
 *
 * Everything a strategy can do ends in `Desk.submit`, `cancel` or `update`; everything it can see is read through
 * objects that show now and the past.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { toLots, type Instrument } from '../../market/instrument.ts';
import type { BarFeed } from '../feeds/feed.ts';
import { exitsOf, intentOf, plainMarket, type Writable } from '../orders/intents.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Order, OrderIntent, Side } from '../orders/order.ts';
import { checkOrderOptions } from '../orders/order-options.ts';
import type { Notices } from '../play/notices.ts';
import { optionCollateral, optionRule } from '../options/collateral.ts';
import type { OrderChange } from '../ports.ts';
import type { Position } from '../ledger/position.ts';
import type { Conventions } from '../sim/conventions.ts';
import type { Market } from '../sim/market.ts';
import { Sizing } from '../orders/sizing.ts';
import type {
  Asset,
  Bars,
  OrderOptions,
  OrderOptionsOrReason,
  OrderView,
  Portfolio,
  PositionView,
} from './strategy.ts';

/** What the host needs of the deck. */
export interface Desk {
  /** Brings prices and time up to now: called before any of them is read. */
  sync(): void;
  readonly ledger: Ledger;
  readonly markets: readonly Market[];
  readonly conventions: Conventions;
  submit(intent: OrderIntent, children?: readonly OrderIntent[]): Order | undefined;
  cancel(order: Order): void;
  update(order: Order, change: OrderChange): boolean;
  exercise(intent: OrderIntent): Order | undefined;
  feedOf(instrument: number, timeFrame?: string): BarFeed;
  isTradable(instrument: number): boolean;
  isMember(instrument: number): boolean;
  readonly settledCash: number;
  readonly notices: Pick<Notices, 'belowOne'>;
}

const NO_OPTIONS: OrderOptions = {};

class PositionNow implements PositionView {
  private readonly position: Position;
  private readonly ledger: Ledger;
  private readonly desk: Desk;

  constructor(position: Position, desk: Desk) {
    this.position = position;
    this.ledger = desk.ledger;
    this.desk = desk;
  }

  get quantity(): number {
    return this.position.quantity;
  }
  get averagePrice(): number {
    return this.position.averagePrice;
  }
  get value(): number {
    this.desk.sync();
    return this.position.quantityUnits === 0 ? 0 : this.ledger.positionValue(this.position);
  }
  get unrealizedProfit(): number {
    const { position, ledger } = this;
    if (position.quantityUnits === 0) return 0;
    this.desk.sync();
    const move = ledger.marks[position.instrument] - position.averagePrice;
    return move * position.quantity * position.units.multiplier * ledger.rates[ledger.currencyOf[position.instrument]];
  }
  get realizedProfit(): number {
    return this.position.realized.toNumber(this.ledger.cashDecimals);
  }
  get isFlat(): boolean {
    return this.position.quantityUnits === 0;
  }
  get isLong(): boolean {
    return this.position.quantityUnits > 0;
  }
  get isShort(): boolean {
    return this.position.quantityUnits < 0;
  }
  get openedAt(): number {
    return this.position.openedAt;
  }
}

export class PortfolioNow implements Portfolio {
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  get cash(): number {
    return this.desk.ledger.cashValue();
  }
  get equity(): number {
    this.desk.sync();
    return this.desk.ledger.equity();
  }
  get settledCash(): number {
    return this.desk.settledCash;
  }
  get free(): number {
    const { ledger, conventions, settledCash } = this.desk;
    return conventions.margin.free(ledger) - (ledger.cashValue() - settledCash);
  }
  get collateral(): number {
    this.desk.sync();
    const { ledger, conventions } = this.desk;
    return optionCollateral(ledger, optionRule(conventions.margin));
  }
  get startingCash(): number {
    return this.desk.ledger.startingCash;
  }
}

/** An instrument as one strategy may trade it. Methods are bound, so they can be taken out of the object. */
export class HostedAsset implements Asset {
  readonly instrument: Instrument;
  readonly position: PositionView;
  readonly index: number;
  private readonly strategy: number;
  private readonly desk: Desk;
  private readonly market: Market;
  private readonly held: Position;
  // Made when they are first wanted: of thousands of contracts a few are traded. The bound methods below are not:
  // behind getters that make them, a sweep of 4,851 decks took half as long again and 130 MB more.
  private ownSizing: Sizing | undefined = undefined;
  private ownPlain: Writable<OrderIntent> | undefined = undefined;
  private ownBars: Bars | undefined = undefined;

  constructor(desk: Desk, index: number, strategy: number) {
    this.desk = desk;
    this.index = index;
    this.strategy = strategy;
    this.market = desk.markets[index]!;
    this.instrument = this.market.instrument;
    this.held = desk.ledger.positions[strategy][index]!;
    this.position = new PositionNow(this.held, desk);
  }

  get symbol(): string {
    return this.market.symbol;
  }
  get price(): number {
    this.desk.sync();
    return this.desk.ledger.marks[this.index];
  }
  get bid(): number {
    return this.market.bid;
  }
  get ask(): number {
    return this.market.ask;
  }
  get isTradable(): boolean {
    return this.desk.isTradable(this.index);
  }
  get isMember(): boolean {
    return this.desk.isMember(this.index);
  }
  get orders(): readonly OrderView[] {
    return this.market.working.filter((order) => order.strategy === this.strategy);
  }
  get bars(): Bars {
    // Looked up among all feeds once: a rotation asks each month for those of each asset.
    return (this.ownBars ??= this.desk.feedOf(this.index).view);
  }

  barsOf = (timeFrame: string): Bars => this.desk.feedOf(this.index, timeFrame).view;

  buy = (quantity: number, options?: OrderOptionsOrReason): OrderView | undefined => this.order(1, quantity, options);

  sell = (quantity: number, options?: OrderOptionsOrReason): OrderView | undefined => this.order(-1, quantity, options);

  buyFraction = (fraction: number, options?: OrderOptionsOrReason): OrderView | undefined =>
    this.fraction(1, fraction, options);

  sellFraction = (fraction: number, options?: OrderOptionsOrReason): OrderView | undefined =>
    this.fraction(-1, fraction, options);

  targetQuantity = (quantity: number, options?: OrderOptionsOrReason): OrderView | undefined =>
    this.changeBy(toLots(this.instrument, quantity - this.held.quantity), options);

  targetValue = (value: number, options?: OrderOptionsOrReason): OrderView | undefined =>
    this.changeToWorth(value, this.price, options);

  targetPercent = (share: number, options?: OrderOptionsOrReason): OrderView | undefined => {
    if (share === 0) return this.targetQuantity(0, options);
    this.desk.sync();
    const { sizing } = this.desk.conventions;
    if (sizing.at === 'fill' && this.held.quantityUnits === 0)
      return this.fraction(Math.sign(share) as Side, Math.abs(share), options);
    const { ledger } = this.desk;
    return this.changeToWorth(share * ledger.equity() * (1 - sizing.buffer), ledger.marks[this.index], options);
  };

  close = (options?: OrderOptionsOrReason): OrderView | undefined => {
    this.cancelWorking();
    const { quantity } = this.held;
    if (quantity === 0) return undefined;
    const named = typeof options === 'string' ? { reason: options } : (options ?? NO_OPTIONS);
    return this.order(quantity > 0 ? -1 : 1, Math.abs(quantity), { ...named, reduceOnly: true });
  };

  exercise = (quantity?: number, reason = ''): OrderView | undefined => {
    const all = Math.max(0, this.held.quantity);
    const intent = plainMarket(this.index, this.strategy);
    return this.desk.exercise({
      ...intent,
      side: -1,
      quantity: quantity ?? all,
      type: 'exercise',
      reduceOnly: true,
      reason,
    });
  };

  /** Whether there is nothing to do for `quantity` to be held. */
  isAt(quantity: number): boolean {
    return quantity === this.held.quantity && this.market.count === 0;
  }

  cancelWorking(): void {
    const { working } = this.market;
    if (working.length === 0) return;
    for (const order of working.slice()) if (order.strategy === this.strategy) this.desk.cancel(order);
  }

  /** Largest whole-lot quantity worth `value` in base currency at a price: see `Sizing`. */
  quantityWorth(value: number, price: number): number {
    this.ownSizing ??= new Sizing(this.instrument, this.desk.ledger, this.desk.conventions, this.held);
    const quantity = this.ownSizing.quantityWorth(value, price);
    if (quantity === 0 && value !== 0) this.desk.notices.belowOne?.(this.strategy, this.index, value);
    return quantity;
  }

  private changeToWorth(
    value: number,
    price: number,
    options: OrderOptionsOrReason | undefined,
  ): OrderView | undefined {
    const wanted = this.quantityWorth(value, price);
    const { quantity } = this.held;
    // Whole lots less nothing are whole lots.
    return this.changeBy(quantity === 0 ? wanted : toLots(this.instrument, wanted - quantity), options);
  }

  /** Sends an order toward a target for a signed quantity of whole lots; what works here ends first. */
  private changeBy(change: number, options: OrderOptionsOrReason | undefined): OrderView | undefined {
    if (this.market.count > 0) this.cancelWorking();
    if (change === 0) return undefined;
    return this.order(change > 0 ? 1 : -1, Math.abs(change), options, true);
  }

  private fraction(side: Side, fraction: number, options: OrderOptionsOrReason | undefined): OrderView | undefined {
    if (this.desk.conventions.sizing.at === 'fill') return this.send(side, 0, fraction, options, false);
    this.desk.sync();
    const equity = this.desk.ledger.equity();
    const value = fraction * equity * (1 - this.desk.conventions.sizing.buffer);
    return this.order(side, Math.abs(this.quantityWorth(value, this.price)), options, true);
  }

  private order(
    side: Side,
    quantity: number,
    options: OrderOptionsOrReason | undefined,
    target = false,
  ): OrderView | undefined {
    return this.send(side, quantity, Number.NaN, options, target);
  }

  private send(
    side: Side,
    quantity: number,
    fraction: number,
    given: OrderOptionsOrReason | undefined,
    target: boolean,
  ): OrderView | undefined {
    const { trims } = this.desk.conventions.sizing;
    if (given === undefined || typeof given === 'string') {
      const plain = (this.ownPlain ??= plainMarket(this.index, this.strategy));
      plain.side = side;
      plain.quantity = quantity;
      plain.fraction = fraction;
      plain.affordable = target && trims;
      plain.reason = given ?? '';
      return this.desk.submit(plain);
    }
    checkOrderOptions(given);
    const intent = intentOf(
      this.instrument,
      this.index,
      this.strategy,
      side,
      quantity,
      fraction,
      target && trims,
      given,
    );
    return this.desk.submit(intent, exitsOf(this.instrument, intent, given));
  }
}

/** Assets of a deck by the name they are listed under: of thousands of contracts one is wanted, again and again. */
const listings = new WeakMap<readonly HostedAsset[], ReadonlyMap<string, HostedAsset>>();

/** Finds an asset by symbol, or says which one was probably meant. */
export function findAsset(assets: readonly HostedAsset[], symbol: string): HostedAsset {
  let listed = listings.get(assets);
  if (listed === undefined) {
    listed = new Map(assets.map((each) => [each.instrument.symbol, each]));
    listings.set(assets, listed);
  }
  const direct = listed.get(symbol);
  // One that trades under another name by now is looked for among all.
  if (direct?.symbol === symbol) return direct;
  const asset =
    assets.find((candidate) => candidate.symbol === symbol) ??
    assets.find((candidate) => candidate.instrument.symbol === symbol);
  if (asset !== undefined) return asset;
  const known = assets.map((candidate) => candidate.symbol);
  const rule = `the tape has no instrument ${show(symbol)}; it has ${known.slice(0, 12).join(', ')}${known.length > 12 ? ' …' : ''}`;
  throw new Fault('strategy.unknown-symbol', rule, {}, didYouMean(symbol, known));
}
