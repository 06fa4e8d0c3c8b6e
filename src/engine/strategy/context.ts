/**
 * What a strategy's `setup` is given: the deck, seen through one strategy's eyes.
 */
import { assert } from '../../base/assert.ts';
import { Fault, show } from '../../base/fault.ts';
import type { Random } from '../../base/random.ts';
import type { AnyIndicator, IndicatorArguments } from '../../indicators/define.ts';
import type { OptionChain } from '../../market/option/chain.ts';
import type { Calendar } from '../../time/calendar.ts';
import { calendar as calendarNamed } from '../../time/calendars.ts';
import { schedule as scheduleOf } from '../../time/schedule.ts';
import { Crossing } from '../feeds/crossing.ts';
import type { BarFeed } from '../feeds/feed.ts';
import { findAsset, HostedAsset, PortfolioNow, type Desk } from './host.ts';
import type { Line } from '../feeds/line.ts';
import { Order } from '../orders/order.ts';
import type { ParameterValue } from './parameters.ts';
import { packageOf, standardCombo } from '../orders/combo.ts';
import { Package } from '../orders/package.ts';
import type { PackageEntry } from '../orders/package-entry.ts';
import type { OrderChange } from '../ports.ts';
import type { StandardStrategy } from '../../options/standard.ts';
import type {
  AnyStrategy,
  Asset,
  Bar,
  Bars,
  ComboLeg,
  ComboOptions,
  ComboView,
  Context,
  CrossReactions,
  Handlers,
  OrderView,
  ScheduleOptions,
  StandardOptions,
} from './strategy.ts';
import type { Tracer } from '../journal/trace.ts';
import type { Wakes } from '../play/wakes.ts';

/** One strategy on the deck. */
export interface Host {
  readonly index: number;
  readonly definition: AnyStrategy;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly assets: readonly HostedAsset[];
  handlers: Handlers;
  readonly random: Random;
  /** The newest bar of the first asset. */
  bar: Bar;
  warming: boolean;
  /** Crossings that it waits for, and whether it waits for nothing else. */
  readonly crossings: Crossing[];
  onlyCrosses: boolean;
  /** Rows of the first asset's bars before the first call. */
  ready: number;
  /** The same for other bars of the first asset that indicators follow. */
  coarser: readonly { readonly feed: BarFeed; readonly ready: number }[];
}

/** What the context needs of the deck, beside what assets do. */
export interface ContextDeck extends Desk {
  readonly feeds: readonly BarFeed[];
  readonly wakes: Wakes;
  /** Calendar of an instrument, where the deck has them. */
  calendarOf(instrument: number): Calendar | undefined;
  convert(strategy: number, amount: number, from: string, to: string): number;
  tie(orders: readonly Order[]): void;
  readonly packages: PackageEntry;
  readonly now: number;
  /** Whether strategies have said what they follow. */
  readonly isSetUp: boolean;
  chain(underlying: string): OptionChain;
  readonly tracer: Tracer | undefined;
  note(strategy: number, text: string): void;
  /** Whether the strategy may act: its indicators have values. */
  isReady(host: Host): boolean;
}

export function makeContext(deck: ContextDeck, host: Host): Context {
  const { assets } = host;
  const first = assets[0];
  const hasBars = deck.feeds.some(({ market, executes }) => executes && market.index === first.index);
  const members = {
    parameters: host.parameters,
    assets,
    asset: (symbol: string) => findAsset(assets, symbol),
    portfolio: new PortfolioNow(deck),
    use: (indicator: AnyIndicator, ...args: IndicatorArguments) => follow(deck, first.bars, indicator, args),
    useOn: (source: Source, indicator: AnyIndicator, ...args: IndicatorArguments) =>
      follow(deck, source, indicator, args),
    onCross: (line: Line, other: Line | number, reactions: CrossReactions) => {
      if (deck.isSetUp) throw new Fault('strategy.late-cross', 'say in setup which crossings to wait for');
      host.crossings.push(new Crossing(line, other, reactions));
    },
    schedule: (when: string, work: () => void, options: ScheduleOptions = {}) =>
      schedule(deck, host, when, work, options),
    wakeAt: (at: number, work: () => void) => wakeAt(deck, host, at, work),
    rebalance: (weights: Weights, reason?: string) => rebalance(deck, assets, weights, reason ?? 'rebalance'),
    chain: (underlying = first.instrument.symbol) => deck.chain(underlying),
    convert: (amount: number, from: string, to: string) => deck.convert(host.index, amount, from, to),
    oneCancelsOther: (...orders: (OrderView | undefined)[]) =>
      deck.tie(orders.filter((order) => order !== undefined).map(ownOrder)),
    combo: (legs: readonly ComboLeg[], options: ComboOptions = {}) =>
      deck.packages.submit(packageOf(assets, host.index, legs, options)),
    standard: (name: StandardStrategy, where: StandardOptions) => standardCombo(assets, name, where),
    cancelCombo: (combo: ComboView) => deck.cancel(ownPackage(combo).legs[0]),
    updateCombo: (combo: ComboView, limit: number) => deck.packages.update(ownPackage(combo), limit),
    cancel: (order: OrderView) => deck.cancel(ownOrder(order)),
    cancelAll: () => {
      for (const asset of assets) asset.cancelWorking();
    },
    update: (order: OrderView, change: OrderChange) => deck.update(ownOrder(order), change),
    now: () => deck.now,
    note: (text: string) => deck.note(host.index, text),
    random: host.random,
    position: first.position,
    buy: first.buy,
    sell: first.sell,
    buyFraction: first.buyFraction,
    sellFraction: first.sellFraction,
    targetQuantity: first.targetQuantity,
    targetValue: first.targetValue,
    targetPercent: first.targetPercent,
    close: first.close,
  };
  // What has no bars has a class, and no getter of its own: an object that has one becomes a dictionary, and keeps its
  // deck alive until the next full collection. The others, thousands in a sweep, are copied in one go.
  const context = hasBars ? { ...members, bars: first.bars } : Object.assign(new WithoutBars(deck, first), members);
  // The indicator's own types decide which lines `use` gives; behind it they are all lines.
  return context as unknown as Context;
}

/** Where the first instrument has no bars that one trades on: asking for them may fail. */
class WithoutBars {
  readonly #deck: ContextDeck;
  readonly #first: HostedAsset;

  constructor(deck: ContextDeck, first: HostedAsset) {
    this.#deck = deck;
    this.#first = first;
  }

  get bars(): Bars {
    assert(this.#deck.feeds.length > 0, 'the tape has no bars');
    return this.#first.bars;
  }
}

type Source = Bars | Line | readonly [Line, Line];
type Weights = Readonly<Record<string, number>> | ReadonlyMap<Asset, number>;

function follow(deck: ContextDeck, source: Source, indicator: AnyIndicator, args: IndicatorArguments): unknown {
  const lines = 'now' in source ? undefined : Array.isArray(source) ? (source as Line[]) : [source as Line];
  const cursor = lines === undefined ? (source as Bars).close.cursor : lines[0].cursor;
  const feed = deck.feeds.find((candidate) => candidate.cursor === cursor);
  assert(feed !== undefined, 'a line belongs to a feed of this deck');
  const outputs = feed.follow(indicator, args, lines);
  if (outputs.length === 1) return outputs[0];
  return Object.fromEntries(indicator.outputs.map((name, i) => [name, outputs[i]]));
}

function schedule(
  deck: ContextDeck,
  host: Host,
  when: string,
  work: () => void,
  { asset, calendar }: ScheduleOptions,
): void {
  const instrument = asset === undefined ? 0 : findAsset(host.assets, asset.symbol).index;
  const meant = calendar === undefined ? deck.calendarOf(instrument) : calendarNamed(calendar);
  if (meant === undefined) {
    throw new Fault('strategy.schedule', `schedule(${show(when)}) needs an instrument with a calendar`);
  }
  const times = scheduleOf(when, meant);
  const rank = deck.wakes.nextRank();
  const run = (due: number): void => {
    deck.wakes.at(times.next(due), run, rank);
    wake(deck, host, work);
  };
  deck.wakes.untilFirst((from) => deck.wakes.at(times.next(from - 1), run, rank));
}

function wakeAt(deck: ContextDeck, host: Host, at: number, work: () => void): void {
  assert(Number.isFinite(at), 'an instant to wake at');
  deck.wakes.at(at, () => wake(deck, host, work), deck.wakes.nextRank());
}

function wake(deck: ContextDeck, host: Host, work: () => void): void {
  if (!deck.isReady(host)) return;
  host.warming = false;
  if (deck.tracer === undefined) work();
  else deck.tracer.around(host.index, 'timer', work);
}

/** Sells first, so that what is sold pays for what is bought. */
function rebalance(deck: ContextDeck, assets: readonly HostedAsset[], weights: Weights, reason: string): void {
  deck.sync();
  const equity = deck.ledger.equity() * (1 - deck.conventions.sizing.buffer);
  const changes: { asset: HostedAsset; wanted: number; change: number }[] = [];
  const aim = (asset: HostedAsset, weight: number): void => {
    const { price } = asset;
    const priced = price === price;
    const wanted = weight === 0 || !priced ? 0 : asset.quantityWorth(weight * equity, price);
    // Of a large universe most is neither held nor wanted.
    if (asset.isAt(wanted)) return;
    changes.push({ asset, wanted, change: priced ? (wanted - asset.position.quantity) * price : 0 });
  };
  if (weights instanceof Map) {
    for (const [asset, weight] of weights as ReadonlyMap<Asset, number>) aim(ownAsset(assets, asset), weight);
  } else {
    for (const [symbol, weight] of Object.entries(weights)) aim(findAsset(assets, symbol), weight);
  }
  changes.sort((a, b) => a.change - b.change);
  for (const { asset, wanted } of changes) asset.targetQuantity(wanted, reason);
}

function ownAsset(assets: readonly HostedAsset[], asset: Asset): HostedAsset {
  if (asset instanceof HostedAsset && assets[asset.index] === asset) return asset;
  return findAsset(assets, asset.symbol);
}

function ownPackage(combo: ComboView): Package {
  assert(combo instanceof Package, 'a package that this deck gave out');
  return combo;
}

function ownOrder(order: OrderView): Order {
  assert(order instanceof Order, 'an order that this deck gave out');
  return order;
}
