/**
 * Query results as `Float64Array` columns: whole vectors are copied, never value by value.
 */
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { assert } from '../../base/assert.ts';
import type { Connection } from './connection.ts';
import { ChunkRelease } from './release.ts';

/** Returns a chunk's column of type DOUBLE as a view; it is valid until the next chunk is asked for. */
export function doublesOf(chunk: DuckDBDataChunk, column: number): Float64Array {
  // `items` is public on the vector of each type and not on their common class.
  const { items } = chunk.getColumnVector(column) as unknown as { items: unknown };
  assert(items instanceof Float64Array, () => `column ${column} of the query must be DOUBLE`);
  return items;
}

/** Runs a query whose columns are all DOUBLE and not null; returns them whole. */
export async function readColumns(connection: Connection, sql: string): Promise<Float64Array[]> {
  const result = await connection.stream(sql);
  const growing = Array.from({ length: result.columnCount }, () => new GrowingColumn());
  const release = new ChunkRelease();
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (let i = 0; i < growing.length; i++) growing[i].append(doublesOf(chunk, i));
    release.copied(chunk.rowCount);
  }
  return growing.map((column) => column.finish());
}

/** A column whose length is not known yet. */
export class GrowingColumn {
  private items: Float64Array;
  private length = 0;

  constructor(capacity = 4096) {
    this.items = new Float64Array(capacity);
  }

  append(values: Float64Array): void {
    const length = this.length + values.length;
    if (length > this.items.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.items.length));
      larger.set(this.items.subarray(0, this.length));
      this.items = larger;
    }
    this.items.set(values, this.length);
    this.length = length;
  }

  finish(): Float64Array {
    return this.items.subarray(0, this.length);
  }
}
