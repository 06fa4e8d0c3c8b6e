/**
 * The numbers of the TWS API's messages, the version that this server speaks, and how values become tokens.
 *
 * One version is spoken and no other: 178, the newest before messages about orders began to grow with every release.
 */

/** Version that the server names when a client proposes a range that has it. */
export const SERVER_VERSION = 178;

/** What clients send, by number. */
export const FROM_CLIENT = {
  1: 'reqMktData',
  2: 'cancelMktData',
  3: 'placeOrder',
  4: 'cancelOrder',
  5: 'reqOpenOrders',
  6: 'reqAccountUpdates',
  7: 'reqExecutions',
  8: 'reqIds',
  9: 'reqContractDetails',
  16: 'reqAllOpenOrders',
  17: 'reqManagedAccts',
  20: 'reqHistoricalData',
  21: 'exerciseOptions',
  25: 'cancelHistoricalData',
  49: 'reqCurrentTime',
  58: 'reqGlobalCancel',
  59: 'reqMarketDataType',
  61: 'reqPositions',
  62: 'reqAccountSummary',
  63: 'cancelAccountSummary',
  64: 'cancelPositions',
  71: 'startApi',
  78: 'reqSecDefOptParams',
  91: 'reqMarketRule',
  99: 'reqCompletedOrders',
} as const;

export type Request = (typeof FROM_CLIENT)[keyof typeof FROM_CLIENT];

/** What the server sends, by name. */
export const TO_CLIENT = {
  tickPrice: 1,
  tickSize: 2,
  orderStatus: 3,
  error: 4,
  openOrder: 5,
  accountValue: 6,
  portfolio: 7,
  accountTime: 8,
  nextValidId: 9,
  contractDetails: 10,
  execution: 11,
  managedAccounts: 15,
  historicalData: 17,
  tickOption: 21,
  tickGeneric: 45,
  currentTime: 49,
  contractDetailsEnd: 52,
  openOrderEnd: 53,
  accountDownloadEnd: 54,
  executionEnd: 55,
  tickSnapshotEnd: 57,
  marketDataType: 58,
  commission: 59,
  position: 61,
  positionEnd: 62,
  accountSummary: 63,
  accountSummaryEnd: 64,
  optionParameters: 75,
  optionParametersEnd: 76,
  marketRule: 93,
  completedOrder: 101,
  completedOrdersEnd: 102,
} as const;

export type Message = keyof typeof TO_CLIENT;
/** A value of a message; `undefined` and '' are the same empty token, which stands for "not set". */
export type Token = string | number | boolean | undefined;

/** Returns a value as it stands in a message. */
export function tokenText(value: Token): string {
  if (value === undefined) return '';
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}

/** Reads a number of a message; `undefined` where it is not set. */
export function readNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  // The library of other languages writes the largest number that there is for "not set".
  return Number.isFinite(value) && value !== Number.MAX_VALUE ? value : undefined;
}
