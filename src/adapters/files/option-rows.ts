/**
 * The rows of an option file, each with the contract that it is about, whatever way the vendor writes it: a row per
 * contract with its parts or its OCC symbol, or a row per strike with a call and a put side by side.
 *
 * A row that names no possible contract, or an adjusted one, is left out with a finding: the rest of the file is good.
 */
import { Fault } from '../../base/fault.ts';
import type { Instrument } from '../../market/instrument.ts';
import { contractInstrument } from '../../market/option/contract.ts';
import { rootFor } from '../../market/option/life.ts';
import type { Finding } from '../../market/tape.ts';
import { parseOcc } from '../../options/occ.ts';
import { readFileName } from './file-name.ts';
import { expiryOf, rightOf } from './groups.ts';
import type { Role } from './roles.ts';
import type { Table, TextColumn } from './table.ts';

/** What a row can tell of a contract. */
export type OptionField = 'bid' | 'ask' | 'bidSize' | 'askSize' | 'close' | 'volume' | 'openInterest';

export interface OptionRows {
  readonly length: number;
  readonly contracts: readonly Instrument[];
  /** Index in `contracts` of each row; −1 for rows that are left out. */
  readonly codes: Int32Array;
  /** Row of the table that each row is from. */
  readonly tableRows: Int32Array;
  readonly findings: readonly Finding[];
  /** A field of every row; `undefined` where the file does not have it. */
  column(field: OptionField): Float64Array | undefined;
}

/** Returns the rows of a table of contracts; `symbol` names the root of a file that does not. */
export function optionRowsOf(table: Table, symbol: string | undefined): OptionRows {
  const isPaired = !table.numbers.has('bid') && table.numbers.has('callBid');
  const width = isPaired ? 2 : 1;
  const length = table.length * width;
  const tableRows = Int32Array.from({ length }, (_, i) => Math.floor(i / width));
  const naming = new Naming(table, symbol);
  const codes = Int32Array.from(tableRows, (row, i) => naming.codeOf(row, isPaired ? SIDES[i % 2] : undefined));
  return {
    length,
    contracts: naming.contracts,
    codes,
    tableRows,
    findings: naming.findings,
    column: isPaired ? pairedColumns(table) : (field) => table.numbers.get(field),
  };
}

/** The columns of a paired table, each put together once. */
function pairedColumns(table: Table): OptionRows['column'] {
  const made = new Map<OptionField, Float64Array | undefined>();
  return (field) => {
    if (!made.has(field)) made.set(field, pairedColumn(table, field));
    return made.get(field);
  };
}

const SIDES = ['call', 'put'] as const;

/** A call's number, then the put's, for each row of the table. */
function pairedColumn(table: Table, field: OptionField): Float64Array | undefined {
  const [call, put] = SIDES.map((side) => table.numbers.get(pairedRole(side, field)));
  if (call === undefined || put === undefined) return undefined;
  const both = new Float64Array(2 * table.length);
  for (let i = 0; i < table.length; i++) [both[2 * i], both[2 * i + 1]] = [call[i], put[i]];
  return both;
}

function pairedRole(side: 'call' | 'put', field: OptionField): Role {
  if (field === 'close') return `${side}Last`;
  return `${side}${field[0].toUpperCase()}${field.slice(1)}` as Role; // the union has each of them
}

/** From the texts of a row to a contract, each distinct one once. */
class Naming {
  readonly contracts: Instrument[] = [];
  readonly findings: Finding[] = [];
  private readonly table: Table;
  private readonly known = new Map<string, number>();
  private readonly bySymbol = new Map<string, number>();
  private readonly fileRoot: string;
  private readonly isNamed: boolean;
  /** The columns that say which contract a row is about. */
  private readonly naming: readonly TextColumn[];
  private readonly strikes: Float64Array | undefined;

  constructor(table: Table, symbol: string | undefined) {
    this.table = table;
    this.isNamed = symbol !== undefined;
    this.fileRoot = symbol ?? rootOfFile(table.file);
    this.naming = [...table.texts.values()];
    this.strikes = table.numbers.get('strike');
  }

  codeOf(row: number, side: 'call' | 'put' | undefined): number {
    // Texts are known by their codes, so a key is made of numbers.
    let key = `${this.strikes?.[row]} ${side}`;
    for (const { codes } of this.naming) key += ` ${codes[row]}`;
    let code = this.known.get(key);
    if (code === undefined) {
      code = this.make(row, side);
      this.known.set(key, code);
    }
    return code;
  }

  private make(row: number, side: 'call' | 'put' | undefined): number {
    const { table } = this;
    // The row of the underlying in a file of contracts.
    if (this.text('right', row) === '' && this.text('expiry', row) === '' && this.text('contract', row) === '')
      return -1;
    try {
      const instrument = this.contract(row, side);
      const delivery = this.text('delivery', row);
      if (delivery !== '' && delivery !== '0') {
        throw new Fault('option.adjusted', `${instrument.symbol} delivers something else (code ${delivery})`);
      }
      let code = this.bySymbol.get(instrument.symbol);
      if (code === undefined) {
        code = this.contracts.push(instrument) - 1;
        this.bySymbol.set(instrument.symbol, code);
      }
      return code;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const isAdjusted = error.code === 'option.adjusted';
      this.findings.push({
        rule: isAdjusted ? 'adjusted-contract' : 'bad-contract',
        severity: isAdjusted ? 'warning' : 'fatal',
        file: table.file,
        row: table.lines[row],
        symbol: this.text('contract', row) || this.underlying(row),
        value: '',
        message: `${error.rule}; its rows were left out`,
      });
      return -1;
    }
  }

  private contract(row: number, side: 'call' | 'put' | undefined): Instrument {
    const place = {};
    const occ = parseOcc(this.text('contract', row));
    if (occ.ok) return contractInstrument(occ);
    // Some vendors have an id of their own there, beside right, strike and expiry.
    if (side === undefined && this.strikes === undefined) throw new Fault(occ.code, occ.rule);
    const right = side ?? rightOf(this.text('right', row), place);
    const expiry = expiryOf(this.text('expiry', row), place);
    const strike = this.strikes?.[row] ?? Number.NaN;
    const underlying = this.underlying(row);
    // Some write the whole contract behind its root.
    const root = this.text('root', row).split(' ')[0] || (this.isNamed ? underlying : rootFor(underlying, expiry));
    return contractInstrument({ root, right, expiry, strike });
  }

  private underlying(row: number): string {
    const name = this.text('underlying', row) || this.text('symbol', row) || this.fileRoot;
    return name.replace(/^[\^_$.]/, '').toUpperCase();
  }

  private text(role: Role, row: number): string {
    const column = this.table.texts.get(role);
    return column === undefined ? '' : column.texts[column.codes[row]].trim();
  }
}

/** `SPXW` of `SPXW_20210104_quote.csv`, `SPX` of `spx_eod_202301.txt`. */
function rootOfFile(file: string): string {
  const { symbol } = readFileName(file);
  return /^[A-Z]{1,6}(?=[_.-])/.exec(symbol)?.[0] ?? symbol;
}
