/**
 * A content hash of what is on a tape: the same rows give the same fingerprint, from whatever file they came.
 */
import { createHash, type Hash } from 'node:crypto';
import type { CorporateAction } from '../../market/actions.ts';
import type { StreamSlice } from '../../market/tape.ts';

/** Returns the SHA-256 over streams (by symbol, kind, time frame) and actions, as hexadecimal. */
export function fingerprintOf(streams: readonly StreamSlice[], actions: readonly CorporateAction[] = []): string {
  const hash = createHash('sha256');
  for (const stream of streams) addStream(hash, stream);
  for (const action of actions) hash.update(JSON.stringify(action));
  return hash.digest('hex');
}

function addStream(hash: Hash, stream: StreamSlice): void {
  hash.update(`${stream.symbol}\n${stream.kind}\n${stream.timeFrame ?? ''}\n${stream.columns.length}\n`);
  for (const [name, column] of Object.entries<unknown>({ ...stream.columns }).sort(byName)) {
    if (!(column instanceof Float64Array)) continue;
    hash.update(name);
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
}

/** Readers build columns in different orders: names are put into one. */
function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
