/**
 * Collateral: no sale of an option, and no sale of the shares under one, for which there is nothing left to back it.
 *
 * Everything at work counts as if it had happened wherever that ties up more: ten orders of one instant would each find
 * the same cash, and each of them would be right. Premium that is still to come is not counted.
 */
import type { Control, GateView } from '../gate/gate.ts';
import type { OrderIntent, Side } from '../orders/order.ts';
import type { Package } from '../orders/package.ts';
import { optionCollateral, optionRule, type Change } from '../options/collateral.ts';
import type { OptionMarginRule } from '../../options/margin/requirement.ts';
import type { MarginModel } from '../sim/margin.ts';
import { payablePrice } from './far-side.ts';
import { refuse } from './format.ts';
import { saidBeyond, soldCost } from './sold-margin.ts';

/** Refuses what sold options could not be backed by, as the account's margin has it. */
export function collateralControl(margin: MarginModel): Control {
  const rule = optionRule(margin);
  return {
    name: 'collateral',
    sentence: `${rule.sentence} The same cash or shares never back two things, orders at work included.`,
    check(intent, view) {
      const legs = view.pack ?? [intent];
      // A package is judged once, as a whole.
      if (legs[0] !== intent || intent.fraction === intent.fraction) return undefined;
      const { ledger } = view;
      const changes = changesOf(intent, view);
      if (!changes.some(({ instrument }) => isConcerned(instrument, view))) return undefined;
      const atWork = worstAtWork(view, rule);
      const before = optionCollateral(ledger, rule, atWork);
      const after = optionCollateral(ledger, rule, [...atWork, ...changes]);
      const said = soldCost(intent, view, margin) ?? 0;
      // What ties up no more than there is tied up already passes; endless is more than endless only for a sale.
      if (after <= before && said === 0 && (after < Infinity || intent.side > 0)) return undefined;
      const symbol = ledger.instruments[intent.instrument].symbol;
      if (after !== after) {
        return refuse('collateral.no-price', `what ${symbol} ties up is not known: its underlying has no price yet`);
      }
      const name = view.pack === undefined ? `selling ${intent.quantity} ${symbol}` : 'the package';
      if (after === Infinity) {
        const isShares = ledger.instruments[intent.instrument].option === undefined;
        return isShares && view.pack === undefined
          ? refuse('collateral.in-use', `${name} would leave calls that were sold without the shares under them`)
          : refuse('collateral.uncovered', `${name} would leave a sold call without shares, which the account forbids`);
      }
      const free = margin.free(ledger) + optionCollateral(ledger, rule) - costAtWork(view, margin);
      const funds = free - saidBeyond(view, margin, rule);
      const own = after - before;
      const need = Math.max(own, said);
      if (before + need <= funds + 1e-6) return undefined;
      const left = Math.max(0, funds - before);
      const whose = said > own ? ` as the broker reckons it, ${own.toFixed(2)} by the rule alone` : '';
      const words = `${name} ties up ${need.toFixed(2)}${whose}, ${left.toFixed(2)} is free`;
      return refuse('collateral.insufficient', words);
    },
  };
}

function isConcerned(instrument: number, { ledger }: GateView): boolean {
  const book = ledger.options;
  return book !== undefined && (book.contracts[instrument] !== undefined || book.on.has(instrument));
}

/** What an intent, or the package that it begins, would change. */
export function changesOf(intent: OrderIntent, { pack }: GateView): Change[] {
  return (pack ?? [intent]).map(({ instrument, side, quantity }) => ({ instrument, quantity: side * quantity }));
}

/** What may still fill and would tie up more: sales of options and shares, and packages that do so on balance. */
export function worstAtWork(view: GateView, rule: OptionMarginRule): Change[] {
  const { ledger, markets } = view;
  const changes: Change[] = [];
  const packs = new Set<Package>();
  for (let instrument = 0; instrument < markets.length; instrument++) {
    // Of thousands of contracts hardly any has an order.
    if (markets[instrument].count === 0) continue;
    for (const order of view.working(instrument)) {
      if (order.pack !== undefined) packs.add(order.pack);
      else if (order.fraction !== order.fraction && isConcerned(instrument, view)) {
        // Market orders are as good as filled where nothing can be lost on the way; of the others only sales make things worse.
        const isSure = order.type === 'market' && view.isForBroker !== true;
        const isCounted = order.side < 0 || isSure;
        const { quantityScale } = ledger.units[instrument];
        if (isCounted) changes.push({ instrument, quantity: (order.side * order.remainingUnits) / quantityScale });
      }
    }
  }
  let tiedUp = packs.size === 0 ? 0 : optionCollateral(ledger, rule, changes);
  for (const pack of packs) {
    const legs = pack.legs.map(({ instrument, side, remainingUnits }): Change => {
      return { instrument, quantity: (side * remainingUnits) / ledger.units[instrument].quantityScale };
    });
    const together = optionCollateral(ledger, rule, [...changes, ...legs]);
    if (!(together > tiedUp)) continue;
    changes.push(...legs);
    tiedUp = together;
  }
  return changes;
}

/** Money that purchases and short sales at work will take, whichever of them fill. */
export function costAtWork(view: GateView, margin: MarginModel): number {
  const { markets } = view;
  let cost = 0;
  for (let instrument = 0; instrument < markets.length; instrument++) {
    if (markets[instrument].count > 0)
      cost += costOf(instrument, 1, view, margin) + costOf(instrument, -1, view, margin);
  }
  return cost;
}

/** What orders of one side take beyond what they close; of those it is the cheapest, for any may fill first. */
function costOf(instrument: number, side: Side, view: GateView, margin: MarginModel): number {
  const { ledger, markets } = view;
  const asset = ledger.instruments[instrument];
  // What sold options tie up is counted with all that backs them.
  if (side < 0 && asset.option !== undefined) return 0;
  const opening: { readonly quantity: number; readonly each: number }[] = [];
  for (const order of view.working(instrument)) {
    if (order.side !== side || order.fraction === order.fraction || order.pack !== undefined) continue;
    if (order.reduceOnly) continue;
    const quantity = order.remainingUnits / ledger.units[instrument].quantityScale;
    const price = payablePrice(order, markets[instrument], ledger.marks[instrument]);
    opening.push({ quantity, each: margin.perUnit(asset, side, price) });
  }
  let closing = Math.max(0, -side * ledger.netQuantity(instrument));
  let cost = 0;
  if (closing > 0) opening.sort((a, b) => a.each - b.each);
  for (const { quantity, each } of opening) {
    const closes = Math.min(quantity, closing);
    closing -= closes;
    cost += (quantity - closes) * each;
  }
  return cost * ledger.rates[ledger.currencyOf[instrument]];
}

/** Refuses to exercise what is not held, before its time, or beyond the account. */
export function exerciseControl(obstacle: (intent: OrderIntent) => string | undefined): Control {
  return {
    name: 'exercise',
    sentence: 'Only bought contracts are exercised, European ones only at expiry.',
    check(intent, { ledger }) {
      if (intent.type !== 'exercise') return undefined;
      const { symbol, option } = ledger.instruments[intent.instrument];
      if (option === undefined) return refuse('option.not-an-option', `${symbol} is no option`);
      const held = ledger.positions[intent.strategy][intent.instrument].quantity;
      if (intent.quantity > held) {
        return refuse('option.not-held', `${intent.quantity} ${symbol} to exercise, ${Math.max(0, held)} held`);
      }
      if (option.style === 'european') {
        return refuse('option.european', `${symbol} is European: it is exercised at expiry, if it is in the money`);
      }
      const why = obstacle(intent);
      return why === undefined ? undefined : refuse('collateral.insufficient', why);
    },
  };
}
