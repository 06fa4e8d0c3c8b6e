/**
 * A recorded tape as the inputs of a session: one per instant, so that what happened together is taken together.
 */
import { Heap } from '../../base/heap.ts';
import type { StreamSlice, TapeSlice } from '../../market/tape.ts';
import type { StreamShape } from '../feeds/feeds.ts';
import type { MarketInput, MarketRow } from './inputs.ts';

interface Place {
  readonly stream: StreamSlice;
  /** Position among the streams of the slice. */
  readonly index: number;
  row: number;
}

/** Yields the instants of a slice in order; rows of one instant in the order of their streams. */
export function* inputsOf({ streams }: TapeSlice): Generator<MarketInput> {
  const timeOf = ({ stream, row }: Place): number => stream.columns.time[row];
  const heap = new Heap<Place>((a, b) => timeOf(a) < timeOf(b) || (timeOf(a) === timeOf(b) && a.index < b.index));
  for (const [index, stream] of streams.entries()) {
    if (stream.columns.length > 0) heap.push({ stream, index, row: 0 });
  }
  for (let place = heap.peek(); place !== undefined; place = heap.peek()) {
    const at = timeOf(place);
    const rows: MarketRow[] = [];
    for (; place !== undefined && timeOf(place) === at; place = heap.peek()) {
      heap.pop();
      rows.push(rowOf(place.stream, place.row));
      place.row++;
      if (place.row < place.stream.columns.length) heap.push(place);
    }
    yield { kind: 'market', at, rows };
  }
}

/** What a session is told of the streams of a tape: bars of quotes come as the quotes they closed with. */
export function liveShape({ kind, symbol, timeFrame }: StreamShape): StreamShape {
  if (kind === 'quote-bars') return { kind: 'quotes', symbol };
  return { kind, symbol, ...(timeFrame === undefined ? {} : { timeFrame }) };
}

function rowOf(stream: StreamSlice, row: number): MarketRow {
  const { symbol } = stream;
  switch (stream.kind) {
    case 'bars': {
      const { openTime, open, high, low, close, volume } = stream.columns;
      const timeFrame = stream.timeFrame ?? '';
      return ['bar', symbol, timeFrame, openTime[row], open[row], high[row], low[row], close[row], volume[row]];
    }
    case 'quotes': {
      const { bid, ask, bidSize, askSize } = stream.columns;
      return ['quote', symbol, side(bid[row]), side(ask[row]), bidSize[row], askSize[row]];
    }
    case 'quote-bars': {
      const { bidClose, askClose, bidSize, askSize } = stream.columns;
      return ['quote', symbol, side(bidClose[row]), side(askClose[row]), bidSize[row], askSize[row]];
    }
    case 'trades': {
      const { price, size } = stream.columns;
      return ['trade', symbol, price[row], size[row]];
    }
  }
}

/** JSON has no NaN: a side that is missing is null. */
function side(price: number): number | null {
  return price === price ? price : null;
}
