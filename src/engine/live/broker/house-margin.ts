/**
 * What a broker asks for where that is more than the rule: its house requirement, as a share of a share's value, and what it
 * says that one more unit would tie up. Two recorded accounts at Alpaca keep 30 % of what they hold, where Regulation T asks
 * for 25 %; reckoned by the rule alone, an order would pass here that takes the account below what it must keep there. An
 * own number above the broker's is fine, the reverse is a fault.
 */
import type { Instrument } from '../../../market/instrument.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { MarginModel } from '../../sim/margin.ts';
import type { AssetRules, BrokerMargin } from './reports.ts';

/** What a broker has said. */
export interface BrokerWord {
  readonly rules: (symbol: string) => AssetRules | undefined;
  /** What one more unit of what is no option ties up now. */
  readonly margin?: (symbol: string, side: number) => BrokerMargin | undefined;
  /** What selling one more of an option ties up now, in base currency. */
  readonly sale?: (ledger: Ledger, instrument: number) => number | undefined;
}

/**
 * Returns a margin model that asks for the larger of its own number and the broker's. An account in which all is paid in
 * full stays as it is, but for futures: they are on margin everywhere.
 */
export function withHouse(model: MarginModel, { rules, margin, sale }: BrokerWord): MarginModel {
  if (!model.calls && margin === undefined) return model;
  /** Least money for a unit, to open or to keep it; 0 where the broker has said nothing, or has no such rule. */
  const asked = (part: 'initial' | 'maintenance', instrument: Instrument, side: number, price: number): number => {
    const { symbol, option, future, multiplier } = instrument;
    if (option !== undefined || (future === undefined && !model.calls)) return 0;
    const { [part]: said = 0 } = margin?.(symbol, side) ?? {};
    if (future !== undefined) return said;
    const { isMarginable, keptLong = 0, keptShort = 0 } = rules(symbol) ?? {};
    const share = isMarginable === false ? 1 : side > 0 ? keptLong : keptShort;
    return Math.max(said, share * price * multiplier);
  };
  const most =
    (own: PerUnit, part: 'initial' | 'maintenance'): PerUnit =>
    (...unit) =>
      Math.max(own(...unit), asked(part, ...unit));
  /** What the broker asks for all that is held beyond the model's own number. */
  const beyond = (ledger: Ledger, own: PerUnit, part: 'initial' | 'maintenance'): number => {
    let sum = 0;
    for (const { instrument: index, quantity } of ledger.openPositions()) {
      const instrument = ledger.instruments[index];
      const { [index]: mark } = ledger.marks;
      const house = asked(part, instrument, quantity, mark);
      if (house === 0) continue;
      const each = Math.max(0, house - own(instrument, quantity, mark));
      sum += each * Math.abs(quantity) * ledger.rates[ledger.currencyOf[index]];
    }
    return sum;
  };
  const opens: PerUnit = (...unit) => model.perUnit(...unit);
  const keeps: PerUnit = (...unit) => model.keptPerUnit?.(...unit) ?? 0;
  return {
    ...model,
    sentence: `${model.sentence} Where the broker asks for more, that counts.`,
    perUnit: most(opens, 'initial'),
    keptPerUnit: most(keeps, 'maintenance'),
    free: (ledger) => model.free(ledger) - beyond(ledger, opens, 'initial'),
    maintenance: (ledger) => model.maintenance(ledger) + beyond(ledger, keeps, 'maintenance'),
    ...(sale === undefined ? {} : { soldPerUnit: sale }),
  };
}

type PerUnit = MarginModel['perUnit'];
