/**
 * Orders as they stand in messages: read from what a client places, written into what it is told.
 *
 * Most of the hundred fields belong to kinds of orders that this server does not take; they are written as not set.
 */
import { readContract, type ContractQuery } from './contract-book.ts';
import { takePackage, type PlacedPackage } from './packages.ts';
import { readNumber, type Token } from './protocol.ts';

/** What a client asks for, in its own words. */
export interface PlacedOrder {
  readonly orderId: number;
  readonly contract: ContractQuery;
  /** Of a package, its legs. */
  readonly pack: PlacedPackage | undefined;
  readonly action: string;
  readonly quantity: number | undefined;
  readonly type: string;
  readonly limit: number | undefined;
  /** Stop price, price of a touch, or trailing amount. */
  readonly aux: number | undefined;
  readonly tif: string;
  readonly account: string;
  readonly orderRef: string;
  readonly transmit: boolean;
  readonly parentId: number;
  readonly outsideRth: boolean;
  readonly goodTillDate: string;
  readonly trailStop: number | undefined;
  readonly trailPercent: number | undefined;
  /** How far the limit of a trailing stop is from it. */
  readonly limitOffset: number | undefined;
  /** Orders of one group: a fill of one ends the others (type 1) or makes them smaller (2, 3). */
  readonly ocaGroup: string;
  readonly ocaType: number;
  readonly whatIf: boolean;
}

/** Where a package has its legs among the fields of its order. */
const PACKAGE_AT = 35;

/** Reads the message that places or changes an order. */
export function readPlacedOrder(message: readonly string[]): PlacedOrder {
  const contract = readContract(message, 2);
  const { pack, rest: fields } =
    contract.secType === 'BAG' ? takePackage(message, PACKAGE_AT) : { pack: undefined, rest: message };
  const number = (index: number): number | undefined => readNumber(fields[index]);
  const text = (index: number): string => fields[index] ?? '';
  return {
    orderId: number(1) ?? 0,
    contract,
    pack,
    action: text(16),
    quantity: number(17),
    type: text(18),
    limit: number(19),
    aux: number(20),
    tif: text(21) === '' ? 'DAY' : text(21),
    account: text(23),
    orderRef: text(26),
    // A client that says nothing of it means that the order is to be sent.
    transmit: text(27) !== '0',
    parentId: number(28) ?? 0,
    outsideRth: text(33) === '1',
    goodTillDate: text(38),
    trailStop: number(68),
    trailPercent: number(69),
    limitOffset: number(92),
    ocaGroup: text(22),
    ocaType: number(46) ?? 3,
    whatIf: text(84) === '1',
  };
}

/** What is told of an order beside what was asked for. */
export interface OrderFacts {
  readonly contract: readonly Token[];
  /** Legs, their prices and routing. */
  readonly pack: readonly Token[];
  readonly words: PlacedOrder;
  /** In shares or contracts, as it is now. */
  readonly quantity: number;
  readonly limit: number | undefined;
  readonly aux: number | undefined;
  readonly clientId: number;
  readonly permId: number;
  readonly status: string;
  readonly filled: number;
  readonly warning: string;
  /** Of a what-if: initial and maintenance margin before and after, equity, and the commission. */
  readonly margin?: readonly number[];
  readonly completedAt?: string;
  readonly completedStatus?: string;
}

/** Values that belong together. */
const row = (...values: readonly Token[]): readonly Token[] => values;
const none = (count: number): readonly Token[] => Array.from({ length: count }, () => '');

/** The fields from action to order reference, with which both messages begin. */
function terms({ words, quantity, limit, aux }: OrderFacts): readonly Token[] {
  const { action, type, tif, account, orderRef, ocaGroup } = words;
  return [action, quantity, type, limit, aux, tif, ocaGroup, account, '', 0, orderRef];
}

/** Fields of an order that is open, after its contract. */
export function openOrderFields(facts: OrderFacts): readonly Token[] {
  const { words, clientId, permId, contract, pack, status, margin = none(6), warning } = facts;
  const [initBefore, maintBefore, equity, initAfter, maintAfter, commission] = margin;
  const change = (after: Token, before: Token): Token =>
    typeof after === 'number' && typeof before === 'number' ? after - before : '';
  return [
    words.orderId,
    ...contract,
    ...terms(facts),
    clientId,
    permId,
    words.outsideRth,
    0, // hidden
    0, // discretionary amount
    '', // good after time
    '', // shares allocation
    ...none(3), // groups of advisers
    '', // model
    words.goodTillDate,
    ...none(3), // rule 80A, percent offset, settling firm
    0, // short sale slot
    '',
    -1, // exempt code
    0, // auction strategy
    ...none(6), // box and pegged orders, display size
    ...row(0, 0, 0), // block, sweep, all or none
    '', // minimum quantity
    words.ocaType,
    ...row(0, 0), // electronic trade only, firm quote only
    '', // NBBO cap
    words.parentId,
    0, // trigger method
    ...row('', 0, '', '', 0, 0), // volatility orders
    words.trailStop,
    words.trailPercent,
    ...none(2), // basis points
    ...pack,
    ...none(3), // scale orders
    '', // hedge
    0, // opt out of smart routing
    ...none(2), // clearing
    0, // not held
    0, // delta neutral
    '', // algorithm
    0, // solicited
    words.whatIf,
    status,
    ...row(initBefore, maintBefore, equity),
    change(initAfter, initBefore),
    change(maintAfter, maintBefore),
    margin.length > 0 && typeof initAfter === 'number' ? 0 : '',
    ...row(initAfter, maintAfter, equity),
    ...row(commission, '', ''),
    'USD',
    warning,
    ...row(0, 0), // randomized
    0, // conditions
    ...row('', '', '', words.limitOffset, '', '', '', 0), // adjusted orders
    ...none(3), // soft dollars
    0, // cash quantity
    ...row(0, 0, 0, 0), // price for hedge, container, discretionary, price management
    '', // duration
    '', // post to ATS
    0, // cancels with its parent
    ...none(5), // pegged to best or middle
  ];
}

/** Fields of an order that has ended, contract included. */
export function completedOrderFields(facts: OrderFacts): readonly Token[] {
  const { words, permId, contract, pack, status, filled, completedAt = '', completedStatus = '' } = facts;
  return [
    ...contract,
    ...terms(facts),
    permId,
    words.outsideRth,
    ...row(0, 0, ''), // hidden, discretionary amount, good after time
    ...none(3), // groups of advisers
    '', // model
    words.goodTillDate,
    ...none(3),
    ...row(0, '', -1), // short sale
    ...none(6),
    ...row(0, 0, ''), // sweep, all or none, minimum quantity
    ...row(words.ocaType, 0), // trigger method
    ...row('', 0, '', '', 0, 0), // volatility orders
    words.trailStop,
    words.trailPercent,
    ...pack,
    ...none(3),
    '', // hedge
    ...none(2), // clearing
    ...row(0, 0, '', 0), // not held, delta neutral, algorithm, solicited
    status,
    ...row(0, 0),
    0, // conditions
    ...none(2), // trailing
    ...row(0, 0, 0), // cash quantity, price for hedge, container
    '', // canceled by itself on
    filled,
    ...row(0, 0, '', 0, 0), // futures, parent, shareholder, imbalance, routing
    0, // parent's permanent id
    completedAt,
    completedStatus,
    ...none(5), // pegged to best or middle
  ];
}
