/**
 * What vendors of option data mean otherwise than a header says: strikes in thousandths, reports that carry the time
 * they were made at, and what is missing where rows are about contracts and do not say which.
 */
import { Fault } from '../../base/fault.ts';
import type { Role } from './roles.ts';
import { shapeOf } from './shape.ts';
import type { Table } from './table.ts';

/**
 * Returns the table in money and times of the market; rows of contracts that lack a column are a `Fault`. `symbol` is
 * what all rows are said to be about.
 */
export function withOptionHabits(table: Table, symbol?: string): Table {
  refuseGaps(table);
  if (symbol === undefined) refuseNameless(table);
  const isCounted = keyOf(table, 'clock') === MILLISECONDS;
  return withMoney(withCloses(table, isCounted), isCounted);
}

/** A report at the end of a day says when it was made; its prices are of the close. */
function withCloses(table: Table, isCounted: boolean): Table {
  const isReport = keyOf(table, 'date') === 'created' || (isCounted && [...table.values.keys()].some(isSecondClock));
  return isReport ? { ...table, clock: new Float64Array(table.length).fill(Number.NaN) } : table;
}

/** Two families of files write strikes as whole thousandths of a dollar, whatever the strike. */
function withMoney(table: Table, isCounted: boolean): Table {
  const strikes = table.numbers.get('strike');
  if (strikes === undefined || !strikes.every(isWhole)) return table;
  const isResearch = keyOf(table, 'strike') === 'strikeprice' && keyOf(table, 'expiry') === 'exdate';
  if (!isCounted && !isResearch) return table;
  return {
    ...table,
    numbers: new Map(table.numbers).set(
      'strike',
      strikes.map((value) => value / 1000),
    ),
  };
}

/** A column of milliseconds after midnight, and beside it the time of the last trade in reports of a day. */
export const MILLISECONDS = 'msofday';

function isSecondClock(name: string): boolean {
  return plain(name) === `${MILLISECONDS}2`;
}

function isWhole(value: number): boolean {
  return Number.isNaN(value) || Number.isInteger(value);
}

function keyOf({ names }: Table, role: Role): string {
  return plain(names.get(role) ?? '');
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const PARTS = ['right', 'expiry', 'strike'] as const;
const PART_HINTS = { right: 'option_type', expiry: 'expiration', strike: 'strike' } as const;

function refuseGaps(table: Table): void {
  const { texts, numbers, file } = table;
  const has = (role: Role): boolean => texts.has(role) || numbers.has(role);
  if (has('contract') || has('callBid') || has('putBid') || !PARTS.some(has)) return;
  const missing = PARTS.filter((part) => !has(part));
  if (missing.length === 1) {
    const [part] = missing;
    const known = PARTS.filter((one) => one !== part).join(' and ');
    throw new Fault('csv.option-columns', `the rows name ${known} of contracts, and no column their ${part}`, { file, field: part },
      `map \`columns\`, as in { ${part}: "${PART_HINTS[part]}" }`); // prettier-ignore
  }
  if (missing.length > 0 || shapeOf(table) !== undefined) return;
  throw new Fault('csv.option-columns', 'the rows name contracts, and have neither bid and ask nor a close nor open interest', { file },
    'map `columns`, as in { bid: "Bid", ask: "Ask" }'); // prettier-ignore
}

/** One vendor writes prices of a share and those of a contract in the same columns, and names neither. */
function refuseNameless(table: Table): void {
  const { texts, file } = table;
  const isNamed = (['contract', 'symbol', 'root', 'underlying', 'right'] as const).some((role) => texts.has(role));
  if (keyOf(table, 'clock') !== MILLISECONDS || isNamed) return;
  throw new Fault('csv.share-or-contract', 'the columns are those of a share and of one contract alike, and no row says which', { file },
    'call the file by the OCC symbol of the contract, as ABC240119P00100000.csv, or say the symbol, of a share or a contract: `symbols: [ABC]` in a deck, --symbol ABC in `data` commands'); // prettier-ignore
}
