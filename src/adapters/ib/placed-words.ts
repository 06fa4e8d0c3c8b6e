/**
 * Orders as the vendor's books have them, in the words in which they were placed: for changing them, and for seeing that a
 * change is in force.
 */
import type { Order } from '@stoqey/ib';
import { GUARANTEED } from './packages.ts';
import type { OrderWords } from './words.ts';

/** Whether a status says that the vendor has the order: what is only on its way there may yet vanish. */
export function isTaken(status: string): boolean {
  return ['PreSubmitted', 'Submitted', 'Filled', 'PendingCancel', 'Cancelled', 'ApiCancelled'].includes(status);
}

/** The library's enums are the texts that stand in the words. */
export function orderOf(words: OrderWords): Order {
  return words as Order;
}

/** The words of an order that an earlier process placed. */
export function wordsOf(order: Order): OrderWords {
  const { action, totalQuantity = 0, orderType, tif, orderRef = '', account = '' } = order;
  const { lmtPrice, auxPrice, trailingPercent, lmtPriceOffset, goodTillDate, smartComboRoutingParams } = order;
  const { ocaGroup = '', ocaType, parentId = 0 } = order;
  return {
    action: String(action) === 'SELL' ? 'SELL' : 'BUY',
    totalQuantity,
    orderType: String(orderType),
    tif: String(tif ?? 'DAY'),
    orderRef,
    account,
    transmit: true,
    ...(lmtPrice === undefined ? {} : { lmtPrice }),
    ...(auxPrice === undefined ? {} : { auxPrice }),
    ...(trailingPercent === undefined ? {} : { trailingPercent }),
    ...(lmtPriceOffset === undefined ? {} : { lmtPriceOffset }),
    ...(smartComboRoutingParams === undefined ? {} : { smartComboRoutingParams: GUARANTEED }),
    ...(goodTillDate === undefined || goodTillDate === '' ? {} : { goodTillDate }),
    ...(ocaGroup === '' ? {} : { ocaGroup, ocaType: Number(ocaType ?? 2) }),
    ...(parentId === 0 ? {} : { parentId }),
  };
}

export function isInForce(asked: OrderWords, order: Order): boolean {
  const isSame = (ours: number | undefined, theirs: number | undefined): boolean =>
    ours === undefined || Math.abs(ours - (theirs ?? Number.NaN)) < 1e-9;
  return (
    isSame(asked.totalQuantity, order.totalQuantity) &&
    isSame(asked.lmtPrice, order.lmtPrice) &&
    isSame(asked.auxPrice, order.auxPrice)
  );
}

const WITH_LIMIT: ReadonlySet<string> = new Set(['LMT', 'STP LMT', 'LIT', 'LOC']);
const WITH_STOP: ReadonlySet<string> = new Set(['STP', 'STP LMT', 'MIT', 'LIT']);

/** The prices that an order waits for, by its type; those that it makes itself, as a trailing stop, are not told. */
export function pricesOf({ orderType, lmtPrice, auxPrice }: Order): { limit?: number; stop?: number } {
  const type = String(orderType);
  return {
    ...(WITH_LIMIT.has(type) && lmtPrice !== undefined ? { limit: lmtPrice } : {}),
    ...(WITH_STOP.has(type) && auxPrice !== undefined ? { stop: auxPrice } : {}),
  };
}
