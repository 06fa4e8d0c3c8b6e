/**
 * Symbols that are contracts: many vendors write `ABC240119P00100000`, or `O:ABC240119P00100000`, into the column that
 * holds the symbols of shares elsewhere. Read as shares they would be a hundred shares with odd names. Where no column
 * tells a symbol, the file may be about one contract, and what it is called says which.
 */
import { readFileName } from './file-name.ts';
import type { Role } from './roles.ts';
import type { Table, TextColumn } from './table.ts';

/** Like an OCC symbol, one with too few digits or an impossible date included: what is wrong with it is told later. */
const CONTRACT = /^(?:O:)?[A-Z][A-Z0-9.]{0,5} {0,5}\d{6}[CP]\d{5,9}$/;

const PARTS: readonly Role[] = ['right', 'expiry', 'strike', 'callBid', 'putBid'];

/**
 * Returns the table with its symbols as contracts where most of them are; a vendor's prefix is taken off. `symbol` is
 * what all rows are said to be about.
 */
export function withContracts(table: Table, symbol?: string): Table {
  const { texts } = table;
  const named = texts.get('contract') ?? texts.get('symbol');
  if (named === undefined) return withOneContract(table, symbol ?? table.symbol ?? readFileName(table.file).symbol);
  const all = named.texts.filter((text) => text !== '');
  const contracts = all.filter((text) => CONTRACT.test(text.trim()));
  if (2 * contracts.length <= all.length) return table;
  const column: TextColumn = { ...named, texts: named.texts.map((text) => text.trim().replace(/^O:/, '')) };
  const others = [...texts].filter(([, other]) => other !== named);
  return { ...table, texts: new Map<Role, TextColumn>([...others, ['contract', column]]) };
}

/** All rows as of the contract that the name of the whole is, where no column tells any part of one. */
function withOneContract(table: Table, name: string): Table {
  // A file's name may go on after the contract, as in `ABC240119P00100000_eod`.
  const contract = [name, name.split('_')[0]]
    .map((text) => text.trim().toUpperCase())
    .find((text) => CONTRACT.test(text));
  if (contract === undefined || PARTS.some((role) => table.texts.has(role) || table.numbers.has(role))) return table;
  const column: TextColumn = { codes: new Int32Array(table.length), texts: [contract.replace(/^O:/, '')] };
  return { ...table, texts: new Map<Role, TextColumn>([...table.texts, ['contract', column]]) };
}
