/**
 * What the adapters of price sources on the web share: what they say of themselves, what they are asked, and how.
 */
export { tapeOfRows, type PriceRow } from './bars.ts';
export { ask, type Question, type Reading, type Reply, type WebOptions } from './request.ts';
export type { PriceRequest, SourceTerms } from './source.ts';
