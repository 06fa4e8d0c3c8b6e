/**
 * What is compared with whom. A workload makes its data in a folder, starts its sides, and says which pairs take turns.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crossBars } from '../engine/cross.ts';
import { makeUniverse } from '../engine/rotation.ts';
import type { BarColumns } from '../../src/market/columns.ts';
import { numbersDiffer, type Comparison } from './comparison.ts';
import type { Environment } from './environment.ts';
import { writeColumns } from './indicator-columns.ts';
import { Side } from './side.ts';

export interface Stage {
  readonly environment: Environment;
  /** Where data is made; it goes when the run ends. */
  readonly folder: string;
  /** Starts a side; `undefined` where its package did not install. It ends when the workload does. */
  ours(script: URL, ...args: string[]): Promise<Side>;
  python(packageName: string, script: string, ...args: string[]): Promise<Side | undefined>;
  javascript(library: string, file: string): Promise<Side | undefined>;
}

export type Workload = (stage: Stage) => Promise<Comparison[]>;

const SPY = join(import.meta.dirname, '../../../shared/truth/01_market_data/equity_daily/SPY.csv');

/** One share while the mean of 10 closes is above that of 50, on daily bars of SPY and on made minute bars. */
const cross: Workload = async (stage) => {
  const comparisons: Comparison[] = [];
  for (const [title, file, count] of crossFiles(stage.folder)) {
    const peers = [
      { name: 'backtrader', script: 'cross_backtrader.py', conventions: 'backtrader', goal: undefined },
      { name: 'backtesting', script: 'cross_backtesting.py', conventions: 'backtestingPy', goal: 100 },
      { name: 'nautilus_trader', script: 'cross_nautilus.py', conventions: 'bt', goal: 400 },
    ];
    for (const { name, script, conventions, goal } of peers) {
      const theirs = await stage.python(name, script, file);
      if (theirs === undefined) continue;
      const ours = await stage.ours(new URL('./sides/cross.ts', import.meta.url), file, conventions);
      comparisons.push({
        workload: `SMA cross, ${title}`,
        peer: name,
        amount: count,
        unit: 'bars/s',
        ours,
        theirs,
        ask: { ours: 'cross', theirs: 'cross' },
        clock: 'core',
        difference: numbersDiffer({ value: 0.005, fills: 0 }),
        ...(goal !== undefined && { goal }),
        ...(name === 'backtrader' && { rounds: 1 }),
        ...(name === 'nautilus_trader' && { note: 'orders fill at the close that decides' }),
      });
    }
  }
  return comparisons;
};

/** Title, file and number of rows of each tape. */
function crossFiles(folder: string): [string, string, number][] {
  const made = crossBars(100_000);
  const files: [string, string, number][] = [
    ['100,000 minute bars', writeBars(join(folder, 'minutes.csv'), made), made.length],
  ];
  if (existsSync(SPY)) {
    const lines = readFileSync(SPY, 'utf8').trimEnd().split('\n').slice(1);
    const rows = lines.map((line) => line.replace(/^[^,]+/, (day) => String(Date.parse(`${day}T21:00:00Z`) * 1000)));
    const daily = join(folder, 'daily.csv');
    writeFileSync(daily, `${HEAD}\n${rows.join('\n')}\n`);
    files.unshift([`${rows.length.toLocaleString('en')} daily bars of SPY`, daily, rows.length]);
  }
  return files;
}

const HEAD = 'time,open,high,low,close,volume';

function writeBars(path: string, { length, time, open, high, low, close, volume }: BarColumns): string {
  const lines = [HEAD];
  for (let i = 0; i < length; i++) lines.push([time, open, high, low, close, volume].map((column) => column[i]).join());
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** A quote each millisecond, a trade between two quotes, 10,000 of each, and orders of three kinds. */
const quotes: Workload = async (stage) => {
  const count = 10_000;
  const theirs = await stage.python('nautilus_trader', 'quotes_nautilus.py', String(count));
  if (theirs === undefined) return [];
  const ours = await stage.ours(new URL('./sides/quotes.ts', import.meta.url), String(count));
  const kinds = {
    none: 'no orders',
    market: 'a market order each 10th quote',
    passive: 'a limit each 20th quote that keeps working',
    expiring: 'a limit each 20th quote that expires',
  };
  return Object.entries(kinds).map(([kind, title]) => ({
    workload: `10,000 quotes and trades, ${title}`,
    peer: 'nautilus_trader',
    amount: 2 * count,
    unit: 'events/s',
    ours,
    theirs,
    ask: { ours: kind, theirs: kind },
    clock: 'core',
    goal: 60,
    difference: numbersDiffer({ filled: 0, expired: 0, canceled: 0 }),
  }));
};

/** 500 symbols, 5,000 days, each month into the 50 that rose most over a year. */
const rotation: Workload = async (stage) => {
  const { streams } = makeUniverse(500, 5000).slice;
  const bars = streams.map(({ columns }) => columns as BarColumns);
  const file = join(stage.folder, 'closes.bin');
  const closes = bars.map(({ close }) => Buffer.from(close.buffer, close.byteOffset, close.byteLength));
  const { time } = bars[0];
  writeFileSync(file, Buffer.concat([Buffer.from(time.buffer, time.byteOffset, time.byteLength), ...closes]));
  const theirs = await stage.python('bt', 'rotation_bt.py', file, String(bars.length));
  if (theirs === undefined) return [];
  const ours = await stage.ours(new URL('./sides/rotation.ts', import.meta.url));
  return [
    {
      workload: 'monthly momentum, 50 of 500 symbols, 5,000 days',
      peer: 'bt',
      amount: 1,
      unit: 's',
      ours,
      theirs,
      ask: { ours: 'rotation', theirs: 'rotation' },
      clock: 'core',
      goal: 10,
      rounds: 1,
      difference: relative({ value: 1e-4 }),
    },
  ];
};

/** Numbers that agree up to a share of themselves. */
function relative(fields: Readonly<Record<string, number>>): Comparison['difference'] {
  return (ours, theirs) => {
    for (const [field, share] of Object.entries(fields)) {
      const [a, b] = [Number(ours[field]), Number(theirs[field])];
      if (!(Math.abs(a - b) <= share * Math.max(1, Math.abs(b)))) return `${field} ${a} and ${b}`;
    }
    return undefined;
  };
}

/** All pairs of averages from 2 to 100 over SPY's daily closes. */
const sweep: Workload = async (stage) => {
  if (!existsSync(SPY)) return [];
  const [, file] = crossFiles(stage.folder)[0];
  const theirs = await stage.python('vectorbt', 'sweep_vectorbt.py', file);
  if (theirs === undefined) return [];
  const ours = await stage.ours(new URL('./sides/sweep.ts', import.meta.url), file);
  return (['numba', 'rust'] as const).map((engine) => ({
    workload: 'sweep, 4,851 pairs of averages over SPY',
    peer: `vectorbt, ${engine}`,
    amount: 1,
    unit: 's',
    ours,
    theirs,
    ask: { ours: 'sweep', theirs: engine },
    clock: 'core',
    ...(engine === 'rust' && { goal: 15 }),
    // Exact sums of ticks here, float sums there: equal averages, which rounding decides there, move the sum by this much.
    difference: numbersDiffer({ best: 1e-6, sum: 0.3 }),
    note: 'the best equal, the sums of all up to ties that rounding decides there; one core',
  }));
};

const INDICATORS =
  'sma ema wma dema tema kama macd rsi bollinger deviation atr stoch cci willr mfi obv adx aroon sar roc'.split(' ');
const ROWS = 1_000_000;
/** The build for WebAssembly has little memory and does not get all of it back. */
const WASM_ROWS = 20_000;

/** What libraries leave out. */
const ABSENT: Readonly<Record<string, readonly string[]>> = {
  'trading-signals': ['deviation'],
  technicalindicators: ['dema', 'tema', 'kama', 'aroon'],
};

/** Where a library defines an indicator in another way. */
const NOTES: Readonly<Record<string, string>> = {
  'trading-signals obv': 'it starts from nothing, ours from the first volume',
  'trading-signals adx': 'it smooths in another way',
  'trading-signals roc': 'it gives fractions, ours per cent',
  'talib-web deviation': 'it gives the variance',
  'talib-web bollinger': 'it answers 0; why is not known',
  'talib-web stoch': 'it answers 0; why is not known',
  'technicalindicators rsi': 'it rounds to two digits',
  'technicalindicators mfi': 'it rounds to two digits',
  'technicalindicators stoch': 'it does not slow %K',
  'technicalindicators obv': 'it starts from nothing, ours from the first volume',
};

/** Twenty indicators over a million rows, into new arrays on both sides. */
const indicators: Workload = async (stage) => {
  const file = writeColumns(join(stage.folder, 'columns.bin'), ROWS);
  const script = new URL('./sides/indicators.ts', import.meta.url);
  const allRows = { ours: await stage.ours(script, file), rows: ROWS };
  const comparisons: Comparison[] = [];
  const add = (
    peer: string,
    theirs: Side | undefined,
    goal: number | undefined,
    kept: boolean,
    { ours, rows } = allRows,
    names = INDICATORS,
  ): void => {
    if (theirs === undefined) return;
    for (const name of names) {
      if (ABSENT[peer]?.includes(name)) continue;
      comparisons.push({
        workload: kept ? `${name}, into columns that are kept` : name,
        peer,
        amount: rows,
        unit: 'values/s',
        ours,
        theirs,
        ask: { ours: kept ? `${name} kept` : name, theirs: name },
        clock: 'core',
        rounds: peer === 'TA-Lib' ? 3 : 1,
        ...(goal !== undefined && { goal }),
        ...(NOTES[`${peer} ${name}`] !== undefined && { note: NOTES[`${peer} ${name}`] }),
        difference: relative({ last: 1e-6, middle: 1e-6 }),
      });
    }
  };
  const talib = await stage.python('TA-Lib', 'indicators_talib.py', file);
  add('TA-Lib', talib, undefined, false);
  add('TA-Lib', talib, undefined, true);
  for (const library of ['trading-signals', 'technicalindicators']) {
    add(library, await stage.javascript(library, file), 1, false);
  }
  const short = writeColumns(join(stage.folder, 'short.bin'), WASM_ROWS);
  const shortRows = { ours: await stage.ours(script, short), rows: WASM_ROWS };
  // A process for each, because its memory fills up.
  for (const name of INDICATORS) {
    add('talib-web', await stage.javascript('talib-web', short), 1, false, shortRows, [name]);
  }
  return comparisons;
};

export const WORKLOADS: Readonly<Record<string, Workload>> = { cross, quotes, rotation, sweep, indicators };
