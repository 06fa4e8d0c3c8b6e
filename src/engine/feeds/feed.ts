/**
 * A feed: one stream of the tape on its way to the strategy, with the lines that follow it.
 *
 * A feed holds the rows of the present slice, preceded by as much of the past as lines remember. Indicators are
 * computed when a slice arrives: for a tape of one slice with their batch kernels, otherwise row by row; both give the
 * same bits, so a tape plays the same in one piece or in a thousand.
 */
import { listOf } from '../../base/list.ts';
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import type { AnyIndicator, IndicatorArguments } from '../../indicators/define.ts';
import type { Stream } from '../../indicators/stream.ts';
import { inNewShares } from '../../market/adjust.ts';
import { BAR_FIELDS, type BarColumns } from '../../market/columns.ts';
import type { StreamSlice } from '../../market/tape.ts';
import { BarNow } from './bar-now.ts';
import { giveColumn, takeColumn } from './column-pool.ts';
import { exactArguments, label, scaleIn, withScale } from './exact-arguments.ts';
import { seenOf, type Followed } from './followed.ts';
import { Line } from './line.ts';
import { BAR_FIGURES, figuresOf, remake, withFigures, type Figures } from './remaking.ts';
import { Feed, NO_ROWS } from './row-feed.ts';
import type { Market } from '../sim/market.ts';
import type { SavedFeed } from '../state/feeds.ts';
import { numbersOf, plainNumbers, type PlainNumber } from '../state/numbers.ts';
import type { Bars } from '../strategy/strategy.ts';
import { sharedLinesOf } from './shared-lines.ts';

const EMPTY: BarColumns = {
  length: 0,
  time: NO_ROWS,
  openTime: NO_ROWS,
  open: NO_ROWS,
  high: NO_ROWS,
  low: NO_ROWS,
  close: NO_ROWS,
  volume: NO_ROWS,
};

/** Rows that lines are filled ahead: few enough to be in the processor's cache when they are looked at. */
const BLOCK_ROWS = 4096;

type BarField = (typeof BAR_FIELDS)[number];

/** So many warm-ups before the rows that lines remember, an average has all but forgotten where it began. */
const WARM_UPS = 4;

export class BarFeed extends Feed {
  /** As traded. */
  columns: BarColumns;
  /** What lines show: the same, or after a split with all that was before it in the shares of now. */
  private told: BarColumns;
  readonly view: Bars;
  /** Rows of the whole tape that were played before the present slice's first. */
  rowsBefore = 0;
  /** Rows on which some line has no value yet, counted from the start of the tape; −1 for bars nobody looks at. */
  warmUp = 0;
  private readonly lines: Record<Exclude<BarField, 'openTime'>, Line>;
  private readonly followed: Followed[] = [];
  private readonly history: number;
  private past = 0;
  /** Row up to which lines have their values. */
  private filled = 0;
  private rowOfTape = 0;

  /** Whether orders fill against these bars: the finest bars of an instrument without quotes. */
  executes = true;
  /** Whether its bars are made from finer ones: then they are looked at, but announce nothing. */
  isDerived = false;

  constructor(market: Market, timeFrame: string, index: number, history: number) {
    super('bars', market, timeFrame, index);
    this.history = history;
    this.cursor.history = history;
    this.columns = this.told = EMPTY;
    const line = (name: string): Line => new Line(name, NO_ROWS, this.cursor);
    this.lines = {
      time: line('time'),
      open: line('open'),
      high: line('high'),
      low: line('low'),
      close: line('close'),
      volume: line('volume'),
    };
    this.view = { symbol: market.instrument.symbol, timeFrame, ...this.lines, now: new BarNow(this) };
  }

  override loadSlice(stream: StreamSlice | undefined, whole: boolean): void {
    if (stream === undefined) this.load(EMPTY, whole);
    else if (stream.kind === 'bars') this.load(stream.columns, whole);
    else assert(false, 'bars go to a feed of bars');
  }

  private load(columns: BarColumns, whole: boolean): void {
    this.rowsBefore = this.rowOfTape;
    if (columns.length === 0 && this.end > 0) {
      this.stay();
      return;
    }
    if (whole && this.end === 0) {
      this.columns = this.told = columns;
      this.past = 0;
    } else {
      this.past = Math.min(this.remembered, this.end);
      const told = this.told === this.columns ? undefined : this.append(this.told, columns);
      this.columns = this.append(this.columns, columns);
      this.told = told ?? this.columns;
    }
    this.time = this.columns.time;
    this.next = this.past;
    this.end = this.columns.length;
    this.cursor.index = this.past - 1;
    this.cursor.dropped = this.rowsBefore - this.past;
    this.rowOfTape += columns.length;
    if (this.market.volumeFrom === Infinity && this.executes) {
      const first = columns.volume.findIndex((volume) => volume > 0);
      if (first >= 0) this.market.volumeFrom = columns.time[first]!;
    }
    this.showTold();
    this.filled = this.cursor.filled = this.end;
    for (const followed of this.followed) this.fill(followed, whole);
  }

  /** A slice without rows of this feed: live tapes are mostly that, so nothing is copied. */
  private stay(): void {
    this.past = this.next = this.end;
    this.cursor.index = this.past - 1;
    this.cursor.dropped = this.rowsBefore - this.past;
    this.complete();
  }

  /** Sees to it that lines have their values at `row`; returns the row up to which they have. */
  fillFrom(row: number): number {
    return row < this.filled ? this.filled : this.fillTo(Math.min(this.end, row + BLOCK_ROWS));
  }

  /** Gives lines the values of all rows that the feed holds. */
  complete(): void {
    this.fillTo(this.columns.length);
  }

  private fillTo(to: number): number {
    if (this.filled >= to) return to;
    for (const { ahead, inputs, lines } of this.followed) {
      ahead?.block(
        inputs.map((input) => input.column),
        lines.map((line) => line.column),
        this.filled,
        to,
      );
    }
    this.filled = this.cursor.filled = to;
    return to;
  }

  /** A stream that may fill the lines later: one with a quick loop over prices, whose lines nobody else follows. */
  private aheadOf({ indicator, exact, inputs, lines }: Followed): Stream | undefined {
    if (this.columns.length < 2 * BLOCK_ROWS) return undefined;
    const prices: readonly Line[] = Object.values(this.lines);
    const isFollowed = this.followed.some((other) => other.inputs.some((input) => lines.includes(input)));
    if (isFollowed || !inputs.every((input) => prices.includes(input))) return undefined;
    const stream = indicator.stream(...exact);
    return stream.hasBlock ? stream : undefined;
  }

  /** Follows an indicator over lines of this feed; returns a line per output. */
  follow(indicator: AnyIndicator, args: IndicatorArguments, source: readonly Line[] | undefined): Line[] {
    const inputs = source ?? listOf(indicator.inputs, (name) => this.inputLine(name));
    assert(inputs.length === indicator.inputs.length, `${indicator.name} takes ${indicator.inputs.length} lines`);
    for (const input of inputs) {
      assert(input.cursor === this.cursor, `${indicator.name}: lines of different bars cannot be combined`);
    }
    const lines = listOf(indicator.outputs, (output) => {
      const name = indicator.outputs.length === 1 ? indicator.name : `${indicator.name}.${output}`;
      return new Line(label(name, args), NO_ROWS, this.cursor);
    });
    const followed: Followed = {
      indicator,
      args,
      inputs,
      lines,
      stream: undefined,
      ahead: undefined,
      exact: exactArguments(indicator, args),
      isShared: false,
      since: 0,
      seen: undefined,
    };
    this.followed.push(followed);
    const before = Math.max(0, ...inputs.map((input) => this.warmUpOf(input)));
    this.warmUp = Math.max(this.warmUp, before + indicator.warmUp(...args));
    return lines;
  }

  /** First row of the present slice that is new; the rows before are what lines remember. */
  get firstRow(): number {
    return this.past;
  }

  /** The lines that indicators fill, for charts. */
  get followedLines(): readonly Line[] {
    return this.followed.flatMap((followed) => followed.lines);
  }

  /** What a line showed on each row when that row was new. */
  seen(line: Line): Float64Array {
    const followed = this.followed.find(({ lines }) => lines.includes(line));
    return followed === undefined ? line.column : seenOf(followed, line);
  }

  /**
   * A split comes after the row that was played last. What lines remember from before it is told in the shares of now,
   * and indicators are made of that anew: nobody has to know that the price did not fall. Rows to come are as traded.
   */
  split(ratio: number): void {
    const next = this.cursor.index + 1;
    if (next === 0) return;
    this.complete();
    this.told = inNewShares(this.told, next, ratio);
    this.showTold();
    const since = Math.max(0, next - this.remembered);
    for (const followed of this.followed) remake(followed, { since, keptTo: 0, next, length: this.told.length });
  }

  /**
   * A bar that was played is otherwise than it was told: lines show it as it is from here on, and indicators from it on are
   * made anew. Returns what it was; undefined where it is no longer remembered, or is the same.
   */
  amend(openTime: number, figures: Figures): Figures | undefined {
    this.complete();
    const { columns, told } = this;
    const next = this.cursor.index + 1;
    const row = next === 0 ? -1 : columns.openTime.lastIndexOf(openTime, next - 1);
    if (row < 0) return undefined;
    const before = figuresOf(columns, row);
    if (BAR_FIGURES.every((field) => Object.is(before[field], figures[field]))) return undefined;
    this.columns = withFigures(columns, row, figures);
    const shares = columns.close[row] / told.close[row];
    this.told = told === columns ? this.columns : withFigures(told, row, figures, shares === shares ? shares : 1);
    this.time = this.columns.time;
    this.showTold();
    const since = Math.max(0, next - this.remembered);
    for (const followed of this.followed) remake(followed, { since, keptTo: row, next, length: this.told.length });
    return before;
  }

  /** Lines of prices show what is told now. */
  private showTold(): void {
    for (const field of ['time', ...BAR_FIGURES] as const) this.lines[field].column = this.told[field];
  }

  /** How many rows before a slice are held: what lines show, and what indicators need to be made anew. */
  private get remembered(): number {
    return Math.max(this.history, WARM_UPS * this.warmUp);
  }

  /** Gives back the columns that indicators filled; their lines are empty from here on. */
  release(): void {
    for (const { lines, isShared } of this.followed) {
      for (const line of lines) {
        if (!isShared) giveColumn(line.column);
        line.column = NO_ROWS;
      }
    }
  }

  /** What it remembers after the last row played, as plain data. */
  save(): SavedFeed {
    const { told: columns, next, followed } = this;
    const from = Math.max(0, next - this.remembered);
    const rows = this.rowOfTape - (columns.length - next);
    const newest = (column: Float64Array): PlainNumber[] => plainNumbers(column.subarray(from, next));
    return {
      symbol: this.market.instrument.symbol,
      timeFrame: this.timeFrame,
      rows,
      columns: Object.fromEntries(BAR_FIELDS.map((field) => [field, newest(columns[field])])),
      followed: followed.map((each) => ({
        indicator: label(each.indicator.name, each.args),
        lines: each.lines.map(({ column }) => newest(column)),
        stream: plainNumbers(this.streamOf(each).save()),
        scale: scaleIn(each.exact),
      })),
      unfinished: null,
    };
  }

  /** Goes on from what another feed saved, whose strategy follows the same indicators. */
  restore({ rows, columns, followed }: SavedFeed): void {
    const column = (field: BarField): Float64Array => numbersOf(columns[field]);
    const kept = Object.fromEntries(BAR_FIELDS.map((field) => [field, column(field)])) as Record<
      BarField,
      Float64Array
    >;
    this.columns = this.told = { length: kept.time.length, ...kept };
    this.time = kept.time;
    this.past = this.end = this.next = kept.time.length;
    this.cursor.index = this.end - 1;
    this.rowOfTape = this.rowsBefore = rows;
    this.cursor.dropped = rows - this.past;
    this.showTold();
    const names = followed.map(({ indicator }) => indicator).join(', ');
    const here = this.followed.map(({ indicator, args }) => label(indicator.name, args)).join(', ');
    if (names !== here) throw new Fault('state.other-run', `the saved state follows ${names}; this run ${here}`);
    followed.forEach(({ lines, stream, scale }, i) => {
      const each = this.followed[i];
      each.exact = scale === null ? each.args : withScale(each, scale);
      each.stream = each.indicator.stream(...each.exact);
      each.stream.restore(stream.map(Number));
      lines.forEach((values, k) => (each.lines[k].column = numbersOf(values)));
    });
  }

  /** The indicator's state after the last row played. */
  private streamOf({ indicator, exact, inputs, stream, since }: Followed): Stream {
    if (stream !== undefined) {
      assert(this.next === this.columns.length, 'a tape in slices is saved at the end of a slice');
      return stream;
    }
    const made = indicator.stream(...exact);
    const [a, b, c, d, e] = inputs.map((input) => input.column);
    for (let row = since; row < this.next; row++) {
      made.update(a[row], b?.[row] ?? 0, c?.[row] ?? 0, d?.[row] ?? 0, e?.[row] ?? 0);
    }
    return made;
  }

  private warmUpOf(line: Line): number {
    const source = this.followed.find((followed) => followed.lines.includes(line));
    if (source === undefined) return 0;
    const before = Math.max(0, ...source.inputs.map((input) => this.warmUpOf(input)));
    return before + source.indicator.warmUp(...source.args);
  }

  private inputLine(name: string): Line {
    if (name === 'series') return this.lines.close;
    assert(name in this.lines, `an indicator over two series needs both named: ${name}`);
    return this.lines[name as keyof typeof this.lines];
  }

  private fill(followed: Followed, whole: boolean): void {
    const { indicator, inputs, lines } = followed;
    const columns = listOf(inputs, (input) => input.column);
    const { length } = this.columns;
    const isWhole = whole && this.past === 0 && followed.stream === undefined;
    const shared = isWhole ? sharedLinesOf(columns) : undefined;
    const known = shared?.find(indicator, followed.args, columns);
    if (known !== undefined) {
      followed.exact = known.exact;
      followed.isShared = true;
      for (let k = 0; k < lines.length; k++) lines[k].column = known.columns[k]!;
      return;
    }
    const out = listOf(lines, () => takeColumn(length));
    const wasShared = followed.isShared;
    followed.isShared = false;
    followed.seen = undefined;
    // Who shares a column needs all of it; who does not, only what is about to be played.
    followed.ahead = isWhole && shared === undefined ? this.aheadOf(followed) : undefined;
    if (followed.ahead !== undefined) {
      this.filled = this.cursor.filled = 0;
    } else if (isWhole) {
      indicator.run(columns, length, followed.exact, out);
      const { args, exact } = followed;
      followed.isShared = shared?.keep(indicator, args, columns, { exact, columns: out }) ?? false;
    } else {
      followed.stream ??= indicator.stream(...followed.exact);
      for (let k = 0; k < lines.length; k++) {
        const old = lines[k].column;
        out[k].set(old.subarray(old.length - this.past), 0);
      }
      followed.stream.block(columns, out, this.past, length);
    }
    for (let k = 0; k < lines.length; k++) {
      if (!wasShared) giveColumn(lines[k].column);
      lines[k].column = out[k]!;
    }
  }

  private append(old: BarColumns, columns: BarColumns): BarColumns {
    const joined: Record<string, Float64Array> = {};
    for (const field of BAR_FIELDS) {
      const column = new Float64Array(this.past + columns.length);
      column.set(old[field].subarray(old.length - this.past), 0);
      column.set(columns[field].subarray(0, columns.length), this.past);
      joined[field] = column;
    }
    return { length: this.past + columns.length, ...(joined as Record<BarField, Float64Array>) };
  }
}
