/**
 * The market behind the broker: a tape, row by row in time order, told to the broker as quotes and trades.
 *
 * Quotes and trades of a tape are told as they are. Where a tape has only bars, each is walked from open over its two
 * extremes to close, with a spread around; a bar cannot say more.
 */
import { Heap } from '../../../base/heap.ts';
import type { BarColumns, QuoteBarColumns, QuoteColumns, TradeColumns } from '../../../market/columns.ts';
import type { TapeSlice } from '../../../market/tape.ts';
import type { Broker } from './broker.ts';

interface Stream {
  readonly symbol: string;
  readonly ordinal: number;
  /** When the next row is told. */
  at: number;
  /** Tells the next row and moves on; returns whether there is another. */
  step(): boolean;
}

export class TapePlayer {
  private readonly heap = new Heap<Stream>((a, b) => a.at < b.at || (a.at === b.at && a.ordinal < b.ordinal));
  private readonly broker: Broker;

  /** `from`: earlier rows are left out. */
  constructor(broker: Broker, slice: TapeSlice, from: number) {
    this.broker = broker;
    const isQuoted = (kind: string): boolean => kind === 'quotes' || kind === 'quote-bars';
    const quoted = new Set(slice.streams.filter(({ kind }) => isQuoted(kind)).map(({ symbol }) => symbol));
    let ordinal = 0;
    for (const { kind, symbol, columns } of slice.streams) {
      ordinal++;
      if (kind === 'quotes') this.add(quoteStream(broker, symbol, ordinal, columns, from));
      else if (kind === 'trades') this.add(tradeStream(broker, symbol, ordinal, columns, from));
      else if (kind === 'bars' && !quoted.has(symbol)) this.add(barStream(broker, symbol, ordinal, columns, from));
      else if (kind === 'quote-bars') this.add(quoteBarStream(broker, symbol, ordinal, columns, from));
    }
  }

  /** When the next row is due; `undefined` at the end of the tape. */
  get nextAt(): number | undefined {
    return this.heap.peek()?.at;
  }

  /** Plays until an instant, and lets the broker do what is due in between. */
  advance(to: number): void {
    const { heap, broker } = this;
    for (let next = heap.peek(); next !== undefined && next.at <= to; next = heap.peek()) {
      heap.pop();
      broker.advance(next.at);
      if (next.step()) heap.push(next);
    }
    broker.advance(to);
  }

  private add(stream: Stream | undefined): void {
    if (stream !== undefined) this.heap.push(stream);
  }
}

function quoteStream(
  broker: Broker,
  symbol: string,
  ordinal: number,
  columns: QuoteColumns,
  from: number,
): Stream | undefined {
  const { time, bid, ask, bidSize, askSize } = columns;
  let row = time.findIndex((at) => at >= from);
  if (row < 0) return undefined;
  const side = (price: number): number => (Number.isNaN(price) ? 0 : price);
  return {
    symbol,
    ordinal,
    at: time[row],
    step(): boolean {
      broker.quote(symbol, side(bid[row]), side(ask[row]), bidSize[row], askSize[row]);
      row++;
      this.at = time[row];
      return row < time.length;
    },
  };
}

function tradeStream(
  broker: Broker,
  symbol: string,
  ordinal: number,
  columns: TradeColumns,
  from: number,
): Stream | undefined {
  const { time, price, size } = columns;
  let row = time.findIndex((at) => at >= from);
  if (row < 0) return undefined;
  return {
    symbol,
    ordinal,
    at: time[row],
    step(): boolean {
      broker.trade(symbol, price[row], size[row]);
      row++;
      this.at = time[row];
      return row < time.length;
    },
  };
}

/** A quote of a bar lies so far from its price on each side: half a basis point, and at least half a cent. */
const HALF_SPREAD = 0.00005;

function barStream(
  broker: Broker,
  symbol: string,
  ordinal: number,
  columns: BarColumns,
  from: number,
): Stream | undefined {
  const { time, openTime, open, high, low, close, volume } = columns;
  let row = time.findIndex((at) => at > from);
  if (row < 0) return undefined;
  let part = 0;
  const startOf = (index: number): number =>
    Number.isNaN(openTime[index]) ? (time[index - 1] ?? time[index]) : openTime[index];
  const atOf = (): number => startOf(row) + Math.floor(((time[row] - startOf(row)) * part) / 4);
  return {
    symbol,
    ordinal,
    at: atOf(),
    step(): boolean {
      // The extreme nearer to the open comes first.
      const lowFirst = open[row] - low[row] < high[row] - open[row];
      const path = [open[row], lowFirst ? low[row] : high[row], lowFirst ? high[row] : low[row], close[row]];
      const price = path[part];
      const half = Math.max(0.005, price * HALF_SPREAD);
      broker.quote(symbol, Math.round((price - half) * 100) / 100, Math.round((price + half) * 100) / 100, 10, 10);
      broker.trade(symbol, price, Math.max(1, Math.round(volume[row] / 4)));
      if (++part === 4) {
        part = 0;
        row++;
      }
      if (row >= time.length) return false;
      this.at = Math.max(this.at, atOf());
      return true;
    },
  };
}

/** A bar of quotes is told at its ends: what bid and ask were when it began, and when it was over. */
function quoteBarStream(
  broker: Broker,
  symbol: string,
  ordinal: number,
  columns: QuoteBarColumns,
  from: number,
): Stream | undefined {
  const { time, openTime, bidOpen, askOpen, bidClose, askClose, bidSize, askSize } = columns;
  let row = time.findIndex((at) => at > from);
  if (row < 0) return undefined;
  let isOpening = openTime[row] >= from;
  const atOf = (): number => (isOpening ? openTime[row] : time[row]);
  const side = (price: number): number => (Number.isNaN(price) ? 0 : price);
  const size = (shown: number): number => (Number.isNaN(shown) ? 0 : shown);
  return {
    symbol,
    ordinal,
    at: atOf(),
    step(): boolean {
      const [bid, ask] = isOpening ? [bidOpen[row], askOpen[row]] : [bidClose[row], askClose[row]];
      broker.quote(symbol, side(bid), side(ask), size(bidSize[row]), size(askSize[row]));
      if (!isOpening) row++;
      isOpening = !isOpening;
      if (row >= time.length) return false;
      this.at = Math.max(this.at, atOf());
      return true;
    },
  };
}
