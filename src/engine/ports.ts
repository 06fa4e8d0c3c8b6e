/**
 * The ports of the engine: what it asks of the world, as small interfaces that others plug in.
 */
import type { CorporateAction } from '../market/actions.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Approved, Refusal } from './gate/gate.ts';
import type { Journal } from './journal/journal.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Order, OrderIntent, Side } from './orders/order.ts';
import type { Package } from './orders/package.ts';
import type { Conventions } from './sim/conventions.ts';
import type { Market } from './sim/market.ts';
import type { Settlement } from './sim/settlement.ts';
import type { VenueListener, WorkingOrders } from './sim/working-orders.ts';
import type { Wakes } from './play/wakes.ts';

/** Where approved orders go. A simulated venue answers at once; a broker answers later, through the tape. */
export interface Venue {
  /** Takes only what the risk gate approved. */
  send(order: Approved): void;
  cancel(order: Order, code: string): void;
  /** Changes price or quantity; returns a code when the order can no longer be changed. */
  update(order: Order, change: OrderChange): string | undefined;
}

/**
 * A venue as a deck plays it: it keeps the markets, sees each event before strategies do, and tells of fills through
 * its listener. A simulated venue fills orders from the events it sees; a broker's venue only looks at prices, and
 * fills when the broker says so.
 */
export interface DeckVenue extends Venue {
  /** Whether it is a broker's, where nothing is sure before it is told. */
  readonly isBroker?: boolean;
  readonly markets: readonly Market[];
  /** What works there. */
  readonly orders: WorkingOrders;
  /** Where proceeds of sales wait; undefined where they can be spent at once. */
  readonly settlement: Settlement | undefined;
  /** By instrument: points of price that slippage took, times units; left out where nobody can know. */
  readonly slippage?: Float64Array;
  /** The venue's clock; the deck sets it before strategies act. */
  setNow(now: number): void;
  /** A complete bar; called only when the market has working orders. */
  onBar(
    market: Market,
    openAt: number,
    at: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    first: boolean,
    last: boolean,
  ): void;
  /** A new quote, which the market has already. */
  onQuote(market: Market, at: number): void;
  onTrade(market: Market, at: number, price: number, size: number): void;
  /** The close of a session that is quoted. */
  onClose(market: Market, at: number): void;
  /**
   * Whether a corporate action moves our books now; left out where it always does. A broker that pays the dividend
   * itself, or has booked the split already, says no.
   */
  books?(action: CorporateAction, instrument: number): boolean;
  /** Ends working orders of a market, of one strategy or of all. */
  clear(market: Market, code: string, strategy?: number): void;
  /**
   * Fills at a price outside of matching, where the venue can: at the end of a tape, by a liquidation, by an assignment.
   * `isFree` charges no fee.
   */
  forceFill(order: Approved, price: number, at: number, isFree?: boolean): void;
  /** Takes what the desk closes itself, whatever its strategies want; left out where that goes like any other. */
  sendForced?(order: Approved): void;
  /** What orders get that no strategy sends; left out by a venue whose broker closes what margin no longer backs. */
  readonly forcedOrders?: ForcedOrders;
  /** The limit that an order may get by a change that is on its way, NaN for none; left out where changes are at once. */
  pendingLimit?(order: Order): number;
  /** Why contracts cannot be exercised there; left out where nothing can, and by a venue that settles them itself. */
  refusesExercise?(intent: OrderIntent): Refusal | undefined;
  /** Takes a package whose legs were approved; left out by venues that take none. */
  sendPackage?(pack: Package): void;
  /** Changes the net price of a package; returns a code when it can no longer be changed. */
  updatePackage?(pack: Package, limit: number): string | undefined;
  /** Packages that wait there for the prices of all their legs. */
  readonly packages?: {
    readonly waiting: readonly Package[];
    /** All data of an instant is in. */
    match(at: number): void;
    /** Ends every package with a leg in one of these instruments. */
    clear(instruments: ReadonlySet<number>, code: string, at: number): void;
    /** Takes back packages that were working when a run was saved; their legs are there. */
    resume(packs: readonly Package[]): void;
  };
  /** Takes back orders that were working when a run was saved; `all` are these and what they are tied to. */
  resume(orders: readonly Order[], sequence: number, now: number, all: readonly Order[]): void;
}

/** The market as an order finds it that closes what margin no longer backs. Quantities are units of the instrument. */
export interface ForcedOrders {
  /**
   * What a market order of `quantity` units would get now, slippage included, NaN where nobody trades: the far side of
   * the quote, or the last price.
   */
  price(market: Market, side: Side, quantity: number): number;
  /** What that would cost, in the instrument's currency. */
  fee(market: Market, side: Side, quantity: number, price: number): number;
  /** How much the venue's volume model lets it take now at that price; 0 where nothing is left. */
  room(market: Market, side: Side): number;
  /** It took so much. */
  took(market: Market, side: Side, quantity: number): void;
}

/** What a deck hands to whoever makes its venue. */
export interface VenueParts {
  readonly instruments: readonly Instrument[];
  readonly conventions: Conventions;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly listener: VenueListener;
  readonly hours: readonly MarketHours[];
  /** Timers of the deck: deadlines of a venue are kept with them, so that a replay meets them again. */
  readonly wakes: Wakes;
}

export interface OrderChange {
  readonly quantity?: number;
  readonly limit?: number;
  readonly stop?: number;
}

/** When an instrument trades. Instants are microseconds since 1970. */
export interface MarketHours {
  isOpen(at: number): boolean;
  /** The close of the session that contains `at`, or of the next one. */
  closeAfter(at: number): number;
  /** The open of the first session that opens at or after `at`. */
  openAfter(at: number): number;
  /** Whether the market trades at `at`, before the open and after the close included; left out where it has no such hours. */
  isExtended?(at: number): boolean;
  /** The hours between the auctions, where these are others. */
  readonly regular?: MarketHours;
}

/** A market that never closes: for tapes without a calendar. Its days end at midnight UTC. */
export const alwaysOpen: MarketHours = {
  isOpen: () => true,
  // What ends at midnight ends its day.
  closeAfter: (at) => Math.ceil(at / 86_400_000_000) * 86_400_000_000,
  openAfter: (at) => at,
};
