/**
 * Our orders in the vendor's words. What it has no word for, or what was never tried, is refused here, before anything is
 * sent: nothing is sent as something else.
 */
import { parseFuture } from '../../market/future-symbol.ts';
import { parseOcc } from '../../options/occ.ts';
import { formatInstant } from '../../time/instant.ts';
import type { LegRequest, SubmitRequest } from '../../engine/live/index.ts';
import { GUARANTEED } from './packages.ts';

/** The fields of the library's order that are set here; its enums are these texts. */
export interface OrderWords {
  readonly action: 'BUY' | 'SELL' | 'EXERCISE';
  readonly totalQuantity: number;
  readonly orderType: string;
  readonly tif: string;
  /** Our own id: the only thing that comes back from the vendor's books with an order. */
  readonly orderRef: string;
  readonly account: string;
  /** Whether it leaves the workstation at once; an entry waits there for the last of its children. */
  readonly transmit: boolean;
  readonly parentId?: number;
  /** Orders of one group: a fill of one ends the others, or makes them smaller. */
  readonly ocaGroup?: string;
  readonly ocaType?: number;
  readonly lmtPrice?: number;
  /** Stop price, price of a touch, or trailing amount. */
  readonly auxPrice?: number;
  readonly trailingPercent?: number;
  /** Of a trailing stop: how far its limit is from it. */
  readonly lmtPriceOffset?: number;
  /** Of a package: whether its legs must fill together. */
  readonly smartComboRoutingParams?: typeof GUARANTEED;
  readonly goodTillDate?: string;
}

const TYPES: Readonly<Partial<Record<SubmitRequest['type'], string>>> = {
  market: 'MKT',
  limit: 'LMT',
  stop: 'STP',
  'stop-limit': 'STP LMT',
  'trailing-stop': 'TRAIL',
  'trailing-stop-limit': 'TRAIL LIMIT',
  'market-if-touched': 'MIT',
  'limit-if-touched': 'LIT',
  'market-on-open': 'MKT',
  'limit-on-open': 'LMT',
  'market-on-close': 'MOC',
  'limit-on-close': 'LOC',
};

/** Returns the order, or why there is none. */
export function wordsFor(request: SubmitRequest, account: string): OrderWords | { readonly unsupported: string } {
  const { type, timeInForce, side, quantity, limit, stop, trail, trailIsFraction, clientId, goodTill } = request;
  const { limitOffset, legs } = request;
  const orderType = TYPES[type];
  const unfit = legs === undefined ? undefined : unfitPackage(request, legs);
  if (unfit !== undefined) return { unsupported: unfit };
  if (orderType === undefined) return { unsupported: `${type} orders are not sent to this broker` };
  const totalQuantity = Number(quantity);
  if (!Number.isInteger(totalQuantity)) {
    return { unsupported: `this broker takes whole shares and contracts by its interface, was ${quantity}` };
  }
  const auction = type.endsWith('on-open') ? 'OPG' : type.endsWith('on-close') ? 'DAY' : undefined;
  return {
    action: side > 0 ? 'BUY' : 'SELL',
    totalQuantity,
    orderType,
    tif: auction ?? timeInForce,
    orderRef: clientId,
    account,
    transmit: true,
    ...(limit === undefined ? {} : { lmtPrice: Number(limit) }),
    ...(stop === undefined ? {} : { auxPrice: Number(stop) }),
    ...(trail === undefined ? {} : trailWords(Number(trail), trailIsFraction === true)),
    ...(limitOffset === undefined ? {} : { lmtPriceOffset: Number(limitOffset) }),
    ...(legs === undefined ? {} : { smartComboRoutingParams: GUARANTEED }),
    ...(goodTill === undefined ? {} : { goodTillDate: utcText(goodTill) }),
  };
}

/** Why a package cannot be sent. */
function unfitPackage({ timeInForce }: SubmitRequest, legs: readonly LegRequest[]): string | undefined {
  const kinds = new Set(legs.map(({ symbol }) => kindOf(symbol)));
  if (kinds.has('shares') && kinds.size === 1) {
    return 'a package of shares alone is not sent to this broker: it fills such packages leg by leg only, so that one of them may be left';
  }
  if (isMixed(legs)) {
    const unfit = unfitShares(legs);
    if (unfit !== undefined) return unfit;
  } else if (kinds.size > 1) return 'a package of futures and options is not sent to this broker';
  const common = legs.map(({ ratio }) => ratio).reduce(divisor);
  if (common !== 1) return `this broker takes proportions in lowest terms, all here are multiples of ${common}`;
  if (timeInForce === 'IOC' || timeInForce === 'FOK') return `packages are not sent to this broker as ${timeInForce}`;
  return undefined;
}

/** Whether a package is of shares and options, as a buy-write or a collar is. */
export function isMixed(legs: readonly LegRequest[]): boolean {
  const kinds = new Set(legs.map(({ symbol }) => kindOf(symbol)));
  return kinds.size === 2 && kinds.has('shares') && kinds.has('options');
}

/** Why options and shares cannot be sent together: their net price is sure for a hundred shares of one underlying only. */
function unfitShares(legs: readonly LegRequest[]): string | undefined {
  const shares = legs.filter(({ symbol }) => kindOf(symbol) === 'shares');
  if (shares.length !== 1 || shares[0].ratio !== 100) {
    const had = shares.map(({ symbol, ratio }) => `${ratio} ${symbol}`).join(' and ');
    return `a package of shares and options has 100 shares of one symbol here, because only then its net price is sure, had ${had}`;
  }
  const [{ symbol }] = shares;
  const other = legs.find((leg) => {
    const occ = parseOcc(leg.symbol);
    return occ.ok && occ.root !== symbol;
  });
  return other === undefined
    ? undefined
    : `a package of shares and options has options on its own shares here, ${other.symbol} is not on ${symbol}`;
}

function kindOf(symbol: string): 'shares' | 'options' | 'futures' {
  if (parseOcc(symbol).ok) return 'options';
  return parseFuture(symbol) === undefined ? 'shares' : 'futures';
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function trailWords(trail: number, isFraction: boolean): { trailingPercent: number } | { auxPrice: number } {
  // A fraction times a hundred has digits that nobody meant.
  return isFraction ? { trailingPercent: Number((trail * 100).toFixed(6)) } : { auxPrice: trail };
}

/** `20261118-15:30:00`, UTC: the form in which no time zone is guessed. */
export function utcText(at: number): string {
  const text = formatInstant(Math.floor(at / 1_000_000) * 1_000_000);
  return `${text.slice(0, 10).replaceAll('-', '')}-${text.slice(11, 19)}`;
}
