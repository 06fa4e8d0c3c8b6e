/**
 * How much of the account may be in a named group of symbols, at worst: things that fall together are one risk, whatever each
 * of them is worth. Options count with their underlying, sold ones with what backs them.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault } from '../../base/fault.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { OptionMarginRule } from '../../options/margin/requirement.ts';
import type { Control, GateView } from '../gate/gate.ts';
import type { OrderIntent } from '../orders/order.ts';
import { refuse } from './format.ts';
import { collateral, isFirst, worstValue } from './positions.ts';
import { ACCOUNT, grows } from './worst-case.ts';

/** A named group of symbols, and the most of the account that may be in it; 0.25 is 25 %. */
export interface Sector {
  readonly symbols: readonly string[];
  readonly share: number;
}

/**
 * Refuses orders after which a sector could be worth more than its share of the account. A `Fault` names a symbol that
 * `instruments` do not have: left out by a slip, it would be bought without a limit.
 */
export function largestSectors(
  sectors: Readonly<Record<string, Sector>>,
  rule: OptionMarginRule,
  instruments: readonly Instrument[],
): Control {
  const made = Object.entries(sectors).map(([name, sector]) => ({
    name,
    ...sector,
    members: membersOf(name, sector, instruments),
  }));
  return {
    name: 'sectors',
    sentence: `At worst ${made.map(({ name, share }) => `${share * 100} % of the account is in ${name}`).join(', ')}.`,
    check(intent, view) {
      if (!isFirst(intent, view) || !grows(intent, view)) return undefined;
      for (const { name, share, members } of made) {
        const isTouched = (view.pack ?? [intent]).some(({ instrument }) => members.has(instrument));
        if (!isTouched) continue;
        const value = worthOf(members, intent, view, rule);
        const limit = share * view.ledger.equity();
        // What nothing backs is refused by the controls of collateral, in their words.
        if (value === Infinity || value <= limit) continue;
        return refuse(
          'position.sector',
          `${name} could be worth ${value.toFixed(2)}, above the limit of ${limit.toFixed(2)}`,
        );
      }
      return undefined;
    },
    use(idle, view) {
      const equity = view.ledger.equity();
      return made.map(({ name, share, members }) => ({
        key: 'sectors',
        of: name,
        used: worthOf(members, idle, view, rule),
        limit: share * equity,
        unit: 'money',
      }));
    },
  };
}

/** Indices of what belongs to a sector; they stay what they are when a symbol takes another name. */
function membersOf(name: string, { symbols }: Sector, instruments: readonly Instrument[]): ReadonlySet<number> {
  const known = new Set(instruments.map(({ symbol, option }) => option?.underlying ?? symbol));
  for (const symbol of symbols) {
    if (known.has(symbol)) continue;
    const hint = didYouMean(symbol, [...known]) ?? 'leave it out, or put it on the tape';
    throw new Fault('limits.sector', `${symbol} is not on the tape`, { field: `limits.sectors.${name}.symbols` }, hint);
  }
  const own = new Set(symbols);
  return new Set(
    instruments.flatMap(({ symbol, option }, index) => (own.has(option?.underlying ?? symbol) ? [index] : [])),
  );
}

function worthOf(members: ReadonlySet<number>, intent: OrderIntent, view: GateView, rule: OptionMarginRule): number {
  let value = view.ledger.options === undefined ? 0 : collateral(view, rule, intent, (each) => members.has(each));
  for (const instrument of members) value += worstValue(instrument, intent, view, ACCOUNT);
  return value;
}
