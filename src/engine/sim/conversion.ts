/**
 * Conversion: how cash of one currency becomes cash of another, and what the exchange of it costs.
 */

export interface ConversionModel {
  readonly name: string;
  readonly sentence: string;
  /** What a fill leaves in another currency than the base: kept, paid back from base cash, or swept there both ways. */
  readonly after: 'keep' | 'pay-debts' | 'sweep';
  /** How much worse than the current rate, in basis points. */
  readonly spreadBps: number;
}

/** Every currency has its account, which may be in debt: its value counts, at the current rate. */
export const separateAccounts: ConversionModel = {
  name: 'separate-accounts',
  sentence: 'Cash stays in the currency in which it was made; purchases in another currency leave a debt there.',
  after: 'keep',
  spreadBps: 0,
};

/** A purchase in another currency is paid from base cash at once; what sales bring stays where it is. */
export function payFromBase(spreadBps: number): ConversionModel {
  return {
    name: `pay-from-base(${spreadBps})`,
    sentence: `Purchases in another currency are paid from base cash at the current rate, ${spreadBps} basis points worse.`,
    after: 'pay-debts',
    spreadBps,
  };
}

/** Everything that fills leave in another currency goes to base cash at once. */
export function sweepToBase(spreadBps: number): ConversionModel {
  return {
    name: `sweep-to-base(${spreadBps})`,
    sentence: `Fills in another currency are settled in base cash at the current rate, ${spreadBps} basis points worse.`,
    after: 'sweep',
    spreadBps,
  };
}
