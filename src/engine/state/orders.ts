/**
 * Orders as plain data: what was working when a run was saved, with what it is tied to.
 */
import { assert } from '../../base/assert.ts';
import { Particulars, PLAIN } from '../orders/order-particulars.ts';
import { Order, type OrderIntent } from '../orders/order.ts';
import { plainNumber } from './numbers.ts';

/** An order's own fields by name, and the ids of those it is tied to. */
export interface SavedOrder {
  readonly id: number;
  readonly isWorking: boolean;
  readonly fields: Readonly<Record<string, number | string | boolean>>;
  readonly children: readonly number[] | null;
  readonly parent: number | null;
  readonly siblings: readonly number[] | null;
}

/** Saves working orders and whatever can be reached from them. */
export function saveOrders(working: readonly Order[]): SavedOrder[] {
  const all = new Set(working);
  for (const order of all) {
    // A leg may have filled while another of its package still works.
    const legs = order.pack?.legs ?? [];
    for (const tied of [...(order.children ?? []), ...(order.siblings ?? []), ...legs, order.parent]) {
      if (tied !== undefined) all.add(tied);
    }
  }
  const isWorking = new Set(working);
  return [...all].map((order) => ({
    id: order.id,
    isWorking: isWorking.has(order),
    fields: fieldsOf(order),
    children: order.children?.map(({ id }) => id) ?? null,
    parent: order.parent?.id ?? null,
    siblings: order.siblings?.map(({ id }) => id) ?? null,
  }));
}

/** Makes the orders again, tied as they were. */
export function restoreOrders(saved: readonly SavedOrder[]): Order[] {
  const orders = new Map(saved.map((each) => [each.id, orderOf(each)] as const));
  const named = (id: number): Order => {
    const order = orders.get(id);
    assert(order !== undefined, () => `a saved state has its orders complete, ${id} is missing`);
    return order;
  };
  for (const { id, children, parent, siblings } of saved) {
    const order = named(id);
    order.children = children?.map(named);
    order.parent = parent === null ? undefined : named(parent);
    order.siblings = siblings?.map(named);
  }
  return [...orders.values()];
}

function fieldsOf(order: Order): Record<string, number | string | boolean> {
  const fields: Record<string, number | string | boolean> = {};
  for (const [name, value] of Object.entries({ ...order, ...order.particulars }) as [string, unknown][]) {
    // The state's name outlives its number.
    if (name === 'state') fields.status = order.status;
    else if (typeof value === 'number') fields[name] = plainNumber(value);
    else if (typeof value === 'string' || typeof value === 'boolean') fields[name] = value;
  }
  return fields;
}

function orderOf({ id, fields }: SavedOrder): Order {
  const values = Object.entries(fields).map(([name, value]) => [name, isPlain(value) ? Number(value) : value] as const);
  // The fields were written from an order, so they are those of one; the constructor sets what it can.
  const like = Object.fromEntries(values) as unknown as OrderIntent & { units: number; submittedAt: number };
  const order = new Order(id, { ...like, quantity: 0, goodTill: Number.NaN }, like.units, like.submittedAt);
  const isParticular = ([name]: readonly [string, unknown]): boolean => name in PLAIN;
  order.particulars = Object.assign(new Particulars(), Object.fromEntries(values.filter(isParticular)));
  return Object.assign(order, Object.fromEntries(values.filter((each) => !isParticular(each))));
}

function isPlain(value: number | string | boolean): boolean {
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity';
}
