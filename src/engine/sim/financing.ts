/**
 * Financing: what it costs to owe cash or shares over night, what cash earns, and which shares can be borrowed at all.
 *
 * Charged once per session, before its first trade, for each night since the session before: three over a weekend.
 */
import type { Instrument } from '../../market/instrument.ts';
import type { Control } from '../gate/gate.ts';
import { onlyReduces } from '../limits/reduces.ts';
import { refuse } from '../limits/format.ts';

export interface FinancingModel {
  readonly name: string;
  readonly sentence: string;
  /** Whether it can charge anything; false spares the nightly look. */
  readonly charges: boolean;
  /** Nights in a year: 360 or 365. */
  readonly dayCount: number;
  /** Yearly rate on an amount of cash: earned when it is positive, paid when it is negative. 0.05 is 5 %. */
  cashRate(currency: string, amount: number): number;
  /** Yearly fee on the value of shares sold short. */
  borrowRate(instrument: Instrument): number;
  /** How many units can be borrowed in all; Infinity when nobody counts. */
  borrowable(instrument: Instrument): number;
}

export const noFinancing: FinancingModel = {
  name: 'none',
  sentence: 'Cash earns and costs no interest; shares are borrowed without a fee.',
  charges: false,
  dayCount: 365,
  cashRate: () => 0,
  borrowRate: () => 0,
  borrowable: () => Infinity,
};

export interface FinancingTerms {
  /** Yearly rate that positive cash earns, by default 0. */
  readonly credit?: number;
  /** Yearly rate that negative cash pays, by default 0. */
  readonly debit?: number;
  /** Nights in a year, by default 360, as money markets count. */
  readonly dayCount?: 360 | 365;
  /** Yearly fee on the value of borrowed shares, by default 0, and by symbol where it differs. */
  readonly borrow?: number;
  readonly borrowOf?: Readonly<Record<string, number>>;
  /** Units that can be borrowed, by symbol; 0 for none. Symbols left out are easy to borrow. */
  readonly available?: Readonly<Record<string, number>>;
}

/** Interest and borrow fees at fixed yearly rates. */
export function fixedFinancing(terms: FinancingTerms): FinancingModel {
  const { credit = 0, debit = 0, dayCount = 360, borrow = 0, borrowOf = {}, available = {} } = terms;
  const limits = Object.keys(available).length;
  return {
    name: `fixed(${credit}, ${debit}, ${borrow})`,
    sentence:
      `Cash earns ${percent(credit)} and debt costs ${percent(debit)} a year; shares sold short cost ` +
      `${percent(borrow)} a year${Object.keys(borrowOf).length === 0 ? '' : ', some more'}, by actual days over ` +
      `${dayCount}${limits === 0 ? '' : `; ${limits} symbols can be borrowed only in part or not at all`}.`,
    charges: credit !== 0 || debit !== 0 || borrow !== 0 || Object.values(borrowOf).some((rate) => rate !== 0),
    dayCount,
    cashRate: (_currency, amount) => (amount > 0 ? credit : debit),
    borrowRate: ({ symbol }) => borrowOf[symbol] ?? borrow,
    borrowable: ({ symbol }) => available[symbol] ?? Infinity,
  };
}

/** What a cautious person assumes: idle cash earns nothing, debt costs 8 % a year, borrowed shares 0.5 %. */
export const cautiousFinancing: FinancingModel = {
  ...fixedFinancing({ debit: 0.08, borrow: 0.005 }),
  name: 'cautious',
};

/** Whether an instrument must be borrowed before it is sold short. */
export function isBorrowed({ kind }: Instrument): boolean {
  return kind === 'equity' || kind === 'etf';
}

/** Refuses short sales of what cannot be borrowed. */
export function borrowControl(model: FinancingModel): Control {
  return {
    name: 'borrow',
    sentence: 'Shares are sold short only as far as they can be borrowed.',
    check(intent, { ledger }) {
      const instrument = ledger.instruments[intent.instrument];
      if (intent.side > 0 || !isBorrowed(instrument)) return undefined;
      const available = model.borrowable(instrument);
      if (available === Infinity || onlyReduces(intent, ledger)) return undefined;
      // A fraction becomes a quantity only when it fills: any of it needs some shares.
      const asked = intent.fraction === intent.fraction ? instrument.lot : intent.quantity;
      const short = Math.max(0, asked - ledger.netQuantity(intent.instrument));
      return short > available
        ? refuse('borrow.unavailable', `${short} ${instrument.symbol} would be short, ${available} can be borrowed`)
        : undefined;
    },
  };
}

function percent(rate: number): string {
  return `${Number((rate * 100).toPrecision(6))} %`;
}
