/**
 * `tradedeck pnl` and `tradedeck trades`: what a session earned by day, week or month, and what it bought and sold again;
 * while it runs, and after.
 */
import { profitsOf, replaySession, type DayProfit } from '../desk/session/day-profits.ts';
import { formatDay, parseDay, weekdayOf } from '../time/civil.ts';
import { formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { meantFolder } from './find-session.ts';
import { money, signed } from './session-lines.ts';
import { tableText } from './table.ts';
import { print, styled, tell } from './terminal.ts';

export const PERIODS = ['day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

interface Flags {
  readonly runs?: string;
  readonly json?: boolean;
}

/** Shows what each period brought; weeks are named by their Monday. */
export async function pnl(name: string | undefined, flags: Flags & { readonly by?: string }): Promise<ExitCode> {
  const { currency, start, days } = await profitsOf(meantFolder(name, flags.runs));
  // The flag takes no other word.
  const by = (flags.by ?? 'day') as Period;
  const periods = periodsOf(days, by);
  const end = days.at(-1)?.equity ?? start;
  if (flags.json === true) {
    print(JSON.stringify({ currency, start, by, periods, total: end - start }, undefined, 2));
    return EXIT.ok;
  }
  if (periods.length === 0) {
    print(styled('dim', 'nothing has happened yet'));
    return EXIT.ok;
  }
  const share = (profit: number, from: number): string => `${signed((100 * profit) / from)} %`;
  const rows = periods.map(({ date, equity, profit }) => [
    by === 'month' ? date.slice(0, 7) : date,
    money(equity),
    signed(profit),
    share(profit, equity - profit),
  ]);
  const total = ['in all', money(end), signed(end - start), share(end - start, start)];
  for (const line of tableText([[by, `equity ${currency}`, 'profit', 'share'], ...rows, total], 1)) print(line);
  return EXIT.ok;
}

/** Adds up days; each period ends where its last day does. */
export function periodsOf(days: readonly DayProfit[], by: Period): DayProfit[] {
  const periods: DayProfit[] = [];
  for (const { date, equity, profit } of days) {
    const first = firstOf(date, by);
    const last = periods.at(-1);
    if (last?.date !== first) periods.push({ date: first, equity, profit });
    else periods[periods.length - 1] = { date: first, equity, profit: last.profit + profit };
  }
  return periods;
}

function firstOf(date: string, by: Period): string {
  if (by === 'day') return date;
  if (by === 'month') return `${date.slice(0, 7)}-01`;
  const day = parseDay(date);
  // Monday is day 1 of a week, Sunday its last.
  return formatDay(day - ((weekdayOf(day) + 6) % 7));
}

const LINES = 20;

/** Lists what was closed, newest last, and what the trades brought. */
export async function trades(name: string | undefined, flags: Flags & { readonly lines?: number }): Promise<ExitCode> {
  const { session, currency } = await replaySession(meantFolder(name, flags.runs));
  const { trades: all, fees } = session.deck.finish(false);
  const shown = flags.json === true && flags.lines === undefined ? all : all.slice(-(flags.lines ?? LINES));
  const rows = shown.map((trade) => {
    const { symbol, quantity, entryAt, entryPrice, exitAt, exitPrice, profitInBase, entryReason, exitReason } = trade;
    return {
      symbol,
      quantity,
      entryAt: formatInstant(entryAt),
      entryPrice,
      exitAt: formatInstant(exitAt),
      exitPrice,
      profit: profitInBase,
      fees: trade.fees,
      entryReason,
      exitReason,
    };
  });
  const profit = all.reduce((sum, trade) => sum + trade.profitInBase, 0);
  const won = all.filter((trade) => trade.profitInBase > 0).length;
  if (flags.json === true) {
    print(JSON.stringify({ currency, count: all.length, won, profit, fees, trades: rows }, undefined, 2));
    return EXIT.ok;
  }
  if (all.length === 0) {
    print(styled('dim', 'nothing was closed yet'));
    return EXIT.ok;
  }
  const cells = rows.map((row) => [
    row.symbol,
    String(row.quantity),
    row.entryAt.slice(0, 19),
    money(row.entryPrice),
    row.exitAt.slice(0, 19),
    money(row.exitPrice),
    signed(row.profit),
    row.exitReason,
  ]);
  const head = ['symbol', 'quantity', 'opened (UTC)', 'at', 'closed (UTC)', 'at', `profit ${currency}`, 'why closed'];
  for (const line of tableText([head, ...cells], Infinity, new Set([1, 3, 5, 6]))) print(line);
  print(`${all.length} closed, ${won} won, ${signed(profit)} after fees of ${money(fees)}`);
  if (shown.length < all.length) tell(`${shown.length} of ${all.length}: --lines shows more`);
  return EXIT.ok;
}
