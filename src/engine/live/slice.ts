/**
 * One instant of a live tape as a slice that a deck can play.
 */
import type { TapeSlice } from '../../market/tape.ts';
import { ColumnsOfInputs } from './columns-of.ts';
import type { MarketInput } from './inputs.ts';

/** Returns the rows of an instant by stream, in the order in which streams first appear. */
export function sliceOf(input: MarketInput): TapeSlice {
  const columns = new ColumnsOfInputs();
  columns.add(input);
  return { streams: columns.streams() };
}
