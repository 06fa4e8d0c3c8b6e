/**
 * What a broker asks for a share where that is more than the rule: its house requirement. Two recorded accounts at Alpaca keep
 * 30 % of what they hold, where Regulation T asks for 25 %; reckoned by the rule alone, an order would pass here that takes the
 * account below what it must keep there. An own number above the broker's is fine, the reverse is a fault.
 */
import type { Instrument } from '../../../market/instrument.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { MarginModel } from '../../sim/margin.ts';
import type { AssetRules } from './reports.ts';

/**
 * Returns a margin model that asks for the larger of its own and the broker's requirement; `rules` gives what the broker has
 * said of a symbol. An account in which all is paid in full stays as it is.
 */
export function withHouse(model: MarginModel, rules: (symbol: string) => AssetRules | undefined): MarginModel {
  if (!model.calls) return model;
  /** Least share of the value; 0 where the broker has said nothing, or has no such rule. */
  const asked = ({ symbol, option, future }: Instrument, side: number): number => {
    if (option !== undefined || future !== undefined) return 0;
    const { isMarginable, keptLong = 0, keptShort = 0 } = rules(symbol) ?? {};
    return isMarginable === false ? 1 : side > 0 ? keptLong : keptShort;
  };
  const most =
    (own: PerUnit): PerUnit =>
    (instrument, side, price) =>
      Math.max(own(instrument, side, price), asked(instrument, side) * price * instrument.multiplier);
  /** What the broker asks for all that is held beyond the model's own number. */
  const beyond = (ledger: Ledger, own: PerUnit): number => {
    let sum = 0;
    for (const { instrument: index, quantity } of ledger.openPositions()) {
      const instrument = ledger.instruments[index];
      if (asked(instrument, quantity) === 0) continue;
      const { [index]: mark } = ledger.marks;
      const each = most(own)(instrument, quantity, mark) - own(instrument, quantity, mark);
      sum += each * Math.abs(quantity) * ledger.rates[ledger.currencyOf[index]];
    }
    return sum;
  };
  const opens: PerUnit = (...unit) => model.perUnit(...unit);
  const keeps: PerUnit = (...unit) => model.keptPerUnit?.(...unit) ?? 0;
  return {
    ...model,
    sentence: `${model.sentence} Where the broker asks for more, that counts.`,
    perUnit: most(opens),
    keptPerUnit: most(keeps),
    free: (ledger) => model.free(ledger) - beyond(ledger, opens),
    maintenance: (ledger) => model.maintenance(ledger) + beyond(ledger, keeps),
  };
}

type PerUnit = MarginModel['perUnit'];
