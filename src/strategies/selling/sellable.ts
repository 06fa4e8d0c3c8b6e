/**
 * Whether any quote of a tape could be sold by a seller: each is held against the rules, at every price that the
 * underlying has in its session.
 */
import type { TapeFacts } from '../../engine/feeds/tape-facts.ts';
import type { Instrument, OptionTerms } from '../../market/instrument.ts';
import { parseDay } from '../../time/civil.ts';
import { ENTRY_RULES, EntryDays, short } from './entry-days.ts';
import { sessionIndexOf } from './marks.ts';
import type { CallParameters, GeneralParameters, PutParameters } from './parameters.ts';
import { Measured, Passes, type Asked, type Limits } from './passes.ts';
import { deltaReach } from './reach.ts';
import { contractsOf, type QuoteSlice, type TapeContracts } from './tape-contracts.ts';

/** What is asked of a contract, by parameters that have other names for puts and for calls. */
export interface Wanted {
  readonly right: OptionTerms['right'];
  readonly days: Limits;
  readonly strikeToSpot: Limits;
  readonly dailyReturn: Limits;
  readonly delta: Limits;
}

/** Returns what is asked of puts. A ceiling that is an average only the run knows. */
export function putsWanted(of: PutParameters): Wanted {
  const ceiling = of.strikeCeiling === 'average' ? undefined : { name: 'maxStrikePct', value: of.maxStrikePct };
  return {
    right: 'put',
    days: { min: { name: 'minDte', value: of.minDte }, max: { name: 'maxDte', value: of.maxDte } },
    strikeToSpot: {
      min: { name: 'minStrikePct', value: of.minStrikePct },
      ...(ceiling === undefined ? {} : { max: ceiling }),
    },
    dailyReturn: { min: { name: 'minDailyReturn', value: of.minDailyReturn } },
    delta: { min: { name: 'deltaMin', value: of.deltaMin }, max: { name: 'deltaMax', value: of.deltaMax } },
  };
}

/** Returns what is asked of calls, with what their wish does not do without. */
export function callsWanted(of: CallParameters): Wanted {
  const { callWish, callDelta, callChange, callDailyReturn, callMinDailyReturn, callMinStrikePct } = of;
  const byChange = callWish === 'minChange' && 1 + callChange > callMinStrikePct;
  const byReturn = callWish === 'dailyReturn' && callDailyReturn > callMinDailyReturn;
  return {
    right: 'call',
    days: { min: { name: 'callMinDte', value: of.callMinDte }, max: { name: 'callMaxDte', value: of.callMaxDte } },
    strikeToSpot: {
      min: byChange
        ? { name: 'callChange', value: 1 + callChange, told: callChange }
        : { name: 'callMinStrikePct', value: callMinStrikePct },
      max: { name: 'callMaxStrikePct', value: of.callMaxStrikePct },
    },
    dailyReturn: {
      min: byReturn
        ? { name: 'callDailyReturn', value: callDailyReturn }
        : { name: 'callMinDailyReturn', value: callMinDailyReturn },
    },
    delta: callWish === 'minDelta' ? { min: { name: 'callDelta', value: callDelta } } : {},
  };
}

/** Says why no quote of the tape could be sold, or nothing; neither where its rows are still to come. */
export function unsellable(of: GeneralParameters, wanted: Wanted, tape: TapeFacts): string | undefined {
  const { right } = wanted;
  const days = new EntryDays(of, tape);
  // Calls are sold on shares that are there: what is asked of an underlying was asked when these came.
  const passes = new Passes([...contractRules(of, wanted), ...(right === 'put' ? days.rules('put') : [])]);
  const quotes = new Quotes(of, wanted, days);
  const none = `no ${right} of the tape`;
  const before = seenOn.get(contractsOf(tape, right));
  const never = before === undefined ? undefined : passes.neverBy(before, none);
  if (never !== undefined) return never;
  for (const { contract, stream } of contractsOf(tape, right).quoted) {
    if (!('columns' in stream)) return undefined;
    quotes.begin(contract, stream);
    for (let row = 0; row < stream.columns.length; row++) if (passes.may(quotes.at(row))) return undefined;
  }
  if (passes.looked === 0) return `${none} is ever quoted`;
  seenOn.set(contractsOf(tape, right), passes.seen.first(RULES.delta));
  return passes.objection(none, 'quotes');
}

/** What the quotes of a tape have at least and at most, whoever asks: known once all were looked at. */
const seenOn = new WeakMap<TapeContracts, Measured>();

const ANY_DELTA = { low: 0, high: 1 };

/** The rules on contracts, by their numbers; those on underlyings and money follow. */
const RULES = { quote: 0, days: 1, strikeToSpot: 2, spread: 3, dailyReturn: 4, delta: 5 } as const;
const CONTRACT_RULES = Object.keys(RULES).length;

function contractRules(
  { maxSpreadPct }: GeneralParameters,
  { right, days, strikeToSpot, dailyReturn, delta }: Wanted,
): Asked[] {
  const spread = maxSpreadPct > 0 && maxSpreadPct < 1 ? { max: { name: 'maxSpreadPct', value: maxSpreadPct } } : {};
  return [
    {
      rule: 'quote',
      min: { name: 'quote', value: 1 },
      does: 'has a bid, and an ask not below it',
      never: () => `no ${right} of the tape ever has a bid, and an ask not below it`,
    },
    {
      rule: 'daysToExpiry',
      ...days,
      more: (most) => `is quoted more than ${most} days before it expires`,
      less: (least) => `is quoted less than ${least} days before it expires`,
    },
    {
      rule: 'strikeToSpot',
      ...strikeToSpot,
      more: (most) => `has a strike above ${short(most)} of the price`,
      less: (least) => `has a strike below ${short(least)} of the price`,
    },
    { rule: 'spread', ...spread, less: (least) => `has a spread below ${short(least)} of the mid` },
    { rule: 'dailyReturn', ...dailyReturn, more: (most) => `brings more than ${short(most)} of its strike a day` },
    {
      rule: 'delta',
      ...delta,
      more: (most) => `has a delta above ${short(most)} at any vol`,
      less: (least) => `has a delta below ${short(least)} at any vol`,
    },
  ];
}

/** Measures quotes: of each rule the least and the most that may be seen of it while the quote stands. */
class Quotes {
  private readonly of: GeneralParameters;
  private readonly wanted: Wanted;
  private readonly days: EntryDays;
  private readonly measured = new Measured(CONTRACT_RULES + ENTRY_RULES);
  private contract!: Instrument;
  /** Days since 1970. */
  private expiry = Number.NaN;
  private rows!: { readonly time: Float64Array; readonly bid: Float64Array; readonly ask: Float64Array };
  private session = -1;
  private daysLeft = Number.NaN;

  constructor(of: GeneralParameters, wanted: Wanted, days: EntryDays) {
    this.of = of;
    this.wanted = wanted;
    this.days = days;
  }

  begin(contract: Instrument, { columns }: QuoteSlice): void {
    this.contract = contract;
    this.expiry = parseDay(contract.option!.expiry);
    this.session = -1;
    this.rows = 'bid' in columns ? columns : { time: columns.time, bid: columns.bidClose, ask: columns.askClose };
  }

  at(row: number): Measured {
    const { measured, contract } = this;
    const session = sessionIndexOf(this.rows.time[row]);
    if (session !== this.session) this.beginSession(session);
    const bid = this.rows.bid[row];
    const ask = this.rows.ask[row];
    const isWhole = bid > 0 && ask >= bid;
    measured.set(RULES.quote, isWhole ? 1 : 0);
    measured.set(RULES.spread, isWhole ? (ask - bid) / ((bid + ask) / 2) : Number.NaN);
    // Days that count the minutes of today are more, so that they bring less.
    measured.set(RULES.dailyReturn, bid / this.daysLeft / contract.option!.strike);
    return measured;
  }

  /** What does not change with the quotes of a session. */
  private beginSession(session: number): void {
    const { of, measured, contract } = this;
    const { right, delta } = this.wanted;
    const { strike, underlying } = contract.option!;
    this.session = session;
    const day = this.days.on(underlying, session);
    this.daysLeft = this.expiry - day.date;
    const strikeToSpot = { low: strike / day.spot.high, high: strike / day.spot.low };
    measured.set(RULES.days, this.daysLeft);
    measured.set(RULES.strikeToSpot, strikeToSpot.low, strikeToSpot.high);
    const isAsked = (delta.min?.value ?? 0) > 0 || (delta.max?.value ?? 1) < 1;
    const reach = isAsked ? deltaReach(right, strikeToSpot, Math.max(0, this.daysLeft), of) : ANY_DELTA;
    measured.set(RULES.delta, reach.low, reach.high);
    this.days.measure(measured, CONTRACT_RULES, day, strike * contract.multiplier);
  }
}
