/**
 * The vendor's error codes by what they mean for an order or for the connection. A code that is in no list proves nothing.
 *
 * Source: the vendor's list of message codes, as `docs/guide/brokers.md` names those that are acted upon.
 */

/** The order is refused: it never worked, or will not work on. */
const REFUSALS: ReadonlySet<number> = new Set([
  110, 200, 201, 203, 321, 322, 382, 383, 387, 388, 391, 434, 435, 451, 460, 10_243, 10_318,
]);
/** A change was refused; the order works on as it was. */
const CHANGE_REFUSALS: ReadonlySet<number> = new Set([104, 105]);
/** There is nothing that could be canceled. */
const CANCEL_REFUSALS: ReadonlySet<number> = new Set([135, 161, 10_147, 10_148]);

export type OrderNews = 'refused' | 'change-refused' | 'cancel-refused' | 'canceled' | 'duplicate' | 'note' | 'unknown';

/** What an error that names an order says of it. */
export function orderNews(code: number): OrderNews {
  if (code === 202) return 'canceled';
  if (code === 103) return 'duplicate';
  if (REFUSALS.has(code)) return 'refused';
  if (CHANGE_REFUSALS.has(code)) return 'change-refused';
  if (CANCEL_REFUSALS.has(code)) return 'cancel-refused';
  // Held for shares to borrow, waiting for the open, and what is told for information.
  if (code === 399 || code === 404 || (code >= 2100 && code < 2200)) return 'note';
  return 'unknown';
}

/** What a message says of the farm that makes prices: broken, well again, or nothing. */
export function farmNews(code: number): 'broken' | 'well' | 'none' {
  return code === 2103 ? 'broken' : code === 2104 ? 'well' : 'none';
}

export type LinkNews = 'lost' | 'back' | 'back-without-data' | 'locked' | 'too-fast' | 'none';

/** What a message that names no order says of the connection. */
export function linkNews(code: number): LinkNews {
  switch (code) {
    case 1100:
    case 2110:
      return 'lost';
    case 1101:
      return 'back-without-data';
    case 1102:
      return 'back';
    case 326:
      return 'locked';
    case 100:
      return 'too-fast';
    default:
      return 'none';
  }
}
