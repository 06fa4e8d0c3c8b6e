/** A share with a few contracts on it, as rows: what the tests of options are made of. */
import { BarBuffer } from '../../../src/market/bar-buffer.ts';
import { allocateQuotes } from '../../../src/market/columns.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import type { StreamSlice } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { honest, type Conventions } from '../../../src/engine/sim/conventions.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import { bars, plain, play, type Play, type Played } from '../play.ts';

/** Fills at the quotes, without fees; the account of a broker that lends. */
export const margined: Conventions = { ...plain, margin: regT };
/** The same with cash alone. */
export const cash: Conventions = { ...plain, margin: honest.margin };

/**
 * Bid and ask at the close of each session; `undefined` where nothing was quoted, NaN for a side that is missing. An order
 * sent at a close meets the quote of the next one.
 */
export type Quoted = readonly (readonly [bid: number, ask: number] | undefined)[];

export interface Chain {
  /** Closes of the share ABC (or of `underlying`), one per session from `start` on. */
  readonly closes: readonly number[];
  /** Opens, where they are not the close of the session before. */
  readonly opens?: readonly (number | undefined)[];
  /** By OCC symbol. */
  readonly quotes: Readonly<Record<string, Quoted>>;
  readonly underlying?: string;
  /** The first session; 2024-01-16 is a Tuesday, and 2024-01-19 the third Friday. */
  readonly start?: string;
  readonly setup: Play['setup'];
}

/** Daily bars of the share and a quote of each contract at every close. */
export function streamsOf({ closes, opens, quotes, underlying = 'ABC', start = '2024-01-16' }: Chain): StreamSlice[] {
  const sessions = calendar('XNYS').sessions(start, '2034-12-31').slice(0, closes.length);
  const buffer = new BarBuffer();
  sessions.forEach(({ openAt, closeAt }, i) => {
    const open = opens?.[i] ?? closes[Math.max(0, i - 1)];
    const close = closes[i];
    buffer.add(closeAt, openAt, open, Math.max(open, close), Math.min(open, close), close, 1_000_000);
  });
  const contracts = Object.entries(quotes).map(([symbol, rows]): StreamSlice => {
    const quoted = rows.flatMap((row, i) => (row === undefined ? [] : [{ at: sessions[i].closeAt, row }]));
    const columns = allocateQuotes(quoted.length);
    quoted.forEach(({ at, row: [bid, ask] }, i) => {
      columns.time[i] = at;
      columns.bid[i] = bid;
      columns.ask[i] = ask;
      columns.bidSize[i] = columns.askSize[i] = 100;
    });
    return { kind: 'quotes', symbol, columns };
  });
  return [bars(buffer.view(), underlying), ...contracts];
}

/** The rows after `from` and up to `to`. */
export function cut(streams: readonly StreamSlice[], from: number, to: number): StreamSlice[] {
  return streams.map((stream) => {
    const rows = [...stream.columns.time.keys()].filter((row) => {
      return stream.columns.time[row] > from && stream.columns.time[row] <= to;
    });
    const all = Object.entries(stream.columns) as [string, Float64Array | number][];
    const columns = all.map(([name, column]) => [
      name,
      typeof column === 'number' ? rows.length : Float64Array.from(rows, (row) => column[row]),
    ]);
    // The same columns, shorter.
    return { ...stream, columns: Object.fromEntries(columns) as never };
  });
}

export function playChain(chain: Chain, options: Partial<Play> = {}): Played {
  return play({ conventions: margined, ...options, ...listed(chain), setup: chain.setup });
}

/** The rows of a chain, and what they are of. */
export function listed(
  chain: Chain,
): Pick<Play, 'streams'> & { readonly instruments: NonNullable<Play['instruments']> } {
  const streams = streamsOf(chain);
  const { underlying = 'ABC' } = chain;
  const isIndex = ['SPX', 'XSP', 'VIX'].includes(underlying);
  const instruments = streams.map(({ symbol }) =>
    symbol === underlying ? { kind: isIndex ? ('index' as const) : ('equity' as const) } : occInstrument(symbol),
  );
  return { streams, instruments };
}
