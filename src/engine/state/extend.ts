/**
 * A saved state for a later tape with more on it: contracts are listed every day, and what is held keeps its place.
 */
import type { PlainNumber } from './numbers.ts';
import { PRICES, type DeckState } from './state.ts';

/** What a market has before it saw anything, where that is not NaN. */
const UNSEEN: Partial<Record<(typeof PRICES)[number], PlainNumber>> = {
  bidSize: 0,
  askSize: 0,
  volumeFrom: 'Infinity',
  dayVolume: 0,
};

/** Returns the state with instruments that are new after those that it knows; nothing was seen of them yet. */
export function extendState(state: DeckState, symbols: readonly string[]): DeckState {
  const known = new Set(state.instruments.map(({ symbol }) => symbol));
  const added = symbols.filter((symbol) => !known.has(symbol));
  if (added.length === 0) return state;
  const unseen = PRICES.map((field) => UNSEEN[field] ?? 'NaN');
  const fresh = added.map((symbol) => ({
    symbol,
    name: symbol,
    mark: 'NaN' as const,
    prices: unseen,
    isDelisted: false,
    isMember: true,
  }));
  return { ...state, instruments: [...state.instruments, ...fresh] };
}
