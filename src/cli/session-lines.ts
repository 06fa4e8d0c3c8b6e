/**
 * A session's facts as lines for a person: the same for a look at it and for the live view.
 */
import type { SessionStatus } from '../desk/session/status.ts';
import { formatInstant, SECOND } from '../time/instant.ts';
import { tableText } from './table.ts';
import { styled } from './terminal.ts';

export function positionsOf({ positions }: SessionStatus): string[] {
  if (positions.length === 0) return [styled('dim', 'no positions')];
  const rows = positions.map(({ symbol, strategy, quantity, averagePrice, mark, value, profit }) => [
    symbol,
    strategy,
    String(quantity),
    money(averagePrice),
    money(mark),
    money(value),
    money(profit),
  ]);
  return tableText([['position', 'strategy', 'quantity', 'average', 'mark', 'value', 'profit'], ...rows], 2);
}

/** Orders that work; those of which nobody knows what became of them come first. */
export function ordersOf({ orders }: SessionStatus): string[] {
  if (orders.length === 0) return [styled('dim', 'no orders work')];
  const sorted = orders.toSorted((a, b) => Number(b.status === 'unknown') - Number(a.status === 'unknown'));
  const rows = sorted.map(({ id, symbol, side, quantity, filled, type, limit, stop, status, reason, keptBy }) => [
    String(id),
    symbol,
    side,
    `${filled}/${quantity}`,
    type,
    limit === null ? '' : money(limit),
    stop === null ? '' : money(stop),
    status,
    keptBy === 'broker' ? `${reason}, kept by the broker` : reason,
  ]);
  return tableText([['order', 'symbol', 'side', 'filled', 'type', 'limit', 'stop', 'state', 'why'], ...rows], 99);
}

/** What is to have a stop at the broker, and has none now. */
export function unprotectedOf({ unprotected, at }: SessionStatus): string[] {
  return unprotected.map(
    ({ symbol, order, since }) =>
      `${symbol} has no stop at the broker for ${((at - since) / SECOND).toFixed(1)} s (order ${order})`,
  );
}

export function recentOf({ recent }: SessionStatus): string[] {
  return recent.map(({ at, kind, text }) => `${styled('dim', formatInstant(at))}  ${kind}  ${text}`);
}

export function money(value: number): string {
  return value === value ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : '—';
}

/** With its sign, also where it is a gain. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${money(Math.abs(value))}`;
}
