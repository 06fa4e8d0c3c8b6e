/**
 * The streaming half of every indicator, and its truth: one row in, its outputs out, all state in plain numbers.
 *
 * A subclass writes `next`, which may assume that its inputs are numbers. `update` is what the world calls: it turns a
 * row with a NaN in it into NaN outputs without touching the state, so that one indicator can follow another's
 * warm-up. Indicators made of other indicators call `next` of their parts.
 */
import { assert } from '../base/assert.ts';

export abstract class Stream {
  /** All outputs of the last update, in the order of the definition's `outputs`; NaN during warm-up. */
  readonly out: Float64Array;

  constructor(outputs = 1) {
    this.out = new Float64Array(outputs).fill(Number.NaN);
  }

  /** Takes one row in the order of `inputs`; returns the first output, and writes the others to `out`. */
  abstract next(a: number, b: number, c: number, d: number, e: number): number;

  /** Takes one row in the order of `inputs` and returns the first output; `out` then holds all of them. */
  update(a: number, b = 0, c = 0, d = 0, e = 0): number {
    const sum = a + b + c + d + e;
    if (sum !== sum) {
      this.out.fill(Number.NaN);
      return Number.NaN;
    }
    const first = this.next(a, b, c, d, e);
    this.out[0] = first;
    return first;
  }

  /** Whether `block` is a loop of its own, worth being called for a few thousand rows at a time. */
  get hasBlock(): boolean {
    return false;
  }

  /** Takes rows `from` … `to` − 1 of the inputs and writes the same rows of the outputs, as `update` does one by one. */
  block(inputs: readonly Float64Array[], outputs: readonly Float64Array[], from: number, to: number): void {
    const [a, b, c, d, e] = inputs;
    for (let row = from; row < to; row++) {
      this.update(a[row], b?.[row] ?? 0, c?.[row] ?? 0, d?.[row] ?? 0, e?.[row] ?? 0);
      for (let k = 0; k < outputs.length; k++) outputs[k][row] = this.out[k]!;
    }
  }

  /** Takes a value of another stream: while that one warms up, so does this. */
  pass(value: number): number {
    return value === value ? this.next(value, 0, 0, 0, 0) : value;
  }

  /** Returns the whole state as plain numbers: a stream made with the same arguments continues from it. */
  save(): number[] {
    const state: number[] = [];
    for (const field of Object.values(this)) saveField(field, state);
    return state;
  }

  /** Continues from a saved state. A state of another indicator or other arguments is refused. `null` is NaN. */
  restore(state: readonly (number | null)[]): void {
    const end = restoreFields(this, state, 0);
    assert(end === state.length, () => `a saved state of ${end} numbers was expected, not ${state.length}`);
  }
}

function saveField(field: unknown, state: number[]): void {
  if (typeof field === 'number') state.push(field);
  else if (typeof field === 'boolean') state.push(field ? 1 : 0);
  else if (field instanceof Float64Array || Array.isArray(field)) for (const item of field) saveField(item, state);
  else if (typeof field === 'object' && field !== null) for (const part of Object.values(field)) saveField(part, state);
}

function restoreFields(owner: object, state: readonly (number | null)[], start: number): number {
  let at = start;
  // The one place that writes to fields by name: it mirrors `saveField`, field by field.
  const fields = owner as Record<string, unknown>;
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === 'number') fields[name] = state[at++] ?? Number.NaN;
    else if (typeof field === 'boolean') fields[name] = state[at++] === 1;
    else if (field instanceof Float64Array) for (let i = 0; i < field.length; i++) field[i] = state[at++] ?? Number.NaN;
    else if (typeof field === 'object' && field !== null) at = restoreFields(field, state, at);
  }
  return at;
}
