/**
 * Contracts from flat to flat: what each brought when it was sold, what the market was then, and how it ended.
 *
 * All of it follows from fills and from the ends of contracts: a strategy need not write down anything.
 */
import { rateOf, type FillRecord, type RunResult, type TradeRecord } from '../../engine/result.ts';
import { daysToExpiry } from '../../market/option/life.ts';
import type { Instrument } from '../../market/instrument.ts';
import { formatDate } from '../../time/instant.ts';
import type { ContractEnd, OptionInput, SeenFill } from './input.ts';

/** How a position in a contract ended; `closed` is by an order in the market. */
export type EndKind = 'closed' | ContractEnd['kind'] | 'open';

export interface OptionPosition {
  readonly symbol: string;
  readonly instrument: Instrument;
  readonly strategy: number;
  readonly openedAt: number;
  /** NaN while it is open. */
  readonly endedAt: number;
  readonly end: EndKind;
  /** The end of its contract, where it came to that. */
  readonly ended: ContractEnd | undefined;
  /** Contracts at the most, below 0 when sold. */
  readonly quantity: number;
  /** Money in base currency, at the rate of each fill, that opening orders brought (above 0) or cost. */
  readonly premium: number;
  /** Money that closing orders in the market cost (above 0) or brought. */
  readonly closing: number;
  /** Money won or lost, after fees, judged by the market where shares were delivered; NaN while it is open. */
  readonly result: number;
  readonly fees: number;
  /** Average price of opening, money per share. */
  readonly price: number;
  /** The market of the first opening fill; `undefined` where it was opened before the run. */
  readonly seen: SeenFill | undefined;
  /** Calendar days from the opening to the expiry. */
  readonly days: number;
  /** Price of the underlying when it ended; NaN where nobody says. */
  readonly endPrice: number;
}

/** Returns positions in contracts in the order they were opened. */
export function optionPositions(result: RunResult, input: OptionInput): OptionPosition[] {
  const isOption = ({ symbol }: FillRecord): boolean => input.instruments.get(symbol)?.option !== undefined;
  const byPlace = Map.groupBy(result.fills.filter(isOption), ({ strategy, symbol }) => `${strategy} ${symbol}`);
  const seen = new Map(input.fills.map((fill) => [`${fill.order} ${fill.symbol} ${fill.at}`, fill]));
  const tradesOf = Map.groupBy(result.trades, ({ exitOrder, symbol }) => `${exitOrder} ${symbol}`);
  const endsOf = Map.groupBy(input.ends, ({ strategy, symbol }) => `${strategy} ${symbol}`);
  return [...byPlace]
    .flatMap(([place, fills]) => {
      const builder = new Builder(result, input, seen, tradesOf, endsOf.get(place) ?? []);
      for (const fill of fills) builder.take(fill);
      return builder.finish();
    })
    .sort((a, b) => a.openedAt - b.openedAt || (a.symbol < b.symbol ? -1 : 1));
}

interface Draft {
  readonly first: FillRecord;
  quantity: number;
  opened: number;
  premium: number;
  closing: number;
  result: number;
  fees: number;
  ended: ContractEnd | undefined;
  readonly exits: Set<number>;
}

class Builder {
  private readonly result: RunResult;
  private readonly input: OptionInput;
  private readonly seen: ReadonlyMap<string, SeenFill>;
  private readonly tradesOf: ReadonlyMap<string, readonly TradeRecord[]>;
  private readonly ends: readonly ContractEnd[];
  private readonly done: OptionPosition[] = [];
  private draft: Draft | undefined;

  constructor(
    result: RunResult,
    input: OptionInput,
    seen: ReadonlyMap<string, SeenFill>,
    tradesOf: ReadonlyMap<string, readonly TradeRecord[]>,
    ends: readonly ContractEnd[],
  ) {
    this.result = result;
    this.input = input;
    this.seen = seen;
    this.tradesOf = tradesOf;
    this.ends = ends;
  }

  take(fill: FillRecord): void {
    const before = fill.position - fill.quantity;
    const closing = before * fill.quantity < 0 ? Math.min(Math.abs(before), Math.abs(fill.quantity)) : 0;
    const opening = Math.abs(fill.quantity) - closing;
    if (closing > 0) this.close(fill, closing);
    if (opening > 0) this.open(fill, opening);
  }

  finish(): readonly OptionPosition[] {
    if (this.draft !== undefined) this.end(this.draft, Number.NaN);
    return this.done;
  }

  private open(fill: FillRecord, size: number): void {
    const draft = (this.draft ??= {
      first: fill,
      quantity: 0,
      opened: 0,
      premium: 0,
      closing: 0,
      result: 0,
      fees: 0,
      ended: undefined,
      exits: new Set(),
    });
    const side = Math.sign(fill.quantity);
    draft.premium -= side * this.worth(fill, size);
    draft.fees += (fill.fee * this.rateAt(fill) * size) / Math.abs(fill.quantity);
    draft.opened += size;
    if (Math.abs(fill.position) > Math.abs(draft.quantity)) draft.quantity = fill.position;
  }

  private close(fill: FillRecord, size: number): void {
    const { draft } = this;
    // Opened before the run began: what it brought is not known here.
    if (draft === undefined) return;
    const rate = this.rateAt(fill);
    const end = this.ends.find(({ at, quantity }) => at === fill.at && quantity * fill.quantity < 0);
    if (end === undefined) draft.closing += Math.sign(fill.quantity) * this.worth(fill, size);
    else draft.ended = end;
    draft.fees += (fill.fee * rate * size) / Math.abs(fill.quantity);
    if (!draft.exits.has(fill.order)) {
      draft.exits.add(fill.order);
      for (const trade of this.tradesOf.get(`${fill.order} ${fill.symbol}`) ?? []) draft.result += trade.profitInBase;
    }
    if (Math.abs(fill.position) < 1e-9 || fill.position * fill.quantity > 0) {
      this.end(draft, fill.at);
      this.draft = undefined;
    }
  }

  private end(draft: Draft, endedAt: number): void {
    const { first, ended, opened } = draft;
    const { symbol, strategy } = first;
    const instrument = this.input.instruments.get(symbol)!;
    const isOpen = Number.isNaN(endedAt);
    const rate = this.rateAt(first);
    this.done.push({
      symbol,
      instrument,
      strategy,
      openedAt: first.at,
      endedAt,
      end: isOpen ? 'open' : (ended?.kind ?? 'closed'),
      ended,
      quantity: draft.quantity,
      premium: draft.premium,
      closing: draft.closing,
      result: isOpen ? Number.NaN : draft.result,
      fees: draft.fees,
      price: Math.abs(draft.premium) / opened / instrument.multiplier / rate,
      seen: this.seen.get(`${first.order} ${symbol} ${first.at}`),
      days: daysToExpiry(instrument.option!.expiry, formatDate(first.at)),
      endPrice: ended?.price ?? this.lastSeen(symbol, endedAt),
    });
  }

  /** The underlying where the contract was traded at an instant; at the end of the run where it is still open. */
  private lastSeen(symbol: string, at: number): number {
    if (at === at)
      return this.input.fills.findLast((fill) => fill.symbol === symbol && fill.at === at)?.underlying ?? Number.NaN;
    return this.input.sessions.at(-1)?.holdings.find((holding) => holding.symbol === symbol)?.underlying ?? Number.NaN;
  }

  private worth(fill: FillRecord, size: number): number {
    const { multiplier } = this.input.instruments.get(fill.symbol)!;
    return size * fill.price * multiplier * this.rateAt(fill);
  }

  /** Base currency per unit when it filled; the last rate where nobody looked, as at what ended a contract. */
  private rateAt({ order, symbol, at }: FillRecord): number {
    return this.seen.get(`${order} ${symbol} ${at}`)?.rate ?? rateOf(this.result, symbol);
  }
}

/** Whether a position was opened by selling. */
export function isSold({ quantity }: OptionPosition): boolean {
  return quantity < 0;
}
