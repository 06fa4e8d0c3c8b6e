/**
 * What a comparison of runs is made of, as plain shapes: this room does not know where the runs were kept.
 */

export interface ComparedRun {
  /** Short, and different from the others: what legends and columns are called. */
  readonly label: string;
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly simulated: boolean;
  /** First and last instant. */
  readonly startAt: number | undefined;
  readonly endAt: number | undefined;
  /** Milliseconds since 1970 and money, at each step; `undefined` where none was kept. */
  readonly equity: { readonly times: Float64Array; readonly values: Float64Array } | undefined;
}

/** One figure with a value for each run, in their order; NaN where it has none. */
export interface FigureRow {
  readonly title: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** Places of the best values; empty where neither more nor less is better, or all are equal. */
  readonly best: readonly number[];
}

export interface ComparisonInput {
  readonly runs: readonly ComparedRun[];
  readonly figures: readonly FigureRow[];
  /** Fields of the set-ups that differ. */
  readonly differences: readonly { readonly path: string; readonly values: readonly (string | undefined)[] }[];
  /** What makes the comparison less than fair. */
  readonly cautions: readonly string[];
}
