/**
 * Every parameter of the put seller, with its default and what it means; and which sets of them can never trade.
 */
import { normalCdf, normalInverse } from '../../base/normal.ts';
import { choice, flag, real, text, whole, type ParameterValues } from '../../engine/parameters.ts';
import { RANK_MODES } from './contract-filter.ts';
import { parseDeployment } from './deployment.ts';
import { closesNeeded, parseEquityRules } from './equity-filter.ts';

const share = (value: number, description: string) => real(value, { min: 0, max: 1, description });

export const PARAMETERS = {
  volatility: text('VIX', 'symbol of the volatility index on the tape; chain for the vol at the money, or none'),
  deployment: text(
    'calm',
    'share of the money by points of volatility: calm, reversed, always, or as 0:1, 15:0.8, 25:0',
  ),
  capital: real(0, { min: 0, description: 'money the strategy may commit; 0 is the cash of the account' }),
  positionShare: share(0.1, 'most that one position ties up, as a part of that money'),
  contractsMax: whole(10, { description: 'most contracts of one position' }),
  positionsMax: whole(10, { description: 'most open positions' }),
  positionsPerSymbol: whole(1, { description: 'most open positions on one underlying' }),
  equityRules: text('strict', 'rules on underlyings: strict, aboveAverages, none, or names of rules with commas'),
  smaShort: whole(8, { min: 2, description: 'days of the short average' }),
  smaMedium: whole(20, { min: 2, description: 'days of the medium average' }),
  smaLong: whole(50, { min: 2, description: 'days of the long average' }),
  trendLookback: whole(3, { description: 'days on each of which the long average must have risen' }),
  bandPeriod: whole(50, { min: 2, description: 'days of the band in belowBand' }),
  bandDeviations: real(1, { min: 0, description: 'width of the bands in sample deviations' }),
  rsiPeriod: whole(14, { min: 2, description: 'days of the relative strength, of plain averages' }),
  rsiLower: real(30, { min: 0, max: 100, description: 'relative strength must be above' }),
  rsiUpper: real(70, { min: 0, max: 100, description: 'relative strength must be below' }),
  historyDays: whole(60, { min: 2, max: 900, description: 'daily closes that are looked at' }),
  minDailyReturn: real(0.0015, { min: 0, description: 'least premium per calendar day, as a part of the strike' }),
  minStrikePct: real(0.85, { min: 0, description: 'lowest strike, as a part of the price' }),
  maxStrikePct: real(0.98, { min: 0, description: 'highest strike, as a part of the price' }),
  deltaMin: share(0.15, 'least delta, absolute'),
  deltaMax: share(0.4, 'greatest delta, absolute'),
  minDte: whole(1, { description: 'fewest calendar days to expiry' }),
  maxDte: whole(10, { description: 'most calendar days to expiry' }),
  minVolume: whole(0, { description: 'least volume in contracts; 0 asks nothing' }),
  minOpenInterest: whole(0, { description: 'least open interest in contracts; 0 asks nothing' }),
  maxSpreadPct: share(1, 'widest spread, as a part of the mid; 1 asks nothing'),
  contractRank: choice('premiumPerDay', RANK_MODES, 'which contracts of one underlying come first'),
  universeRank: choice('premiumPerDay', RANK_MODES, 'which of all underlyings come first'),
  perSymbolMax: whole(5, { description: 'contracts of one underlying that are looked at further' }),
  candidatesMax: whole(20, { description: 'contracts in all that are looked at further' }),
  rate: real(0.04, { description: 'riskless rate per year, for deltas' }),
  dividendYield: real(0, { description: 'dividend yield per year, for deltas' }),
  entryOrder: choice('stepped', ['stepped', 'bid', 'market'], 'how puts are sold'),
  exitOrder: choice('stepped', ['stepped', 'market'], 'how early exits are bought; stops always at the market'),
  stepSeconds: real(3, { min: 0, description: 'least seconds that a price of the ladder stands' }),
  stepShare: share(0.25, 'one step of the ladder, as a part of the spread'),
  stepsMax: whole(4, { min: 0, description: 'steps of the ladder after its first price' }),
  ladderStart: choice('mid', ['mid', 'far'], 'where the ladder starts: in the middle, or at the far side'),
  stopOnDeltaMultiple: flag(true, 'whether a multiple of the delta at entry is a stop'),
  deltaStopMultiple: real(2, { min: 1, description: 'that multiple' }),
  stopOnDelta: flag(true, 'whether an absolute delta is a stop'),
  deltaStop: share(0.4, 'that delta'),
  stopOnDrop: flag(true, 'whether a fall of the underlying since entry is a stop'),
  stockDropStop: share(0.05, 'that fall, as a part of the price at entry'),
  stopOnSpike: flag(true, 'whether a rise of volatility since the open of the session is a stop'),
  volatilitySpike: real(1.15, { min: 1, description: 'that rise, as a multiple' }),
  earlyExit: choice('schedule', ['schedule', 'return', 'off'], 'when premium has been earned early'),
  earlyExitBuffer: real(0.15, { min: 0, description: 'schedule: captured part beyond the part of time that passed' }),
  earlyExitReturnBuffer: real(1, {
    min: 0,
    description: 'return: profit beyond that of the days held, in parts of it',
  }),
  exitOnMissingDelta: flag(false, 'whether an unknown delta closes; else that of the entry stands in'),
  closeBeforeExpiry: flag(false, 'whether to buy back before expiry; else the contract lives to its end'),
  closeBeforeExpiryDays: whole(0, { min: 0, description: 'calendar days to expiry at which to buy back' }),
  onAssignment: choice('hold', ['hold', 'sell'], 'what becomes of shares that were assigned'),
} as const;

export type CspParameters = ParameterValues<typeof PARAMETERS>;

/** An implied vol per year that no listed option has kept: what needs more will never be there. */
const VOL_MAX = 5;

/** Says what makes these parameters unable to trade, or nothing. */
export function impossibility(of: CspParameters): string | undefined {
  const rules = parseEquityRules(of.equityRules);
  const needed = closesNeeded(rules, of);
  if (parseDeployment(of.deployment).every((step) => step.share === 0))
    return 'deployment commits no money at any level';
  if (of.positionShare === 0) return 'positionShare is 0: no position may tie up money';
  for (const [low, high] of [
    ['deltaMin', 'deltaMax'],
    ['minDte', 'maxDte'],
    ['minStrikePct', 'maxStrikePct'],
  ] as const) {
    if (of[low] > of[high]) return `${low} (${of[low]}) must not be above ${high} (${of[high]})`;
  }
  if (rules.includes('rsi') && of.rsiLower >= of.rsiUpper) {
    return `rsiLower (${of.rsiLower}) must be below rsiUpper (${of.rsiUpper})`;
  }
  if (needed > of.historyDays) return `equityRules need ${needed} closes, and historyDays is ${of.historyDays}`;
  if (of.stopOnDelta && of.deltaStop <= of.deltaMin) {
    return `deltaStop (${of.deltaStop}) must be above deltaMin (${of.deltaMin}): every put would be stopped at once`;
  }
  if (of.closeBeforeExpiry && of.closeBeforeExpiryDays >= of.maxDte) {
    return `closeBeforeExpiryDays (${of.closeBeforeExpiryDays}) must be below maxDte (${of.maxDte})`;
  }
  const vol = leastVol(of);
  if (vol <= VOL_MAX) return undefined;
  const takes = vol === Infinity ? 'no implied vol is enough' : `it takes an implied vol of ${Math.round(vol * 100)} %`;
  return `minDailyReturn (${of.minDailyReturn}) can never be met with deltas up to ${of.deltaMax} and strikes up to ${of.maxStrikePct} of the price: ${takes}`;
}

type Wanted = Pick<CspParameters, 'minDailyReturn' | 'deltaMax' | 'maxStrikePct' | 'minDte' | 'maxDte'>;

/**
 * Returns the least implied vol per year with which a put of allowed days, delta and strike brings the daily return.
 *
 * For each total deviation the best put has the highest strike that both bounds allow (Black–Scholes, no carry).
 */
export function leastVol({ minDailyReturn, deltaMax, maxStrikePct, minDte, maxDte }: Wanted): number {
  if (deltaMax >= 1) return 0;
  if (deltaMax <= 0 || maxStrikePct <= 0) return Infinity;
  const d1 = -normalInverse(deltaMax);
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
