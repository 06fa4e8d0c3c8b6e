/**
 * What a desk asks of a broker. Every request is in the journal, and the journal on the disk, before it leaves.
 *
 * Quantities and prices are decimal texts: what is sent is what was decided, to the last digit.
 */
import type { OrderType, Side, TimeInForce } from '../../orders/order.ts';
import type { GroupKind } from '../exits/exit-groups.ts';

export interface SubmitRequest {
  readonly kind: 'submit';
  /** Made from the journal's beginning and the order's id, so a repeated request is recognised as the same. */
  readonly clientId: string;
  readonly order: number;
  /** How often it was asked for under this id, this time included. */
  readonly posts: number;
  readonly strategy: number;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: string;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly limit?: string;
  readonly stop?: string;
  /** Distance in money, or a fraction of the price when `trailIsFraction`. */
  readonly trail?: string;
  readonly trailIsFraction?: boolean;
  readonly limitOffset?: string;
  /** For GTD, an Instant. */
  readonly goodTill?: number;
  /** A limit that was decided before the open or after the close, of an instrument that trades then: it is for now, not for the open. */
  readonly extended?: true;
  /** Whether it may only close. */
  readonly reduceOnly: boolean;
  /** The instant after which it must not be sent any more. */
  readonly sendBy: number;
  /** Exits that the broker keeps: those of an entry, or the other one of a target. */
  readonly exits?: ExitsRequest;
  /**
   * Of a package: then `symbol` is empty, `side` 1, `quantity` counts packages, and `limit` is the net price, above 0 paid
   * and below 0 received.
   */
  readonly legs?: readonly LegRequest[];
  /** What only a desk is told: why it is wanted, and what a package is called. */
  readonly reason?: string;
  readonly name?: string;
  /** The same: a share of the free margin instead of a quantity, and whether it is cut to what can be paid for. */
  readonly fraction?: number;
  readonly affordable?: true;
}

/** Exits beside the order itself; of `oco` the target is the order. They are known there by ids of the broker's. */
export interface ExitsRequest {
  readonly kind: GroupKind;
  readonly target?: { readonly limit: string };
  readonly stop?: { readonly stop: string; readonly limit?: string };
  /** Only a desk keeps one: a distance in money, or a fraction of the price. */
  readonly trail?: { readonly trail: string; readonly isFraction: boolean };
}

/** One leg of a package. */
export interface LegRequest {
  readonly symbol: string;
  readonly side: Side;
  /** Units in one package. */
  readonly ratio: number;
  readonly isOpening: boolean;
}

export interface CancelRequest {
  readonly kind: 'cancel';
  readonly clientId: string;
  readonly order: number;
  /** The broker's own id, once it is known. */
  readonly brokerId?: string;
  /**
   * Contracts whose exercise is taken back; an instruction has no id there. With order 0 none was given, and they are not to
   * be exercised at their expiry, whatever they are worth.
   */
  readonly exercised?: string;
}

export interface ReplaceRequest {
  readonly kind: 'replace';
  readonly clientId: string;
  readonly order: number;
  readonly brokerId?: string;
  readonly quantity: string;
  readonly limit?: string;
  readonly stop?: string;
  /** The instant after which it must not be sent any more; left out where it must be sent however late it is. */
  readonly sendBy?: number;
}

/** Asks what became of an order. */
export interface LookupRequest {
  readonly kind: 'lookup';
  readonly clientId: string;
  readonly order: number;
  readonly brokerId?: string;
}

/** Asks for account, positions, open orders and what happened since: the start of a reconciliation. */
export interface SnapshotRequest {
  readonly kind: 'snapshot';
  /** From when on it must tell what happened without an order, an Instant; left out in the first session of all. */
  readonly since?: number;
  /**
   * Where the process has just begun: the broker's ids of what works, with ours. A change may have given an order an id
   * that we did not choose, by which nobody would know it again.
   */
  readonly known?: readonly (readonly [brokerId: string, clientId: string])[];
}

export type BrokerRequest = SubmitRequest | CancelRequest | ReplaceRequest | LookupRequest | SnapshotRequest;
