/**
 * What a day was, for whoever reads it in the evening and for the scheduler that started it.
 */
import { Buffer } from 'node:buffer';
import type {
  BrokerVenue,
  Conductor,
  Difference,
  Estimate,
  InboxCounts,
  LiveSession,
  SessionHead,
} from '../../engine/live/index.ts';
import { isLive } from '../../engine/sim/working-orders.ts';
import { formatInstant, SECOND } from '../../time/instant.ts';
import type { Session } from '../../time/session.ts';
import type { DayEnd } from './conduct.ts';
import { writeFiles } from '../whole-files.ts';

export interface DaySummary {
  readonly mode: SessionHead['mode'];
  readonly date: string;
  readonly end: DayEnd;
  /** When it ended, by the session's time. */
  readonly at: string;
  readonly currency: string;
  readonly equity: number;
  readonly cash: number;
  /** Earned since the deck began, on its first day, and on this one. */
  readonly profit: number;
  readonly dayProfit: number;
  readonly fills: number;
  readonly orders: Readonly<Record<string, number>>;
  readonly working: number;
  /** Orders whose outcome is not known. */
  readonly unknown: number;
  /** How often each control refused. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly alerts: readonly string[];
  readonly state: string;
  /** Where our books and the broker's differ; null where there is no broker, or they were never compared. */
  readonly differences: readonly Difference[] | null;
  /** When that was looked at; null where it never was. */
  readonly comparedAt: string | null;
  /** How often a position had no stop at the broker while exits were sent, or sent anew; null where there is no broker. */
  readonly exitGaps: { readonly count: number; readonly seconds: number; readonly longestSeconds: number } | null;
  /**
   * Our own margin and free money beside what the broker said last, and how often ours was the kinder one, which is a fault;
   * null where there is no broker, or it has said none.
   */
  readonly estimates: (Estimate & { readonly compared: number; readonly kinder: number }) | null;
  readonly positions: readonly { readonly symbol: string; readonly quantity: number; readonly averagePrice: number }[];
  readonly prices: InboxCounts & { readonly breaks: number };
  readonly records: number;
  /** The hash of the journal's last record: kept elsewhere it proves that nothing was changed since. */
  readonly journalHash: string;
  readonly strategy: string;
}

/** The file in the session's folder. */
export const SUMMARY_FILE = 'day.json';

export function summariseDay(
  conductor: Conductor,
  head: SessionHead,
  day: Session,
  end: DayEnd,
  prices: DaySummary['prices'],
): DaySummary {
  const { session, records, hash } = conductor;
  const { deck, states } = session;
  deck.sync();
  const { ledger, journal } = deck;
  const refusals: Record<string, number> = {};
  const alerts: string[] = [];
  let fills = 0;
  for (let row = 0; row < journal.length; row++) {
    const { kind, text } = journal.entry(row);
    if (kind === 'filled') fills++;
    else if (kind === 'alert') alerts.push(text);
    else if (kind === 'refused') {
      const code = text.split(':', 1)[0];
      refusals[code] = (refusals[code] ?? 0) + 1;
    }
  }
  const working = deck.markets.flatMap((market) => market.working.filter(isLive));
  return {
    mode: head.mode,
    date: day.date,
    end,
    at: formatInstant(session.at),
    currency: ledger.cash[0].currency,
    equity: ledger.equity(),
    cash: ledger.cashValue(),
    profit: ledger.equity() - ledger.startingCash,
    dayProfit: ledger.equity() - deck.equity.startingValue,
    fills,
    orders: { ...deck.orders.counts },
    working: working.length,
    unknown: working.filter(({ status }) => status === 'unknown').length,
    refusals,
    alerts,
    state: states.account,
    differences: session.differences ?? null,
    comparedAt: Number.isFinite(session.reconciledAt) ? formatInstant(session.reconciledAt) : null,
    exitGaps: exitGapsOf(session.venue),
    estimates: estimatesOf(session.estimates),
    positions: ledger.openPositions().map(({ instrument, quantity, averagePrice }) => ({
      symbol: deck.markets[instrument].symbol,
      quantity,
      averagePrice,
    })),
    prices,
    records,
    journalHash: Buffer.from(hash).toString('hex'),
    strategy: deck.hosts[0].definition.name,
  };
}

function estimatesOf(estimates: LiveSession['estimates']): DaySummary['estimates'] {
  if (estimates?.newest === undefined) return null;
  const { newest, compared, kinder } = estimates;
  return { ...newest, compared, kinder };
}

function exitGapsOf(venue: BrokerVenue | undefined): DaySummary['exitGaps'] {
  if (venue === undefined) return null;
  const { count, totalUs, longestUs } = venue.gaps.closed;
  return { count, seconds: totalUs / SECOND, longestSeconds: longestUs / SECOND };
}

/** Whether somebody should look at it before the next day. */
export function isClean({ end, state, unknown, differences }: DaySummary): boolean {
  return (
    (end === 'closed' || end === 'stopped') && state === 'active' && unknown === 0 && (differences ?? []).length === 0
  );
}

/** How long before the end books may have been compared to be those of the end. */
const BOOKS_OLD_MS = 120_000;

/** Whether the books were not compared at the end, as where the broker cannot be reached then. */
export function isOld({ at, comparedAt }: Pick<DaySummary, 'at' | 'comparedAt'>): boolean {
  return comparedAt !== null && Date.parse(at) - Date.parse(comparedAt) > BOOKS_OLD_MS;
}

/** The summary as a message: how it ended, and what was earned. */
export function inOneLine(summary: DaySummary): string {
  const {
    end,
    state,
    currency,
    profit,
    dayProfit,
    equity,
    fills,
    unknown,
    working,
    differences,
    refusals,
    records,
    journalHash,
  } = summary;
  const refused = Object.values(refusals).reduce((sum, count) => sum + count, 0);
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
  const money = `${currency} ${equity.toFixed(2)} (${signed(dayProfit)} today, ${signed(profit)} in all)`;
  const found = differences === null ? 'not compared' : differences.length === 0 ? 'agree' : 'DIFFER';
  const books = `${found}${isOld(summary) ? `, compared at ${summary.comparedAt}` : ''}`;
  return `${end}, ${state}; ${money}; ${fills} fills, ${refused} refused, ${working} work still, ${unknown} unknown; books ${books}; journal ${records}:${journalHash}`;
}

/** Writes the summary where a reader never finds half of it. */
export function writeSummary(folder: string, summary: DaySummary): void {
  writeFiles(folder, { [SUMMARY_FILE]: `${JSON.stringify(summary, undefined, 2)}\n` });
}
