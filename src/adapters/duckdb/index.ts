/**
 * Parquet through DuckDB: files into tapes whole or in slices, streams into files, and the catalog of them.
 */
export * from './catalog.ts';
export { readParquet } from './read.ts';
export type { FileMeta, StreamKind } from './schema.ts';
export { streamParquet, type StreamOptions } from './stream.ts';
export { writeParquet, type WriteInfo } from './write.ts';
