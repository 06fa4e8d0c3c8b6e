/**
 * Sets of parameters that can never trade, each with the rule that makes it so: told before anything is played.
 */
import { normalCdf, normalInverse } from '../../base/normal.ts';
import { parseDeployment } from './deployment.ts';
import { closesNeeded, contradiction, parseEquityRules } from './equity-filter.ts';
import { parseEvents } from './events.ts';
import { parseCallExits } from './exits.ts';
import type { CallParameters, GeneralParameters, PutParameters } from './parameters.ts';
import { deltaReach, VOL_MAX } from './reach.ts';

/** Says what keeps a seller with these general parameters from ever trading, or nothing. */
export function impossibleAtAll(of: GeneralParameters): string | undefined {
  const rules = parseEquityRules(of.equityRules);
  const { known } = parseEvents(of.events);
  const needed = closesNeeded(rules, of);
  const steps = parseDeployment(of.deployment);
  if (of.volatility !== 'none' && steps.every(({ share }) => share === 0))
    return 'deployment commits no money at any level';
  const longest = Math.max(...known.map(([from, to]) => to - from + 1));
  if (known.length > 0 && of.eventDays > longest) {
    return `eventDays (${of.eventDays}) looks further ahead than events are known: ${longest} days`;
  }
  if (of.positionShare === 0) return 'positionShare is 0: no position may tie up money';
  const contrary = contradiction(rules, of);
  if (contrary !== undefined) return contrary;
  if (needed > of.historyDays) return `equityRules need ${needed} closes, and historyDays is ${of.historyDays}`;
  if (of.every !== 'bar' && !/^\d+(s|m|h)$/.test(of.every)) {
    return `every is bar, or a span as 60s, 5m or 1h, was ${of.every}`;
  }
  return undefined;
}

/** Says what keeps puts from ever being sold, or nothing. */
export function impossiblePuts(of: PutParameters & GeneralParameters): string | undefined {
  for (const [low, high] of [
    ['deltaMin', 'deltaMax'],
    ['minDte', 'maxDte'],
    ['minStrikePct', 'maxStrikePct'],
  ] as const) {
    if (of[low] > of[high]) return `${low} (${of[low]}) must not be above ${high} (${of[high]})`;
  }
  if (of.strikeCeiling === 'average' && of.smaMedium > of.historyDays) {
    return `strikeCeiling needs ${of.smaMedium} closes, and historyDays is ${of.historyDays}`;
  }
  if (of.stopOnDelta && of.deltaStop <= of.deltaMin) {
    return `deltaStop (${of.deltaStop}) must be above deltaMin (${of.deltaMin}): every put would be stopped at once`;
  }
  if (of.closeBeforeExpiry && of.closeBeforeExpiryDays >= of.maxDte) {
    return `closeBeforeExpiryDays (${of.closeBeforeExpiryDays}) must be below maxDte (${of.maxDte})`;
  }
  const highest = of.strikeCeiling === 'average' ? Infinity : of.maxStrikePct;
  const reach = deltaReach('put', { low: of.minStrikePct, high: highest }, of.maxDte, of);
  if (reach.high < of.deltaMin) {
    return `deltaMin (${of.deltaMin}) can never be met with strikes up to ${highest} of the price: no vol gives more than ${reach.high.toFixed(3)}`;
  }
  if (reach.low > of.deltaMax) {
    return `deltaMax (${of.deltaMax}) can never be met with strikes from ${of.minStrikePct} of the price on: no vol gives less than ${reach.low.toFixed(3)}`;
  }
  // A strike below an average may be above the price: then only delta bounds what a put can bring.
  const vol = leastVol(of.strikeCeiling === 'average' ? { ...of, maxStrikePct: Infinity } : of);
  if (vol <= VOL_MAX) return undefined;
  const strikes = of.strikeCeiling === 'average' ? '' : ` and strikes up to ${of.maxStrikePct} of the price`;
  return `minDailyReturn (${of.minDailyReturn}) can never be met with deltas up to ${of.deltaMax}${strikes}: ${takes(vol)}`;
}

/** Says what keeps calls from ever being sold, or nothing. */
export function impossibleCalls(of: CallParameters & GeneralParameters): string | undefined {
  for (const [low, high] of [
    ['callMinDte', 'callMaxDte'],
    ['callMinStrikePct', 'callMaxStrikePct'],
  ] as const) {
    if (of[low] > of[high]) return `${low} (${of[low]}) must not be above ${high} (${of[high]})`;
  }
  const exits = parseCallExits(of.callExits);
  const byDelta = of.callWish === 'delta' || of.callWish === 'minDelta';
  if (exits.includes('delta') && byDelta && of.callDelta >= of.callDeltaStop) {
    return `callDeltaStop (${of.callDeltaStop}) must be above callDelta (${of.callDelta}): every call would be stopped at once`;
  }
  if (exits.includes('closeBeforeExpiry') && of.callCloseDays >= of.callMaxDte) {
    return `callCloseDays (${of.callCloseDays}) must be below callMaxDte (${of.callMaxDte})`;
  }
  if (of.callWish === 'minChange' && 1 + of.callChange > of.callMaxStrikePct) {
    return `callChange (${of.callChange}) lies beyond callMaxStrikePct (${of.callMaxStrikePct})`;
  }
  const strikes = { low: of.callMinStrikePct, high: of.callMaxStrikePct };
  const { high } = deltaReach('call', strikes, of.callMaxDte, of);
  if (of.callWish === 'minDelta' && high < of.callDelta) {
    return `callDelta (${of.callDelta}) can never be met with strikes from ${strikes.low} of the price on: no vol gives more than ${high.toFixed(3)}`;
  }
  const [name, least] =
    of.callWish === 'dailyReturn' && of.callDailyReturn > of.callMinDailyReturn
      ? (['callDailyReturn', of.callDailyReturn] as const)
      : (['callMinDailyReturn', of.callMinDailyReturn] as const);
  const vol = leastCallVol(least, of);
  if (vol <= VOL_MAX) return undefined;
  return `${name} (${least}) can never be met with strikes from ${of.callMinStrikePct} of the price on: ${takes(vol)}`;
}

function takes(vol: number): string {
  return vol === Infinity ? 'no implied vol is enough' : `it takes an implied vol of ${Math.round(vol * 100)} %`;
}

type Wanted = Pick<PutParameters, 'minDailyReturn' | 'deltaMax' | 'maxStrikePct' | 'minDte' | 'maxDte'>;

/**
 * Returns the least implied vol per year with which a put of allowed days, delta and strike brings the daily return.
 *
 * For each total deviation the best put has the highest strike that both bounds allow (Black–Scholes, no carry).
 */
export function leastVol({ minDailyReturn, deltaMax, maxStrikePct, minDte, maxDte }: Wanted): number {
  if (deltaMax >= 1 && maxStrikePct > 1) return 0;
  if (deltaMax <= 0 || maxStrikePct <= 0) return Infinity;
  const d1 = -normalInverse(Math.min(deltaMax, 1 - 1e-12));
  let least = Infinity;
  for (let deviation = 0.001; deviation < 6; deviation *= 1.01) {
    const logMoneyness = Math.max(d1 * deviation - deviation ** 2 / 2, -Math.log(maxStrikePct));
    const own = logMoneyness / deviation + deviation / 2;
    const premium = normalCdf(deviation - own) - Math.exp(logMoneyness) * normalCdf(-own);
    const days = Math.min(maxDte, Math.floor(premium / minDailyReturn));
    if (days >= minDte) least = Math.min(least, deviation / Math.sqrt(days / 365));
  }
  return least;
}

/** The same of a call with the lowest strike that is allowed, which brings most; premiums are parts of the strike. */
export function leastCallVol(
  dailyReturn: number,
  { callMinStrikePct, callMinDte, callMaxDte }: Pick<CallParameters, 'callMinStrikePct' | 'callMinDte' | 'callMaxDte'>,
): number {
  if (dailyReturn <= 0) return 0;
  if (callMinStrikePct <= 0) return 0;
  let least = Infinity;
  for (let deviation = 0.001; deviation < 6; deviation *= 1.01) {
    const own = -Math.log(callMinStrikePct) / deviation + deviation / 2;
    const premium = normalCdf(own) / callMinStrikePct - normalCdf(own - deviation);
    const days = Math.min(callMaxDte, Math.floor(premium / dailyReturn));
    if (days >= callMinDte) least = Math.min(least, deviation / Math.sqrt(days / 365));
  }
  return least;
}
