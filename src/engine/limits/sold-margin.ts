/**
 * What a broker says that options sold to open tie up: a floor under what the rule asks for them. A rule may be kinder than
 * the house that keeps the account, and an order that passes here and is refused there leaves its strategy without it.
 *
 * Only single sales are judged so: what the broker says is of one more contract beside all that is held, and of a package
 * the greatest loss is known.
 */
import type { GateView } from '../gate/gate.ts';
import { optionCollateral } from '../options/collateral.ts';
import type { OptionMarginRule } from '../../options/margin/requirement.ts';
import type { OrderIntent } from '../orders/order.ts';
import type { MarginModel } from '../sim/margin.ts';
import { opened } from './worst-case.ts';

/**
 * Money in base currency that an option sold to open ties up where the broker has said so; undefined for all else.
 * Packages are judged as a whole by the rule.
 */
export function soldCost(intent: OrderIntent, view: GateView, margin: MarginModel): number | undefined {
  const { side, reduceOnly, type, fraction, instrument } = intent;
  const { ledger, market, pack } = view;
  if (side > 0 || market.instrument.option === undefined || pack !== undefined) return undefined;
  if (reduceOnly || type === 'combo' || type === 'exercise' || fraction === fraction) return undefined;
  const each = margin.soldPerUnit?.(ledger, instrument);
  return each === undefined ? undefined : each * opened(intent, view);
}

/** What the broker asks for sales of options at work beyond what the rule says of each by itself. */
export function saidBeyond(view: GateView, margin: MarginModel, rule: OptionMarginRule): number {
  const { ledger, markets } = view;
  if (margin.soldPerUnit === undefined) return 0;
  let beyond = 0;
  for (let instrument = 0; instrument < markets.length; instrument++) {
    if (markets[instrument].count === 0 || ledger.instruments[instrument].option === undefined) continue;
    const each = margin.soldPerUnit(ledger, instrument);
    if (each === undefined) continue;
    for (const { side, pack, reduceOnly, fraction, remainingUnits } of view.working(instrument)) {
      if (side > 0 || pack !== undefined || reduceOnly || fraction === fraction) continue;
      const quantity = remainingUnits / ledger.units[instrument].quantityScale;
      const change = { instrument, quantity: -quantity };
      const own = optionCollateral(ledger, rule, [change]) - optionCollateral(ledger, rule);
      if (each * quantity > own) beyond += each * quantity - own;
    }
  }
  return beyond;
}
