/**
 * What passes between a session and a strategy that lives in a process of its own: the session tells it inputs, and it
 * answers with requests, as a desk asks a broker.
 */
import type { BrokerRequest } from '../broker/requests.ts';
import type { Input } from '../inputs.ts';

/** A door of a session: behind it lives one of its strategies. */
export interface DoorOptions {
  /** Its number on the deck; its definition there is `doorStrategy(…)`. */
  readonly strategy: number;
  /** Microseconds after its decision during which a request of it may become an order. */
  readonly decisionLifeUs: number;
}

/**
 * What a strategy behind a door is to be told, as an input of its own session. It follows from the session's inputs, so
 * that a session that is recovered tells the same again.
 */
export interface Tell {
  readonly strategy: number;
  /** Counted from 1 for each door, in the order in which they are told. */
  readonly seq: number;
  readonly input: Input;
}

/** What a strategy answers to something that it was told. */
export interface Answer {
  /** What it asks for, in order. */
  readonly requests: readonly BrokerRequest[];
  /** When its next timer is due, an Instant; null where none is. */
  readonly wakes: number | null;
  /** What it noted, and what its own gate refused, in words. */
  readonly notes: readonly string[];
}
