/**
 * What moves money and positions without an order, in the books of a live session: assignments, exercises, expiries,
 * dividends, interest, fees, splits. Each leads to the entries that a backtest of the same would have, and counts once.
 *
 * The broker's word is booked where it is understood to the last share and cent: an assignment together with the shares
 * that it moved, a split together with the ratio that was announced. Anything else is raised, its symbol is frozen, and
 * nothing is booked: the difference that remains shows when the books are compared.
 */
import type { CorporateAction } from '../../../market/actions.ts';
import { formatDay } from '../../../time/civil.ts';
import { DAY } from '../../../time/instant.ts';
import type { Deck } from '../../deck.ts';
import { ENTRY } from '../../journal/journal.ts';
import type { Contract } from '../../options/book.ts';
import { Settling } from '../../options/settling.ts';
import type { Position } from '../../ledger/position.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import { Holders } from './holders.ts';
import { LACKING, whatOf, type Unplaced } from './unplaced.ts';
import { SplitNews, type SavedSplit } from './split-news.ts';
import type { Activity, Fill } from '../broker/reports.ts';
import type { TradingStates } from '../trading-state.ts';

/** What a session that goes on from another must know of activities. */
export interface SavedActivities {
  readonly seen: readonly (readonly [id: string, at: number])[];
  /** When the broker's books were last read whole, an Instant; null before the first time. */
  readonly readAt: number | null;
  readonly halves: readonly Activity[];
  readonly splits: readonly SavedSplit[];
  /** What our books could not place yet; left out where there is nothing. */
  readonly unplaced?: readonly Unplaced[];
}

/** How far back the broker is asked each time: a booking may be dated days before it shows. */
const OVERLAP_US = 5 * DAY;
/** After this an id cannot come again: nothing asks that far back. */
const REMEMBERED_US = 60 * DAY;

export class Activities {
  /** Activities that were told more than once. */
  duplicates = 0;
  private readonly deck: Deck;
  private readonly venue: BrokerVenue;
  private readonly states: TradingStates;
  private readonly settling: Settling;
  private readonly splits: SplitNews;
  private readonly whose: Holders;
  private readonly seen = new Map<string, number>();
  /** One of two that belong together, by their group. */
  private readonly halves = new Map<string, Activity>();
  private unplaced: Unplaced[] = [];
  private readAt = Number.NaN;

  constructor(deck: Deck, venue: BrokerVenue, states: TradingStates, saved?: SavedActivities) {
    this.deck = deck;
    this.venue = venue;
    this.states = states;
    this.settling = new Settling(deck);
    this.whose = new Holders(deck, venue);
    this.splits = new SplitNews(deck, saved?.splits ?? []);
    // What a desk tells is never history: it tells everything from the beginning, once.
    if (venue.options.isDesk === true) this.readAt = 0;
    if (saved === undefined) return;
    for (const [id, at] of saved.seen) this.seen.set(id, at);
    for (const half of saved.halves) this.halves.set(half.group ?? half.id, half);
    this.unplaced = (saved.unplaced ?? []).map((each) => ({ ...each }));
    this.readAt = saved.readAt ?? Number.NaN;
  }

  save(at: number): SavedActivities {
    return {
      seen: [...this.seen].filter(([, seenAt]) => seenAt >= at - REMEMBERED_US),
      readAt: this.hasBegun ? this.readAt : null,
      halves: [...this.halves.values()],
      splits: this.splits.save(at),
      ...(this.unplaced.length === 0 ? {} : { unplaced: this.unplaced }),
    };
  }

  /** From when on the broker must tell, an Instant; undefined before anything was ever read. */
  get since(): number | undefined {
    return this.hasBegun ? this.readAt - OVERLAP_US : undefined;
  }

  /** One thing that the broker booked. What it tells before its books were read for the first time is history. */
  take(activity: Activity, at: number): void {
    if (!this.isNew(activity.id, at) || !this.hasBegun) return;
    this.book(activity, at);
  }

  /**
   * The broker's books were read whole: what our books could not place is tried again, for fills that came since; what does not
   * fit even now, or still waits for its other half, is not understood.
   */
  read(at: number): void {
    this.readAt = at;
    const { unplaced } = this;
    this.unplaced = [];
    for (const each of unplaced) this.place(each, at);
    for (const each of this.unplaced) {
      if (each.isRaised) continue;
      each.isRaised = true;
      this.misunderstood(each.option, this.lacking(each.option), at);
    }
    for (const half of this.halves.values()) this.misunderstood(half, 'the other half of it is missing', at);
  }

  /**
   * A fill of an order that is not ours. A broker that closes, on their last day, contracts that the account could not
   * pay for, closes them for who holds them; anything else is somebody's hand, belongs to no strategy, and stops new
   * orders until a person has looked.
   */
  external(fill: Fill, at: number): void {
    if (!this.isNew(`fill ${fill.executionId}`, at) || !this.hasBegun) return;
    const { symbol, quantity, side, price, fee, clientId, reason } = fill;
    const instrument = this.whose.instrumentOf(symbol);
    if (this.venue.options.isDesk === true && instrument >= 0) {
      // What the desk does for its strategy it has done.
      this.deck.orders.force(0, instrument, side, quantity, price, reason ?? '', at, true);
      if (fee !== 0) this.cash(-fee, instrument, 0, 'fee', 'fee', at);
      return;
    }
    const contract = this.deck.ledger.options?.contracts[instrument];
    if (contract !== undefined && this.isLastDay(contract, at)) {
      const shares = this.whose.shareOut(instrument, quantity, -side);
      if (shares !== undefined) {
        const reason = 'closed by the broker before expiry';
        for (const [{ strategy }, part] of shares) {
          this.deck.orders.force(strategy, instrument, side, part, price, reason, at, true);
        }
        if (fee !== 0) this.cash(-fee, instrument, shares[0][0].strategy, 'fee', 'fee', at);
        this.venue.alerts.raise('position.liquidated', `${symbol}: ${quantity} ${reason} at ${price}`, at);
        return;
      }
    }
    const moved = `${symbol}: ${side * quantity} at ${price} by ${clientId}, which is not ours`;
    this.venue.alerts.raise('order.external', moved, at);
    const { account } = this.states;
    if (account !== 'halted' && account !== 'killed') this.states.set('halted', `somebody trades: ${moved}`, at);
  }

  /** Whether a corporate action moves our books, see `DeckVenue.books`. */
  books(action: CorporateAction, instrument: number): boolean {
    const { at } = action;
    switch (action.kind) {
      // Who pays is the broker: it is booked when it has paid.
      case 'dividend':
        return false;
      case 'split':
        return this.splits.announced(instrument, action.ratio, at);
      case 'symbol-change':
        return true;
      case 'delisting':
        this.freeze(instrument, 'delisted: what becomes of it the broker says', at);
        return false;
    }
  }

  private get hasBegun(): boolean {
    return this.readAt === this.readAt;
  }

  private isNew(id: string, at: number): boolean {
    if (this.seen.has(id)) {
      this.duplicates++;
      return false;
    }
    this.seen.set(id, at);
    return true;
  }

  private book(activity: Activity, at: number): void {
    const { symbol, money, group, contract } = activity;
    const instrument = symbol === '' ? -1 : this.whose.instrumentOf(symbol);
    if (contract !== undefined) {
      if (money !== 0) this.deck.ledger.move(this.deck.ledger.currencyOf[instrument], money, 'other');
      this.deck.endings.tell(instrument, 0, contract);
      return;
    }
    switch (activity.activity) {
      case 'assignment':
      case 'exercise':
      case 'delivery': {
        const other = group === undefined ? undefined : this.halves.get(group);
        if (other === undefined) {
          this.halves.set(group ?? activity.id, activity);
          return;
        }
        this.halves.delete(group!);
        const [option, delivery] = activity.activity === 'delivery' ? [other, activity] : [activity, other];
        this.place({ option, delivery, isRaised: false }, at);
        return;
      }
      case 'expiry':
        this.place({ option: activity, isRaised: false }, at);
        return;
      case 'dividend':
        this.dividend(activity, instrument, at);
        return;
      case 'interest':
        this.cash(
          money,
          instrument,
          this.whose.holderOf(instrument),
          'interest',
          money < 0 ? 'debit interest' : 'interest',
          at,
        );
        return;
      case 'fee':
        this.cash(money, instrument, this.whose.holderOf(instrument), 'fee', `fee ${activity.name}`, at);
        return;
      case 'split': {
        const wrong = instrument < 0 ? 'it is not on this deck' : this.splits.booked(instrument, activity, at);
        if (typeof wrong === 'string') this.misunderstood(activity, wrong, at);
        else if (wrong !== 0)
          this.cash(wrong, instrument, this.whose.holderOf(instrument), 'other', 'fraction of a share', at);
        return;
      }
      case 'rename':
        // Announced before: then it trades under that name here already.
        if (instrument < 0) this.misunderstood(activity, 'nobody announced the name', at);
        return;
      case 'transfer': {
        // Money that somebody brings or takes is the account's, and no result of this deck.
        const text = `${activity.name} of ${money}: not this deck's`;
        this.deck.journal.write(ENTRY.note, at, 0, -1, 0, 0, Number.NaN, 0, 0, text);
        return;
      }
      case 'other':
        this.misunderstood(activity, 'it has no meaning here', at);
    }
  }

  /** Books what ends contracts, or keeps it until the books are read, where ours have too few of them. */
  private place(each: Unplaced, at: number): void {
    const { option, delivery, isRaised } = each;
    const wrong = delivery === undefined ? this.expired(option, at) : this.delivered(option, delivery, at);
    if (wrong === LACKING) this.unplaced.push(each);
    else if (wrong !== undefined) this.misunderstood(option, wrong, at);
    else if (isRaised) this.understood(option, at);
  }

  private lacking({ symbol }: Activity): string {
    return `our books have ${this.deck.ledger.netQuantity(this.whose.instrumentOf(symbol))}`;
  }

  /** Contracts and the shares that they moved; returns what does not fit. */
  private delivered(option: Activity, delivery: Activity, at: number): string | undefined {
    const { ledger } = this.deck;
    const contract = ledger.options?.contracts[this.whose.instrumentOf(option.symbol)];
    if (contract === undefined) return 'it is no option of this deck';
    const { underlying, terms, strike, multiplier, shares, instrument } = contract;
    const isAssigned = option.activity === 'assignment';
    const contracts = Math.abs(option.quantity);
    const side = (terms.right === 'call') === isAssigned ? -1 : 1;
    const each = (strike * multiplier) / shares;
    if (this.whose.instrumentOf(delivery.symbol) !== underlying) return `it moved ${delivery.symbol}`;
    if (!isNear(delivery.quantity, side * contracts * shares)) {
      return `it moved ${delivery.quantity} shares, by its terms ${side * contracts * shares}`;
    }
    if (Math.abs(delivery.price - each) > 0.005) return `it moved shares at ${delivery.price}, its strike is ${each}`;
    const parts = this.whose.shareOut(instrument, contracts, isAssigned ? -1 : 1);
    if (parts === undefined) return LACKING;
    this.stopAtEnd(contract, at);
    const when = this.isLastDay(contract, at) ? ' at expiry' : ' early';
    const mark = ledger.marks[underlying];
    const price = mark === mark ? mark : strike;
    for (const [position, part] of parts) {
      if (isAssigned) this.settling.assign(contract, position, part, price, `assigned${when}`, at);
      else this.exercised(contract, position, part, price, `exercised${when}`, at);
    }
    // What the broker took besides the strike is its fee.
    const fee = Math.round((delivery.money + option.money + delivery.quantity * each) * 1e6) / 1e6;
    if (fee !== 0) this.cash(fee, underlying, parts[0][0].strategy, 'fee', `fee ${option.name}`, at);
    return undefined;
  }

  /** By our order where there is one: it is filled by what it delivered. */
  private exercised(
    contract: Contract,
    position: Position,
    part: number,
    price: number,
    reason: string,
    at: number,
  ): void {
    const { instrument } = contract;
    const order = this.venue.exercises.of(instrument, position.strategy);
    if (order === undefined) {
      this.settling.exerciseHeld(contract, position, part, price, reason, at);
      return;
    }
    order.units = Math.round(part * this.deck.ledger.units[instrument].quantityScale);
    this.settling.exercised(contract, order, at, (worth) => this.venue.settle(order, worth, at));
  }

  private expired({ quantity, symbol }: Activity, at: number): string | undefined {
    const { ledger } = this.deck;
    const instrument = this.whose.instrumentOf(symbol);
    const contract = ledger.options?.contracts[instrument];
    if (contract === undefined) return 'it is no option of this deck';
    const parts = this.whose.shareOut(instrument, Math.abs(quantity), quantity > 0 ? -1 : 1);
    if (parts === undefined) return LACKING;
    this.stopAtEnd(contract, at);
    const mark = ledger.marks[contract.underlying];
    for (const [position, part] of parts) this.settling.lapse(contract, position, part, mark, at);
    return undefined;
  }

  /** A dividend goes to who holds, by what each holds; where nobody does any more, to who held last. */
  private dividend(activity: Activity, instrument: number, at: number): void {
    const { ledger } = this.deck;
    if (instrument < 0) {
      this.misunderstood(activity, 'it is not on this deck', at);
      return;
    }
    const { quantityScale } = ledger.units[instrument];
    const holders = this.whose.all(instrument);
    const total = holders.reduce((sum, { quantityUnits }) => sum + quantityUnits, 0);
    let left = activity.money;
    for (const [index, { strategy, quantityUnits }] of holders.entries()) {
      const isLast = index === holders.length - 1;
      // Where one holds what the other is short of, each has what a share gets.
      const own =
        total === 0 ? activity.price * (quantityUnits / quantityScale) : (activity.money * quantityUnits) / total;
      const part = isLast || own !== own ? left : Math.round(own * 100) / 100;
      left -= part;
      this.cash(part, instrument, strategy, 'dividend', 'dividend', at, quantityUnits, activity.price);
    }
    if (holders.length > 0) return;
    const units = Math.round(activity.quantity * quantityScale);
    this.cash(left, instrument, this.whose.holderOf(instrument), 'dividend', 'dividend', at, units, activity.price);
  }

  private cash(
    money: number,
    instrument: number,
    strategy: number,
    kind: 'dividend' | 'interest' | 'fee' | 'other',
    text: string,
    at: number,
    units = 0,
    price = Number.NaN,
  ): void {
    const { ledger, journal } = this.deck;
    const account = instrument < 0 ? 0 : ledger.currencyOf[instrument];
    const booked = ledger.move(account, money, kind);
    const balance = ledger.cash[account].amount;
    journal.write(ENTRY.cash, at, 0, instrument, strategy, units, price, booked, balance, text);
  }

  private isLastDay({ terms }: Contract, at: number): boolean {
    return formatDay(Math.floor(at / DAY)) >= terms.expiry;
  }

  /** What has ended takes no orders; those that work at the broker it ends itself. */
  private stopAtEnd(contract: Contract, at: number): void {
    if (!this.isLastDay(contract, at)) return;
    const { endings, markets, venue } = this.deck;
    const market = markets[contract.instrument];
    endings.refuse(contract.instrument);
    for (const order of market.working.filter(isLive)) venue.cancel(order, 'option.expired');
  }

  /** What people were told of fits now. */
  private understood(option: Activity, at: number): void {
    this.venue.alerts.settle('activity.unknown', whatOf(option), at);
    const instrument = this.whose.instrumentOf(option.symbol);
    for (const each of [instrument, this.deck.ledger.options?.contracts[instrument]?.underlying ?? instrument]) {
      if (this.states.frozenBecause(each)?.startsWith(option.name) === true) this.states.unfreeze(each, at);
    }
  }

  private misunderstood(activity: Activity, why: string, at: number): void {
    const { name, symbol } = activity;
    const what = whatOf(activity);
    this.venue.alerts.raise('activity.unknown', `${what}: ${why}`, at);
    const instrument = symbol === '' ? -1 : this.whose.instrumentOf(symbol);
    if (instrument >= 0) this.freeze(instrument, `${name}: ${why}`, at);
    const underlying = this.deck.ledger.options?.contracts[instrument]?.underlying;
    if (underlying !== undefined) this.freeze(underlying, `${name} of ${symbol}: ${why}`, at);
  }

  private freeze(instrument: number, why: string, at: number): void {
    this.states.freeze(instrument, why, at);
  }
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-6;
}
