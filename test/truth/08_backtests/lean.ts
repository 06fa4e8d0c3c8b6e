/** Cases of LEAN: SetHoldings with its cash buffer, Interactive Brokers fees, daily, hourly and minute fills. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTape } from '../../../src/adapters/files/tape.ts';
import { lean, type Conventions } from '../../../src/engine/sim/conventions.ts';
import type { CorporateAction } from '../../../src/market/actions.ts';
import { sliceColumns, type BarColumns } from '../../../src/market/columns.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import type { RecordedTape, StreamSlice } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { instant } from '../../../src/time/instant.ts';
import type { TruthCase } from '../case.ts';
import { Comparison, notCovered } from './comparing.ts';
import { leanOptionCases } from './lean-options.ts';
import { play } from './playing.ts';
import { barsOf, dateOf, filesIn, joinStreams, mapPrices, type BacktestCase } from './reading.ts';

interface Factor {
  readonly date: string;
  readonly price: number;
  readonly split: number;
  readonly reference: number;
}

export function leanCases(file: string, truth: BacktestCase, root: string): TruthCase[] {
  const id = `${file}#${truth.id}`;
  if (truth.cases !== undefined) {
    return leanOptionCases(id, truth, root);
  }
  const order = /SetHoldings\((\w+), ([\d.]+)\)/.exec(truth.strategy);
  if (order === null) return [notCovered(id, `no reader for: ${truth.strategy.slice(0, 90)}`)];
  const [symbol, share] = [order[1], Number(order[2])];
  const minute = /minute bar/.test(truth.strategy);
  const hour = /hour/.test(truth.data);
  const raw = /RAW prices|\(raw\)/.test(truth.strategy + truth.data);
  const factors = factorsOf(join(root, '01_market_data/corporate_actions/factor_files', `${symbol}.csv`));
  const tape = minute ? minuteTape(truth, root, symbol, factors) : barTape(truth, root, symbol, raw, factors);
  if (tape === undefined) return [notCovered(id, `no data for: ${truth.data}`)];
  const conventions: Conventions = hour ? { ...lean, timing: 'this-close' } : lean;
  const { cash, start, end } = truth.parameters as { cash: number; start: string; end: string };
  void end;
  const result = play(
    tape,
    ({ targetPercent }) => {
      let ordered = false;
      return {
        onBar(bar) {
          if (ordered || dateOf(bar.time) < start) return;
          ordered = true;
          targetPercent(share);
        },
      };
    },
    conventions,
    cash,
  );
  const expected = truth.expected as Readonly<Record<string, number | string>>;
  const comparison = new Comparison();
  comparison.number('end equity', result.finalEquity, Number(expected['end_equity']), 0.01);
  comparison.number('fees', result.fees, Number(expected['fee']), 0.01);
  comparison.number('quantity', result.holdings[0]?.quantity ?? 0, Number(expected['quantity']), 1e-9);
  if (expected['fill_price'] !== undefined) {
    comparison.number('fill price', result.fills[0]?.price ?? Number.NaN, Number(expected['fill_price']), 1e-6);
  }
  if (expected['fill_date'] !== undefined) {
    comparison.text('fill date', dateOf(result.fills[0]?.at ?? 0), String(expected['fill_date']));
  }
  if (expected['last_price'] !== undefined) {
    comparison.number('last price', result.holdings[0]?.price ?? Number.NaN, Number(expected['last_price']), 1e-6);
  }
  return [comparison.result(id)];
}

function factorsOf(file: string): Factor[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [date, price, split, reference] = line.split(',');
      return {
        date: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`,
        price: Number(price),
        split: Number(split),
        reference: Number(reference),
      };
    });
}

function factorAt(factors: readonly Factor[], date: string): number {
  const row = factors.find((factor) => factor.date >= date);
  return row === undefined ? 1 : row.price * row.split;
}

function between(columns: BarColumns, from: string, to: string): BarColumns {
  let first = 0;
  while (first < columns.length && dateOf(columns.time[first]) < from) first++;
  let last = columns.length;
  while (last > first && dateOf(columns.time[last - 1]) > to) last--;
  return sliceColumns(columns, first, last);
}

function barTape(
  truth: BacktestCase,
  root: string,
  symbol: string,
  raw: boolean,
  factors: readonly Factor[],
): RecordedTape | undefined {
  const [file] = filesIn(truth.data, root);
  if (file === undefined || !existsSync(file)) return undefined;
  const { start, end } = truth.parameters as { start: string; end: string };
  const source = readTape(file, { symbol });
  const stream = source.slice.streams[0];
  const cut = between(barsOf(source), start, end);
  const columns = raw ? cut : mapPrices(cut, (price, row) => price * factorAt(factors, dateOf(cut.time[row])));
  const actions = raw ? actionsOf(symbol, factors, start, end) : [];
  const { timeFrame = '1d' } = stream;
  return { ...source, actions, slice: { streams: [{ kind: 'bars', symbol, timeFrame, columns }] } };
}

/** Dividends and splits that the factor rows imply, at the open of the session after each row's date. */
function actionsOf(symbol: string, factors: readonly Factor[], start: string, end: string): CorporateAction[] {
  const actions: CorporateAction[] = [];
  for (let i = 0; i + 1 < factors.length; i++) {
    const [row, next] = [factors[i], factors[i + 1]];
    if (row.date < start || row.date > end) continue;
    const at = instant(calendar('XNYS').sessions(row.date, '2049-12-31')[1].openAt);
    const amount = Math.round(row.reference * (1 - row.price / next.price) * 100) / 100;
    if (amount > 0) actions.push({ kind: 'dividend', symbol, at, amount });
    if (row.split !== next.split) actions.push({ kind: 'split', symbol, at, ratio: next.split / row.split });
  }
  return actions;
}

/** Regular-hours minute trades and quotes of all the days that the sentence spans. */
function minuteTape(
  truth: BacktestCase,
  root: string,
  symbol: string,
  factors: readonly Factor[],
): RecordedTape | undefined {
  const { start, end } = truth.parameters as { start: string; end: string };
  const streams: StreamSlice[] = [];
  for (const session of calendar('XNYS').sessions(start, end)) {
    for (const kind of ['trade', 'quote']) {
      const day = dateOf(session.openAt);
      const file = join(root, '01_market_data/equity_minute', `${symbol}_${day.replaceAll('-', '')}_${kind}.csv`);
      if (!existsSync(file)) return undefined;
      const stream = readTape(file, { symbol }).slice.streams[0];
      streams.push(regular(stream, session.openAt, session.closeAt, factorAt(factors, day)));
    }
  }
  const joined = ['bars', 'quote-bars'].map((kind) => joinStreams(streams.filter((stream) => stream.kind === kind)));
  return {
    source: symbol,
    simulated: false,
    instruments: [defineInstrument({ symbol })],
    actions: [],
    findings: [],
    fingerprint: '',
    adjustment: 'fully-adjusted',
    slice: { streams: joined },
  };
}

const TIMES = new Set(['time', 'openTime', 'volume', 'bidSize', 'askSize']);

function regular(stream: StreamSlice, openAt: number, closeAt: number, factor: number): StreamSlice {
  const { columns } = stream;
  let first = 0;
  while (first < columns.length && columns.time[first] <= openAt) first++;
  let last = columns.length;
  while (last > first && columns.time[last - 1] > closeAt) last--;
  const cut = sliceColumns(columns as BarColumns, first, last);
  const scaled = Object.fromEntries(
    Object.entries(cut as unknown as Record<string, Float64Array | number>).map(([name, column]) => [
      name,
      typeof column === 'number' || TIMES.has(name) ? column : column.map((price) => price * factor),
    ]),
  );
  return { ...stream, columns: scaled } as unknown as StreamSlice;
}
