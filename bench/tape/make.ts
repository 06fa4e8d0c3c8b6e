/** Makes the files to be read: minute bars around the clock, in Parquet and in CSV. Run in a process of its own. */
import { writeFileSync } from 'node:fs';
import { quote, withConnection } from '../../src/adapters/duckdb/connection.ts';
import { metaOption } from '../../src/adapters/duckdb/schema.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { formatInstant, MINUTE } from '../../src/time/instant.ts';

const START = Date.UTC(1980, 0, 1) * 1000;

const [kind, file = '', rows = '0'] = process.argv.slice(2);
if (kind === 'parquet') await makeParquet(file, Number(rows));
else makeCsv(file, Number(rows));

async function makeParquet(target: string, count: number): Promise<void> {
  const meta = {
    version: 1,
    kind: 'bars',
    symbol: 'BENCH',
    timeFrame: '1m',
    instrument: defineInstrument({ symbol: 'BENCH', kind: 'crypto' }),
    source: 'made for a benchmark',
    simulated: true,
    adjustment: 'raw',
    rows: count,
    from: START + MINUTE,
    to: START + count * MINUTE,
    fingerprint: 'none',
    actions: [],
    findings: [],
  } as const;
  const price = 'round(100 + 10 * sin(i / 1000.0) + (i * 7919 % 101) / 100.0, 2)';
  const select = `SELECT make_timestamptz(${START} + (i + 1) * ${MINUTE}) AS time,
    make_timestamptz(${START} + i * ${MINUTE}) AS open_time, ${price} AS open, ${price} + 0.1 AS high,
    ${price} - 0.1 AS low, ${price} + 0.05 AS close, (1000 + i % 977)::DOUBLE AS volume FROM range(${count}) t(i)`;
  const options = `FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy, ${metaOption(meta)}`;
  await withConnection((connection) => connection.run(`COPY (${select}) TO ${quote(target)} (${options})`));
}

function makeCsv(target: string, count: number): void {
  const lines = ['date,open,high,low,close,volume'];
  for (let i = 0; i < count; i++) {
    const price = 100 + 10 * Math.sin(i / 1000) + ((i * 7919) % 101) / 100;
    const cells = [price, price + 0.1, price - 0.1, price + 0.05].map((value) => value.toFixed(2));
    lines.push(`${formatInstant(START + i * MINUTE).slice(0, 19)},${cells.join(',')},${1000 + (i % 977)}`);
  }
  writeFileSync(target, `${lines.join('\n')}\n`);
}
