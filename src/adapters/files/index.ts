/**
 * Price files: CSV, TSV, gzip and JSON candles into tapes; option chains; factor and map files.
 */
export { actionFileKind, readActions, readFactorRows, readMapRows, type ActionFile } from './actions.ts';
export { readFileName, type NameParts } from './file-name.ts';
export { fingerprintOf } from './fingerprint.ts';
export { findFrame, parseFrame, type Frame } from './frame.ts';
export type { Mapping } from './mapping.ts';
export { chainOf, readOptionChain, type ChainFile, type ChainRow } from './options.ts';
export type { Role } from './roles.ts';
export type { StampFormat } from './stamp.ts';
export { loadFile, readTape, tapeOf, tapeOfTables, type FileOptions, type LoadedStream } from './tape.ts';
export type { Table, TextColumn } from './table.ts';
