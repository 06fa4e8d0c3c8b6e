/**
 * The journal by days: what was decided, refused, filled and noted, so that a page can answer why a strategy did, or
 * did not, trade on a day.
 */
import { ORDER_TYPES } from '../engine/orders/order.ts';
import type { EntryKind } from '../engine/journal/journal.ts';
import type { JournalInput } from './input.ts';
import { packTimes, shown, type PackedTimes, type Shown } from './series.ts';

const ENTRIES_MAX = 10_000;
const DAY = 86_400_000_000;

/** Kinds that explain a day; the others repeat what these say. */
const TELLING: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'submitted',
  'refused',
  'rejected',
  'filled',
  'canceled',
  'expired',
  'triggered',
  'updated',
  'cash',
  'split',
  'note',
  'marginCall',
  'delisted',
  'renamed',
  'converted',
]);

/** Entries as columns; `text` and `symbol` are positions in `texts` and `symbols`, −1 for none. */
export interface DayEntries {
  readonly time: PackedTimes;
  readonly kind: readonly number[];
  readonly kinds: readonly string[];
  readonly order: readonly number[];
  readonly symbol: readonly number[];
  readonly symbols: readonly string[];
  /** Index of the strategy; empty when all entries are of the first. */
  readonly strategy: readonly number[];
  readonly quantity: readonly Shown[];
  readonly price: readonly Shown[];
  /** Fee of a fill, money of a cash entry. */
  readonly amount: readonly Shown[];
  /** Position after a fill. */
  readonly position: readonly Shown[];
  readonly text: readonly number[];
  readonly texts: readonly string[];
  /** How many alike there were on that day. */
  readonly times: readonly number[];
  /** Telling entries in the journal; more than kept when the oldest were left out. */
  readonly total: number;
  /** The first instant from which nothing is left out; null when that is the beginning. */
  readonly completeFrom: number | null;
}

export interface OutcomeReason {
  readonly kind: EntryKind;
  /** Code or reason. */
  readonly text: string;
  readonly count: number;
  readonly example: string;
}

interface Kept {
  at: number;
  kind: EntryKind;
  order: number;
  instrument: number;
  strategy: number;
  quantity: number;
  price: number;
  amount: number;
  position: number;
  text: string;
  times: number;
}

/** Returns what the page needs of a journal, and why orders ended other than by filling. */
export function readJournal(journal: JournalInput): {
  entries: DayEntries;
  reasons: OutcomeReason[];
  marginCalls: number;
} {
  const reasons = new Map<string, { kind: EntryKind; text: string; count: number; example: string }>();
  const kept: Kept[] = [];
  let alike = new Map<string, Kept>();
  let day = Number.NaN;
  let total = 0;
  let marginCalls = 0;
  for (const entry of journal.entries) {
    const { kind, at, instrument, text } = entry;
    if (!TELLING.has(kind)) continue;
    total++;
    if (kind === 'marginCall') marginCalls++;
    if (kind === 'refused' || kind === 'rejected' || kind === 'canceled' || kind === 'expired')
      count(reasons, kind, text);
    if (Math.floor(at / DAY) !== day) {
      day = Math.floor(at / DAY);
      alike = new Map();
    }
    const key = `${kind} ${instrument} ${entry.strategy} ${text}`;
    const same = kind === 'note' || kind === 'refused' ? alike.get(key) : undefined;
    if (same !== undefined) {
      same.times++;
      continue;
    }
    const scale = journal.quantityScales[instrument] ?? 1;
    const detail = kind === 'submitted' ? [ORDER_TYPES[entry.amount], text].filter(Boolean).join(': ') : text;
    const row: Kept = {
      at,
      kind,
      order: entry.order,
      instrument,
      strategy: entry.strategy,
      quantity: entry.quantity / scale,
      price: entry.price,
      amount: kind === 'filled' || kind === 'cash' ? entry.amount : Number.NaN,
      position: kind === 'filled' ? entry.balance / scale : Number.NaN,
      text: detail,
      times: 1,
    };
    alike.set(key, row);
    kept.push(row);
    if (kept.length > 2 * ENTRIES_MAX) kept.splice(0, ENTRIES_MAX);
  }
  const left = kept.length > ENTRIES_MAX ? kept.slice(-ENTRIES_MAX) : kept;
  const sorted = [...reasons.values()].sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
  return { entries: columnsOf(left, journal, total), reasons: sorted.slice(0, 24), marginCalls };
}

function count(
  reasons: Map<string, { kind: EntryKind; text: string; count: number; example: string }>,
  kind: EntryKind,
  text: string,
): void {
  // A refusal reads `code: sentence with values`; the code is what they have in common.
  const code = kind === 'refused' ? (text.split(':')[0] ?? text) : text;
  const key = `${kind} ${code}`;
  const known = reasons.get(key);
  if (known === undefined) reasons.set(key, { kind, text: code, count: 1, example: text });
  else known.count++;
}

function columnsOf(kept: readonly Kept[], journal: JournalInput, total: number): DayEntries {
  const kinds = [...new Set(kept.map(({ kind }) => kind))];
  const texts = [...new Set(kept.map(({ text }) => text))];
  const textOf = new Map(texts.map((text, index) => [text, index]));
  const seen = kept.reduce((sum, { times }) => sum + times, 0);
  return {
    time: packTimes(kept.map(({ at }) => at)),
    kind: kept.map(({ kind }) => kinds.indexOf(kind)),
    kinds,
    order: kept.map(({ order }) => order),
    symbol: kept.map(({ instrument }) => instrument),
    symbols: journal.symbols,
    strategy: kept.some(({ strategy }) => strategy > 0) ? kept.map(({ strategy }) => strategy) : [],
    quantity: kept.map(({ quantity }) => shown(quantity, 10)),
    price: kept.map(({ price }) => shown(price, 9)),
    amount: kept.map(({ amount }) => shown(amount, 8)),
    position: kept.map(({ position }) => shown(position, 10)),
    text: kept.map(({ text }) => textOf.get(text)!),
    texts,
    times: kept.map(({ times }) => times),
    total,
    completeFrom: seen < total && kept.length > 0 ? (Math.floor(kept[0].at / DAY) + 1) * DAY : null,
  };
}
