/** The order state table, cell by cell: what is there leads where it should, what is missing is missing on purpose. */
import { describe, expect, it } from 'vitest';
import {
  FINAL_STATES,
  nextStatus,
  ORDER_STATES,
  type OrderEventKind,
  type OrderStatus,
} from '../../src/engine/orders/order-state.ts';

const EVENTS: readonly OrderEventKind[] = [
  'accept',
  'reject',
  'trigger',
  'fill-part',
  'fill-rest',
  'cancel',
  'expire',
  'request-update',
  'update',
  'refuse-update',
  'request-cancel',
  'refuse-cancel',
  'lose-contact',
];

/** One letter for each state an event leads to, a dot where there is none; the events in the order above. */
const LETTERS: Readonly<Record<string, OrderStatus | undefined>> = {
  '.': undefined,
  a: 'accepted',
  u: 'pending-update',
  k: 'pending-cancel',
  t: 'triggered',
  p: 'partially-filled',
  '?': 'unknown',
  F: 'filled',
  C: 'canceled',
  E: 'expired',
  R: 'rejected',
};

const TABLE: Readonly<Record<OrderStatus, string>> = {
  submitted: 'aR.pFCE.....?',
  accepted: '.RtpFCEua.k.?',
  'pending-update': '..tpFCE.aak.?',
  'pending-cancel': 'k.kpFCE....a?',
  triggered: '.R.pFCEut.k.?',
  'partially-filled': 'p.ppFCEup.k.?',
  unknown: 'aRtpFCE...k..',
  filled: 'F..FF......F.',
  canceled: 'C..CF......C.',
  expired: '...EF........',
  rejected: '...pF........',
};

const cells = Object.entries(TABLE).flatMap(([status, row]) =>
  EVENTS.map((event, i) => ({ status: status as OrderStatus, event, to: LETTERS[row[i]] })),
);

describe('the order state table', () => {
  it('has a row for every state and a column for every event', () => {
    expect(Object.keys(ORDER_STATES).sort()).toEqual(Object.keys(TABLE).sort());
    const used = new Set(Object.values(ORDER_STATES).flatMap((row) => Object.keys(row)));
    expect([...used].every((event) => (EVENTS as readonly string[]).includes(event))).toBe(true);
    expect(cells).toHaveLength(11 * 13);
  });

  it.each(cells.filter(({ to }) => to !== undefined))('$status, $event → $to', ({ status, event, to }) => {
    expect(nextStatus(status, event)).toBe(to);
  });

  it.each(cells.filter(({ to }) => to === undefined))('$status knows no $event', ({ status, event }) => {
    expect(nextStatus(status, event)).toBeUndefined();
  });

  it('takes fills in every state, because shares that moved have moved', () => {
    for (const status of Object.keys(ORDER_STATES) as OrderStatus[]) {
      expect(nextStatus(status, 'fill-part')).toBeDefined();
      expect(nextStatus(status, 'fill-rest')).toBe('filled');
    }
  });

  it('lets nothing but fills and late answers happen to what is over', () => {
    const late = new Set<OrderEventKind>(['fill-part', 'fill-rest', 'accept', 'refuse-cancel']);
    for (const status of FINAL_STATES) {
      for (const event of EVENTS) if (!late.has(event)) expect(nextStatus(status, event)).toBeUndefined();
    }
  });
});
