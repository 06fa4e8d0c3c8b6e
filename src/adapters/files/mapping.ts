/**
 * What a person can say about a file when its dialect is not recognised, or not as they mean it.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { type NamedColumn, type Role, ROLES } from './roles.ts';
import type { StampFormat } from './stamp.ts';

export interface Mapping {
  /** Role → column name, or its number counted from 1: `{ close: 'Last', volume: 7 }`. */
  readonly columns?: Partial<Record<Role, string | number>>;
  readonly delimiter?: ',' | ';' | '\t' | '|';
  readonly decimal?: '.' | ',';
  /** Whether the first line names the columns. */
  readonly header?: boolean;
  readonly dateFormat?: StampFormat;
  /** IANA zone of times that do not say theirs. */
  readonly zone?: string;
  /** Whether times name the start of a bar (the default: it can only be late, never early) or its end. */
  readonly labels?: 'start' | 'end';
  /** `1d`, `1h`, `5m` …; found from the spacing of the rows when left out. */
  readonly timeFrame?: string;
  readonly symbol?: string;
  /** `YYYY-MM-DD` for files whose rows have only a clock time. */
  readonly date?: string;
  /** Factor from the file's price units to money: 0.0001 for ten-thousandths of a dollar. */
  readonly priceScale?: number;
  /** Prices scaled by `Adj Close ÷ Close`: dividends of the future are then in them, and the tape says so. */
  readonly useAdjustedClose?: boolean;
}

/** Returns the columns of a file with the roles that a mapping gives them; a role that does not exist is a `Fault`. */
export function withMapping(
  guessed: readonly NamedColumn[],
  names: readonly string[],
  mapping: Mapping,
  file: string,
): NamedColumn[] {
  const columns = [...guessed];
  for (const [role, target] of Object.entries(mapping.columns ?? {}) as [Role, string | number][]) {
    if (!ROLES.includes(role)) {
      const hint = didYouMean(role, ROLES) ?? `roles are ${ROLES.slice(0, 12).join(', ')} …`;
      throw new Fault('csv.mapping', `there is no role ${show(role)} for a column`, { file, field: role }, hint);
    }
    const column = mappedColumn(target, names, role, file);
    columns.forEach((other, i) => {
      if (other.role === role) columns[i] = { ...other, role: undefined };
    });
    columns[column] = { ...columns[column], role };
  }
  return columns;
}

/** Returns the zero-based column a mapping points to; one that does not exist is a `Fault`. */
function mappedColumn(target: string | number, names: readonly string[], role: string, file: string): number {
  if (typeof target === 'number') {
    if (Number.isInteger(target) && target >= 1 && target <= names.length) return target - 1;
    throw new Fault('csv.mapping', `column ${target} does not exist, the file has ${names.length}`, {
      file,
      field: role,
    });
  }
  const wanted = target.trim().toLowerCase();
  const column = names.findIndex((name) => name.trim().toLowerCase() === wanted);
  if (column >= 0) return column;
  const hint = didYouMean(target, names) ?? `columns: ${names.join(', ')}`;
  throw new Fault('csv.mapping', `no column is named ${show(target)}`, { file, field: role }, hint);
}
