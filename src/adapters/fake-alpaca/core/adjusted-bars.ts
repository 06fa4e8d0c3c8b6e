/**
 * Bars as they look after the corporate actions that followed them: prices divided by splits, and lowered by dividends.
 */
import { DOLLAR } from '../../fake-broker/core/amounts.ts';
import type { BarRow } from '../../fake-broker/core/history.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';

export type Adjustment = 'raw' | 'split' | 'dividend' | 'all';

/** Returns bars of a symbol adjusted for what has taken effect by now. A dividend counts against the close before it. */
export function adjustBars(
  state: BrokerState,
  symbol: string,
  bars: readonly BarRow[],
  daily: readonly BarRow[],
  adjustment: Adjustment,
): readonly BarRow[] {
  const actions = state.corporateActions.filter((action) => action.symbol === symbol && action.at <= state.now);
  if (adjustment === 'raw' || actions.length === 0) return bars;
  return bars.map((bar) => {
    let price = 1;
    let size = 1;
    for (const action of actions) {
      if (action.at <= bar.at) continue;
      if (action.kind === 'split' && adjustment !== 'dividend') {
        price /= action.ratio;
        size *= action.ratio;
      }
      if (action.kind === 'dividend' && adjustment !== 'split') {
        const before = daily.findLast(({ at }) => at + 86_400_000_000 <= action.at);
        if (before !== undefined) price *= 1 - (action.amount * DOLLAR) / before.close;
      }
    }
    const scaled = (value: number): number => Math.round(value * price);
    return {
      at: bar.at,
      open: scaled(bar.open),
      high: scaled(bar.high),
      low: scaled(bar.low),
      close: scaled(bar.close),
      volume: Math.round(bar.volume * size),
      trades: bar.trades,
      turnover: bar.turnover * price * size,
    };
  });
}
