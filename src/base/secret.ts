/**
 * A key, a token, a password, an address that is one: text that shows as `***` wherever something is printed, put into a
 * template, written as JSON or inspected. Who puts it on the wire says so, with `reveal`.
 */

/** What stands in the place of a secret. */
const SHOWN = '***';

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the wire and nothing else: every call is a place to look at when keys may have leaked. */
  reveal(): string {
    return this.#text;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  /** Another secret with words before it, as a header wants them: `Bearer …`. */
  after(words: string): Secret {
    return new Secret(`${words}${this.#text}`);
  }

  /** Takes the secret out of what somebody else said, as it is and as an address would have it. */
  hiddenIn(text: string): string {
    if (this.#text === '') return text;
    return text.replaceAll(this.#text, SHOWN).replaceAll(encodeURIComponent(this.#text), SHOWN);
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.toPrimitive](): string {
    return SHOWN;
  }

  /** What Node's `inspect` asks, and with it `console.log` and the report of an error that nobody caught. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return SHOWN;
  }
}
