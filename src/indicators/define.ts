/**
 * What an indicator is: one definition that is called with whole columns, or streamed row by row, with the same bits.
 *
 * The stream is the truth. Where a batch kernel exists it is only faster, and a property test holds it to the stream
 * bit by bit. Every indicator starts with NaN until `warmUp` rows have passed and never looks at a later row.
 */
import { type IndicatorOption, type IndicatorParameter, resolveArguments } from './arguments.ts';
import type { Stream } from './stream.ts';

/** `time` is when a row was complete, an instant. */
export type InputName = 'series' | 'other' | 'time' | 'open' | 'high' | 'low' | 'close' | 'volume';

/** A number of each parameter in order, then an object of named options. Left out, they have their defaults. */
export type IndicatorArguments = readonly (number | object | undefined)[];

export type Family =
  | 'moving averages'
  | 'oscillators'
  | 'trend'
  | 'volatility'
  | 'volume'
  | 'statistics'
  | 'price transforms';

/**
 * Fills whole output columns; called only with finite rows, more of them than the warm-up. One that looks for rows that
 * are not finite itself (`checks`) is called with any, and answers whether all were.
 */
export type Kernel<A extends IndicatorArguments> = (
  columns: readonly Float64Array[],
  length: number,
  out: readonly Float64Array[],
  ...args: A
) => boolean | void;

export interface IndicatorDefinition<
  In extends readonly InputName[],
  Out extends readonly string[],
  A extends IndicatorArguments,
> {
  readonly name: string;
  readonly title: string;
  readonly family: Family;
  /** What a row consists of. */
  readonly inputs: In;
  readonly outputs: Out;
  readonly parameters: readonly IndicatorParameter[];
  /** Named alternatives, such as how the first value is seeded; they come as one object after the parameters. */
  readonly options?: readonly IndicatorOption[];
  /** Number of rows before the first finite value of the first output. */
  readonly warmUp: (...args: A) => number;
  readonly create: (...args: A) => Stream;
  readonly kernel?: Kernel<A>;
  /** Which arguments the kernel is for; all of them where this is left out. */
  readonly fits?: (...args: A) => boolean;
  /** Whether a NaN in any row of the kernel's input stays in all later rows of each output, as in running sums. */
  readonly spreads?: boolean;
  /** Whether the kernel itself looks for rows that are not finite, on its way: a look of its own is a pass over memory. */
  readonly checks?: boolean;
  /** Other names people know it by, in lower case. */
  readonly aliases?: readonly string[];
}

/** The first arguments of a batch call: one or two series, or an object with the columns it needs. */
type BatchInput<In extends readonly InputName[]> = In extends readonly ['series']
  ? [series: Float64Array]
  : In extends readonly ['series', 'other']
    ? [series: Float64Array, other: Float64Array]
    : [columns: { readonly [Name in In[number]]: Float64Array }];

type BatchOutput<Out extends readonly string[]> = Out extends readonly [string]
  ? Float64Array
  : { readonly [Name in Out[number]]: Float64Array };

type Row<In extends readonly InputName[]> = { [Index in keyof In]: number };

export interface IndicatorStream<In extends readonly InputName[] = readonly InputName[]> {
  /** All outputs of the last update, in the order of `outputs`. */
  readonly out: Float64Array;
  /** Takes one row in the order of `inputs` and returns the first output. */
  update(...row: Row<In>): number;
  save(): number[];
  restore(state: readonly (number | null)[]): void;
}

/** An indicator as generic code sees it: an engine, a registry, a command line. */
export interface AnyIndicator {
  readonly name: string;
  readonly title: string;
  readonly family: Family;
  readonly inputs: readonly InputName[];
  readonly outputs: readonly string[];
  readonly parameters: readonly IndicatorParameter[];
  readonly options: readonly IndicatorOption[];
  readonly aliases: readonly string[];
  /** Number of rows before the first finite value of the first output. */
  warmUp(...args: IndicatorArguments): number;
  /** Fills `out`, one column per output, from `columns`, one per input, for rows 0 … length − 1. */
  run(columns: readonly Float64Array[], length: number, args: IndicatorArguments, out: readonly Float64Array[]): void;
  stream(...args: IndicatorArguments): Stream;
}

export interface Indicator<
  In extends readonly InputName[],
  Out extends readonly string[],
  A extends IndicatorArguments,
> extends Omit<AnyIndicator, 'stream' | 'warmUp'> {
  /** Whole columns in, whole columns out: one array, or a record of them where there are several outputs. */
  (...call: [...BatchInput<In>, ...Partial<A>]): BatchOutput<Out>;
  readonly inputs: In;
  readonly outputs: Out;
  warmUp(...args: Partial<A>): number;
  stream(...args: Partial<A>): Stream & IndicatorStream<In>;
}

/** Makes an indicator of its definition. */
export function defineIndicator<
  const In extends readonly InputName[],
  const Out extends readonly string[],
  A extends IndicatorArguments,
>(definition: IndicatorDefinition<In, Out, A>): Indicator<In, Out, A> {
  const { inputs, outputs } = definition;
  const series = inputs[0] === 'series';
  // Arguments are checked against the definition, so what comes out has its parameter types.
  const resolve = (args: IndicatorArguments): A => resolveArguments(definition, args) as unknown as A;

  function run(
    columns: readonly Float64Array[],
    length: number,
    args: IndicatorArguments,
    out: readonly Float64Array[],
  ): void {
    const resolved = resolve(args);
    const { kernel, spreads, checks } = definition;
    const from = kernel === undefined ? 0 : firstFullRow(columns, length);
    const enough = length - from > definition.warmUp(...resolved) && definition.fits?.(...resolved) !== false;
    if (
      kernel === undefined ||
      !enough ||
      (spreads !== true && checks !== true && !columns.every((column) => isWhole(column, from, length)))
    ) {
      runStream(definition.create(...resolved), columns, length, out);
      return;
    }
    let isDone;
    if (from === 0) isDone = kernel(columns, length, out, ...resolved);
    else {
      const rest = (column: Float64Array): Float64Array => column.subarray(from);
      for (const column of out) column.fill(Number.NaN, 0, from);
      isDone = kernel(columns.map(rest), length - from, out.map(rest), ...resolved);
    }
    // Where a NaN stays in every later row, the last row tells of it, or has it; the stream knows how to step over it.
    const isMissing = (column: Float64Array): boolean => Number.isNaN(column[length - 1]);
    if (isDone === false || (spreads === true && (out.some(isMissing) || columns.some(isMissing)))) {
      runStream(definition.create(...resolved), columns, length, out);
    }
  }

  function batch(...call: readonly unknown[]): Float64Array | Record<string, Float64Array> {
    const arrays = series ? inputs.length : 1;
    // The call signature gives the arguments their types; what a caller without types passed is checked on the way.
    const columns = series
      ? (call.slice(0, arrays) as Float64Array[])
      : pick(call[0] as Record<string, Float64Array>, inputs);
    const length = columns[0].length;
    const out = outputs.map(() => new Float64Array(length));
    run(columns, length, call.slice(arrays) as IndicatorArguments, out);
    if (out.length === 1) return out[0];
    return Object.fromEntries(outputs.map((name, index) => [name, out[index]]));
  }

  const members: Record<string, unknown> = {
    ...definition,
    options: definition.options ?? [],
    aliases: definition.aliases ?? [],
    warmUp: (...args: IndicatorArguments) => definition.warmUp(...resolve(args)),
    stream: (...args: IndicatorArguments) => definition.create(...resolve(args)),
    run,
  };
  delete members['create'];
  delete members['kernel'];
  delete members['fits'];
  delete members['spreads'];
  delete members['checks'];
  for (const [name, value] of Object.entries(members)) Object.defineProperty(batch, name, { value, enumerable: true });
  // The members above are those of the interface; the compiler cannot follow properties defined on a function.
  return batch as unknown as Indicator<In, Out, A>;
}

function pick(columns: Readonly<Record<string, Float64Array>>, inputs: readonly InputName[]): Float64Array[] {
  return inputs.map((name) => columns[name]);
}

function firstFullRow(columns: readonly Float64Array[], length: number): number {
  let from = 0;
  for (const column of columns) while (from < length && Number.isNaN(column[from])) from++;
  return from;
}

/**
 * Runs a stream over whole columns. This loop serves all indicators and so is compiled for none; a kernel that holds
 * nothing but such a loop over its own stream is several times faster.
 */
function runStream(
  stream: Stream,
  columns: readonly Float64Array[],
  length: number,
  out: readonly Float64Array[],
): void {
  const [a, b = a, c = a, d = a, e = a] = columns as readonly [Float64Array, ...Float64Array[]];
  const first = out[0];
  const { out: last } = stream;
  const whole = columns.every((column) => isWhole(column, 0, length));
  for (let i = 0; i < length; i++) {
    // Rows without a NaN need not be looked at again one by one.
    first[i] = whole ? stream.next(a[i], b[i], c[i], d[i], e[i]) : stream.update(a[i], b[i], c[i], d[i], e[i]);
    for (let k = 1; k < out.length; k++) out[k][i] = last[k]!;
  }
}

function isWhole(column: Float64Array, from: number, length: number): boolean {
  let i = from;
  for (; i + 3 < length; i += 4) {
    // One look at four rows: nothing but a finite sum leaves nothing when taken from itself.
    const four = column[i] + column[i + 1] + column[i + 2] + column[i + 3];
    if (four - four !== 0) break;
  }
  for (; i < length; i++) if (!Number.isFinite(column[i])) return false;
  return true;
}
