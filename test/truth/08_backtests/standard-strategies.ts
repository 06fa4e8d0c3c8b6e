/**
 * Every standard strategy, opened on a real chain under the conventions of LEAN.
 *
 * Nobody published these numbers: they are computed here from the rows of the file alone (the far side of each closing
 * quote, the fee tiers, the middle as mark), by none of the code that is tested.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readTape } from '../../../src/adapters/files/tape.ts';
import { lean } from '../../../src/engine/sim/conventions.ts';
import type { RecordedTape, StreamSlice } from '../../../src/market/tape.ts';
import { recogniseStrategy } from '../../../src/options/recognise.ts';
import {
  STANDARD_STRATEGIES,
  standardLegs,
  standardLevels,
  type StandardStrategy,
} from '../../../src/options/standard.ts';
import type { Leg } from '../../../src/options/legs.ts';
import type { TruthCase } from '../case.ts';
import { Comparison } from './comparing.ts';
import { play } from './playing.ts';

interface Row {
  readonly key: string;
  readonly strike: number;
  readonly expiry: string;
  readonly bid: number;
  readonly ask: number;
}

interface Chain {
  readonly symbol: string;
  readonly rows: ReadonlyMap<string, Row>;
  readonly shares: { readonly bid: number; readonly ask: number };
  readonly tape: RecordedTape;
  readonly strikes: readonly number[];
  readonly expiries: readonly string[];
}

const CASH = 1_000_000;

/** One case per strategy and chain file with two expiries, where the quotes of its share are there too. */
export function standardStrategyCases(root: string): TruthCase[] {
  const folder = join(root, '01_market_data');
  return globSync('*_quote.csv.gz', { cwd: join(folder, 'option_daily') })
    .sort()
    .flatMap((file) => {
      const chain = chainOf(folder, file);
      return chain === undefined ? [] : STANDARD_STRATEGIES.map((name) => playStrategy(file, name, chain));
    });
}

function playStrategy(file: string, name: StandardStrategy, chain: Chain): TruthCase {
  const { symbol, tape } = chain;
  const levels = standardLevels(name);
  const terms = {
    strikes: chain.strikes.slice(0, levels.strikes),
    expiries: chain.expiries.slice(0, levels.expiries),
  };
  const legs = standardLegs(name, terms);
  const result = play(
    tape,
    ({ asset, combo, standard, schedule }) => {
      let isSent = false;
      schedule('5m after open', () => {
        if (isSent) return;
        isSent = true;
        const wanted = standard(name, { underlying: symbol, ...terms });
        if (wanted.length > 1) combo(wanted);
        else if (wanted[0].quantity > 0) asset(wanted[0].asset.symbol).buy(wanted[0].quantity);
        else asset(wanted[0].asset.symbol).sell(-wanted[0].quantity);
      });
      return {};
    },
    lean,
    CASH,
  );
  const comparison = new Comparison();
  comparison.text('recognised as', recogniseStrategy(legs).name, name);
  comparison.number('fills', result.fills.length, legs.length, 0.5);
  let [cash, fees, value] = [CASH, 0, 0];
  for (const leg of legs) {
    const quote = leg.kind === 'shares' ? chain.shares : chain.rows.get(keyOf(leg))!;
    const size = Math.abs(leg.quantity);
    const isBought = leg.quantity > 0;
    const price = isBought ? quote.ask : quote.bid;
    const units = leg.kind === 'shares' ? 1 : 100;
    const fee = leg.kind === 'shares' ? shareFee(size, price) : contractFee(size, isBought ? quote.bid : quote.ask);
    cash -= leg.quantity * units * price + fee;
    fees += fee;
    value += (leg.quantity * units * (quote.bid + quote.ask)) / 2;
    const fill = result.fills.find((each) => each.symbol === symbolOf(tape, leg, symbol));
    comparison.number(`quantity of ${keyOf(leg)}`, fill?.quantity ?? 0, leg.quantity, 1e-9);
    comparison.number(`price of ${keyOf(leg)}`, fill?.price ?? Number.NaN, price, 1e-9);
    comparison.number(`fee of ${keyOf(leg)}`, fill?.fee ?? Number.NaN, fee, 1e-9);
    const held = result.holdings.find((each) => each.symbol === symbolOf(tape, leg, symbol));
    comparison.number(`mark of ${keyOf(leg)}`, held?.price ?? Number.NaN, (quote.bid + quote.ask) / 2, 1e-9);
  }
  comparison.number('cash', result.finalCash, cash, 1e-6);
  comparison.number('fees', result.fees, fees, 1e-9);
  comparison.number('end equity', result.finalEquity, cash + value, 1e-6);
  return comparison.result(`${basename(file, '.csv.gz')}#${name}`);
}

/** Interactive Brokers as LEAN has it. */
function contractFee(contracts: number, oppositeQuote: number): number {
  const rate = oppositeQuote >= 0.1 ? 0.65 : oppositeQuote >= 0.05 ? 0.5 : 0.25;
  return Math.max(1, contracts * rate);
}

function shareFee(shares: number, price: number): number {
  return Math.min(Math.max(1, shares * 0.005), shares * price * 0.005);
}

function chainOf(folder: string, file: string): Chain | undefined {
  const [symbol] = file.split('_');
  const lines = gunzipSync(readFileSync(join(folder, 'option_daily', file)))
    .toString()
    .trim()
    .split('\n');
  const names = lines[0].split(',');
  const parsed = lines.slice(1).map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]));
  });
  const date = parsed
    .map((row) => row['date'] ?? '')
    .sort()
    .at(-1)!;
  const shares = join(folder, 'equity_minute', `${symbol}_${date.replaceAll('-', '')}_quote.csv`);
  const rows = new Map<string, Row>();
  for (const row of parsed) {
    const { right, strike, expiry, bid_close: bid, ask_close: ask } = row as Record<string, string>;
    if (row['date'] !== date || expiry <= date) continue;
    const key = `${right} ${expiry} ${Number(strike)}`;
    rows.set(key, { key, strike: Number(strike), expiry, bid: Number(bid), ask: Number(ask) });
  }
  const expiries = [...new Set([...rows.values()].map(({ expiry }) => expiry))].sort();
  if (expiries.length < 2 || !existsSync(shares)) return undefined;
  const own = readTape(shares, { symbol });
  const options = readTape(join(folder, 'option_daily', file), { symbol });
  const end = Math.max(...options.slice.streams.map(({ columns }) => columns.time[columns.length - 1]));
  const stream = until(own.slice.streams[0], end);
  const last = { bid: stream.columns.bidClose.at(-1)!, ask: stream.columns.askClose.at(-1)! };
  // Four strikes around the price that both expiries quote on both sides.
  const [near, far] = expiries.slice(2, 4);
  const isQuoted = (strike: number): boolean =>
    [near, far].every((expiry) =>
      ['C', 'P'].every((right) => (rows.get(`${right} ${expiry} ${strike}`)?.bid ?? 0) > 0),
    );
  const strikes = [...new Set([...rows.values()].map(({ strike }) => strike))].sort((a, b) => a - b).filter(isQuoted);
  const above = strikes.findIndex((strike) => strike > last.ask);
  const tape: RecordedTape = {
    ...own,
    instruments: [...own.instruments, ...options.instruments],
    slice: { streams: [stream, ...options.slice.streams] },
  };
  // Evenly apart, so that a butterfly is one.
  const step = 3;
  const chosen = [above - step, above, above + step, above + 2 * step].map((at) => strikes[at]);
  return { symbol, rows, shares: last, tape, strikes: chosen, expiries: [near, far] };
}

/** Quotes up to an instant: what comes after hours has no options beside it. */
function until(stream: StreamSlice, end: number): StreamSlice & { kind: 'quote-bars' } {
  if (stream.kind !== 'quote-bars') throw new RangeError('the share has quotes');
  const { columns } = stream;
  const length = columns.time.filter((time) => time <= end).length;
  const all = Object.entries(columns) as [string, Float64Array | number][];
  const cut = all.map(([name, column]) => [name, typeof column === 'number' ? length : column.slice(0, length)]);
  return { ...stream, columns: Object.fromEntries(cut) as typeof columns };
}

function keyOf(leg: Leg): string {
  return leg.kind === 'shares' ? 'shares' : `${leg.right === 'call' ? 'C' : 'P'} ${leg.expiry} ${leg.strike}`;
}

function symbolOf(tape: RecordedTape, leg: Leg, share: string): string | undefined {
  if (leg.kind === 'shares') return share;
  return tape.instruments.find(
    ({ option }) => option?.right === leg.right && option.strike === leg.strike && option.expiry === leg.expiry,
  )?.symbol;
}
