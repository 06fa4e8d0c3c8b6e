/**
 * Symbols that are contracts: many vendors write `ABC240119P00100000`, or `O:ABC240119P00100000`, into the column that
 * holds the symbols of shares elsewhere. Read as shares they would be a hundred shares with odd names.
 */
import type { Role } from './roles.ts';
import type { Table, TextColumn } from './table.ts';

/** Like an OCC symbol, one with too few digits or an impossible date included: what is wrong with it is told later. */
const CONTRACT = /^(?:O:)?[A-Z][A-Z0-9.]{0,5} {0,5}\d{6}[CP]\d{5,9}$/;

/** Returns the table with its symbols as contracts where most of them are; a vendor's prefix is taken off. */
export function withContracts(table: Table): Table {
  const { texts } = table;
  const named = texts.get('contract') ?? texts.get('symbol');
  if (named === undefined) return table;
  const all = named.texts.filter((text) => text !== '');
  const contracts = all.filter((text) => CONTRACT.test(text.trim()));
  if (2 * contracts.length <= all.length) return table;
  const column: TextColumn = { ...named, texts: named.texts.map((text) => text.trim().replace(/^O:/, '')) };
  const others = [...texts].filter(([, other]) => other !== named);
  return { ...table, texts: new Map<Role, TextColumn>([...others, ['contract', column]]) };
}
