/**
 * What a feed of bars remembers, as plain data: the newest rows, the values of its lines, and its indicators' states.
 */
import type { UnfinishedBar } from '../feeds/derived-feed.ts';
import type { PlainNumber } from './numbers.ts';

export interface SavedFeed {
  readonly symbol: string;
  readonly timeFrame: string;
  /** Rows of the tape up to here. */
  readonly rows: number;
  /** The newest of them, by field. */
  readonly columns: Readonly<Record<string, readonly PlainNumber[]>>;
  readonly followed: readonly {
    /** With its arguments: the state of an average over 10 rows is not that of one over 20. */
    readonly indicator: string;
    readonly lines: readonly (readonly PlainNumber[])[];
    readonly stream: readonly PlainNumber[];
    /** The scale in which its inputs were whole numbers, or null. */
    readonly scale: number | null;
  }[];
  readonly unfinished: UnfinishedBar | null;
}
