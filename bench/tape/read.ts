/** Reads one file once, in a process of its own, and prints seconds and peak memory: what a run would see. */
import { connect, quote } from '../../src/adapters/duckdb/connection.ts';
import { selectList } from '../../src/adapters/duckdb/schema.ts';
import { streamParquet } from '../../src/adapters/duckdb/stream.ts';
import { readBytes, readTape } from '../../src/adapters/files/tape.ts';

const [how, file = ''] = process.argv.slice(2);
// DuckDB is loaded and JavaScript compiled before the clock starts, except for what is measured cold.
if (how !== 'csv') (await connect()).closeSync();
const start = performance.now();
const rows = how === 'csv' ? csv() : how === 'stream' ? await stream() : await floor();
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ seconds, rows, peakMb: process.resourceUsage().maxRSS / 1000 }));

/** The tape as the engine asks for it, each close looked at once. */
async function stream(): Promise<number> {
  let count = 0;
  let sum = 0;
  for await (const { streams } of (await streamParquet(file)).slices()) {
    for (const { kind, columns } of streams) {
      count += columns.length;
      if (kind === 'bars') for (let i = 0; i < columns.length; i++) sum += columns.close[i];
    }
  }
  if (!(sum > 0)) throw new Error('no prices were read');
  return count;
}

/** DuckDB alone: the same columns decoded and handed over, nothing done with them. */
async function floor(): Promise<number> {
  const connection = await connect();
  const result = await connection.stream(`SELECT ${selectList('bars')} FROM read_parquet(${quote(file)})`);
  let count = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (let i = 0; i < 7; i++) chunk.getColumnVector(i);
    count += chunk.rowCount;
  }
  connection.closeSync();
  return count;
}

/** A CSV cold, as the command line meets it; then how long a bare look at its bytes takes goes to standard error. */
function csv(): number {
  return readTape(file, { instrument: { kind: 'crypto' } }).slice.streams[0].columns.length;
}

if (how === 'csv') {
  const bytes = readBytes(file);
  let best = Number.POSITIVE_INFINITY;
  let warm = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 7; run++) {
    const scanStart = performance.now();
    let lines = 0;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) lines++;
    if (lines === 0) throw new Error('no lines');
    best = Math.min(best, performance.now() - scanStart);
    const warmStart = performance.now();
    csv();
    warm = Math.min(warm, performance.now() - warmStart);
  }
  console.log(JSON.stringify({ scanSeconds: best / 1000, warmSeconds: warm / 1000 }));
}
