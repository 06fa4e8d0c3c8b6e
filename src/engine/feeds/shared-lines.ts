/**
 * Columns of indicators that the runs over one tape share: each is computed once, for the first run that follows it.
 *
 * Who plays a tape many times says so with `shareLines`; from then on a feed over these columns looks here first. A
 * shared column is the one that the run would have computed, so the results are the same bit for bit. When the memory
 * that was allowed is full, further indicators are computed by each run as before.
 */
import type { AnyIndicator, IndicatorArguments } from '../../indicators/define.ts';

export interface SharedColumns {
  /** The arguments that filled them, with what was found out about the inputs. */
  readonly exact: IndicatorArguments;
  readonly columns: readonly Float64Array[];
}

class SharedLines {
  private readonly ids = new Map<Float64Array, number>();
  private readonly known = new Map<AnyIndicator, Map<string, SharedColumns>>();
  private room: number;

  constructor(valuesMax: number) {
    this.room = valuesMax;
  }

  find(indicator: AnyIndicator, args: IndicatorArguments, inputs: readonly Float64Array[]): SharedColumns | undefined {
    return this.known.get(indicator)?.get(this.keyOf(args, inputs));
  }

  keep(
    indicator: AnyIndicator,
    args: IndicatorArguments,
    inputs: readonly Float64Array[],
    shared: SharedColumns,
  ): boolean {
    const values = shared.columns.reduce((sum, { length }) => sum + length, 0);
    if (values > this.room) return false;
    this.room -= values;
    // An indicator over this one can be shared too.
    for (const column of shared.columns) SHARED.set(column, this);
    let byKey = this.known.get(indicator);
    if (byKey === undefined) this.known.set(indicator, (byKey = new Map()));
    byKey.set(this.keyOf(args, inputs), shared);
    return true;
  }

  private keyOf(args: IndicatorArguments, inputs: readonly Float64Array[]): string {
    let key = '';
    for (const input of inputs) {
      let id = this.ids.get(input);
      if (id === undefined) this.ids.set(input, (id = this.ids.size));
      key += `${id},`;
    }
    return args.length === 1 && typeof args[0] === 'number' ? `${key}${args[0]}` : key + JSON.stringify(args);
  }
}

const SHARED = new WeakMap<Float64Array, SharedLines>();

/** Numbers that are kept for all lines over one tape unless another bound is given: 256 MB. */
const VALUES_MAX = 1 << 25;

/** Lets all runs over these columns share what indicators make of them; as long as the columns live. */
export function shareLines(columns: Iterable<Float64Array>, valuesMax = VALUES_MAX): void {
  const lines = new SharedLines(valuesMax);
  for (const column of columns) SHARED.set(column, lines);
}

/** Returns what runs over the same inputs share, or `undefined` when nobody asked for sharing. */
export function sharedLinesOf(inputs: readonly Float64Array[]): SharedLines | undefined {
  const lines = SHARED.get(inputs[0]);
  return lines !== undefined && inputs.every((input) => SHARED.get(input) === lines) ? lines : undefined;
}
