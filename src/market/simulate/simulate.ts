/**
 * A market that never was: seeded prices of correlated symbols on a real calendar, for tests, demos and stress.
 *
 * Volatility wanders and clusters, prices jump, days open with a gap, and the ends of a day are busier than its middle.
 * The same options give the same bytes. Every tape made here says that it is simulated, and is named by its options.
 */
import { Random } from '../../base/random.ts';
import { sha256 } from '../../base/sha256.ts';
import { DAY } from '../../time/instant.ts';
import type { SessionColumns } from '../../time/session.ts';
import { formatTimeFrame } from '../../time/time-frame.ts';
import type { BarColumns } from '../columns.ts';
import type { RecordedTape, StreamedTape, StreamSlice, TapeInfo, TapeSlice } from '../tape.ts';
import { BarWriter } from './bar-writer.ts';
import { DayShape, type Steps } from './day-shape.ts';
import { resolve, type ResolvedSymbol, type SimulateOptions, type Simulation } from './options.ts';
import { QuoteWriter } from './quote-writer.ts';

export type { SimulateOptions, SymbolOptions } from './options.ts';

/** Changes whenever the same options would give other prices. */
const VERSION = 1;

/** Simulates a market as a tape that fits in memory. */
export function simulateTape(options: SimulateOptions): RecordedTape {
  const simulation = resolve(options);
  const [slice] = new Market(simulation).slices(Number.POSITIVE_INFINITY);
  return { ...infoOf(simulation), slice: slice };
}

/**
 * Simulates a market slice by slice, each of about `sliceRows` rows (at least a session): a tape of any length in the
 * memory of one slice. The rows are those of `simulateTape`. `rows` is known unless trades, which come by chance, are
 * on the tape.
 */
export function simulateStreamedTape(options: SimulateOptions, sliceRows = 250_000): StreamedTape {
  const simulation = resolve(options);
  return {
    ...infoOf(simulation),
    rows: new Market(simulation).rows(),
    async *slices() {
      yield* new Market(simulation).slices(sliceRows);
    },
  };
}

function infoOf(simulation: Simulation): TapeInfo {
  const { calendar, symbols, timeFrame, seed, ...rest } = simulation;
  const parts = { VERSION, seed, symbols, calendar: calendar.name, timeFrame: formatTimeFrame(timeFrame), ...rest };
  const names = symbols.map(({ symbol }) => symbol);
  const list = names.length > 5 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
  return {
    source: `simulated market of ${list} (seed ${seed})`,
    simulated: true,
    instruments: symbols.map(({ instrument }) => instrument),
    actions: [],
    findings: [],
    fingerprint: sha256(JSON.stringify(parts)),
    adjustment: 'raw',
  };
}

/** One run through the simulated time: the same from the start each time it is made. */
class Market {
  private readonly simulation: Simulation;
  private readonly sessions: SessionColumns;
  private readonly shape: DayShape;
  private readonly market: Random;
  private readonly writers: readonly Writer[];

  constructor(simulation: Simulation) {
    const { calendar, startDay, endDay, symbols, seed, seasonality } = simulation;
    this.simulation = simulation;
    this.sessions = calendar.columns(startDay, endDay);
    this.shape = new DayShape(seasonality);
    const random = new Random(seed);
    this.market = random.fork('market');
    this.writers = symbols.map((symbol) => new Writer(symbol, simulation, random.fork(`symbol ${symbol.symbol}`)));
  }

  /** The number of rows on the whole tape, when chance has no part in it. */
  rows(): number | undefined {
    const { hasQuotes, hasTrades, symbols } = this.simulation;
    if (hasTrades || (hasQuotes && this.simulation.hasBars)) return undefined;
    let rows = 0;
    for (let i = 0; i < this.sessions.length; i++) rows += this.steps(i).length * symbols.length;
    return rows;
  }

  *slices(rowsMax: number): Generator<TapeSlice> {
    const { writers, sessions } = this;
    for (let from = 0; from < sessions.length;) {
      let [to, rows] = [from, 0];
      while (to < sessions.length && (rows === 0 || (rows + this.steps(to).length) * writers.length <= rowsMax)) {
        rows += this.steps(to++).length;
      }
      for (const writer of writers) writer.begin(rows);
      for (let row = from; row < to; row++) this.play(row);
      yield { streams: writers.flatMap((writer) => writer.end()) };
      from = to;
    }
  }

  private play(row: number): void {
    const steps = this.steps(row);
    const shocks = new Float64Array(steps.length + 1);
    for (let i = 0; i < shocks.length; i++) shocks[i] = this.market.normal();
    const night = this.nightLength(row);
    for (const writer of this.writers) writer.session(this.sessions.openAt[row], night, steps, shocks);
  }

  private steps(row: number): Steps {
    const { hasQuotes, hasTrades, quotesPerSession, timeFrame } = this.simulation;
    return hasQuotes || hasTrades
      ? this.shape.byActivity(this.sessions, row, quotesPerSession)
      : this.shape.byTime(this.sessions, row, timeFrame.micros);
  }

  /** How much may happen before this session, relative to one night: a weekend counts a little more, no pause nothing. */
  private nightLength(row: number): number {
    if (row === 0) return 0;
    const pause = this.sessions.openAt[row] - this.sessions.closeAt[row - 1];
    return pause <= 0 ? 0 : 1 + 0.1 * Math.max(0, Math.round(pause / DAY) - 1);
  }
}

/** What one symbol's prices are written with. */
class Writer {
  private readonly options: ResolvedSymbol;
  private readonly simulation: Simulation;
  private readonly bars: BarWriter | undefined;
  private readonly quotes: QuoteWriter | undefined;
  private streams: readonly StreamSlice[] = [];

  constructor(options: ResolvedSymbol, simulation: Simulation, random: Random) {
    this.options = options;
    this.simulation = simulation;
    if (simulation.hasQuotes || simulation.hasTrades) this.quotes = new QuoteWriter(options, simulation, random);
    else this.bars = new BarWriter(options, simulation.sessionsPerYear, random);
  }

  begin(rows: number): void {
    this.quotes?.begin(rows);
    if (this.bars !== undefined) this.streams = [this.barStream(this.bars.begin(rows))];
  }

  session(openAt: number, night: number, steps: Steps, shocks: Float64Array): void {
    const { overnightShare } = this.options;
    // Around the clock, the whole day's variance is in the session, and a pause (a weekend) adds to it.
    const dayShare = this.simulation.hasNights ? 1 - overnightShare : 1;
    (this.bars ?? this.quotes)!.session(openAt, overnightShare * night, dayShare, steps, shocks);
  }

  end(): readonly StreamSlice[] {
    const { simulation, options, quotes: writer } = this;
    if (writer === undefined) return this.streams;
    const { symbol } = options;
    const { quotes, trades, bars } = writer.end();
    return [
      ...(simulation.hasBars ? [this.barStream(bars.view())] : []),
      ...(simulation.hasQuotes ? [{ kind: 'quotes', symbol, columns: quotes } as const] : []),
      ...(simulation.hasTrades ? [{ kind: 'trades', symbol, columns: trades } as const] : []),
    ];
  }

  private barStream(columns: BarColumns): StreamSlice {
    const { symbol } = this.options;
    const timeFrame = formatTimeFrame(this.simulation.timeFrame);
    return { kind: 'bars', symbol, timeFrame, columns };
  }
}
