/**
 * Order memoranda: for each order that was wanted, also one that was refused, who wanted what when, on which market and under
 * which limits, when it was asked for and taken, and all that became of it, with who said so.
 *
 * The fields are those of 17 CFR 240.17a-3(a)(6), and what a question about an algorithm's order is answered from. They are
 * read from the records of the journal alone: neither the strategy's code nor the engine's is needed, years later.
 */
import { entryOf } from '../../engine/journal/journal-read.ts';
import type { Entry } from '../../engine/journal/journal.ts';
import {
  headOf,
  type BrokerReport,
  type BrokerRequest,
  type Input,
  type SessionHead,
  type SubmitRequest,
} from '../../engine/live/index.ts';
import { ORDER_TYPES, TIMES_IN_FORCE } from '../../engine/orders/order.ts';
import { formatInstant } from '../../time/instant.ts';
import { digest } from '../run/folder.ts';
import { canonical } from '../run/identity.ts';
import { tailOf } from './permission.ts';

/** What the market showed last before a decision, as the session saw it: a quote, or where there are none a trade or bar. */
export interface SeenMarket {
  readonly kind: 'quote' | 'trade' | 'bar';
  /** When the session took it; it is at least as old. */
  readonly at: string;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly bidSize: number | null;
  readonly askSize: number | null;
  /** Of a trade or bar. */
  readonly last: number | null;
}

/** What a broker said of its account last before a decision. */
export interface SaidAccount {
  readonly at: string;
  readonly cash: number;
  readonly equity: number;
  readonly buyingPower: number;
}

export interface MemorandumEvent {
  readonly at: string;
  readonly what: string;
  /** Who brought it about: the broker, the desk (the market, a limit, time), or a person by name. */
  readonly source: string;
  readonly text: string;
}

export interface Memorandum {
  /** Number in the session; null of what was refused. */
  readonly order: number | null;
  /** The id under which it was asked for first, and the broker's; null where it never was, or there is no broker. */
  readonly intent: string | null;
  readonly brokerId: string | null;
  readonly strategy: string;
  /** Whose process decided it, where that is on record. */
  readonly owner: string | null;
  /** Who asked for it, where a person did and no strategy. */
  readonly requestedBy: string | null;
  readonly symbol: string;
  /** Signed, in units of the instrument. */
  readonly quantity: number;
  readonly type: string | null;
  readonly timeInForce: string | null;
  /** Of a leg the net price of its package, above nought paid. */
  readonly limit: number | null;
  readonly stop: number | null;
  readonly reduceOnly: boolean | null;
  readonly legs: SubmitRequest['legs'] | null;
  /** Exits that go along with it. */
  readonly exits: SubmitRequest['exits'] | null;
  readonly reason: string;
  /** When it was decided, which is when the session took what led to it. */
  readonly decidedAt: string;
  readonly decision: 'approved' | 'refused';
  /** Of a refusal: the rule, with value and limit. */
  readonly refusal: string | null;
  readonly market: SeenMarket | null;
  readonly account: SaidAccount | null;
  /** Since when the limits were those that it was held against: see `limits`. */
  readonly limitsSince: string;
  /** When it was asked for, each time; a request leaves as soon as its record is on the disk. */
  readonly askedAt: readonly string[];
  /** When the desk heard that the broker has it, and when the broker took it by its own clock. */
  readonly acknowledgedAt: string | null;
  readonly takenAt: string | null;
  readonly fills: readonly {
    readonly at: string;
    readonly quantity: number;
    readonly price: number;
    readonly fee: number;
  }[];
  /** Who had it canceled, where somebody had. */
  readonly canceledBy: string | null;
  readonly events: readonly MemorandumEvent[];
}

export interface Memoranda {
  readonly session: string;
  readonly mode: SessionHead['mode'];
  /** Its mark, which ends as its number does; null without a broker. */
  readonly account: string | null;
  readonly feed: string;
  /** Of the deck as it was played, and of the code: SHA-256. */
  readonly config: string;
  readonly code: SessionHead['code'];
  /** Each set of limits, and from when on it held. */
  readonly limits: readonly { readonly since: string; readonly limits: Readonly<Record<string, unknown>> }[];
  readonly orders: readonly Memorandum[];
}

type Draft = { -readonly [K in keyof Memorandum]: Memorandum[K] extends readonly (infer T)[] ? T[] : Memorandum[K] };

/** Reads the memoranda from the records of a session, the head first. */
export function memorandaOf(texts: readonly string[], file: string): Memoranda {
  const reader = new Reader(headOf(texts[0], file));
  for (let record = 1; record < texts.length; record++) {
    // A record whose hash fits was written by this version: its shape is known.
    const { in: input, out = [], ask = [] } = JSON.parse(texts[record]) as Written;
    reader.take(
      input,
      out.map((entry) => entryOf(entry, file, record)),
      ask,
    );
  }
  return reader.result;
}

interface Written {
  readonly in: Input;
  readonly out?: readonly Readonly<Record<string, unknown>>[];
  readonly ask?: readonly BrokerRequest[];
}

class Reader {
  private readonly head: SessionHead;
  private readonly orders: Draft[] = [];
  private readonly byOrder = new Map<number, Draft>();
  /** Of a package all legs: it is one order at the broker. */
  private readonly byClientId = new Map<string, readonly Draft[]>();
  private readonly markets = new Map<string, SeenMarket>();
  private readonly limits: { since: string; limits: Readonly<Record<string, unknown>> }[];
  private account: SaidAccount | null = null;
  private number: string | null = null;
  private owner: string | null = null;

  constructor(head: SessionHead) {
    this.head = head;
    this.limits = [{ since: 'the beginning', limits: { ...head.limits } }];
  }

  get result(): Memoranda {
    const { head, number, limits, orders } = this;
    return {
      session: head.lineage,
      mode: head.mode,
      account: number,
      feed: head.tape.source,
      config: digest(canonical(head.deck)),
      code: head.code,
      limits,
      orders,
    };
  }

  take(input: Input, entries: readonly Entry[], asked: readonly BrokerRequest[]): void {
    if (input.kind === 'start') this.owner = input.by ?? this.owner;
    if (input.kind === 'report') this.hear(input.report, formatInstant(input.at));
    if (input.kind === 'market') this.see(input.rows, formatInstant(input.at));
    for (const entry of entries) this.enter(entry, input);
    for (const request of asked) this.ask(request, input);
  }

  private see(rows: readonly (readonly unknown[])[], at: string): void {
    for (const row of rows) {
      const symbol = String(row[1]);
      const none = { bid: null, ask: null, bidSize: null, askSize: null, last: null };
      const number = (place: number): number | null => (typeof row[place] === 'number' ? row[place] : null);
      if (row[0] === 'quote') {
        const sides = { bid: number(2), ask: number(3), bidSize: number(4), askSize: number(5) };
        this.markets.set(symbol, { kind: 'quote', at, ...sides, last: null });
      } else if (this.markets.get(symbol)?.kind !== 'quote') {
        const isTrade = row[0] === 'trade';
        this.markets.set(symbol, { ...none, kind: isTrade ? 'trade' : 'bar', at, last: number(isTrade ? 2 : 7) });
      }
    }
  }

  private hear(report: BrokerReport, at: string): void {
    if (report.kind === 'snapshot') {
      const { number, cash, equity, buyingPower } = report.account;
      // Journals of before hold the whole number.
      this.number = number.includes('…') ? number : tailOf(number);
      this.account = { at, cash, equity, buyingPower };
      for (const order of report.orders) this.acknowledge(order, at);
    } else if (report.kind === 'accepted' || report.kind === 'order') this.acknowledge(report, at);
  }

  private acknowledge(
    { clientId, brokerId, createdAt }: { clientId: string; brokerId?: string; createdAt?: number },
    at: string,
  ): void {
    for (const draft of this.byClientId.get(clientId) ?? []) {
      draft.acknowledgedAt ??= at;
      draft.brokerId ??= brokerId ?? null;
      draft.takenAt ??= createdAt === undefined ? null : formatInstant(createdAt);
    }
  }

  private enter(entry: Entry, input: Input): void {
    const { kind, at, order, quantity, price, amount, text } = entry;
    if (kind === 'state' && text.startsWith('limit ')) this.limit(text, at);
    if (kind === 'submitted' || (kind === 'refused' && order === 0)) this.begin(entry, input);
    const draft = this.byOrder.get(order) ?? this.carriedOver(order);
    if (draft === undefined) return;
    const source = sourceOf(input);
    draft.events.push({ at: formatInstant(at), what: kind, source, text });
    if (kind === 'canceled') draft.canceledBy = source;
    if (kind !== 'filled') return;
    const units = quantity / this.scaleOf(entry);
    draft.fills.push({ at: formatInstant(at), quantity: units, price, fee: amount });
  }

  private begin(entry: Entry, input: Input): void {
    const { kind, at, order, strategy, instrument, quantity, price, amount, balance, text } = entry;
    const isRefused = kind === 'refused';
    const { symbol } = this.head.tape.instruments[instrument] ?? { symbol: '' };
    const type = isRefused ? undefined : ORDER_TYPES[amount];
    const isStop = type?.startsWith('stop') === true && type !== 'stop-limit';
    const value = Number.isNaN(price) ? null : price;
    const draft: Draft = {
      ...this.blank(strategy, instrument, at),
      order: isRefused ? null : order,
      owner: this.owner,
      requestedBy: input.kind === 'command' && input.by !== 'desk' ? input.by : null,
      quantity: quantity / this.scaleOf(entry),
      type: type ?? null,
      timeInForce: isRefused ? null : TIMES_IN_FORCE[balance],
      limit: isStop ? null : value,
      stop: isStop ? value : null,
      reason: isRefused ? '' : text,
      decision: isRefused ? 'refused' : 'approved',
      refusal: isRefused ? text : null,
      market: this.markets.get(symbol) ?? null,
      account: this.account,
      limitsSince: this.limits.at(-1)!.since,
      events: isRefused ? [{ at: formatInstant(at), what: kind, source: 'desk', text }] : [],
    };
    this.orders.push(draft);
    if (!isRefused) this.byOrder.set(order, draft);
  }

  /** An order of the session before, which worked when this one began; its decision is in that one's journal. */
  private carriedOver(order: number): Draft | undefined {
    const fields = this.head.restored?.orders.find(({ id }) => id === order)?.fields;
    if (fields === undefined) return undefined;
    const { strategy, instrument, side, units, submittedAt, reason } = fields;
    const draft: Draft = {
      ...this.blank(Number(strategy), Number(instrument), Number(submittedAt)),
      order,
      quantity: (Number(side) * Number(units)) / this.scaleOf({ instrument: Number(instrument) }),
      type: String(fields['type']),
      timeInForce: String(fields['timeInForce']),
      limit: priceIn(fields['limit']),
      stop: priceIn(fields['stop']),
      reason: String(reason),
      events: [{ at: formatInstant(this.head.restored!.at), what: 'carried over', source: 'desk', text: '' }],
    };
    this.orders.push(draft);
    this.byOrder.set(order, draft);
    return draft;
  }

  /** What every memorandum has, before anything is known. */
  private blank(strategy: number, instrument: number, at: number): Draft {
    return {
      order: null,
      intent: null,
      brokerId: null,
      strategy: this.head.strategies[strategy]?.name ?? String(strategy),
      owner: null,
      requestedBy: null,
      symbol: this.head.tape.instruments[instrument]?.symbol ?? '',
      quantity: 0,
      type: null,
      timeInForce: null,
      limit: null,
      stop: null,
      reduceOnly: null,
      legs: null,
      exits: null,
      reason: '',
      decidedAt: formatInstant(at),
      decision: 'approved',
      refusal: null,
      market: null,
      account: null,
      limitsSince: this.limits[0].since,
      askedAt: [],
      acknowledgedAt: null,
      takenAt: null,
      fills: [],
      canceledBy: null,
      events: [],
    };
  }

  private ask(request: BrokerRequest, input: Input): void {
    if (request.kind === 'snapshot' || !('order' in request)) return;
    const draft = this.byOrder.get(request.order) ?? this.carriedOver(request.order);
    if (draft === undefined) return;
    const at = formatInstant(input.at);
    if (request.kind !== 'submit') {
      draft.events.push({ at, what: `asked to ${request.kind}`, source: sourceOf(input), text: '' });
      return;
    }
    const { clientId, limit, stop, reduceOnly, legs, exits } = request;
    const drafts = legs === undefined ? [draft] : this.legsFrom(request.order, legs.length);
    this.byClientId.set(clientId, drafts);
    for (const each of drafts) {
      each.intent ??= clientId;
      each.askedAt.push(at);
      each.limit = limit === undefined ? each.limit : Number(limit);
      each.stop = stop === undefined ? each.stop : Number(stop);
      each.reduceOnly = reduceOnly;
      each.legs = legs ?? null;
      each.exits = exits ?? null;
    }
  }

  /** Orders of the legs of a package: its first one's, and those that were approved right after it. */
  private legsFrom(first: number, count: number): Draft[] {
    return Array.from({ length: count }, (_, i) => this.byOrder.get(first + i) ?? this.carriedOver(first + i)).filter(
      (draft) => draft !== undefined,
    );
  }

  /** A limit was changed while the session ran: `limit NAME: before → after: reason (who)`. */
  private limit(text: string, at: number): void {
    const [, name, after] = /^limit (\w+): \S+ → (\S+?):/.exec(text) ?? [];
    if (name === undefined) return;
    const { limits } = this.limits.at(-1)!;
    this.limits.push({ since: formatInstant(at), limits: { ...limits, [name]: Number(after) } });
  }

  private scaleOf({ instrument }: Pick<Entry, 'instrument'>): number {
    return 10 ** (this.head.tape.instruments[instrument]?.quantityDecimals ?? 0);
  }
}

/** A price as a saved state has it; null where there is none. */
function priceIn(value: unknown): number | null {
  return typeof value === 'number' && !Number.isNaN(value) ? value : null;
}

/** Who brought an entry about. */
function sourceOf(input: Input): string {
  if (input.kind === 'report') return 'broker';
  return input.kind === 'command' && input.by !== 'desk' ? input.by : 'desk';
}
