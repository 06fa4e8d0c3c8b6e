/**
 * A source of live prices as a session needs it: what was before, what comes, and how late it is by its own word.
 *
 * Adapters translate their vendor's messages into rows. What arrives twice, out of order or too fast is dealt with by
 * the inbox, so that every vendor gets the same treatment.
 */
import type { AmendedRow, MarketInput, MarketRow } from './inputs.ts';

/** Where a source delivers. */
export interface FeedSink {
  /** A row, with the instant that the source gives it; of a bar its end. `id` tells trades of one instant apart. */
  row(row: MarketRow, stamp: number, id?: string): void;
  /** An exchange halts a symbol, or lets it trade again; left out where nobody wants to know. */
  status?(symbol: string, state: 'halted' | 'trading', reason: string): void;
  /** What was delivered before is otherwise, whoever has taken it; left out where nobody wants to know. */
  amend?(row: AmendedRow): void;
  /** Between which prices an exchange lets a symbol trade from now on; 0 where there is no such price. */
  band?(symbol: string, up: number, down: number): void;
  /** `up` once it listens, also again after a break; `locked` where it never will. */
  state(state: 'up' | 'down' | 'locked', reason: string): void;
}

export interface LiveFeed {
  /** Rows between two instants, for warming up and for holes: complete bars only, in the order of their ends. */
  history(from: number, to: number): Promise<readonly MarketInput[]>;
  /** The newest quotes, for what is seldom quoted. */
  latest(): Promise<readonly (readonly [row: MarketRow, stamp: number])[]>;
  /** Begins to deliver; resolves once the source listens. */
  connect(sink: FeedSink): Promise<void>;
  close(): void;
}
