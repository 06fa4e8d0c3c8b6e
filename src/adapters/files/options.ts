/**
 * Option files that are no tapes: the chain at the end of a day, and open interest per contract.
 */
import { Fault } from '../../base/fault.ts';
import type { FileOptions } from './tape.ts';
import { readFileName } from './file-name.ts';
import { contractAt, expiryOf, rightOf } from './groups.ts';
import { withOptionHabits } from './option-habits.ts';
import { shapeOf } from './shape.ts';
import { readBytes, tableOf } from './tape.ts';

export interface ChainRow {
  /** OCC symbol without padding. */
  readonly symbol: string;
  readonly right: 'call' | 'put';
  readonly strike: number;
  readonly expiry: string;
  /** Fields that the file has and the row fills; a missing one is NaN. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly openInterest: number;
  readonly impliedVolatility: number;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
  readonly rho: number;
  /** 1-based line of the file. */
  readonly line: number;
}

export interface ChainFile {
  readonly underlying: string;
  readonly date: string | undefined;
  /** The row without a contract: the underlying itself. */
  readonly spot:
    | { readonly open: number; readonly high: number; readonly low: number; readonly close: number }
    | undefined;
  readonly rows: readonly ChainRow[];
}

const FIELDS = [
  'open', 'high', 'low', 'close', 'volume', 'openInterest',
  'impliedVolatility', 'delta', 'gamma', 'vega', 'theta', 'rho',
] as const; // prettier-ignore

/** Reads a chain or an open-interest file: one row per contract, and the underlying's own where there is one. */
export function readOptionChain(file: string, options: FileOptions = {}): ChainFile {
  return chainOf(readBytes(file), file, options);
}

export function chainOf(bytes: Uint8Array, file: string, options: FileOptions = {}): ChainFile {
  const table = withOptionHabits(tableOf(bytes, file, options), options.symbol);
  const shape = shapeOf(table);
  if (shape !== 'option-chain' && shape !== 'option-open-interest') {
    throw new Fault('csv.unknown-shape', 'the file has no option contracts with a right, a strike and an expiry', {
      file,
    });
  }
  const name = readFileName(file);
  const underlying = options.symbol ?? name.symbol;
  const rights = table.texts.get('right')!;
  const expiries = table.texts.get('expiry')!;
  const strikes = table.numbers.get('strike')!;
  const rows: ChainRow[] = [];
  let spot: ChainFile['spot'];
  for (let i = 0; i < table.length; i++) {
    const values = Object.fromEntries(FIELDS.map((field) => [field, table.numbers.get(field)?.[i] ?? Number.NaN]));
    const numbers = values as Record<(typeof FIELDS)[number], number>;
    const right = rights.texts[rights.codes[i]];
    if (right === '') {
      spot = { open: numbers.open, high: numbers.high, low: numbers.low, close: numbers.close };
      continue;
    }
    const place = { file, line: table.lines[i] };
    const side = rightOf(right, place);
    const expiry = expiryOf(expiries.texts[expiries.codes[i]], place);
    const strike = strikes[i];
    rows.push({
      symbol: contractAt(underlying, side, expiry, strike, place).symbol,
      right: side,
      strike,
      expiry,
      ...numbers,
      line: place.line,
    });
  }
  return { underlying, date: options.date ?? name.date, spot, rows };
}
