/**
 * What was assigned, exercised, or settled in the money: what it cost then, at which basis shares came, and what they
 * brought since.
 */
import { rateOf, type RunResult } from '../../engine/result.ts';
import { shown, type Shown } from '../series.ts';
import type { SeenSession } from './input.ts';
import { isSold, type OptionPosition } from './positions.ts';
import { worthAtEnd } from './premium.ts';

export interface AssignmentRow {
  readonly at: number;
  readonly symbol: string;
  readonly kind: 'assigned' | 'exercised' | 'settled';
  readonly reason: string;
  /** Contracts of the position, signed. */
  readonly contracts: number;
  readonly strike: number;
  /** Of the underlying then. */
  readonly price: Shown;
  /** Premium that the position brought (above 0) or cost, money. */
  readonly premium: number;
  /** What the contracts were worth then, money: what was lost of the premium by it. */
  readonly worth: number;
  /** Result of the option by then, after fees. */
  readonly result: number;
  /** Shares that came (above 0) or went. */
  readonly shares: number;
  /** Strike less premium of a put, plus premium of a call, money per share: what the shares really cost or brought. */
  readonly basis: Shown;
  /** What the shares that came won since, against the price then, money; null where shares went, or none moved. */
  readonly since: Shown;
  /** Whether some of them are still held. */
  readonly isHeld: boolean;
}

/** Returns the rows in the order they happened; contracts settled out of the money are none. */
export function assignmentRows(
  positions: readonly OptionPosition[],
  result: RunResult,
  sessions: readonly SeenSession[],
): AssignmentRow[] {
  return positions
    .flatMap((position) => {
      const { end, ended, instrument, premium, quantity, seen, symbol } = position;
      if (ended === undefined || end === 'closed' || end === 'open' || end === 'lapsed') return [];
      const worth = worthAtEnd(position);
      if (end === 'settled' && worth === 0) return [];
      const { strike, right } = instrument.option!;
      const { shares, at, price, reason } = ended;
      const perShare = shares === 0 ? Number.NaN : premium / (seen?.rate ?? rateOf(result, symbol)) / Math.abs(shares);
      const outcome = shares === 0 ? undefined : sharesSince(position, result, sessions);
      return [
        {
          at,
          symbol,
          kind: end,
          reason,
          contracts: quantity,
          strike,
          price: shown(price),
          premium,
          worth: isSold(position) ? worth : -worth,
          result: position.result,
          shares,
          basis: shown(right === 'put' ? strike - perShare : strike + perShare),
          since: shown(outcome?.profit ?? Number.NaN),
          isHeld: outcome?.isHeld ?? false,
        } satisfies AssignmentRow,
      ];
    })
    .sort((a, b) => a.at - b.at || (a.symbol < b.symbol ? -1 : 1));
}

/** What shares that were delivered made since, from their market price then: closed trades and what is still held. */
function sharesSince(
  { ended, symbol, strategy, instrument }: OptionPosition,
  result: RunResult,
  sessions: readonly SeenSession[],
): { readonly profit: number; readonly isHeld: boolean } | undefined {
  const { underlying } = instrument.option!;
  const delivery = result.fills.find(
    (fill) =>
      fill.symbol === underlying &&
      fill.strategy === strategy &&
      fill.at === ended!.at &&
      fill.reason.endsWith(`: ${symbol}`),
  );
  // Shares that went closed what was held before.
  if (delivery === undefined || delivery.position * delivery.quantity <= 0) return undefined;
  const rate = rateOf(result, underlying);
  const then = sessions.find(({ at }) => at >= ended!.at)?.holdings.find(({ symbol: own }) => own === underlying);
  const trades = result.trades.filter(
    ({ entryOrder, symbol: own }) => entryOrder === delivery.order && own === underlying,
  );
  const closed = trades.reduce((sum, { quantity }) => sum + quantity, 0);
  const left = delivery.quantity - closed;
  const last = result.holdings.find((holding) => holding.symbol === underlying && holding.strategy === strategy);
  const open =
    last === undefined || Math.abs(left) < 1e-9 ? 0 : left * (last.price * rate - ended!.price * (then?.rate ?? rate));
  const profit = trades.reduce((sum, trade) => sum + trade.profitInBase, 0) + open;
  return { profit, isHeld: last !== undefined && Math.abs(left) >= 1e-9 };
}
