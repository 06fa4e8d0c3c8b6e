/**
 * What the vendor's words for the state of a symbol mean: whether it trades.
 *
 * Codes are those of the tapes, letters of tape C, digits of tapes A and B. What says neither (an indication, quotes that
 * begin again before trading does, a short sale restriction, a band) changes nothing.
 * Source: docs.alpaca.markets, real-time stock data, trading status.
 */

const HALTED: ReadonlySet<string> = new Set(['H', 'P', '2']);
const TRADING: ReadonlySet<string> = new Set(['T', '3']);

export interface StatusWords {
  readonly statusCode?: string;
  readonly statusMessage?: string;
  readonly reasonCode?: string;
  readonly reasonMessage?: string;
}

/** Returns whether a symbol trades from here on, with the vendor's words for why; `undefined` where they say neither. */
export function tradingOf(
  words: StatusWords,
): { readonly state: 'halted' | 'trading'; readonly reason: string } | undefined {
  const { statusCode = '', statusMessage, reasonCode, reasonMessage } = words;
  const state = HALTED.has(statusCode) ? 'halted' : TRADING.has(statusCode) ? 'trading' : undefined;
  if (state === undefined) return undefined;
  const parts = [statusMessage ?? statusCode, reasonCode, reasonMessage];
  return { state, reason: parts.filter((part) => part !== undefined && part !== '').join(', ') };
}
