/**
 * The dated members that a deck names, in itself or in a CSV file: from trade dates to instants.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show, type FaultPlace } from '../../base/fault.ts';
import type { Membership } from '../../engine/play/universe.ts';
import type { Instrument } from '../../market/instrument.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import type { DeckConfig } from '../config/schema.ts';

const COLUMNS = ['symbol', 'from', 'to'] as const;

/** One line of a universe, with where it stands. */
interface Row {
  readonly symbol: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  place(column: string): FaultPlace;
}

/** Returns the members of a deck; `undefined` when everything always belongs. Files are relative to `folder`. */
export function loadUniverse(
  universe: DeckConfig['universe'],
  instruments: readonly Instrument[],
  folder: string,
): readonly Membership[] | undefined {
  if (universe === undefined) return undefined;
  const rows =
    typeof universe === 'string'
      ? readRows(universe, folder)
      : universe.map(({ symbol, from, to }, index): Row => {
          return { symbol, from, to, place: (column) => ({ field: `universe.${index}.${column}` }) };
        });
  checkAny(rows, instruments);
  return rows.map((row) => membershipOf(row, instruments));
}

/** Members that the tape does not have are counted in the report; where it has none of them, nothing could be traded. */
function checkAny(rows: readonly Row[], instruments: readonly Instrument[]): void {
  const known = instruments.map(({ symbol }) => symbol);
  const [first] = rows;
  if (first === undefined || rows.some(({ symbol }) => known.includes(symbol))) return;
  const shown = `${known.slice(0, 12).join(', ')}${known.length > 12 ? ' …' : ''}`;
  const rule = `no member is on the tape, which has ${shown}; the first was ${show(first.symbol)}`;
  throw new Fault('universe.unknown', rule, first.place('symbol'), didYouMean(first.symbol, known));
}

/** A day begins at midnight on the clock of the instrument's market; absent ones take that of the first. */
function membershipOf(row: Row, instruments: readonly Instrument[]): Membership {
  const { symbol } = row;
  const { zone } = calendar((instruments.find((each) => each.symbol === symbol) ?? instruments[0]).calendar);
  const instantOf = (column: 'from' | 'to'): number | undefined => {
    const text = row[column];
    if (text === undefined) return undefined;
    try {
      return zone.instantAt(parseDay(text), 0);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault('universe.date', error.rule, row.place(column));
    }
  };
  const from = instantOf('from') ?? -Infinity;
  const to = instantOf('to');
  if (to !== undefined && to <= from) {
    throw new Fault('universe.span', `must be after from (${row.from}), was ${show(row.to)}`, row.place('to'));
  }
  return { symbol, from, ...(to === undefined ? {} : { to }) };
}

function readRows(name: string, folder: string): Row[] {
  const path = resolve(folder, name);
  if (!existsSync(path)) {
    throw new Fault('file.unreadable', `there is no file ${show(name)}`, { field: 'universe' });
  }
  const [head = '', ...lines] = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const columns = cellsOf(head).map((cell) => cell.toLowerCase());
  for (const column of columns) {
    if ((COLUMNS as readonly string[]).includes(column)) continue;
    const rule = `there is no column ${show(column)} in a universe; there are ${COLUMNS.join(', ')}`;
    throw new Fault('universe.column', rule, { file: name, line: 1 }, didYouMean(column, COLUMNS));
  }
  if (!columns.includes('symbol')) {
    throw new Fault('universe.column', 'the first line must name the column symbol', { file: name, line: 1 });
  }
  const rows = lines.flatMap((text, index): Row[] => {
    if (text.trim() === '') return [];
    const place = (field: string): FaultPlace => ({ file: name, line: index + 2, field });
    const cells = cellsOf(text);
    if (cells.length !== columns.length) {
      const rule = `must have ${columns.length} fields, had ${cells.length}`;
      throw new Fault('universe.row', rule, { file: name, line: index + 2 });
    }
    const cell = (column: string): string | undefined => cells[columns.indexOf(column)] || undefined;
    const symbol = cell('symbol');
    if (symbol === undefined) throw new Fault('universe.row', 'must not be empty', place('symbol'));
    return [{ symbol, from: cell('from'), to: cell('to'), place }];
  });
  if (rows.length === 0) throw new Fault('universe.empty', 'the universe has no members', { file: name });
  return rows;
}

/** Symbols and days hold no commas, so quotes only surround cells. */
function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}
