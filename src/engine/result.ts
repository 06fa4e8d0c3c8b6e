/**
 * What a run leaves behind: everything a report, a comparison or a proof of parity reads. Plain data, so that it can
 * cross from a worker and onto disk.
 */
import type { Finding } from '../market/tape.ts';
import type { ParameterValue } from './strategy/parameters.ts';
import type { TraceRecord } from './journal/trace.ts';
import type { Trade } from './ledger/trade-log.ts';

export interface Curve {
  /** Instants. */
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/** A closed trade, what one order opened and one closed, with how far it went for and against it while it was open. */
export interface TradeRecord extends Trade {
  readonly symbol: string;
  readonly entryReason: string;
  readonly exitReason: string;
  /** Money made in the instrument's currency, after fees, as it is to be judged: see `Trade.judgedProfit`. */
  readonly profit: number;
  /** The money put in: entry price times size. */
  readonly paid: number;
  /** `profit` over `paid`. */
  readonly return: number;
  /** Bars it was held. */
  readonly bars: number;
  /** Largest loss and largest gain while open, in money, before fees; NaN when not tracked. */
  readonly worst: number;
  readonly best: number;
}

export interface FillRecord {
  readonly symbol: string;
  readonly order: number;
  readonly strategy: number;
  readonly at: number;
  /** Signed, in units of the instrument. */
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  /** Position after it. */
  readonly position: number;
  readonly type: string;
  readonly reason: string;
}

export interface HoldingRecord {
  readonly symbol: string;
  readonly strategy: number;
  readonly quantity: number;
  readonly averagePrice: number;
  readonly price: number;
  readonly value: number;
}

export interface RunResult {
  /** The label, derived from what was wired together. */
  readonly mode: 'backtest' | 'paper' | 'rehearsal' | 'live';
  readonly strategies: readonly {
    readonly name: string;
    readonly parameters: Readonly<Record<string, ParameterValue>>;
  }[];
  readonly source: string;
  readonly simulated: boolean;
  readonly fingerprint: string;
  readonly conventions: string;
  /** Every assumption of the run, in words. */
  readonly assumptions: readonly string[];
  readonly findings: readonly Finding[];
  readonly currency: string;
  /** By symbol, for instruments in other currencies: base currency per unit of theirs, at the last rate. */
  readonly rates: Readonly<Record<string, number>>;
  /** What return is measured against: the cash at the start, or, where a run goes on from another, its value then. */
  readonly startingCash: number;
  readonly finalCash: number;
  readonly finalEquity: number;
  /** The exact final cash by currency, as decimal text. */
  readonly exactCash: Readonly<Record<string, string>>;
  readonly startAt: number;
  readonly endAt: number;
  /** Bars, quotes and trades played. */
  readonly events: number;
  readonly equity: Curve;
  /** Value at the end of each session: what the statistics are made of. */
  readonly sessions: Curve;
  readonly maxDrawdown: number;
  readonly trades: readonly TradeRecord[];
  readonly fills: readonly FillRecord[];
  readonly holdings: readonly HoldingRecord[];
  readonly orders: {
    readonly submitted: number;
    readonly filled: number;
    readonly canceled: number;
    readonly expired: number;
    readonly rejected: number;
    readonly refused: number;
  };
  /** These three in base currency, at the last rates. */
  readonly fees: number;
  /** By symbol: money that slippage took, in the instrument's currency; it is in the prices of the fills already. */
  readonly slippage?: Readonly<Record<string, number>>;
  readonly dividends: number;
  readonly interest: number;
  /** Whether the account was wiped out before the tape ended. */
  readonly ruinedAt: number | undefined;
  /** What strategies saw in the window that a trace was asked for. */
  readonly trace?: readonly TraceRecord[];
}

/** Base currency per unit of an instrument's currency: 1 for most. */
export function rateOf({ rates }: Pick<RunResult, 'rates'>, symbol: string): number {
  return rates[symbol] ?? 1;
}
