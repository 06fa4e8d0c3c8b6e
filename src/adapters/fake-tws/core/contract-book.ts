/**
 * What can be traded, by the numbers that clients use: a contract's id never changes and is the same in every session.
 */
import { hash32 } from '../../../base/random.ts';
import { parseDay, formatDay } from '../../../time/civil.ts';
import { formatOcc } from '../../../options/occ.ts';
import { DOLLAR } from '../../fake-broker/core/amounts.ts';
import { calendar } from '../../../time/calendars.ts';
import { formatFuture } from '../../../market/future-symbol.ts';
import type { FutureTerms, Listing } from '../../fake-broker/core/listing.ts';
import { activityPrefix, localDay } from '../../fake-broker/core/random-ids.ts';
import { currentOrNextDay } from '../../fake-broker/core/sessions.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { readNumber, type Token } from './protocol.ts';

/** A contract as a client describes it; what it leaves out matches everything. */
export interface ContractQuery {
  readonly conId: number | undefined;
  readonly symbol: string;
  readonly secType: string;
  /** `YYYYMMDD`, `YYYYMM`, or empty. */
  readonly expiry: string;
  readonly strike: number | undefined;
  readonly right: string;
  readonly currency: string;
  /** The exchange's own name of it. */
  readonly localSymbol: string;
  /** Of an option, the root of its name; of one that was adjusted it has a digit. */
  readonly tradingClass: string;
}

/** Reads the fields of a contract, which stand in the same order wherever one is sent. */
export function readContract(fields: readonly string[], from: number): ContractQuery {
  const [conId, symbol, secType, expiry, strike, right, , , , currency, localSymbol, tradingClass] = fields.slice(from);
  const id = readNumber(conId);
  return {
    conId: id === 0 ? undefined : id,
    symbol: symbol ?? '',
    secType: secType ?? '',
    expiry: expiry ?? '',
    strike: readNumber(strike) === 0 ? undefined : readNumber(strike),
    right: (right ?? '').slice(0, 1).toUpperCase(),
    currency: currency ?? '',
    localSymbol: localSymbol ?? '',
    tradingClass: tradingClass ?? '',
  };
}

export class ContractBook {
  private readonly state: BrokerState;
  private readonly byId = new Map<number, Listing>();

  constructor(state: BrokerState) {
    this.state = state;
  }

  idOf(listing: Listing): number {
    const id = hash32(`contract ${listing.id}`) >>> 1;
    this.byId.set(id, listing);
    return id;
  }

  /** Returns every contract that fits. */
  find(query: ContractQuery): readonly Listing[] {
    const { conId, symbol, secType, expiry, strike, right, currency } = query;
    if (conId !== undefined) {
      for (const listing of this.state.listings.values()) this.idOf(listing);
      const listing = this.byId.get(conId);
      return listing === undefined ? [] : [listing];
    }
    if (currency !== '' && currency !== 'USD') return [];
    if (secType === 'FUT') return this.futures(query);
    const share = this.state.listings.get(symbol);
    if (share === undefined || share.option !== undefined || share.future !== undefined) return [];
    if (secType === 'STK') return [share];
    if (secType !== 'OPT') return [];
    if (expiry.length === 8 && strike !== undefined && (right === 'C' || right === 'P')) {
      const day = `${expiry.slice(0, 4)}-${expiry.slice(4, 6)}-${expiry.slice(6)}`;
      const occ = formatOcc({ root: symbol, expiry: day, right: right === 'C' ? 'call' : 'put', strike });
      const listing = occ === undefined ? undefined : this.state.find(occ);
      const isListed =
        listing?.isActive === true && listing.option !== undefined && listing.option.expiryDay >= parseDay(day);
      const plain = isListed ? [listing] : [];
      // The same terms may be of an adjusted contract too: its class and what it delivers are others.
      const same = this.state.knownContracts(share).filter((other) => {
        const { expiryDay, strike: price, right: side } = other.option!;
        const isSame =
          expiryText(expiryDay) === expiry && price === strike * DOLLAR && side.startsWith(right.toLowerCase());
        return isSame && other !== listing && other.isActive;
      });
      return [...plain, ...same].filter((one) => isOfClass(one, query.tradingClass));
    }
    return this.state
      .chainOf(share)
      .filter(({ option }) => {
        const isOfDay = expiryText(option!.expiryDay).startsWith(expiry);
        const isOfRight = right === '' || option!.right.startsWith(right.toLowerCase());
        return isOfDay && isOfRight && (strike === undefined || option!.strike === strike * DOLLAR);
      })
      .filter((one) => one.isActive && isOfClass(one, query.tradingClass));
  }

  private futures({ symbol, expiry, localSymbol: local }: ContractQuery): readonly Listing[] {
    return [...this.state.listings.values()].filter((listing) => {
      const { future } = listing;
      if (future === undefined || future.lastDay < localDay(this.state.now)) return false;
      const isOfDay = expiryText(future.lastDay).startsWith(expiry) || monthText(future) === expiry;
      return (symbol === '' || future.root === symbol) && isOfDay && (local === '' || localName(future) === local);
    });
  }

  /** The contract as it stands in messages about orders and executions: the same ten values. */
  fields(listing: Listing): readonly Token[] {
    const { option, future, symbol } = listing;
    const id = this.idOf(listing);
    if (future !== undefined) {
      const { root, exchange, multiplier, magnifier = 1, lastDay } = future;
      const told = multiplier * magnifier;
      return [id, root, 'FUT', expiryText(lastDay), 0, '?', told, exchange, 'USD', localName(future), root];
    }
    if (option === undefined) return [id, symbol, 'STK', '', 0, '?', '', 'SMART', 'USD', symbol, 'NMS'];
    const { underlying, expiryDay, strike, right } = option;
    return [
      id,
      underlying.symbol,
      'OPT',
      expiryText(expiryDay),
      strike / DOLLAR,
      right === 'call' ? 'C' : 'P',
      100,
      'SMART',
      'USD',
      localSymbol(symbol),
      classOf(symbol),
    ];
  }

  /** Everything that is told of a contract when it is asked for. */
  details(listing: Listing): readonly Token[] {
    const { option, future, symbol, exchange, name } = listing;
    if (future !== undefined) return this.futureDetails(listing, future);
    const share = option?.underlying ?? listing;
    const expiry = option === undefined ? '' : expiryText(option.expiryDay);
    const { openAt, closeAt } = currentOrNextDay(this.state.now);
    const hours = `${hoursText(openAt)}-${hoursText(closeAt)}`;
    return [
      share.symbol,
      option === undefined ? 'STK' : 'OPT',
      expiry,
      option === undefined ? 0 : option.strike / DOLLAR,
      option === undefined ? '' : option.right === 'call' ? 'C' : 'P',
      'SMART',
      'USD',
      option === undefined ? symbol : localSymbol(symbol),
      option === undefined ? 'NMS' : classOf(symbol),
      option === undefined ? 'NMS' : classOf(symbol),
      this.idOf(listing),
      0.01,
      option === undefined ? '' : 100,
      'ACTIVETIM,DAY,GTC,GTD,IOC,LIT,LMT,LOC,MIT,MKT,MOC,OPG,STP,STPLMT,TRAIL,TRAILLMT,WHATIF',
      `SMART,${exchange === '' ? 'CBOE' : exchange}`,
      1,
      option === undefined ? 0 : this.idOf(share),
      name,
      exchange,
      expiry.slice(0, 6),
      '',
      '',
      '',
      'US/Eastern',
      hours,
      hours,
      '',
      0,
      0,
      1,
      option === undefined ? '' : share.symbol,
      option === undefined ? '' : 'STK',
      '26',
      expiry,
      option === undefined ? 'COMMON' : '',
      1,
      1,
      option === undefined ? 100 : 1,
    ];
  }

  private futureDetails(listing: Listing, future: FutureTerms): readonly Token[] {
    const { root, exchange, lastDay, multiplier, magnifier = 1, tick } = future;
    const { openAt, closeAt } = currentOrNextDay(this.state.now);
    const hours = `${hoursText(openAt)}-${hoursText(closeAt)}`;
    const market = calendar('CMES');
    const closesAt = market.nextClose(this.state.now);
    const opensAt = market.isOpen(this.state.now) ? this.state.now : market.nextOpen(this.state.now);
    const allHours = `${hoursText(opensAt)}-${hoursText(closesAt)}`;
    const last = expiryText(lastDay);
    const parts: readonly (readonly Token[])[] = [
      [root, 'FUT', last, 0, '', exchange, 'USD', localName(future), root, root, this.idOf(listing)],
      [
        tick / DOLLAR,
        multiplier * magnifier,
        'ACTIVETIM,DAY,GTC,GTD,IOC,LIT,LMT,MIT,MKT,STP,STPLMT,TRAIL,WHATIF',
        exchange,
      ],
      [magnifier, 0, listing.name, '', monthText(future), '', '', '', 'US/Eastern', allHours, hours, '', 0, 0, 1],
      [root, 'IND', tick, last, '', 1, 1, 1],
    ];
    return parts.flat();
  }
}

/** `ESZ6`: the exchange's own name has one digit of the year. */
function localName(future: FutureTerms): string {
  const name = formatFuture(future);
  return name.slice(0, -2) + name.slice(-1);
}

/** `202612`: the month of delivery. */
function monthText({ year, month }: FutureTerms): string {
  return `${year}${String(month).padStart(2, '0')}`;
}

/** `20261218` */
export function expiryText(day: number): string {
  return formatDay(day).replaceAll('-', '');
}

/** What follows the root in the name of a contract: day, right and strike. */
const TAIL = 15;

/** The root of a contract's name: `AAPL`, or `AAPL1` of one that was adjusted. */
function classOf(symbol: string): string {
  return symbol.slice(0, -TAIL);
}

function isOfClass({ symbol }: Listing, tradingClass: string): boolean {
  return tradingClass === '' || classOf(symbol) === tradingClass;
}

/** `AAPL  261218C00100000`: the root padded to six. */
function localSymbol(symbol: string): string {
  return classOf(symbol).padEnd(6) + symbol.slice(-TAIL);
}

/** `20261118:0930`, New York's clock. */
function hoursText(at: number): string {
  const text = activityPrefix(at);
  return `${text.slice(0, 8)}:${text.slice(8, 12)}`;
}
