/**
 * On which underlyings puts may be sold: named rules on daily closes, each with the numbers it compared.
 *
 * A rule that cannot be computed fails. The relative strength here is that of plain averages (Cutler), as the rules were
 * written for it; the deviation of the band is that of a sample.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { deviation } from '../../stats/moments.ts';
import { mean } from '../../stats/sum.ts';
import type { Outcome } from './outcome.ts';

export interface EquityParameters {
  readonly smaShort: number;
  readonly smaMedium: number;
  readonly smaLong: number;
  readonly trendLookback: number;
  readonly bandPeriod: number;
  readonly bandDeviations: number;
  readonly rsiPeriod: number;
  readonly rsiLower: number;
  readonly rsiUpper: number;
}

/** Daily closes, newest last, and the price now. */
interface Known {
  readonly closes: Float64Array;
  readonly price: number;
  readonly of: EquityParameters;
}

/** `value` must lie above `over` and below `under`; both are not part of it unless `inclusive`. */
interface Measured {
  readonly value: number;
  readonly over?: number;
  readonly under?: number;
  readonly inclusive?: boolean;
  readonly says: string;
}

const RULES = {
  shortBelowMedium: ({ closes, of }: Known): Measured => ({
    value: sma(closes, of.smaShort),
    under: sma(closes, of.smaMedium),
    says: `SMA ${of.smaShort}`,
  }),
  mediumBelowLong: ({ closes, of }: Known): Measured => ({
    value: sma(closes, of.smaMedium),
    under: sma(closes, of.smaLong),
    says: `SMA ${of.smaMedium}`,
  }),
  aboveShort: ({ closes, price, of }: Known): Measured => ({
    value: price,
    over: sma(closes, of.smaShort),
    says: 'price',
  }),
  aboveMedium: ({ closes, price, of }: Known): Measured => ({
    value: price,
    over: sma(closes, of.smaMedium),
    says: 'price',
  }),
  aboveLong: ({ closes, price, of }: Known): Measured => ({
    value: price,
    over: sma(closes, of.smaLong),
    says: 'price',
  }),
  /** Below the upper band of `bandPeriod`. */
  belowBand: ({ closes, price, of }: Known): Measured => ({
    value: price,
    under: upperBand(closes, of.bandPeriod, of.bandDeviations),
    says: 'price',
  }),
  /** Above the upper band around the medium average: what has just run away. */
  aboveBand: ({ closes, price, of }: Known): Measured => ({
    value: price,
    over: upperBand(closes, of.smaMedium, of.bandDeviations),
    says: 'price',
  }),
  /** Between the medium average and the upper band around it. */
  withinBand: ({ closes, price, of }: Known): Measured => ({
    value: price,
    over: sma(closes, of.smaMedium),
    under: upperBand(closes, of.smaMedium, of.bandDeviations),
    inclusive: true,
    says: 'price',
  }),
  /** The long average rose on each of the last days: the smallest of its changes. */
  longRising: ({ closes, of }: Known): Measured => {
    const changes = Array.from(
      { length: of.trendLookback },
      (_, ago) => sma(closes, of.smaLong, ago) - sma(closes, of.smaLong, ago + 1),
    );
    return {
      value: Math.min(...changes),
      over: 0,
      says: `smallest change of SMA ${of.smaLong} in ${of.trendLookback} days`,
    };
  },
  rsi: ({ closes, of }: Known): Measured => ({
    value: plainRsi(closes, of.rsiPeriod),
    over: of.rsiLower,
    under: of.rsiUpper,
    says: `RSI ${of.rsiPeriod}`,
  }),
};

export type EquityRule = keyof typeof RULES;

/** Lists of rules with names: the strict stack, the later and milder one, one for what runs away, and none. */
export const EQUITY_PRESETS: Readonly<Record<string, readonly EquityRule[]>> = {
  strict: ['shortBelowMedium', 'mediumBelowLong', 'aboveLong', 'belowBand', 'longRising', 'rsi'],
  aboveAverages: ['aboveShort', 'aboveMedium', 'aboveLong', 'withinBand', 'longRising', 'rsi'],
  bullish: ['aboveShort', 'aboveMedium', 'aboveLong', 'aboveBand', 'longRising', 'rsi'],
  none: [],
};

/** Reads a preset by name, or rules with commas; an unknown one is a `Fault` with a suggestion. */
export function parseEquityRules(text: string): EquityRule[] {
  const preset = EQUITY_PRESETS[text.trim()];
  if (preset !== undefined) return [...preset];
  const known = Object.keys(RULES);
  return text.split(',').map((part) => {
    const name = part.trim();
    if (isRule(name)) return name;
    const all = [...Object.keys(EQUITY_PRESETS), ...known];
    const rule = `equityRules is ${Object.keys(EQUITY_PRESETS).join(', ')}, or some of ${known.join(', ')}, was ${show(name)}`;
    throw new Fault('selling.equity-rules', rule, { field: 'equityRules' }, didYouMean(name, all));
  });
}

/** Asks the rules of one underlying; `closes` are daily, newest last. */
export function judgeEquity(
  rules: readonly EquityRule[],
  closes: Float64Array,
  price: number,
  of: EquityParameters,
): Outcome[] {
  return rules.map((rule) => {
    const { value, over, under, inclusive = false, says } = RULES[rule]({ closes, price, of });
    const isOver = over === undefined || (inclusive ? value >= over : value > over);
    const isUnder = under === undefined || (inclusive ? value <= under : value < under);
    // A bound that is not known (NaN) is met by nothing.
    const isKnown = !Number.isNaN(value) && !Number.isNaN(over ?? 0) && !Number.isNaN(under ?? 0);
    const text = !isKnown
      ? `${says} is not known from ${closes.length} closes`
      : !isOver
        ? `${says} ${short(value)} is not ${inclusive ? 'at least' : 'above'} ${short(over)}`
        : !isUnder
          ? `${says} ${short(value)} is not ${inclusive ? 'at most' : 'below'} ${short(under)}`
          : `${says} ${short(value)} is ${[over === undefined ? '' : `above ${short(over)}`, under === undefined ? '' : `below ${short(under)}`].filter((part) => part !== '').join(' and ')}`;
    return {
      rule,
      outcome: isKnown && isOver && isUnder ? 'pass' : 'fail',
      value: isKnown ? value : undefined,
      ...(over === undefined ? {} : { min: over }),
      ...(under === undefined ? {} : { max: under }),
      text,
    };
  });
}

/** Closes that each rule needs before it can be computed. */
const CLOSES: Readonly<Record<EquityRule, (of: EquityParameters) => number>> = {
  shortBelowMedium: ({ smaShort, smaMedium }) => Math.max(smaShort, smaMedium),
  mediumBelowLong: ({ smaMedium, smaLong }) => Math.max(smaMedium, smaLong),
  aboveShort: ({ smaShort }) => smaShort,
  aboveMedium: ({ smaMedium }) => smaMedium,
  aboveLong: ({ smaLong }) => smaLong,
  belowBand: ({ bandPeriod }) => bandPeriod,
  aboveBand: ({ smaMedium }) => smaMedium,
  withinBand: ({ smaMedium }) => smaMedium,
  longRising: ({ smaLong, trendLookback }) => smaLong + trendLookback,
  rsi: ({ rsiPeriod }) => rsiPeriod + 1,
};

/** Returns how many closes the rules need before all of them can be computed. */
export function closesNeeded(rules: readonly EquityRule[], of: EquityParameters): number {
  return Math.max(0, ...rules.map((rule) => CLOSES[rule](of)));
}

/** Says which rules can never hold together with these parameters, or nothing. */
export function contradiction(rules: readonly EquityRule[], of: EquityParameters): string | undefined {
  const has = (name: string): boolean => rules.some((rule) => rule === name);
  const { smaShort, smaMedium, smaLong, bandPeriod, bandDeviations, rsiLower, rsiUpper } = of;
  if (has('rsi') && rsiLower >= rsiUpper) return `rsiLower (${rsiLower}) must be below rsiUpper (${rsiUpper})`;
  if (has('shortBelowMedium') && smaShort === smaMedium) {
    return `shortBelowMedium can never hold: smaShort and smaMedium are both ${smaShort}`;
  }
  if (has('mediumBelowLong') && smaMedium === smaLong) {
    return `mediumBelowLong can never hold: smaMedium and smaLong are both ${smaLong}`;
  }
  // A price above an average, or above its band, is not below what is that band.
  const over = {
    aboveShort: smaShort,
    aboveMedium: smaMedium,
    aboveLong: smaLong,
    withinBand: smaMedium,
    aboveBand: smaMedium,
  };
  const under = { belowBand: bandPeriod, withinBand: smaMedium };
  for (const [low, lowPeriod] of Object.entries(over)) {
    for (const [high, highPeriod] of Object.entries(under)) {
      if (low === high || lowPeriod !== highPeriod || !has(low) || !has(high)) continue;
      if (bandDeviations === 0 || low === 'aboveBand') {
        return `${low} and ${high} can never hold together: both are of ${highPeriod} days, and bandDeviations is ${bandDeviations}`;
      }
    }
  }
  return undefined;
}

function isRule(name: string): name is EquityRule {
  return Object.hasOwn(RULES, name);
}

/** The mean of `period` closes, `ago` days back; NaN where there are not that many. */
function sma(closes: Float64Array, period: number, ago = 0): number {
  const to = closes.length - ago;
  return to < period ? Number.NaN : mean(closes.subarray(to - period, to));
}

function upperBand(closes: Float64Array, period: number, deviations: number): number {
  if (closes.length < period) return Number.NaN;
  const own = closes.subarray(closes.length - period);
  return mean(own) + deviations * deviation(own);
}

/** Without a change in all of the period there is no such number. */
function plainRsi(closes: Float64Array, period: number): number {
  if (closes.length <= period) return Number.NaN;
  let [gains, losses] = [0, 0];
  for (let i = closes.length - period; i < closes.length; i++) {
    const change = closes[i] - closes[i - 1];
    if (change > 0) gains += change;
    else losses -= change;
  }
  return (100 * gains) / (gains + losses);
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
