/**
 * Fees: what a fill costs, by the schedules that brokers publish. Each is charged per order, so that an order filled in
 * ten pieces pays one minimum.
 */
import type { Instrument } from '../../market/instrument.ts';
import type { FeeModel, FillContext } from './models.ts';

export const noFees: FeeModel = { name: 'none', sentence: 'No fees are charged.', fee: () => 0 };

/** `rate` per share or contract, at least `minimum` and at most `maximumShare` of the value, per order. */
export function perShareFees(rate: number, minimum = 0, maximumShare = Infinity): FeeModel {
  const schedule = (quantity: number, value: number): number =>
    quantity === 0 ? 0 : Math.min(Math.max(rate * quantity, minimum), maximumShare * value);
  const cap = maximumShare === Infinity ? '' : `, at most ${(maximumShare * 100).toFixed(2)} % of the value`;
  return {
    name: `per-share(${rate}, ${minimum}${maximumShare === Infinity ? '' : `, ${maximumShare}`})`,
    sentence: `Each order pays ${rate} per share, at least ${minimum}${cap}.`,
    fee: (context) => increment(context, schedule),
  };
}

/** `bps` hundredths of a percent of the traded value. */
export function bpsFees(bps: number): FeeModel {
  return {
    name: `bps(${bps})`,
    sentence: `Each fill pays ${bps} basis points of its value.`,
    fee: (context) => (valueOf(context) * bps) / 10_000,
  };
}

/** `amount` for each order, whatever its size, charged with its first fill; plus `rate` of the value. */
export function fixedFees(amount: number, rate = 0): FeeModel {
  return {
    name: `fixed(${amount}${rate === 0 ? '' : `, ${rate}`})`,
    sentence: `Each order pays ${amount}${rate === 0 ? '' : ` plus ${rate * 100} % of its value`}.`,
    fee: (context) => (context.quantityBefore === 0 ? amount : 0) + valueOf(context) * rate,
  };
}

/** One price level of a tiered schedule: from this premium upward, `rate` per contract. */
export interface ContractTier {
  readonly from: number;
  readonly rate: number;
}

/** Which price says what tier a fill belongs to: the one that was paid, or (as LEAN has it) the other side's quote. */
export type TierPrice = 'paid' | 'opposite-quote';

/** Per contract by the price of the contract, at least `minimum` per order. Tiers in any order. */
export function perContractFees(
  tiers: readonly ContractTier[] | number,
  minimum = 0,
  tierPrice: TierPrice = 'paid',
): FeeModel {
  const sorted = (typeof tiers === 'number' ? [{ from: -Infinity, rate: tiers }] : [...tiers]).sort(
    (a, b) => b.from - a.from,
  );
  const rateAt = (price: number): number => (sorted.find((tier) => price >= tier.from) ?? sorted.at(-1)!).rate;
  const isOpposite = tierPrice === 'opposite-quote';
  return {
    name: `per-contract(${sorted.map((tier) => tier.rate).join('/')}, ${minimum}${isOpposite ? ', opposite-quote' : ''})`,
    sentence: `Each order pays ${sorted.map((tier) => tier.rate).join(', ')} per contract by price level${
      isOpposite ? ' of the opposite quote' : ''
    }, at least ${minimum}.`,
    fee(context) {
      const { quantity, quantityBefore, valueBefore, side, bid, ask } = context;
      const price = isOpposite ? (side > 0 ? bid : ask) : context.price;
      const before = quantityBefore === 0 ? 0 : isOpposite ? price : valueBefore / quantityBefore;
      const charged = quantityBefore === 0 ? 0 : Math.max(rateAt(before) * quantityBefore, minimum);
      const due = rateAt(before) * quantityBefore + rateAt(price) * quantity;
      return Math.max(due, minimum) - charged;
    },
  };
}

/** Different rates for resting (maker) and taking fills, in basis points; a negative rate is a rebate. */
export function makerTakerFees(makerBps: number, takerBps: number): FeeModel {
  return {
    name: `maker-taker(${makerBps}, ${takerBps})`,
    sentence: `Resting orders pay ${makerBps}, taking orders ${takerBps} basis points of the value.`,
    fee: (context) => (valueOf(context) * (context.maker ? makerBps : takerBps)) / 10_000,
  };
}

/** The fees a cautious person assumes before reading their broker's price list, by kind of instrument. */
export const typicalFees: FeeModel = (() => {
  const byKind: Record<Instrument['kind'], FeeModel> = {
    equity: perShareFees(0.005, 1, 0.01),
    etf: perShareFees(0.005, 1, 0.01),
    index: perShareFees(0.005, 1, 0.01),
    option: perContractFees(0.65, 1),
    future: perContractFees(2.25),
    fx: bpsFees(0.2),
    crypto: bpsFees(10),
  };
  return {
    name: 'typical',
    sentence:
      'Typical broker fees: shares 0.005 each, at least 1 and at most 1 % per order; options 0.65 and futures 2.25 per ' +
      'contract; currencies 0.2 and crypto 10 basis points.',
    fee: (context: FillContext) => byKind[context.instrument.kind].fee(context),
  };
})();

/**
 * Interactive Brokers as LEAN charges it: shares 0.005, at least 1 and at most 0.5 %; options on shares 0.65, 0.5 below
 * ten cents and 0.25 below five, by the quote of the other side; options on indices nothing.
 */
export const leanFees: FeeModel = (() => {
  const shares = perShareFees(0.005, 1, 0.005);
  const tiers = [
    { from: 0.1, rate: 0.65 },
    { from: 0.05, rate: 0.5 },
    { from: -Infinity, rate: 0.25 },
  ];
  const contracts = perContractFees(tiers, 1, 'opposite-quote');
  return {
    name: 'lean',
    sentence: `${shares.sentence} Options on shares: ${contracts.sentence} Options on indices pay nothing.`,
    fee(context: FillContext) {
      const { option } = context.instrument;
      if (option === undefined) return shares.fee(context);
      return option.settlement === 'cash' ? 0 : contracts.fee(context);
    },
  };
})();

function valueOf(context: FillContext): number {
  return context.quantity * context.price * context.instrument.multiplier;
}

/** What the whole order owes now, less what it owed before this fill. */
function increment(context: FillContext, schedule: (quantity: number, value: number) => number): number {
  const value = valueOf(context);
  if (context.quantityBefore === 0) return schedule(context.quantity, value);
  const before = context.valueBefore * context.instrument.multiplier;
  return schedule(context.quantityBefore + context.quantity, before + value) - schedule(context.quantityBefore, before);
}
