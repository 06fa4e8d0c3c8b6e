/**
 * What this server answers with a code instead of doing it.
 */

/** Thrown by a handler; becomes an error message with this code. It is the client's mistake, or the market's. */
export class TwsError extends Error {
  override readonly name = 'TwsError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
