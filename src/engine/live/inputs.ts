/**
 * Everything that can reach a live session from outside, in one closed union: the tape of a session is these in order.
 *
 * An input is plain data with the instant at which the session took it. Whatever happens in a session follows from its
 * inputs alone, so writing them down is writing down the session.
 */
import type { CorporateAction } from '../../market/actions.ts';
import type { ChangeableLimit } from '../limits/changing.ts';
import type { BrokerReport } from './broker/reports.ts';
import type { BrokerRequest } from './broker/requests.ts';

/** A quote; `null` where a side is missing. Sizes in units of the instrument. */
export type QuoteRow = readonly [
  'quote',
  symbol: string,
  bid: number | null,
  ask: number | null,
  bidSize: number,
  askSize: number,
];
export type TradeRow = readonly ['trade', symbol: string, price: number, size: number];
/** A complete bar; it is known at the instant of the input, which is its end or later. */
export type BarRow = readonly [
  'bar',
  symbol: string,
  timeFrame: string,
  openTime: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];
export type MarketRow = QuoteRow | TradeRow | BarRow;

/** A trade that the exchange corrected: what it was, and what it is; a price of `null` where it was taken back. */
export type CorrectionRow = readonly [
  'correction',
  symbol: string,
  price: number,
  size: number,
  newPrice: number | null,
  newSize: number,
];
/** What was told before, as it is now: a bar again with trades that came late, or a trade that was corrected. */
export type AmendedRow = BarRow | CorrectionRow;

/** The process began, for the first time or again. */
export interface StartInput {
  readonly kind: 'start';
  readonly at: number;
  /** Whose process it is; left out where the same one begins again after a hole. */
  readonly by?: string;
}

/** What the market did at one instant. */
export interface MarketInput {
  readonly kind: 'market';
  readonly at: number;
  readonly rows: readonly MarketRow[];
}

export interface ActionInput {
  readonly kind: 'action';
  readonly at: number;
  readonly action: CorporateAction;
}

/** The exchange stops or resumes trading in a symbol: a halt, a limit-up limit-down pause. */
export interface StatusInput {
  readonly kind: 'status';
  readonly at: number;
  readonly symbol: string;
  readonly state: 'halted' | 'trading';
  readonly reason: string;
}

/** What was told and taken is otherwise: decisions stand, what comes after sees it as it is. */
export interface AmendInput {
  readonly kind: 'amend';
  readonly at: number;
  readonly row: AmendedRow;
}

/** Between which prices an exchange lets a symbol trade from now on: limit up, limit down; 0 where there is none. */
export interface BandInput {
  readonly kind: 'band';
  readonly at: number;
  readonly symbol: string;
  readonly up: number;
  readonly down: number;
}

export interface ReportInput {
  readonly kind: 'report';
  readonly at: number;
  readonly report: BrokerReport;
}

/** Time passed. */
export interface TickInput {
  readonly kind: 'tick';
  readonly at: number;
}

export type Command =
  | { readonly do: 'pause' | 'resume'; readonly strategy: number }
  | { readonly do: 'reduce' | 'halt' | 'kill' | 'clear' | 'reconcile' }
  | { readonly do: 'cancel'; readonly order: number | 'all' }
  | { readonly do: 'limit'; readonly limit: ChangeableLimit; readonly value: number }
  | { readonly do: 'note' }
  | { readonly do: 'acknowledge'; readonly alert: number | 'all' }
  /** `flatten-halted` closes though the account is stopped, and leaves it stopped. */
  | { readonly do: 'flatten' | 'flatten-halted'; readonly symbol: string | 'all' }
  | { readonly do: 'freeze' | 'unfreeze' | 'exercise' | 'do-not-exercise'; readonly symbol: string };

/** What a person told the session. */
export interface CommandInput {
  readonly kind: 'command';
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  /** Under which it was asked for: the same again is not obeyed again. */
  readonly id?: string;
  readonly command: Command;
}

/** What a strategy in a process of its own answered to something that it was told: see `door/tell.ts`. */
export interface AskedInput {
  readonly kind: 'asked';
  readonly at: number;
  /** Whose process it came from: the number of its door. */
  readonly strategy: number;
  /** The number of what it answers, `Tell.seq`; what is not above the last that was taken is not taken again. */
  readonly seq: number;
  /** When what it answers was told, an Instant: from then on what it decided ages. */
  readonly decidedAt: number;
  readonly requests: readonly BrokerRequest[];
  /** When its next timer is due, an Instant; null where none is, left out where that is as it was. */
  readonly wakes?: number | null;
  /** What it noted, in words; left out where it noted nothing. */
  readonly notes?: readonly string[];
}

/** The session is over: nothing follows. */
export interface StopInput {
  readonly kind: 'stop';
  readonly at: number;
  readonly reason: string;
}

export type Input =
  | StopInput
  | StartInput
  | MarketInput
  | ActionInput
  | StatusInput
  | AmendInput
  | BandInput
  | ReportInput
  | TickInput
  | CommandInput
  | AskedInput;
