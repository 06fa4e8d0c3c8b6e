/** A mistake that is a change of a line or two. */
export interface Edit {
  /** Below `src`. */
  readonly file: string;
  /** What stands there once, and what is put in its place. */
  readonly from: string;
  readonly to: string;
}

export interface PlantedEdit {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The file of tests that must find it, below `test`. */
  readonly test: string;
}

/** One change of one file. */
export function edit(name: string, file: string, from: string, to: string, test: string): PlantedEdit {
  return { name, edits: [{ file, from, to }], test };
}
