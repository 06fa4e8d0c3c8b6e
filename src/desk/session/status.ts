/**
 * What a person wants to know of a session at one look; the same facts for the terminal, for programs, and for pages.
 */
import type { BrokerVenue, Conductor, Difference, LiveSession, OpenAlert } from '../../engine/live/index.ts';
import type { Order } from '../../engine/orders/order.ts';
import type { LimitUse } from '../../engine/gate/gate.ts';
import type { LimitSettings } from '../../engine/limits/settings.ts';
import { isLive } from '../../engine/sim/working-orders.ts';
import { calendar } from '../../time/calendars.ts';
import type { MailboxStatus } from '../alerts/mailbox.ts';
import type { ProcessStatus } from '../sandbox/supervisor.ts';

export interface SessionStatus {
  readonly mode: string;
  readonly state: string;
  readonly reason: string;
  /** The session's time, an Instant, and the time zone of its exchange (IANA). */
  readonly at: number;
  readonly zone: string;
  readonly equity: number;
  readonly cash: number;
  readonly startingCash: number;
  /** What was earned since this session began; of a deck at a broker, since this day of it did. */
  readonly profit: number;
  readonly currency: string;
  readonly records: number;
  readonly journal: 'ok' | 'broken';
  readonly paused: Readonly<Record<string, string>>;
  readonly frozen: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly unknown: number;
  /** Value of what is held as a share of equity: long and short together, and long less short. */
  readonly exposure: { readonly gross: number; readonly net: number };
  /** When the books were last compared with the broker's, an Instant; null where there is none, or not yet. */
  readonly reconciledAt: number | null;
  /** Where our books and the broker's differed then; empty when they agree, or were never compared. */
  readonly differences: readonly Difference[];
  /** Alerts that are open, and the newest of the others, oldest first. */
  readonly alerts: readonly AlertStatus[];
  /** What only the process knows; null where it is not said. */
  readonly pricesAt: number | null;
  /** The account at the broker, by its last digits; null on paper. */
  readonly account: string | null;
  /** Where alerts go, and how that is; empty where they go nowhere. */
  readonly channels: readonly MailboxStatus[];
  /** Limits of the gate as they are in force, how much of each is used, and what is looser than the defaults. */
  readonly gate: {
    readonly limits: LimitSettings;
    readonly used: readonly LimitUse[];
    readonly loosened: readonly string[];
    readonly currency: string;
  };
  /** The process of its strategy; null where that runs in the session's own, or the session does not say. */
  readonly process: ProcessStatus | null;
  /** What has no stop at the broker now, though it is to have one, and since when; empty on paper. */
  readonly unprotected: readonly { readonly symbol: string; readonly order: number; readonly since: number }[];
  readonly positions: readonly PositionStatus[];
  readonly orders: readonly OrderStatusRow[];
  /** The newest entries of the journal, oldest first. */
  readonly recent: readonly { readonly at: number; readonly kind: string; readonly text: string }[];
}

export interface AlertStatus {
  readonly number: number;
  readonly priority: 1 | 2 | 3;
  readonly code: string;
  /** Code and message. */
  readonly text: string;
  /** When it was seen first and last, and when it was over, Instants; null while it is not. */
  readonly at: number;
  readonly lastAt: number;
  readonly overAt: number | null;
  readonly seen: number;
  readonly acknowledgedBy: string | null;
}

/** What the process around a session knows of it. */
export interface Surroundings {
  readonly pricesAt: number | null;
  readonly account: string | null;
  readonly channels: readonly MailboxStatus[];
  /** What of its limits is looser than the defaults. */
  readonly loosened: readonly string[];
  /** Left out where the strategy has no process of its own. */
  readonly process?: ProcessStatus | null;
}

export interface PositionStatus {
  readonly symbol: string;
  readonly strategy: string;
  readonly quantity: number;
  readonly averagePrice: number;
  readonly mark: number;
  readonly value: number;
  readonly profit: number;
}

export interface OrderStatusRow {
  readonly id: number;
  readonly symbol: string;
  readonly strategy: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  readonly filled: number;
  readonly type: string;
  readonly limit: number | null;
  readonly stop: number | null;
  readonly status: string;
  readonly submittedAt: number;
  readonly reason: string;
  /** Who ends the other of two exits when one fills; null where it is no exit. */
  readonly keptBy: 'broker' | 'session' | null;
  /** Whether it waits in the session, and the broker has nothing of it. */
  readonly isHeldHere: boolean;
}

const RECENT = 12;
const ALERTS = 20;
const OPEN_ALERTS = 100;

function keeperOf(order: Order, venue: BrokerVenue | undefined): OrderStatusRow['keptBy'] {
  if (order.parent === undefined && order.siblings === undefined) return null;
  return venue?.ticketFor(order)?.group === undefined ? 'session' : 'broker';
}

/** An Instant as JSON has it: null before there is one. */
export function instantOr(at: number): number | null {
  return Number.isFinite(at) ? at : null;
}

/** Symbols whose stops only the session watches. */
export function heldHere({ venue }: LiveSession): readonly string[] {
  if (venue === undefined) return [];
  return [...new Set(venue.held.onlyHere.map(({ instrument }) => venue.markets[instrument].symbol))];
}

/** Alerts that are open first of all; of the others the newest. */
function alertsOf({ all }: LiveSession['alerts']): AlertStatus[] {
  const isOpen = (each: OpenAlert): boolean => each.overAt === undefined && each.acknowledgedBy === undefined;
  const others = all.filter((each) => !isOpen(each)).slice(-ALERTS);
  const shown = [...all.filter(isOpen).slice(-OPEN_ALERTS), ...others].toSorted((a, b) => a.number - b.number);
  return shown.map(({ number, priority, code, message, at, lastAt, overAt, seen, acknowledgedBy }) => ({
    number,
    priority,
    code,
    text: `${code}: ${message}`,
    at,
    lastAt,
    overAt: overAt ?? null,
    seen,
    acknowledgedBy: acknowledgedBy ?? null,
  }));
}

export const NOTHING_AROUND: Surroundings = { pricesAt: null, account: null, channels: [], loosened: [] };

export function statusOf(
  { session, records, broken }: Conductor,
  around: Surroundings = NOTHING_AROUND,
): SessionStatus {
  const { deck, states, venue, at, reconciledAt } = session;
  const { ledger, markets, hosts, journal } = deck;
  deck.sync();
  const nameOf = (strategy: number): string => hosts[strategy]?.definition.name ?? String(strategy);
  const orders = markets.flatMap(({ working, symbol, scale }) =>
    working.filter(isLive).map((order): OrderStatusRow => ({
      id: order.id,
      symbol,
      strategy: nameOf(order.strategy),
      side: order.side > 0 ? 'buy' : 'sell',
      quantity: order.units / scale,
      filled: order.filledUnits / scale,
      type: order.type,
      limit: order.limit === order.limit ? order.limit : null,
      stop: order.stop === order.stop ? order.stop : null,
      status: order.status,
      submittedAt: order.submittedAt,
      reason: order.reason,
      keptBy: keeperOf(order, venue),
      isHeldHere: venue !== undefined && (venue.held.isHere(order) || venue.closers.isWaiting(order)),
    })),
  );
  const positions = ledger.openPositions().map((position): PositionStatus => {
    const mark = ledger.marks[position.instrument];
    const { multiplier } = ledger.instruments[position.instrument];
    return {
      symbol: markets[position.instrument].symbol,
      strategy: nameOf(position.strategy),
      quantity: position.quantity,
      averagePrice: position.averagePrice,
      mark,
      value: ledger.positionValue(position),
      profit: (mark - position.averagePrice) * position.quantity * multiplier,
    };
  });
  const recent: SessionStatus['recent'][number][] = [];
  for (let row = journal.length - 1; row >= 0 && recent.length < RECENT; row--) {
    const { at: when, kind, text, instrument, quantity, price } = journal.entry(row);
    const what = [instrument < 0 ? '' : markets[instrument].symbol, quantity === 0 ? '' : String(quantity)];
    const shown = [...what, price === price ? `@ ${price}` : '', text].filter((part) => part !== '').join(' ');
    recent.push({ at: when, kind, text: shown });
  }
  const equity = ledger.equity();
  const values = ledger.openPositions().map((position) => ledger.positionValue(position));
  return {
    mode: deck.mode,
    state: states.account,
    reason: states.reason,
    at,
    zone: calendar(markets[0].instrument.calendar).zone.name,
    equity,
    cash: ledger.cashValue(),
    startingCash: ledger.startingCash,
    profit: equity - deck.equity.startingValue,
    currency: ledger.cash[0].currency,
    records,
    journal: broken === undefined ? 'ok' : 'broken',
    paused: Object.fromEntries([...states.all.paused].map(([strategy, why]) => [nameOf(strategy), why])),
    frozen: Object.fromEntries([...states.all.frozen].map(([index, why]) => [markets[index].symbol, why])),
    counts: { ...deck.orders.counts },
    unknown: orders.filter(({ status }) => status === 'unknown').length,
    exposure: {
      gross: values.reduce((sum, value) => sum + Math.abs(value), 0) / equity,
      net: values.reduce((sum, value) => sum + value, 0) / equity,
    },
    reconciledAt: instantOr(reconciledAt),
    differences: session.differences ?? [],
    unprotected: (venue?.gaps.now ?? []).map(({ order: { id, instrument }, since }) => ({
      symbol: markets[instrument].symbol,
      order: id,
      since,
    })),
    positions,
    orders,
    recent: recent.toReversed(),
    gate: {
      limits: deck.orders.gate.limits?.inForce ?? {},
      used: deck.orders.uses(),
      loosened: around.loosened,
      currency: ledger.cash[0].currency,
    },
    alerts: alertsOf(session.alerts),
    pricesAt: around.pricesAt,
    account: around.account,
    process: around.process ?? null,
    channels: around.channels,
  };
}
