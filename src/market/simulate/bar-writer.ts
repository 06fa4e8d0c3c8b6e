/**
 * Writes a simulated price as bars: one bar for each step of a session, after the night's gap.
 */
import type { Random } from '../../base/random.ts';
import { allocateBars, type BarColumns } from '../columns.ts';
import type { Steps } from './day-shape.ts';
import type { ResolvedSymbol } from './options.ts';
import { PricePath, TickGrid } from './price-path.ts';

export class BarWriter {
  private readonly path: PricePath;
  private readonly random: Random;
  private readonly grid: TickGrid;
  private readonly options: ResolvedSymbol;
  private columns: BarColumns = allocateBars(0);
  private row = 0;
  private last: number;

  constructor(options: ResolvedSymbol, sessionsPerYear: number, random: Random) {
    this.options = options;
    this.random = random;
    this.path = new PricePath(options, sessionsPerYear, random);
    this.grid = new TickGrid(options.instrument);
    this.last = this.grid.nearest(options.price);
  }

  /** Starts new columns of `rows` rows, which the next calls of `session` fill. */
  begin(rows: number): BarColumns {
    this.columns = allocateBars(rows);
    this.row = 0;
    return this.columns;
  }

  /** Writes a session's bars. `shocks` are the market's: the first for the night before, then one for each step. */
  session(openAt: number, nightShare: number, dayShare: number, steps: Steps, shocks: Float64Array): void {
    const { path, grid, columns, random, options } = this;
    if (nightShare > 0) {
      path.step(nightShare, shocks[0]);
      this.last = grid.nearest(Math.exp(path.logPrice));
    }
    let row = this.row;
    for (let i = 0; i < steps.length; i++, row++) {
      path.step(steps.share[i] * dayShare, shocks[i + 1]);
      const open = this.last;
      const close = grid.nearest(Math.exp(path.logPrice));
      const high = grid.nearest(Math.exp(path.logHigh()));
      const low = grid.nearest(Math.exp(path.logLow()));
      const busy = path.unrest * Math.exp(0.35 * random.normal() - 0.06);
      columns.openTime[row] = openAt + steps.start[i];
      columns.time[row] = openAt + steps.end[i];
      columns.open[row] = open;
      columns.high[row] = Math.max(open, close, high);
      columns.low[row] = Math.min(open, close, low);
      columns.close[row] = close;
      columns.volume[row] = Math.round(options.volume * steps.share[i] * busy);
      this.last = close;
    }
    this.row = row;
  }
}
