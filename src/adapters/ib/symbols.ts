/**
 * Symbols of ours and contracts of the vendor's: a share by its name, an option by its OCC symbol, a future by its root,
 * letter of the month and two digits of the year.
 */
import type { Contract } from '@stoqey/ib';
import { formatFuture, parseFuture } from '../../market/future-symbol.ts';
import { parseOcc } from '../../options/occ.ts';

/** How a contract is asked for: never used to trade, only to learn its number. */
export interface ContractQuery {
  readonly symbol?: string;
  readonly localSymbol?: string;
  readonly secType: 'STK' | 'OPT' | 'FUT';
  readonly exchange: 'SMART' | '';
  readonly currency: 'USD';
  readonly lastTradeDateOrContractMonth?: string;
  readonly strike?: number;
  readonly right?: 'C' | 'P';
  readonly multiplier?: 100;
}

/** What a symbol of ours is asked for as, in turn: the next where the one before fits nothing. */
export function queriesOf(symbol: string): readonly ContractQuery[] {
  const common = { exchange: 'SMART', currency: 'USD' } as const;
  const future = parseFuture(symbol);
  if (future !== undefined) {
    const { root, month, year } = future;
    const listed = { secType: 'FUT', exchange: '', currency: 'USD' } as const;
    // Most exchanges' own names have one digit of the year; others spell the month, and are found by it.
    return [
      { ...listed, localSymbol: symbol.slice(0, -2) + symbol.slice(-1) },
      { ...listed, symbol: root, lastTradeDateOrContractMonth: `${year}${String(month).padStart(2, '0')}` },
    ];
  }
  const occ = parseOcc(symbol);
  if (!occ.ok) return [{ symbol: symbol.replace('.', ' '), secType: 'STK', ...common }];
  return [
    {
      symbol: occ.root,
      secType: 'OPT',
      ...common,
      lastTradeDateOrContractMonth: occ.expiry.replaceAll('-', ''),
      strike: occ.strike,
      right: occ.right === 'call' ? 'C' : 'P',
      multiplier: 100,
    },
  ];
}

/** Kinds of contracts and the currency that symbols of ours are for. */
const KINDS: ReadonlySet<string> = new Set(['STK', 'OPT', 'FUT', 'BAG', 'undefined']);

/**
 * The symbol of ours for a contract that the vendor names. What is not traded from here, as options on futures, CFDs and shares
 * in other money, has names that are nobody's: their short ones are those of American shares too.
 */
export function symbolOf({ secType, symbol = '', localSymbol = '', currency = 'USD', ...more }: Contract): string {
  if (!KINDS.has(String(secType)) || currency !== 'USD') {
    return `${String(secType)}:${localSymbol === '' ? symbol : localSymbol}:${currency}`;
  }
  // An option's local symbol is the OCC symbol with its root padded to six.
  if (String(secType) === 'OPT') return localSymbol.replaceAll(' ', '');
  if (String(secType) === 'FUT') return futureOf(localSymbol, more.lastTradeDateOrContractMonth ?? '');
  return symbol.replace(' ', '.');
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** Reads `ESZ6` and `ZN   DEC 26`; what is neither stays as it is, and fits nothing of ours. */
function futureOf(name: string, lastDay: string): string {
  const spelt = /^([A-Z0-9]{1,4}) +([A-Z]{3}) +(\d\d)$/.exec(name);
  if (spelt !== null) {
    const [, root, month, year] = spelt;
    return formatFuture({ root, month: MONTHS.indexOf(month) + 1, year: 2000 + Number(year) });
  }
  const short = /^([A-Z0-9]{1,4}[FGHJKMNQUVXZ])(\d)$/.exec(name);
  const last = Number(lastDay.slice(0, 4));
  if (short === null || !(last > 2000)) return name;
  // Trading may end in the year before that of delivery.
  const year = [last, last + 1, last - 1].find((one) => one % 10 === Number(short[2]));
  return year === undefined ? name : `${short[1]}${year % 100}`;
}
