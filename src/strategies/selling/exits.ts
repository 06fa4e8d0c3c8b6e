/**
 * When a sold option is bought back: six rules in a fixed order, the first that is met decides. Boundaries belong to the
 * exit, and each rule can be switched off.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { atLeast, type Outcome } from './outcome.ts';
import type { CallParameters, GeneralParameters, PutParameters } from './parameters.ts';

/** What was true when the contract was sold. */
export interface EntryFacts {
  /** Absolute. */
  readonly delta: number;
  /** Price of the underlying. */
  readonly price: number;
  /** Of the volatility index, points; NaN where nobody knew. */
  readonly volatility: number;
  /** Money per share, of what filled. */
  readonly premium: number;
  readonly strike: number;
  /** Calendar days from the sale to the expiry. */
  readonly days: number;
  /** Days that the premium is earned in, where they were counted otherwise. */
  readonly premiumDays?: number;
}

/** What is true now; NaN where nobody knows. */
export interface PositionNow {
  readonly delta: number;
  readonly price: number;
  readonly volatility: number;
  /** The volatility index at the open of this session. */
  readonly sessionOpen: number;
  /** What buying one back costs, money per share. */
  readonly ask: number;
  /** Whole days of 24 hours since the sale. */
  readonly daysHeld: number;
  readonly daysToExpiry: number;
}

export interface ExitParameters {
  readonly stopOnDeltaMultiple: boolean;
  readonly deltaStopMultiple: number;
  readonly stopOnDelta: boolean;
  readonly deltaStop: number;
  readonly stopOnDrop: boolean;
  readonly stockDropStop: number;
  readonly stopOnSpike: boolean;
  readonly volatilitySpike: number;
  readonly earlyExit: 'schedule' | 'return' | 'off';
  readonly earlyExitBuffer: number;
  /** Daily return on the strike that `return` expects; that of the entry when left out. */
  readonly earlyExitRate?: number | undefined;
  readonly earlyExitReturnBuffer: number;
  readonly closeBeforeExpiry: boolean;
  readonly closeBeforeExpiryDays: number;
}

/** Returns the exits of puts. */
export function putExits(of: PutParameters & GeneralParameters): ExitParameters {
  return { ...of, earlyExitRate: of.earlyExitReturn === 'least' ? of.minDailyReturn : undefined };
}

const CALL_EXITS = ['deltaMultiple', 'delta', 'volatilitySpike', 'earlyExit', 'closeBeforeExpiry'] as const;
type CallExit = (typeof CALL_EXITS)[number];

/** Lists of exits with names: those that a stock which rises meets early, and none, so that shares are called away. */
export const CALL_EXIT_PRESETS: Readonly<Record<string, readonly CallExit[]>> = {
  reference: ['delta', 'volatilitySpike'],
  none: [],
};

/** Returns the exits of calls: those that are named in `callExits`; an unknown name is a `Fault` with a suggestion. */
export function callExits(of: CallParameters & Pick<GeneralParameters, 'volatilitySpike'>): ExitParameters {
  const isOn = new Set(parseCallExits(of.callExits));
  return {
    stopOnDeltaMultiple: isOn.has('deltaMultiple'),
    deltaStopMultiple: of.callDeltaStopMultiple,
    stopOnDelta: isOn.has('delta'),
    deltaStop: of.callDeltaStop,
    stopOnDrop: false,
    stockDropStop: 0,
    stopOnSpike: isOn.has('volatilitySpike'),
    volatilitySpike: of.volatilitySpike,
    earlyExit: isOn.has('earlyExit') ? 'schedule' : 'off',
    earlyExitBuffer: of.callExitBuffer,
    earlyExitReturnBuffer: 0,
    closeBeforeExpiry: isOn.has('closeBeforeExpiry'),
    closeBeforeExpiryDays: of.callCloseDays,
  };
}

export function parseCallExits(text: string): readonly CallExit[] {
  const preset = CALL_EXIT_PRESETS[text.trim()];
  if (preset !== undefined) return preset;
  return text.split(',').map((part) => {
    const name = CALL_EXITS.find((each) => each === part.trim());
    if (name !== undefined) return name;
    const presets = Object.keys(CALL_EXIT_PRESETS);
    const rule = `callExits is ${presets.join(', ')}, or some of ${CALL_EXITS.join(', ')}, was ${show(part.trim())}`;
    const hint = didYouMean(part.trim(), [...presets, ...CALL_EXITS]);
    throw new Fault('selling.call-exits', rule, { field: 'callExits' }, hint);
  });
}

export interface ExitJudgement {
  /** What each rule that is on said; `fail` here means that it asks for the exit. */
  readonly outcomes: readonly Outcome[];
  /** The first rule that asks for it. */
  readonly exit: Outcome | undefined;
}

/** Asks all rules of a position. Where the session has no open yet, a spike is measured from the entry. */
export function judgeExit(entry: EntryFacts, now: PositionNow, rules: ExitParameters): ExitJudgement {
  const outcomes: Outcome[] = [];
  const above = (isOn: boolean, rule: string, value: number, max: number, isShare = false): void => {
    if (isOn) outcomes.push(outcomeOf(rule, value, max, atLeast(value, max), 'reached', isShare));
  };
  const below = (isOn: boolean, rule: string, value: number, min: number): void => {
    if (isOn) outcomes.push(outcomeOf(rule, value, min, atLeast(-value, -min), 'fell to'));
  };
  const reference = Number.isNaN(now.sessionOpen) ? entry.volatility : now.sessionOpen;
  above(rules.stopOnDeltaMultiple, 'deltaMultiple', now.delta, rules.deltaStopMultiple * entry.delta);
  above(rules.stopOnDelta, 'delta', now.delta, rules.deltaStop);
  below(rules.stopOnDrop, 'stockDrop', now.price, (1 - rules.stockDropStop) * entry.price);
  above(rules.stopOnSpike, 'volatilitySpike', now.volatility, rules.volatilitySpike * reference);
  if (now.daysHeld > 0) {
    const { value, target } = earlyExitOf(entry, now, rules);
    const isShare = rules.earlyExit === 'schedule';
    above(rules.earlyExit !== 'off' && target > 0, 'earlyExit', value, target, isShare);
  }
  below(rules.closeBeforeExpiry, 'closeBeforeExpiry', now.daysToExpiry, rules.closeBeforeExpiryDays);
  return { outcomes, exit: outcomes.find(({ outcome }) => outcome === 'fail') };
}

/**
 * `schedule`: the part of the premium that is earned, against the part of the time that has passed and a buffer.
 * `return`: money per share that is earned, against what the days held would have brought at the entry's daily return
 * on the strike, and a buffer in parts of it.
 */
function earlyExitOf(
  { premium, strike, days, premiumDays = days }: EntryFacts,
  { ask, daysHeld }: PositionNow,
  { earlyExit, earlyExitBuffer, earlyExitRate, earlyExitReturnBuffer }: ExitParameters,
): { readonly value: number; readonly target: number } {
  if (earlyExit === 'return') {
    const dailyReturn = earlyExitRate ?? premium / premiumDays / strike;
    return { value: premium - ask, target: daysHeld * dailyReturn * strike * (1 + earlyExitReturnBuffer) };
  }
  return { value: (premium - ask) / premium, target: daysHeld / days + earlyExitBuffer };
}

function outcomeOf(rule: string, value: number, bound: number, isMet: boolean, verb: string, isShare = false): Outcome {
  // A comparison with what nobody knows is never met: the position is held and the trace says so.
  if (Number.isNaN(value) || Number.isNaN(bound)) {
    return { rule, outcome: 'not-asked', value: undefined, text: `${rule} is not known` };
  }
  const [shown, limit] = isShare ? [inPercent(value), inPercent(bound)] : [value, bound].map(inDigits);
  const text = isMet
    ? `${rule} ${shown} ${verb} ${limit}`
    : `${rule} ${shown} has not ${verb === 'reached' ? 'reached' : 'fallen to'} ${limit}`;
  return {
    rule,
    outcome: isMet ? 'fail' : 'pass',
    value,
    ...(verb === 'reached' ? { max: bound } : { min: bound }),
    text,
  };
}

function inDigits(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Of the premium. */
function inPercent(value: number): string {
  return `${Number((100 * value).toPrecision(4))} %`;
}
