/** Two weeks of one share with one put and one call on it, every number written by hand. */
import { allocateQuotes, type BarColumns } from '../../../src/market/columns.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { contractInstrument } from '../../../src/market/option/contract.ts';
import type { StreamSlice } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import type { OptionTape } from './play.ts';

interface Handmade {
  readonly callStrike: number;
  /** AAA unless told; an index is settled in cash. */
  readonly root?: string;
  /** Contracts on each side of a quote; 100 unless told. */
  readonly size?: number;
}

/** From Tuesday, 16 January 2024, on: the put ends on the first Friday, the call on the second. */
const CLOSES = [100, 98, 96, 93, 93, 94, 95, 96, 97, 97];
/** Bid of the put to its last day, and of the call from the day on which the put ends. */
const PUT = [1, 0.8, 0.6, 2];
const CALL = [undefined, undefined, undefined, undefined, 0.8, 0.8, 0.8, 1.3, 3.1];

export function handmade({ callStrike, root = 'AAA', size = 100 }: Handmade): OptionTape {
  const symbol = root === 'SPXW' ? 'SPX' : root;
  const sessions = calendar('XNYS').sessions('2024-01-16', '2024-01-29');
  const length = CLOSES.length;
  const closes = Float64Array.from(CLOSES);
  const columns: BarColumns = {
    length,
    time: Float64Array.from(sessions, ({ closeAt }) => closeAt),
    openTime: Float64Array.from(sessions, ({ openAt }) => openAt),
    open: closes,
    high: closes,
    low: closes,
    close: closes,
    volume: new Float64Array(length).fill(1e6),
  };
  const share = defineInstrument({ symbol, ...(root === 'SPXW' ? { kind: 'index' } : {}) });
  const put = contractInstrument({ root, right: 'put', expiry: '2024-01-19', strike: 95 }, { tick: 0.01 });
  const call = contractInstrument({ root, right: 'call', expiry: '2024-01-26', strike: callStrike }, { tick: 0.01 });
  const quotes = (name: string, bids: readonly (number | undefined)[]): StreamSlice => {
    // At each close, and at the next open as at the close before.
    const rows = bids.flatMap((bid, i) => {
      if (bid === undefined) return [];
      const isLast = bids[i + 1] === undefined;
      return [{ at: columns.time[i], bid }, ...(isLast ? [] : [{ at: columns.openTime[i + 1], bid }])];
    });
    const own = allocateQuotes(rows.length);
    own.time.set(rows.map(({ at }) => at));
    own.bid.set(rows.map(({ bid }) => bid));
    own.ask.set(rows.map(({ bid }) => bid + 0.1));
    own.bidSize.fill(size);
    own.askSize.fill(size);
    return { kind: 'quotes', symbol: name, columns: own };
  };
  const streams: StreamSlice[] = [
    { kind: 'bars', symbol, timeFrame: '1d', columns },
    quotes(put.symbol, PUT),
    quotes(call.symbol, CALL),
  ];
  const instruments = [share, put, call];
  const tape = {
    instruments,
    source: 'written by hand',
    findings: [],
    actions: [],
    simulated: true,
    fingerprint: '',
    adjustment: 'raw',
    slice: { streams },
  } as const;
  return { tape, streams };
}
