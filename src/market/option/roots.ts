/**
 * What the class of a US option says about its contracts: on what, settled how and when, traded how long, in which
 * steps. Classes that are not in the table are options on the share of the same name.
 *
 * Source: Cboe and Nasdaq PHLX contract specifications. Options on indices are European and settled in cash, except
 * OEX, which is American.
 */
import type { OptionTerms, TickBand } from '../instrument.ts';

export interface OptionClass {
  readonly underlying: string;
  readonly style: OptionTerms['style'];
  readonly settlement: OptionTerms['settlement'];
  readonly settledAt: OptionTerms['settledAt'];
  /** Name of a calendar: the session in which the class trades. */
  readonly calendar: 'XCBO' | 'XCBO-INDEX';
  /** Which of its contracts the root names; left out, the date tells. */
  readonly cycle?: 'monthly' | 'weekly';
  /** Price steps that are certain; left out where a class may be in the penny interval program or not. */
  readonly ticks?: readonly TickBand[];
}

/** Price steps of classes outside the penny interval program: a nickel below 3.00, a dime from there on. */
export const NICKEL_TICKS: readonly TickBand[] = [
  { above: 0, tick: 0.05 },
  { above: 3, tick: 0.1 },
];

/** Price steps of the penny interval program: a cent below 3.00, a nickel from there on. */
export const PENNY_TICKS: readonly TickBand[] = [
  { above: 0, tick: 0.01 },
  { above: 3, tick: 0.05 },
];

/** SPY, QQQ and IWM trade in cents at every price. */
export const CENT_TICKS: readonly TickBand[] = [{ above: 0, tick: 0.01 }];

/**
 * The price steps that US option classes have, by name. Which of the classes on shares are in the penny program changes
 * twice a year and is nowhere in their names: whoever plays one says it, and no class is guessed to be in it.
 * Source: Cboe Rule 5.4(a) and (d), penny interval program; Nasdaq PHLX Options 3, section 3.
 */
export const TICK_PROGRAMS = { penny: PENNY_TICKS, nickel: NICKEL_TICKS, cents: CENT_TICKS } as const;
export type TickProgram = keyof typeof TICK_PROGRAMS;

function index(
  underlying: string,
  settledAt: 'am' | 'pm',
  more: Partial<Pick<OptionClass, 'cycle' | 'style' | 'ticks'>> = {},
): OptionClass {
  const usual = { style: 'european', settlement: 'cash', calendar: 'XCBO-INDEX', ticks: NICKEL_TICKS } as const;
  return { underlying, settledAt, ...usual, ...more };
}

const monthly = { cycle: 'monthly' } as const;
const weekly = { cycle: 'weekly' } as const;

const CLASSES: Readonly<Record<string, OptionClass>> = {
  SPX: index('SPX', 'am', monthly),
  SPXW: index('SPX', 'pm', weekly),
  SPXPM: index('SPX', 'pm', monthly),
  XSP: index('XSP', 'pm', { ticks: CENT_TICKS }),
  OEX: index('OEX', 'pm', { style: 'american' }),
  XEO: index('OEX', 'pm'),
  DJX: index('DJX', 'am', { ticks: PENNY_TICKS }),
  NDX: index('NDX', 'am', monthly),
  NDXP: index('NDX', 'pm', weekly),
  XND: index('XND', 'pm', { ticks: CENT_TICKS }),
  RUT: index('RUT', 'am', monthly),
  RUTW: index('RUT', 'pm', weekly),
  MRUT: index('MRUT', 'pm', { ticks: CENT_TICKS }),
  VIX: index('VIX', 'am', { ...monthly, ticks: PENNY_TICKS }),
  VIXW: index('VIX', 'am', { ...weekly, ticks: PENNY_TICKS }),
};

/** Options on these funds trade a quarter of an hour longer than their shares, like those on indices. */
const LATE_FUNDS = new Set('SPY QQQ IWM DIA EEM EFA GLD SLV TLT IEF HYG LQD FXI XLF XLE XLK USO VXX UVXY'.split(' '));

const IN_CENTS = new Set(['SPY', 'QQQ', 'IWM']);

/** Returns what a root says; one that is not known is a class of American options on the share of that name. */
export function optionClass(root: string): OptionClass {
  if (Object.hasOwn(CLASSES, root)) return CLASSES[root];
  return {
    underlying: root,
    style: 'american',
    settlement: 'physical',
    settledAt: 'pm',
    calendar: LATE_FUNDS.has(root) ? 'XCBO-INDEX' : 'XCBO',
    ...(IN_CENTS.has(root) ? { ticks: CENT_TICKS } : {}),
  };
}

const ROOTS: ReadonlyMap<string, readonly string[]> = new Map(
  [...Map.groupBy(Object.entries(CLASSES), ([, { underlying }]) => underlying)].map(
    ([underlying, classes]) => [underlying, classes.map(([root]) => root)] as const,
  ),
);

/** Returns the roots under which options on `underlying` are listed: SPX and SPXW for SPX. */
export function rootsOf(underlying: string): readonly string[] {
  return ROOTS.get(underlying) ?? [underlying];
}

/** Whether an underlying is an index of volatility: expiry and margin of options on one have rules of their own. */
export function isVolatilityIndex(underlying: string): boolean {
  return underlying === 'VIX';
}
