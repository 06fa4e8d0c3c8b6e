/**
 * What a person wants to know of a session at one look; the same facts for the terminal, for programs, and for pages.
 */
import type { BrokerVenue, Conductor, Difference } from '../../engine/live/index.ts';
import type { Order } from '../../engine/order.ts';
import { isLive } from '../../engine/sim/working-orders.ts';

export interface SessionStatus {
  readonly mode: string;
  readonly state: string;
  readonly reason: string;
  /** The session's time, an Instant. */
  readonly at: number;
  readonly equity: number;
  readonly cash: number;
  readonly startingCash: number;
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
  /** The newest alerts, oldest first. */
  readonly alerts: readonly { readonly at: number; readonly text: string }[];
  /** What has no stop at the broker now, though it is to have one, and since when; empty on paper. */
  readonly unprotected: readonly { readonly symbol: string; readonly order: number; readonly since: number }[];
  readonly positions: readonly PositionStatus[];
  readonly orders: readonly OrderStatusRow[];
  /** The newest entries of the journal, oldest first. */
  readonly recent: readonly { readonly at: number; readonly kind: string; readonly text: string }[];
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
}

const RECENT = 12;
const ALERTS = 20;
/** Entries of the journal that are looked through for alerts: a look costs the session little. */
const LOOKED_AT = 2000;

function keeperOf(order: Order, venue: BrokerVenue | undefined): OrderStatusRow['keptBy'] {
  if (order.parent === undefined && order.siblings === undefined) return null;
  return venue?.ticketFor(order)?.group === undefined ? 'session' : 'broker';
}

export function statusOf({ session, records, broken }: Conductor): SessionStatus {
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
  const alerts: SessionStatus['alerts'][number][] = [];
  for (let row = journal.length - 1; row >= 0 && row >= journal.length - LOOKED_AT; row--) {
    const { at: when, kind, text, instrument, quantity, price } = journal.entry(row);
    if (kind === 'alert' && alerts.length < ALERTS) alerts.push({ at: when, text });
    if (recent.length === RECENT) continue;
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
    equity,
    cash: ledger.cashValue(),
    startingCash: ledger.startingCash,
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
    reconciledAt: reconciledAt === reconciledAt ? reconciledAt : null,
    differences: session.differences ?? [],
    unprotected: (venue?.groups.gaps.now ?? []).map(({ order: { id, instrument }, since }) => ({
      symbol: markets[instrument].symbol,
      order: id,
      since,
    })),
    positions,
    orders,
    recent: recent.toReversed(),
    alerts: alerts.toReversed(),
  };
}
