/**
 * What an error on a stream of prices means: that it never will be, that another connection may be better, or nothing.
 *
 * The vendor's library tells the text of an error and not its number, so the table has both. What is not in it is a network's
 * word, or one that is new: then another connection is tried.
 * Source: docs.alpaca.markets, streaming market data, errors.
 */

/** `again` ends with a new connection; `harmless` leaves the one that is there as it is. */
export type StreamError = 'locked' | 'again' | 'harmless';

interface ErrorRow {
  readonly code: number;
  readonly text: string;
  readonly means: StreamError;
}

export const STREAM_ERRORS: readonly ErrorRow[] = [
  // What it does not understand it would not understand the next time either.
  { code: 400, text: 'invalid syntax', means: 'locked' },
  // Something was said before the keys were taken: a matter of order, not of keys.
  { code: 401, text: 'not authenticated', means: 'again' },
  { code: 402, text: 'auth failed', means: 'locked' },
  { code: 403, text: 'already authenticated', means: 'harmless' },
  // The keys came too late, as on a machine that was busy or asleep: nothing is wrong with them.
  { code: 404, text: 'auth timeout', means: 'again' },
  { code: 405, text: 'symbol limit exceeded', means: 'locked' },
  { code: 406, text: 'connection limit exceeded', means: 'locked' },
  { code: 407, text: 'slow client', means: 'again' },
  { code: 408, text: 'v2 not enabled', means: 'locked' },
  { code: 409, text: 'insufficient subscription', means: 'locked' },
  { code: 410, text: 'invalid subscribe action', means: 'locked' },
  { code: 500, text: 'internal error', means: 'again' },
];

/**
 * What the text of an error means. `hasListened` says that this stream has listened before: then a connection too many is its
 * own, which broke and still counts at the vendor's, and stands in the way of the one that takes its place.
 */
export function meaningOf(text: string, hasListened: boolean): StreamError {
  const row = STREAM_ERRORS.find((each) => text.includes(each.text));
  if (row === undefined || (row.code === 406 && hasListened)) return 'again';
  return row.means;
}
