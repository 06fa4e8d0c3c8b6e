/**
 * The vendor's error codes by what they mean for an order or for the connection. A code that is in no list proves nothing.
 *
 * Source: the vendor's list of message codes, as `docs/guide/brokers.md` names those that are acted upon.
 */

/** The order is refused: it never worked, or will not work on. */
const REFUSALS: ReadonlySet<number> = new Set([
  110, 200, 201, 203, 321, 322, 382, 383, 387, 388, 391, 434, 435, 451, 460, 10_043, 10_243, 10_318,
]);
/** A change was refused; the order works on as it was. */
const CHANGE_REFUSALS: ReadonlySet<number> = new Set([104, 105]);
/** There is nothing that could be canceled. */
const CANCEL_REFUSALS: ReadonlySet<number> = new Set([135, 161, 10_147, 10_148]);
/** The order works otherwise than it was asked for, or waits for shares to borrow: a person should know. */
const CHANGED_THERE: ReadonlySet<number> = new Set([404, 10_349]);

export type OrderNews =
  | 'refused'
  | 'change-refused'
  | 'cancel-refused'
  | 'canceled'
  | 'duplicate'
  | 'note'
  | 'note-for-people'
  | 'unknown';

/** What an error that names an order says of it. */
export function orderNews(code: number): OrderNews {
  if (code === 202) return 'canceled';
  if (code === 103) return 'duplicate';
  if (REFUSALS.has(code)) return 'refused';
  if (CHANGE_REFUSALS.has(code)) return 'change-refused';
  if (CANCEL_REFUSALS.has(code)) return 'cancel-refused';
  if (CHANGED_THERE.has(code)) return 'note-for-people';
  // Waiting for the open, and what is told for information.
  if (code === 399 || (code >= 2100 && code < 2200)) return 'note';
  return 'unknown';
}

/** What a message says of the farms that make prices and history: broken, well again, or nothing. */
export function farmNews(
  code: number,
): { readonly farm: 'prices' | 'history'; readonly isBroken: boolean } | undefined {
  switch (code) {
    case 2103:
    case 2104:
      return { farm: 'prices', isBroken: code === 2103 };
    case 2105:
    case 2106:
      return { farm: 'history', isBroken: code === 2105 };
    default:
      return undefined;
  }
}

/** What a message about a line of prices says of it: that they are late, that there will be none, or nothing for good. */
export function lineNews(code: number): 'late' | 'none' | 'broken' {
  if (code === 10_167) return 'late';
  return [101, 200, 354, 10_089, 10_090, 10_168, 10_186, 10_190, 10_197].includes(code) ? 'none' : 'broken';
}

export type LinkNews = 'lost' | 'back' | 'back-without-data' | 'locked' | 'too-fast' | 'garbled' | 'none';

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
    // It listens at another port from now on, which only a person can say.
    case 1300:
    // The library is too new or too old for it.
    case 503:
    case 506:
      return 'locked';
    case 100:
      return 'too-fast';
    // What came could not be read: nobody knows what was missed.
    case 505:
    case 507:
    case 508:
      return 'garbled';
    default:
      return 'none';
  }
}

/**
 * What a person can do about a refusal that comes from the settings of the workstation or the account, and not from the order;
 * undefined where it is the order's.
 */
export function hintOf(code: number, text: string): string | undefined {
  if (code === 321 && /read.?only/i.test(text)) {
    return 'the workstation takes no orders from programs: switch off "Read-Only API" (Configure, API, Settings)';
  }
  if (code === 460)
    return 'the account may not trade this: ask for the permission (Client Portal, Settings, Trading Permissions)';
  if (code === 200) return 'look at the symbol, of a future at its month too: contracts in US dollars only';
  if (code === 435) return 'the user has several accounts: name one, broker.account';
  if ([382, 383, 388, 451].includes(code)) {
    return 'a precaution of the workstation refuses the order: raise the limit of its preset, or bypass order precautions for API orders (Configure, API, Precautions)';
  }
  if ([354, 10_089, 10_090, 10_168, 10_186].includes(code)) {
    return 'prices of this are not paid for: subscribe to them for this user (Client Portal, Settings, Market Data Subscriptions), and share them with the test account';
  }
  if (code === 10_197)
    return 'somebody is logged in elsewhere with the same user, and the prices are there: log out there, or take a second user';
  if (code === 326) return 'another program has this client number: end it, or say another one, broker.clientId';
  return undefined;
}
