/**
 * Everything that the options section of a report shows, as plain JSON.
 */
import type { RunResult } from '../../engine/result.ts';
import { lastAtOrBelow } from '../../base/search.ts';
import { periodKey } from '../../stats/calendar-returns.ts';
import type { PriceInput } from '../input.ts';
import { shown, type Shown } from '../series.ts';
import { assignmentRows, type AssignmentRow } from './assignments.ts';
import { bookData, type BookColumns, type BookData } from './book.ts';
import { bucketRows, bucketTotal, type BucketRow } from './buckets.ts';
import type { OptionInput } from './input.ts';
import { moveFigures, movesOf, type Move, type MoveFigures } from './moves.ts';
import { payoffsOf, type PayoffData } from './payoffs.ts';
import { isSold, optionPositions, type OptionPosition } from './positions.ts';
import { isTaken, premiumFigures, worthAtEnd, type ShownPremium } from './premium.ts';
import { boundaryDelta, priceOf, valueOf, type SeenValue } from './value.ts';

const ASSIGNMENTS_MAX = 200;
const MOVES_MAX = 1500;

/** One calendar year of sold positions, by when they were sold. Money in base currency. */
export interface YearOfPremium {
  readonly year: number;
  readonly count: number;
  readonly collected: number;
  /** Bought back, and given up when assigned or settled. */
  readonly givenBack: number;
  readonly result: number;
  readonly assigned: number;
  readonly impliedVol: Shown;
  /** Realised over implied vol. */
  readonly ratio: Shown;
}

export interface OptionsData {
  readonly simulated: boolean;
  readonly premium: ShownPremium;
  readonly positions: number;
  readonly bought: number;
  readonly book: BookData;
  readonly buckets: readonly BucketRow[];
  readonly bucketTotal: BucketRow | null;
  readonly years: readonly YearOfPremium[];
  /** Sold positions that have ended: move in expected moves, result over premium, and what it is. */
  readonly moves: readonly (Omit<Move, 'position'> & { readonly symbol: string; readonly at: number })[];
  readonly moveFigures: { readonly [K in keyof MoveFigures]: Shown } | null;
  readonly assignments: readonly AssignmentRow[];
  readonly assignmentsTotal: number;
  readonly payoffs: readonly PayoffData[];
  /** What sales got over the middle of the quote, on average; null where quotes were one-sided. */
  readonly saleOfMid: Shown;
  readonly rate: number;
  readonly rateSource: string;
  readonly notes: readonly string[];
}

/** Makes the data; `undefined` where no contract was traded. */
export function optionsData(
  result: RunResult,
  given: OptionInput,
  prices: readonly PriceInput[],
  book: BookColumns,
): OptionsData | undefined {
  const input = atOpens(given, prices);
  const positions = optionPositions(result, input);
  if (positions.length === 0) return undefined;
  const sold = positions.filter(isSold);
  const values = new Map<OptionPosition, SeenValue | undefined>();
  for (const position of sold) {
    if (position.seen !== undefined) values.set(position, valueOf(position.instrument, position.seen, input.rate));
  }
  const volOf = (position: OptionPosition): number => values.get(position)?.vol ?? Number.NaN;
  const moves = movesOf(sold, volOf);
  const figures = premiumFigures(positions, input);
  const assignments = assignmentRows(positions, result, input.sessions);
  return {
    simulated: result.simulated,
    premium: allShown(figures),
    positions: positions.length,
    bought: positions.length - sold.length,
    book: bookData(result, book),
    buckets: bucketRows(sold, (position) => deltaOf(position, values.get(position))),
    bucketTotal: figures.ended === 0 ? null : bucketTotal(sold),
    years: yearsOf(sold, moves, volOf),
    moves: widest(moves).map(({ position, move, expected, kept }) => ({
      move: Number(move.toPrecision(4)),
      expected: Number(expected.toPrecision(4)),
      kept: Number(kept.toPrecision(4)),
      symbol: sold[position].symbol,
      at: sold[position].openedAt,
    })),
    moveFigures: moves.length === 0 ? null : allShown(moveFigures(moves, sold.map(volOf))),
    assignments: assignments.slice(-ASSIGNMENTS_MAX),
    assignmentsTotal: assignments.length,
    payoffs: payoffsOf(positions, result, input),
    saleOfMid: shown(saleOfMid(sold), 4),
    rate: input.rate,
    rateSource: input.rateSource,
    notes: input.notes,
  };
}

/** Delta when sold; where no vol explains the price, what its intrinsic value moves like. NaN without a market. */
function deltaOf({ seen, instrument }: OptionPosition, value: SeenValue | undefined): number {
  if (value !== undefined) return value.delta;
  if (seen === undefined || !(seen.underlying > 0) || !(priceOf(seen) > 0)) return Number.NaN;
  return boundaryDelta(instrument, seen.underlying);
}

/**
 * Fills at the open of a bar with the price of that open: the engine only sees a bar when it is complete, so that its
 * newest price of the share then was the close before.
 */
function atOpens(input: OptionInput, prices: readonly PriceInput[]): OptionInput {
  const bars = new Map(prices.map(({ symbol, columns }) => [symbol, columns]));
  const fills = input.fills.map((fill) => {
    const columns = bars.get(input.instruments.get(fill.symbol)!.option!.underlying);
    if (columns === undefined) return fill;
    const row = lastAtOrBelow(columns.openTime, fill.at, 0);
    return row >= 0 && columns.openTime[row] === fill.at ? { ...fill, underlying: columns.open[row] } : fill;
  });
  return { ...input, fills };
}

function yearsOf(
  sold: readonly OptionPosition[],
  moves: readonly Move[],
  volOf: (position: OptionPosition) => number,
): YearOfPremium[] {
  const yearOf = ({ openedAt }: OptionPosition): number => periodKey(openedAt, 'year');
  const movesIn = Map.groupBy(moves, ({ position }) => yearOf(sold[position]));
  return [...Map.groupBy(sold, yearOf)].map(([year, own]) => {
    const sum = (of: (position: OptionPosition) => number): number => own.reduce((total, each) => total + of(each), 0);
    const { impliedVol, ratio } = moveFigures(movesIn.get(year) ?? [], own.map(volOf));
    return {
      year,
      count: own.length,
      collected: sum(({ premium }) => premium),
      givenBack: sum((each) => each.closing + worthAtEnd(each)),
      result: sum(({ result }) => (result === result ? result : 0)),
      assigned: own.filter(isTaken).length,
      impliedVol: shown(impliedVol, 4),
      ratio: shown(ratio, 4),
    };
  });
}

function saleOfMid(sold: readonly OptionPosition[]): number {
  const shares = sold.flatMap(({ seen, price }) =>
    seen !== undefined && seen.bid > 0 && seen.ask >= seen.bid ? [(2 * price) / (seen.bid + seen.ask)] : [],
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Of too many the ones that moved most, and every n-th of the others would hide what a seller must see. */
function widest(moves: readonly Move[]): Move[] {
  if (moves.length <= MOVES_MAX) return [...moves];
  const chosen = [...moves].sort((a, b) => Math.abs(b.expected) - Math.abs(a.expected)).slice(0, MOVES_MAX);
  return chosen.sort((a, b) => a.position - b.position);
}

function allShown<T extends { readonly [K in keyof T]: number }>(figures: T): { readonly [K in keyof T]: Shown } {
  // The same keys, each as JSON can hold it.
  return Object.fromEntries(Object.entries<number>(figures).map(([name, value]) => [name, shown(value, 10)])) as {
    readonly [K in keyof T]: Shown;
  };
}
