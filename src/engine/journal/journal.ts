/**
 * The journal: everything that was decided and everything that moved, in order. Everything else reads it.
 *
 * While a tape plays, an entry is one row of numbers in a growing block, so that writing costs a few nanoseconds and
 * no allocation. `entries()` gives the rows as objects; `journal-text.ts` writes them as hash-chained lines.
 */
import { assert } from '../../base/assert.ts';
import type { Booking } from '../ledger/booking.ts';
import { orderTypeCode, timeInForceCode, type Order } from '../orders/order.ts';
import { Table } from './table.ts';

/** Kinds of entries; the number is part of the format. Past tense: they have happened. */
export const ENTRY = {
  submitted: 1,
  refused: 2,
  accepted: 3,
  rejected: 4,
  filled: 5,
  canceled: 6,
  expired: 7,
  triggered: 8,
  updated: 9,
  cash: 10,
  split: 11,
  note: 12,
  marginCall: 13,
  delisted: 14,
  renamed: 15,
  session: 16,
  converted: 17,
  universe: 18,
  exercised: 19,
  assigned: 20,
  lapsed: 21,
  settled: 22,
  package: 23,
  adjusted: 24,
  unknown: 40,
  alert: 41,
  state: 42,
} as const;

export type EntryKind = keyof typeof ENTRY;

const NAMES = Object.fromEntries(Object.entries(ENTRY).map(([name, code]) => [code, name])) as Record<
  number,
  EntryKind
>;

/** Fields of a row, in order. What `quantity`, `price`, `amount` and `balance` mean is told by the kind. */
export const ENTRY_FIELDS = [
  'kind',
  'at',
  'order',
  'instrument',
  'strategy',
  'quantity',
  'price',
  'amount',
  'balance',
  'text',
] as const;

const WIDTH = ENTRY_FIELDS.length;

export interface Entry {
  readonly sequence: number;
  readonly kind: EntryKind;
  /** An Instant. */
  readonly at: number;
  /** Order id, or 0. */
  readonly order: number;
  /** Index of the instrument, or −1. */
  readonly instrument: number;
  readonly strategy: number;
  /** Signed, in whole units of the instrument. */
  readonly quantity: number;
  /** In money; NaN where the entry has none. */
  readonly price: number;
  /** Fee of a fill, or the money that moved. */
  readonly amount: number;
  /** Position after a fill, in whole units; money after a cash entry. */
  readonly balance: number;
  /** The reason, the code of a refusal, or a note. */
  readonly text: string;
}

export class Journal {
  private readonly table = new Table(WIDTH);
  private readonly texts: string[] = [''];
  private readonly textIds = new Map<string, number>([['', 0]]);
  /** The two newest texts: what a strategy says when it buys, and when it sells. */
  private lastText = '';
  private lastTextId = 0;
  private textBefore = '';
  private textIdBefore = 0;

  get length(): number {
    return this.table.length;
  }

  /** Adds one entry. See `ENTRY_FIELDS`. */
  write(
    kind: number,
    at: number,
    order: number,
    instrument: number,
    strategy: number,
    quantity: number,
    price: number,
    amount: number,
    balance: number,
    text: string,
  ): void {
    const { table } = this;
    const row = table.next();
    let field = table.start;
    row[field++] = kind;
    row[field++] = at;
    row[field++] = order;
    row[field++] = instrument;
    row[field++] = strategy;
    row[field++] = quantity;
    row[field++] = price;
    row[field++] = amount;
    row[field++] = balance;
    row[field++] = text === '' ? 0 : text === this.lastText ? this.lastTextId : this.textId(text);
  }

  /** Adds that an order was submitted: `write` with the numbers where they lie, because every order comes here. */
  submitted(order: Order): void {
    const { table } = this;
    const row = table.next();
    const { start } = table;
    row[start] = ENTRY.submitted;
    row[start + 1] = order.submittedAt;
    row[start + 2] = order.id;
    row[start + 3] = order.instrument;
    row[start + 4] = order.strategy;
    row[start + 5] = order.side * order.units;
    const { limit, stop, type, timeInForce } = order.particulars;
    row[start + 6] = limit === limit ? limit : stop;
    row[start + 7] = orderTypeCode(type);
    row[start + 8] = timeInForceCode(timeInForce);
    row[start + 9] = order.reason === this.lastText ? this.lastTextId : this.textId(order.reason);
  }

  /** Adds that an order filled, as it was booked; `after` are the units of the position from here on. */
  filled(order: Order, booking: Booking, after: number, maker: boolean): void {
    const { table } = this;
    const row = table.next();
    const { start } = table;
    row[start] = ENTRY.filled;
    row[start + 1] = booking.at;
    row[start + 2] = order.id;
    row[start + 3] = order.instrument;
    row[start + 4] = order.strategy;
    row[start + 5] = booking.units;
    row[start + 6] = booking.price;
    row[start + 7] = booking.fee;
    row[start + 8] = after;
    row[start + 9] = maker ? this.textId('maker') : 0;
  }

  entry(sequence: number): Entry {
    assert(sequence >= 0 && sequence < this.length, () => `the journal has no entry ${sequence}`);
    return this.read(sequence);
  }

  private read(sequence: number): Entry {
    const { block: rows, start: at0 } = this.table.locate(sequence);
    return {
      sequence,
      kind: NAMES[rows[at0]],
      at: rows[at0 + 1],
      order: rows[at0 + 2],
      instrument: rows[at0 + 3],
      strategy: rows[at0 + 4],
      quantity: rows[at0 + 5],
      price: rows[at0 + 6],
      amount: rows[at0 + 7],
      balance: rows[at0 + 8],
      text: this.texts[rows[at0 + 9]],
    };
  }

  /** All entries in order, or those of one kind. */
  *entries(kind?: EntryKind): Generator<Entry> {
    const code = kind === undefined ? 0 : ENTRY[kind];
    for (let sequence = 0; sequence < this.length; sequence++) {
      if (code === 0 || this.table.get(sequence, 0) === code) yield this.read(sequence);
    }
  }

  /** Calls `take` with each entry of a kind, in order: for who goes through a long journal and takes what it needs. */
  each(kind: EntryKind, take: (entry: Entry) => void): void {
    const code = ENTRY[kind];
    const { length, table } = this;
    for (let sequence = 0; sequence < length; sequence++) {
      if (table.get(sequence, 0) === code) take(this.read(sequence));
    }
  }

  /** The rows and the texts they point to: what a worker sends home, and what two runs are compared by. */
  snapshot(): { rows: Float64Array; texts: readonly string[] } {
    return { rows: this.table.toArray(), texts: this.texts.slice() };
  }

  /** Gives its memory back and is empty from here on. */
  release(): void {
    this.table.release();
  }

  private textId(text: string): number {
    if (text === this.textBefore) return this.textIdBefore;
    let id = this.textIds.get(text);
    if (id === undefined) {
      id = this.texts.length;
      this.texts.push(text);
      this.textIds.set(text, id);
    }
    this.textBefore = this.lastText;
    this.textIdBefore = this.lastTextId;
    this.lastText = text;
    this.lastTextId = id;
    return id;
  }
}
