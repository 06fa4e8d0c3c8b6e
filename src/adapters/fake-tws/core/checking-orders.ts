/**
 * Whether an order can be taken: its words, its contract, its prices and what the account has for it, by this broker's
 * rules.
 */
import { divide, DOLLAR, moneyOf, readUnits, SHARE, type Money } from '../../fake-broker/core/amounts.ts';
import {
  accountFigures,
  checkPrice,
  reserveMixed,
  reserveOptions,
  type LegOrder,
} from '../../fake-broker/core/funds.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import type { OrderTerms, OrderType, Side, TimeInForce } from '../../fake-broker/core/order.ts';
import { marketNet } from '../../fake-broker/core/placing.ts';
import { uuid } from '../../fake-broker/core/random-ids.ts';
import { Refusal } from '../../fake-broker/core/refusal.ts';
import { isTooLateForClose } from '../../fake-broker/core/sessions.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import type { ContractBook } from './contract-book.ts';
import type { PlacedOrder } from './order-fields.ts';
import type { ClientOrder } from './orders.ts';
import { TwsError } from './tws-error.ts';

interface Kind {
  readonly type: OrderType;
  readonly time?: TimeInForce;
  readonly isTouch?: true;
}

const TYPES: Readonly<Record<string, Kind>> = {
  MKT: { type: 'market' },
  LMT: { type: 'limit' },
  STP: { type: 'stop' },
  'STP LMT': { type: 'stop_limit' },
  TRAIL: { type: 'trailing_stop' },
  'TRAIL LIMIT': { type: 'trailing_stop' },
  MIT: { type: 'market', isTouch: true },
  LIT: { type: 'limit', isTouch: true },
  MOC: { type: 'market', time: 'cls' },
  LOC: { type: 'limit', time: 'cls' },
};
const TIMES: Readonly<Record<string, TimeInForce>> = {
  DAY: 'day',
  GTC: 'gtc',
  GTD: 'gtc',
  IOC: 'ioc',
  FOK: 'fok',
  OPG: 'opg',
};
const CENT = DOLLAR / 100;
const INSUFFICIENT = 'We are unable to accept your order. Your Available Funds are insufficient.';

export interface Checked {
  readonly terms: OrderTerms;
  /** Margin that it ties up. */
  readonly reserve: Money;
  /** Of a package. */
  readonly legs?: readonly (LegOrder & { readonly ratio: number })[];
}

export class OrderChecks {
  private readonly state: BrokerState;
  private readonly contracts: ContractBook;

  constructor(state: BrokerState, contracts: ContractBook) {
    this.state = state;
    this.contracts = contracts;
  }

  /** Returns what was asked for, or throws a `TwsError`; `changed` is the order whose place it takes. */
  check(words: PlacedOrder, changed?: ClientOrder): Checked {
    const kind = TYPES[words.type];
    const legs = words.pack === undefined ? undefined : this.legsOf(words);
    const listing = legs === undefined ? this.listingOf(words) : undefined;
    if (kind === undefined) throw new TwsError(387, 'Unsupported order type for this exchange and security type.');
    const time = TIMES[words.tif];
    if (time === undefined) throw rejected(`Invalid time in force:${words.tif}`);
    const quantity = (words.quantity ?? 0) * SHARE;
    if (!(quantity > 0)) throw new TwsError(434, 'The order size cannot be zero.');
    if (quantity % SHARE !== 0) throw new TwsError(10243, 'Fractional-sized order cannot be placed via API.');
    const terms = this.termsOf(words, listing, kind, kind.time ?? time, quantity);
    if (terms.timeInForce === 'cls' && isTooLateForClose(this.state.now)) {
      throw rejected('too late for the closing auction');
    }
    const { flags } = this.state;
    if (flags.accountBlocked || flags.tradingBlocked) throw rejected('No trading permission');
    try {
      if (legs !== undefined) return this.package(terms, legs, quantity);
      // A child only closes what its parent has opened by then.
      const isChild = words.parentId !== 0;
      return { terms, reserve: isChild ? 0n : this.reserve(terms, listing!, changed) };
    } catch (error) {
      if (error instanceof Refusal) throw rejected(error.message);
      throw error;
    }
  }

  private listingOf(words: PlacedOrder): Listing {
    const found = this.contracts.find(words.contract);
    if (found.length === 0) throw new TwsError(200, 'No security definition has been found for the request');
    if (found.length > 1) throw new TwsError(200, 'The contract description specified is ambiguous');
    return found[0];
  }

  private termsOf(
    words: PlacedOrder,
    listing: Listing | undefined,
    { type, isTouch }: Kind,
    timeInForce: TimeInForce,
    quantity: number,
  ): OrderTerms {
    if (words.action !== 'BUY' && words.action !== 'SELL') throw new TwsError(321, `Invalid action ${words.action}`);
    const needsLimit = type === 'limit' || type === 'stop_limit';
    const needsStop = type === 'stop' || type === 'stop_limit' || isTouch === true;
    const isTrailing = type === 'trailing_stop';
    const percent = isTrailing ? words.trailPercent : undefined;
    if (isTrailing && (percent === undefined) === (words.aux === undefined)) {
      throw new TwsError(321, 'A trailing order has a trailing amount or a percentage');
    }
    const tick = listing?.tick ?? CENT;
    const isNet = words.pack !== undefined;
    return {
      listing,
      side: words.action === 'BUY' ? 'buy' : 'sell',
      type,
      timeInForce,
      orderClass: isNet ? 'mleg' : '',
      quantity,
      notional: undefined,
      limit: needsLimit ? price(words.limit, tick, isNet) : undefined,
      stop: needsStop ? price(words.aux, tick) : undefined,
      trailPrice: isTrailing && percent === undefined ? price(words.aux, tick) : undefined,
      trailPercent: percent === undefined ? undefined : Math.round(percent * DOLLAR),
      extendedHours: words.outsideRth,
      intent: undefined,
      // Not unique here: a tag that comes back and nothing more.
      clientOrderId: uuid(this.state.chance.ids),
      ratio: 1,
      ...(isTouch === true ? { isTouch } : {}),
      ...(words.type === 'TRAIL LIMIT' ? { limitOffset: price(words.limitOffset, tick) } : {}),
    };
  }

  private legsOf({
    pack,
    contract,
    quantity,
    action,
  }: PlacedOrder): readonly (LegOrder & { readonly ratio: number })[] {
    const legs = pack?.legs ?? [];
    if (contract.secType !== 'BAG' || legs.length < 2) throw new TwsError(321, 'A combination needs two legs');
    return legs.map(({ conId, ratio, action: own }) => {
      const [listing] = this.contracts.find({ ...contract, conId });
      if (listing === undefined) throw new TwsError(200, 'No security definition has been found for the request');
      if (!(ratio >= 1)) throw new TwsError(321, 'Invalid leg ratio');
      const side: Side = (own === 'BUY') === (action === 'BUY') ? 'buy' : 'sell';
      return { listing, side, ratio, quantity: (quantity ?? 0) * SHARE * ratio, intent: `${side}_to_open` };
    });
  }

  /** A package is bought for its net price; one that is sold is the opposite bought. */
  private package(
    terms: OrderTerms,
    legs: readonly (LegOrder & { readonly ratio: number })[],
    quantity: number,
  ): Checked {
    if (terms.type !== 'market' && terms.type !== 'limit')
      throw new TwsError(387, 'Unsupported order type for combos.');
    if (legs.reduce((divisor, { ratio }) => gcd(divisor, ratio), 0) !== 1) {
      throw new TwsError(10349, 'Ratios of the legs must have no common factor');
    }
    const limit = terms.limit === undefined ? undefined : terms.side === 'buy' ? terms.limit : -terms.limit;
    const net = limit ?? marketNet(this.state, legs);
    const bought: OrderTerms = { ...terms, side: 'buy', limit };
    if (legs.every(({ listing }) => listing.future !== undefined)) return { terms: bought, reserve: 0n, legs };
    if (legs.some(({ listing }) => listing.option === undefined)) {
      return { terms: bought, reserve: reserveMixed(this.state, legs), legs };
    }
    return { terms: bought, reserve: reserveOptions(this.state, legs, net, quantity), legs };
  }

  /** The margin that an order ties up: of what it opens, whatever it closes before. */
  private reserve(terms: OrderTerms, listing: Listing, changed?: ClientOrder): Money {
    const { state } = this;
    const { side, quantity } = terms;
    const held = state.holdings.quantityOf(listing);
    const closing = held * (side === 'buy' ? 1 : -1) < 0 ? Math.min(Math.abs(held), quantity) : 0;
    const opening = quantity - closing;
    const at = terms.limit ?? terms.stop ?? checkPrice(state, listing, side);
    if (opening <= 0) return 0n;
    if (listing.option !== undefined) {
      const intent = `${side}_to_open` as const;
      return reserveOptions(state, [{ listing, side, quantity: opening, intent }], side === 'buy' ? at : 0, opening);
    }
    const { buyingPower, optionsBuyingPower } = accountFigures(state);
    const before = changed?.order.reserve ?? 0n;
    if (listing.future !== undefined) {
      const margin = moneyOf(listing.future.initialMargin, opening);
      if (margin > optionsBuyingPower + before) throw rejected(INSUFFICIENT);
      return margin;
    }
    if (side === 'sell' && !listing.shortable) throw rejected('no shares to short');
    const cost = moneyOf(at, opening);
    if (cost > buyingPower + before * BigInt(state.config.multiplier)) throw rejected(INSUFFICIENT);
    return divide(cost, BigInt(state.config.multiplier));
  }
}

function rejected(reason: string): TwsError {
  return new TwsError(201, `Order rejected - reason:${reason}`);
}

/** Reads a price that an order needs, on the grid of its ticks; a net price may be 0 or less. */
function price(value: number | undefined, tick: number, isNet = false): number {
  const units = value === undefined ? undefined : readUnits(value, 4);
  if (value === undefined || (value === 0 && !isNet)) throw new TwsError(321, 'The order needs a price');
  if (units === undefined || units % tick !== 0) {
    throw new TwsError(110, 'The price does not conform to the minimum price variation for this contract.');
  }
  return units;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
