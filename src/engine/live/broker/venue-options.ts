/**
 * How a session works at its broker: how orders are named and aged, and what that broker keeps, tells and changes.
 */
import type { ExitRules } from '../exits/exit-groups.ts';

export interface BrokerVenueOptions {
  /** What makes ids of this journal's orders unlike those of any other: the hash of its beginning. */
  readonly genesis: string;
  /** Before the id, so that a person recognises whose order it is. */
  readonly prefix: string;
  /** Microseconds after its decision during which an order may be sent. */
  readonly decisionLifeUs: number;
  /** How far the clock may be off the broker's before new orders stop, in microseconds; left out, nobody looks. */
  readonly skewMaxUs?: number;
  /** Whether the broker refuses an id that it has seen, so that sending again is safe; yes unless told. */
  readonly hasUniqueIds?: boolean;
  /** Whether the broker tells what it books without an order, as assignments; where not, its positions tell. */
  readonly tellsBookings?: boolean;
  /** Which exits the broker keeps itself; none unless told. */
  readonly exits?: ExitRules;
  /**
   * Whether an order that has filled in part is changed there, its size counted with what has filled; yes unless told. Where
   * nobody says how it counts, the order is canceled, and what is left of it is asked for anew.
   */
  readonly replacesPartFilled?: boolean;
  /** Whether the broker ends an order at the instant till which it is good; yes unless told, else the session cancels it. */
  readonly endsGoodTill?: boolean;
  /** Whether the net price of a package that works is changed there; no unless told. */
  readonly changesPackages?: boolean;
  /**
   * Whether the broker is a desk of ours: it tells all that happens, once and in order, does for us what it must, and takes
   * what only a desk understands.
   */
  readonly isDesk?: boolean;
}
