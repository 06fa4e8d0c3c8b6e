/**
 * Symbols of ours and contracts of the vendor's: a share by its name, an option by its OCC symbol.
 */
import type { Contract } from '@stoqey/ib';
import { parseOcc } from '../../options/occ.ts';

/** How a contract is asked for: never used to trade, only to learn its number. */
export interface ContractQuery {
  readonly symbol: string;
  readonly secType: 'STK' | 'OPT';
  readonly exchange: 'SMART';
  readonly currency: 'USD';
  readonly lastTradeDateOrContractMonth?: string;
  readonly strike?: number;
  readonly right?: 'C' | 'P';
  readonly multiplier?: 100;
}

/** What a symbol of ours is asked for as. */
export function queryOf(symbol: string): ContractQuery {
  const occ = parseOcc(symbol);
  const common = { exchange: 'SMART', currency: 'USD' } as const;
  if (!occ.ok) return { symbol: symbol.replace('.', ' '), secType: 'STK', ...common };
  return {
    symbol: occ.root,
    secType: 'OPT',
    ...common,
    lastTradeDateOrContractMonth: occ.expiry.replaceAll('-', ''),
    strike: occ.strike,
    right: occ.right === 'call' ? 'C' : 'P',
    multiplier: 100,
  };
}

/** The symbol of ours for a contract that the vendor names. */
export function symbolOf({ secType, symbol = '', localSymbol = '' }: Contract): string {
  // An option's local symbol is the OCC symbol with its root padded to six.
  if (String(secType) === 'OPT') return localSymbol.replaceAll(' ', '');
  return symbol.replace(' ', '.');
}
