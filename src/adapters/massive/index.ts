/**
 * Massive (Polygon before): bars of US shares as tapes.
 */
export { fetchMassive, MASSIVE } from './fetch.ts';
