/**
 * Alpaca, as seen from here: the way of orders to it, and its answers as typed nouns, each read from JSON with errors that
 * name field and value.
 */
export { AlpacaAccount } from './account.ts';
export type { AlpacaAccess } from './client.ts';
export * from './feed.ts';
export { AlpacaLink, type AlpacaLinkOptions } from './link.ts';
export * from './payload/account.ts';
export { type Codec, type PreciseTime, type ValueOf } from './payload/codec.ts';
export { corporateActions } from './payload/corporate-actions.ts';
export { Decimal } from './payload/decimal.ts';
export { answerOf } from './payload/endpoints.ts';
export * from './payload/market-data.ts';
export * from './payload/order.ts';
export { EXIT_RULES } from './words.ts';
