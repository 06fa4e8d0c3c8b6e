/**
 * Early assignment: when whoever bought an American option that we sold exercises it before it expires.
 *
 * Asked once per session, at the close, for each contract that is sold: exercise notices are sent in the evening and
 * assigned over night.
 */

/** What is known at the close of a session. Money per share. */
export interface AssignmentContext {
  readonly right: 'call' | 'put';
  readonly strike: number;
  readonly underlying: number;
  /** The contract's mark; NaN when nobody has quoted it in this session. */
  readonly price: number;
  /** What can be asked for it now; NaN where nobody offers it. */
  readonly ask: number;
  /** Calendar days to the expiry date. */
  readonly days: number;
  /** The dividend per share to whose ex-date the next session belongs; 0 when there is none. */
  readonly dividend: number;
}

export interface AssignmentModel {
  readonly name: string;
  readonly sentence: string;
  /** Why it is exercised, in words; `undefined` when it is not. */
  assigns(context: AssignmentContext): string | undefined;
}

export const onlyAtExpiry: AssignmentModel = {
  name: 'only-at-expiry',
  sentence: 'Sold options are assigned only at expiry, which flatters.',
  assigns: () => undefined,
};

/**
 * A call whose time value is less than the dividend that its buyer would miss.
 * Source: Hull, Options, Futures, and Other Derivatives, 9th ed., section 15.12: only just before an ex-date.
 */
export const earlyForDividend: AssignmentModel = {
  name: 'early-for-dividend',
  sentence: 'Sold calls in the money are assigned before an ex-date when their time value is less than the dividend.',
  assigns(context) {
    const { right, dividend } = context;
    if (right !== 'call' || !(dividend > 0) || !(intrinsicOf(context) > 0)) return undefined;
    const time = timeValueOf(context);
    return time < dividend ? `time value ${text(time)} is less than the dividend of ${text(dividend)}` : undefined;
  },
};

/** In the money with no time value left: nobody offers it above what it is worth when exercised. */
export const earlyWithoutTimeValue: AssignmentModel = {
  name: 'early-without-time-value',
  sentence: 'Sold options in the money without time value are assigned.',
  assigns(context) {
    const { price, ask } = context;
    const intrinsic = intrinsicOf(context);
    if (!(intrinsic > 0)) return undefined;
    // By the ask, which a buyer who sells instead cannot hope to get: a mark below parity may be half a wide spread.
    const best = ask === ask ? ask : price;
    return best <= intrinsic + 1e-9 ? `no time value is left: ${text(best)} for ${text(intrinsic)}` : undefined;
  },
};

/** Either of the two reasons that a buyer who can count has. */
export const earlyWhenRational: AssignmentModel = {
  name: 'early-when-rational',
  sentence:
    'Sold American options are assigned early when exercising pays: before a dividend that exceeds their time value, ' +
    'or when no time value is left.',
  assigns: (context) => earlyForDividend.assigns(context) ?? earlyWithoutTimeValue.assigns(context),
};

/** A fixed depth in the money within some days of expiry: LEAN asks for 5 % and 4 days. */
export function earlyWhenDeep(share = 0.05, days = 4): AssignmentModel {
  return {
    name: `early-when-deep(${share}, ${days})`,
    sentence: `Sold options at least ${share * 100} % in the money are assigned within ${days} days of expiry.`,
    assigns(context) {
      const depth = intrinsicOf(context) / context.underlying;
      if (!(depth >= share) || context.days > days) return undefined;
      return `${(depth * 100).toFixed(2)} % in the money, ${context.days} days to expiry`;
    },
  };
}

function intrinsicOf({ right, strike, underlying }: AssignmentContext): number {
  return Math.max(0, right === 'call' ? underlying - strike : strike - underlying);
}

function timeValueOf(context: AssignmentContext): number {
  // Not by Math.max: a time value that is not known stays NaN.
  const time = context.price - intrinsicOf(context);
  return time < 0 ? 0 : time;
}

function text(money: number): string {
  return String(Number(money.toFixed(4)));
}
