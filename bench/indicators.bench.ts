/**
 * How fast indicators run over whole columns: values per second, and the share of a loop that only reads and writes.
 *
 * Into columns that are kept, and into new ones as a caller gets them: the operating system hands a new column out page
 * by page, empties each and takes it back later, which costs as much as a fast indicator. So new columns have a floor of
 * their own: as many of them, each written once by the plainest loop.
 */
import { Random } from '../src/base/random.ts';
import * as indicators from '../src/indicators/index.ts';
import { atLeast, type Bench, type BenchRow } from './bench.ts';

const ROWS = 1_000_000;
const BATCHES = 5;
const BATCH_SECONDS = 0.08;
/** Calls before measuring: the engine's best compiler takes over only after some of them. */
const WARM_UP = 20;

/** Goals in millions of values per second. */
const GOALS: Readonly<Record<string, number>> = { sma: 400, ema: 250, rsi: 80, atr: 150, bollinger: 80 };

/** Further indicators that people run most, for information. */
const OTHERS = [
  'wma',
  'dema',
  'tema',
  'trima',
  'kama',
  'macd',
  'stoch',
  'adx',
  'cci',
  'willr',
  'mfi',
  'obv',
  'roc',
  'mom',
  'trix',
  'deviation',
  'aroon',
  'sar',
  'ultosc',
  'natr',
] as const;

export const bench: Bench = () => {
  const columns = walk();
  const target = new Float64Array(ROWS).fill(1);
  const floor = rate(() => copyLoop(columns['close'], target));
  const rows: BenchRow[] = [atLeast('floor: read, multiply, write', floor * 1e6, 'values/s')];
  for (const name of [...Object.keys(GOALS), ...OTHERS]) {
    const indicator = indicators.indicatorByName(name);
    const inputs = indicator.inputs.map((input) => columns[input === 'series' ? 'close' : input]);
    const out = indicator.outputs.map(() => new Float64Array(ROWS).fill(1));
    const speed = rate(() => indicator.run(inputs, ROWS, [], out));
    const goal = GOALS[name];
    rows.push(atLeast(name, speed * 1e6, 'values/s', goal === undefined ? undefined : goal * 1e6));
    rows.push(atLeast(`${name} / floor`, speed / floor, 'ratio'));
  }
  const scaled = [new Float64Array(ROWS)];
  const exact = rate(() => indicators.sma.run([columns['close']], ROWS, [20, { scale: 100 }], scaled));
  rows.push(atLeast('sma, exact on cents', exact * 1e6, 'values/s'));
  for (const [name, goal] of Object.entries(GOALS)) {
    const indicator = indicators.indicatorByName(name);
    const inputs = indicator.inputs.map((input) => columns[input === 'series' ? 'close' : input]);
    const newColumns = (): Float64Array[] => indicator.outputs.map(() => new Float64Array(ROWS));
    const floors: number[] = [];
    const speeds: number[] = [];
    // In turn, because the allocator's mood changes: it keeps some of what is given back.
    for (let turn = 0; turn < 3; turn++) {
      floors.push(rate(() => writeNew(columns['close'], newColumns())));
      speeds.push(rate(() => indicator.run(inputs, ROWS, [], newColumns())));
    }
    const [ownFloor, speed] = [middle(floors), middle(speeds)];
    const many = indicator.outputs.length;
    rows.push(
      atLeast(
        `floor of ${name}: ${many === 1 ? 'a new column' : `${many} new columns`}, written`,
        ownFloor * 1e6,
        'values/s',
      ),
    );
    rows.push(atLeast(`${name}, into new columns`, speed * 1e6, 'values/s', goal * 1e6));
    rows.push(atLeast(`${name}, into new columns / floor`, speed / ownFloor, 'ratio'));
  }
  return rows;
};

/**
 * Millions of rows per second of processor time, by the median of batches: a call takes a millisecond or two, which a
 * busy machine stretches at will, and the clock of processor time moves in steps of some milliseconds.
 */
function rate(work: () => void): number {
  for (let i = 0; i < WARM_UP; i++) work();
  const rates: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const start = coreSeconds();
    let calls = 0;
    let seconds = 0;
    do {
      work();
      calls++;
      seconds = coreSeconds() - start;
    } while (seconds < BATCH_SECONDS);
    rates.push((ROWS * calls) / seconds / 1e6);
  }
  return rates.sort((x, y) => x - y)[BATCHES >> 1];
}

function middle(values: number[]): number {
  return values.sort((x, y) => x - y)[values.length >> 1];
}

/** Processor seconds of the whole process, the collector's and the compiler's threads included. */
function coreSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function copyLoop(from: Float64Array, to: Float64Array): void {
  for (let i = 0; i < from.length; i++) to[i] = from[i] * 1.0001;
}

/** A loop of its own, because one that has seen columns of both kinds is compiled for neither. */
function writeNew(from: Float64Array, to: readonly Float64Array[]): void {
  for (const column of to) for (let i = 0; i < from.length; i++) column[i] = from[i] * 1.0001;
}

/** Bars of a random walk in cents. */
function walk(): Readonly<Record<string, Float64Array>> {
  const random = new Random(1);
  const column = (): Float64Array => new Float64Array(ROWS);
  const columns = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  let price = 10_000;
  for (let i = 0; i < ROWS; i++) {
    const open = price + random.below(11) - 5;
    price = Math.max(500, open + random.below(101) - 50);
    columns.open[i] = open / 100;
    columns.close[i] = price / 100;
    columns.high[i] = (Math.max(open, price) + random.below(40)) / 100;
    columns.low[i] = (Math.min(open, price) - random.below(40)) / 100;
    columns.volume[i] = 100 + random.below(100_000);
  }
  // Copied one after the other, each column lies in one piece of memory, as one read from a file does.
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice()]));
}
