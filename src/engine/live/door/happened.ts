/**
 * What has happened to the orders and positions of one strategy, as a broker tells it.
 *
 * It is read from the deck's journal, where everything that moved stands once, with the strategy whose it was: so nothing
 * is told that did not happen, and nothing of another strategy.
 */
import type { Deck } from '../../deck.ts';
import type { Refusal } from '../../gate/gate.ts';
import type { Entry } from '../../journal/journal.ts';
import { FINAL_STATES } from '../../orders/order-state.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { Activity, BrokerReport, Fill, OrderSnapshot, Snapshot } from '../broker/reports.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import { restoreLinks, saveLinks, type SavedDoor } from './saved-doors.ts';
import { snapshotOf, type Link, type ToldFill } from './links.ts';

const ENDED = { canceled: 'canceled', expired: 'expired', rejected: 'rejected' } as const;

export class Happened {
  readonly links = new Map<string, Link>();
  /** Those that are to be changed. */
  readonly changing = new Set<Link>();
  private readonly ofOrder = new Map<number, Link>();
  private readonly strategy: number;
  private readonly deck: Deck;
  private readonly reports: BrokerReport[];
  /** A fill that was taken back, until it is known whether another took its place. */
  private busted: { readonly link: Link; readonly id: string } | undefined = undefined;
  /** Those whose order has not ended, as far as was told. */
  private readonly open = new Set<Link>();
  /** Bookings that were told. */
  private bookings = 0;
  /** Money that moved without a fill, in base currency. */
  private moved = 0;

  constructor(strategy: number, { deck }: { readonly deck: Deck }, reports: BrokerReport[]) {
    this.strategy = strategy;
    this.deck = deck;
    this.reports = reports;
  }

  add(link: Link): void {
    this.links.set(link.clientId, link);
    if (link.orderId === 0) return;
    this.ofOrder.set(link.orderId, link);
    // Of one that ended in a session before its end was told.
    if (link.order !== undefined && link.last === undefined) this.open.add(link);
    for (const leg of link.pack?.legs ?? []) this.ofOrder.set(leg.id, link);
  }

  save(at: number): SavedDoor {
    const { strategy, bookings, moved } = this;
    return { strategy, links: saveLinks(this.links.values(), this.deck, at), bookings, moved };
  }

  restore({ links, bookings, moved }: SavedDoor, venue: BrokerVenue | undefined): void {
    for (const link of restoreLinks(links, this.deck, venue)) this.add(link);
    this.bookings = bookings;
    this.moved = moved;
  }

  /** Why the newest intent was refused, by the entries from a row on. */
  refusalSince(from: number): Refusal {
    const { journal } = this.deck;
    for (let row = journal.length - 1; row >= from; row--) {
      const { kind, text } = journal.entry(row);
      if (kind !== 'refused') continue;
      const colon = text.indexOf(': ');
      return { code: text.slice(0, colon), message: text.slice(colon + 2) };
    }
    return { code: 'desk.refused', message: 'nothing says why' };
  }

  /** One entry of the journal that names the strategy. */
  read(entry: Entry): void {
    const { kind } = entry;
    if (kind === 'filled') this.filled(entry);
    else {
      this.flush();
      switch (kind) {
        case 'canceled':
        case 'expired':
        case 'rejected':
          this.ended(entry, ENDED[kind]);
          return;
        case 'triggered':
        case 'updated':
          this.updated(entry);
          return;
        case 'cash':
          this.cash(entry);
          return;
        case 'split':
          this.split(entry);
          return;
        case 'exercised':
        case 'assigned':
        case 'lapsed':
        case 'settled':
          this.contract(entry, kind);
          return;
        default:
      }
    }
  }

  /** Nothing of this input follows: what was taken back stays so. */
  settle(at: number): void {
    this.flush();
    // Who has asked for more meanwhile, or for what the desk cut, does not know by its fills alone that an order is full.
    for (const link of this.open) {
      if (isLive(link.order!)) continue;
      this.open.delete(link);
      if (link.order!.status === 'filled') this.reports.push(snapshotOf(link, this.deck.markets, at)!);
    }
  }

  private flush(): void {
    const { busted } = this;
    if (busted === undefined) return;
    this.busted = undefined;
    this.reports.push({ kind: 'bust', executionId: busted.id });
  }

  /** Account, positions and orders as they are the strategy's. */
  snapshot(at: number): Snapshot {
    const { ledger, markets } = this.deck;
    this.deck.sync();
    this.settle(at);
    const positions = [];
    let equity = ledger.startingCash + this.moved;
    let invested = 0;
    for (const position of ledger.positions[this.strategy]) {
      const { instrument, quantity, quantityUnits, averagePrice } = position;
      const rate = ledger.rates[ledger.currencyOf[instrument]];
      const decimals = ledger.cashDecimals;
      equity += (position.realized.toNumber(decimals) - position.fees.toNumber(decimals)) * rate;
      if (quantityUnits === 0) continue;
      const market = markets[instrument];
      positions.push({ symbol: market.symbol, quantity, averagePrice });
      const mark = ledger.marks[instrument];
      if (mark === mark) equity += (mark - averagePrice) * quantity * market.instrument.multiplier * rate;
      if (mark === mark) invested += ledger.positionValue(position);
    }
    const orders: OrderSnapshot[] = [];
    for (const link of this.links.values()) {
      if (link.order === undefined || FINAL_STATES.has(link.order.status)) continue;
      const seen = snapshotOf(link, markets, at);
      if (seen !== undefined) orders.push(seen);
    }
    const cash = equity - invested;
    const account = { number: `strategy-${this.strategy}`, cash, equity, buyingPower: cash, isBlocked: false };
    return { kind: 'snapshot', happened: [], account, positions, orders };
  }

  private filled(entry: Entry): void {
    const { order: id, instrument, quantity, price, amount, text } = entry;
    const link = this.ofOrder.get(id) ?? this.madeByDesk(id);
    link.touchedAt = entry.at;
    const { order } = link;
    const side = quantity > 0 ? 1 : -1;
    const units = Math.abs(quantity);
    const { reason } = link;
    // What the desk has done itself it undoes by another trade.
    if (text.startsWith('bust ') && reason === undefined) {
      this.flush();
      this.takeBack(link, units, price, entry);
      return;
    }
    const { busted } = this;
    const executionId = `${id}-${++link.count}`;
    const { symbol, scale } = this.deck.markets[instrument];
    const fill: Fill = {
      kind: 'fill',
      clientId: link.clientId,
      brokerId: String(id),
      executionId,
      symbol,
      side,
      quantity: units / scale,
      price,
      fee: amount,
    };
    link.fills.push({ id: executionId, units, price });
    if (busted !== undefined && text.startsWith('corrects ') && busted.link === link) {
      this.busted = undefined;
      this.reports.push({ kind: 'bust', executionId: busted.id, by: fill });
      return;
    }
    this.flush();
    // How much a share of the account buys is known from here on.
    if (order !== undefined && order.fraction === order.fraction && link.count === 1) this.show(link, entry.at);
    this.reports.push(reason === undefined ? fill : { ...fill, reason });
  }

  /** Of several fills of an order the one that is meant has its size and its price. */
  private takeBack(link: Link, units: number, price: number, entry: Entry): void {
    const told = link.fills.findLast((each) => each.units === units && each.price === price);
    if (told !== undefined) {
      link.fills = link.fills.filter((each) => each !== told);
      this.busted = { link, id: told.id };
      return;
    }
    // Only a part of one was taken back, or parts of several: what is left of each takes its place.
    let left = units;
    for (const each of link.fills.toReversed()) {
      if (left === 0) break;
      const taken = Math.min(left, each.units);
      left -= taken;
      link.fills = link.fills.filter((other) => other !== each);
      if (taken === each.units) this.reports.push({ kind: 'bust', executionId: each.id });
      else this.reports.push({ kind: 'bust', executionId: each.id, by: this.rest(link, each, taken, entry) });
    }
  }

  private rest(link: Link, told: ToldFill, taken: number, { order, instrument, quantity }: Entry): Fill {
    const { symbol, scale } = this.deck.markets[instrument];
    const units = told.units - taken;
    const id = `${order}-${++link.count}`;
    link.fills.push({ id, units, price: told.price });
    const { clientId } = link;
    // What is taken back moves the other way.
    const side = quantity > 0 ? -1 : 1;
    const common = { kind: 'fill', clientId, brokerId: String(order), executionId: id, symbol, side, fee: 0 } as const;
    return { ...common, quantity: units / scale, price: told.price };
  }

  private ended({ order: id, text, at }: Entry, kind: 'canceled' | 'expired' | 'rejected'): void {
    const link = this.ofOrder.get(id);
    // What ends one leg of a package ends all, and is told once.
    if (link === undefined || link.orderId !== id) return;
    link.touchedAt = at;
    this.reports.push({ kind, clientId: link.clientId, brokerId: String(id), reason: text });
  }

  /** The desk, or the broker behind it, has changed an order. */
  private updated({ order: id, at }: Entry): void {
    const link = this.ofOrder.get(id);
    if (link === undefined || this.changing.has(link) || link.change !== undefined) return;
    this.show(link, at);
  }

  /** Its terms, while it worked: of what filled, and how it ended, the entries that follow tell. */
  private show(link: Link, at: number): void {
    const seen = snapshotOf(link, this.deck.markets, at);
    if (seen !== undefined) this.reports.push({ ...seen, status: 'working', filled: 0, averagePrice: 0 });
  }

  private cash({ at, instrument, quantity, price, amount, text }: Entry): void {
    const { ledger } = this.deck;
    this.moved += amount * (instrument < 0 ? 1 : ledger.rates[ledger.currencyOf[instrument]]);
    const kind = text === 'dividend' ? 'dividend' : INTEREST.has(text) ? 'interest' : 'fee';
    const units = instrument < 0 ? 0 : quantity / this.deck.markets[instrument].scale;
    this.book(kind, text, instrument, { quantity: units, price: price === price ? price : 0, money: amount }, at);
  }

  private split({ at, instrument, quantity, price, amount, balance }: Entry): void {
    const { scale } = this.deck.markets[instrument];
    const { ledger } = this.deck;
    this.moved += amount * ledger.rates[ledger.currencyOf[instrument]];
    const added = (balance - quantity) / scale;
    this.book('split', 'split', instrument, { quantity: added, price: 0, money: amount, ratio: price }, at);
  }

  private contract(entry: Entry, kind: 'exercised' | 'assigned' | 'lapsed' | 'settled'): void {
    const { at, order, instrument, quantity, price, amount, balance, text } = entry;
    const strike = this.deck.ledger.options?.of(instrument).strike ?? 0;
    const told = { kind, quantity, price, amount, strike, shares: balance, reason: text, time: at, order };
    const activity = kind === 'assigned' ? 'assignment' : kind === 'exercised' ? 'exercise' : 'expiry';
    const { ledger } = this.deck;
    // What a contract was settled or sold for is in its fill; beside a delivery fractions of shares are paid.
    const money = kind === 'exercised' || kind === 'assigned' ? amount : 0;
    this.moved += money * ledger.rates[ledger.currencyOf[instrument]];
    this.book(activity, kind, instrument, { quantity, price: 0, money, contract: told }, at);
  }

  private book(
    activity: Activity['activity'],
    name: string,
    instrument: number,
    what: Pick<Activity, 'quantity' | 'price' | 'money' | 'ratio' | 'contract'>,
    at: number,
  ): void {
    const id = `${this.strategy}-${at}-${++this.bookings}`;
    const symbol = instrument < 0 ? '' : this.deck.markets[instrument].symbol;
    this.reports.push({ kind: 'activity', id, activity, name, symbol, ...what });
  }

  /** An order that nobody behind the door asked for: the desk has closed something, or a contract has come to its end. */
  private madeByDesk(id: number): Link {
    const reason = this.reasonOf(id);
    const link: Link = {
      clientId: `desk-${id}`,
      body: '',
      answers: [],
      orderId: id,
      fills: [],
      count: 0,
      touchedAt: this.deck.at,
      reason,
    };
    this.links.set(link.clientId, link);
    this.ofOrder.set(id, link);
    return link;
  }

  private reasonOf(id: number): string {
    const { journal } = this.deck;
    for (let row = journal.length - 1; row >= 0; row--) {
      const entry = journal.entry(row);
      if (entry.kind === 'submitted' && entry.order === id) return entry.text;
    }
    return '';
  }
}

const INTEREST: ReadonlySet<string> = new Set(['interest', 'debit interest', 'borrow fee']);
