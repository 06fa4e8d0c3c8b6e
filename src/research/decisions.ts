/**
 * What a strategy decided, read from the journal: the orders it asked for, what it changed and canceled, its notes.
 */
import type { Deck } from '../engine/deck.ts';
import type { Entry } from '../engine/journal/journal.ts';

export interface Decision {
  /** An Instant. */
  readonly at: number;
  readonly kind: 'submitted' | 'refused' | 'updated' | 'canceled' | 'note';
  /** Empty where the decision is about no instrument. */
  readonly symbol: string;
  /** Signed, in whole units of the instrument. */
  readonly quantity: number;
  /** Limit or stop; NaN where there is none. */
  readonly price: number;
  /** The strategy's reason, or why it was refused. */
  readonly text: string;
}

const DECIDED: ReadonlySet<string> = new Set(['submitted', 'refused', 'updated', 'note']);

/** Returns the decisions of a deck that has played, in order. What the venue did by itself is none. */
export function decisionsOf(deck: Deck): Decision[] {
  const symbols = deck.tape.instruments.map(({ symbol }) => symbol);
  const decisions: Decision[] = [];
  for (const entry of deck.journal.entries()) if (isDecision(entry)) decisions.push(decisionOf(entry, symbols));
  return decisions;
}

/** One decision as a person reads it. */
export function describeDecision({ kind, symbol, quantity, price, text }: Decision): string {
  const what = quantity === 0 ? symbol : `${quantity > 0 ? 'buy' : 'sell'} ${Math.abs(quantity)} ${symbol}`;
  const at = Number.isNaN(price) ? '' : ` at ${price}`;
  return `${kind} ${what}${at}${text === '' ? '' : ` (${text})`}`.replace(/ +/g, ' ');
}

/** Whether two decisions are the same to the last digit. */
export function sameDecision(a: Decision, b: Decision): boolean {
  return (
    a.at === b.at &&
    a.kind === b.kind &&
    a.symbol === b.symbol &&
    Object.is(a.quantity, b.quantity) &&
    Object.is(a.price, b.price) &&
    a.text === b.text
  );
}

function isDecision({ kind, text }: Entry): boolean {
  return DECIDED.has(kind) || (kind === 'canceled' && text === 'strategy');
}

function decisionOf({ at, kind, instrument, quantity, price, text }: Entry, symbols: readonly string[]): Decision {
  // `isDecision` lets only these kinds through.
  return { at, kind: kind as Decision['kind'], symbol: symbols[instrument] ?? '', quantity, price, text };
}
