/**
 * Cboe's public files: chains of delayed quotes, and the history of its indices.
 */
export { CBOE_CHAIN, fetchCboeChain, parseCboeChain, type CboeChain } from './chain.ts';
export { fetchCboeHistory, type CboeHistoryRequest } from './history.ts';
export { getCboe, type CboeOptions } from './http.ts';
