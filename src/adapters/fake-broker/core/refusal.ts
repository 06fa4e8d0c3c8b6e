/**
 * The vendor's refusals: status, numeric code and message exactly as customers' programs match them.
 */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or `undefined` for an answer without a body. */
  readonly body: unknown;
}

/** Thrown by a handler; becomes an answer. It is the customer's mistake, or the market's. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, code: number | undefined, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.body = { ...more, ...(code === undefined ? {} : { code }), message };
  }
}

export function invalid(message: string): Refusal {
  return new Refusal(422, 40010001, message);
}

export function unprocessable(message: string, more?: Readonly<Record<string, unknown>>): Refusal {
  return new Refusal(422, 42210000, message, more);
}

export function forbidden(message: string, more?: Readonly<Record<string, unknown>>): Refusal {
  return new Refusal(403, 40310000, message, more);
}

export function notFound(message: string): Refusal {
  return new Refusal(404, 40410000, message);
}

export function answer(body: unknown, status = 200): Answer {
  return { status, headers: {}, body };
}
