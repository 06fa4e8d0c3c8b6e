/**
 * The parameters that sellers of options share, in groups: each strategy takes the groups it needs, so that a parameter
 * means the same and has the same name in all of them.
 */
import { choice, flag, real, text, whole, type ParameterValues } from '../../engine/strategy/parameters.ts';
import { CALL_WISHES } from './call-choice.ts';
import { RANK_MODES } from './contract-filter.ts';

const share = (value: number, description: string) => real(value, { min: 0, max: 1, description });

/** When it decides, how much money it may use, and how orders are worked. */
export const GENERAL = {
  every: text('bar', 'when it decides: at every bar, or in sessions every 60s, 5m, 1h …'),
  volatility: text('VIX', 'symbol of the volatility index on the tape; chain for the vol at the money, or none'),
  deployment: text(
    'calm',
    'share of the money by points of volatility: calm, reversed, always, or as 0:1, 15:0.8, 25:0',
  ),
  capital: real(0, { min: 0, description: 'money the strategy may commit; 0 is the cash and what shares cost' }),
  positionShare: share(0.1, 'most that one position ties up, as a part of that money'),
  contractsMax: whole(10, { description: 'most contracts of one position' }),
  positionsMax: whole(10, { description: 'most open positions' }),
  equityRules: text(
    'strict',
    'rules on underlyings: strict, aboveAverages, bullish, none, or names of rules with commas',
  ),
  smaShort: whole(8, { min: 2, description: 'days of the short average' }),
  smaMedium: whole(20, { min: 2, description: 'days of the medium average' }),
  smaLong: whole(50, { min: 2, description: 'days of the long average' }),
  trendLookback: whole(3, { description: 'days on each of which the long average must have risen' }),
  bandPeriod: whole(50, { min: 2, description: 'days of the band in belowBand' }),
  bandDeviations: real(1, { min: 0, description: 'width of the bands in sample deviations' }),
  rsiPeriod: whole(14, { min: 2, description: 'days of the relative strength, of plain averages' }),
  rsiLower: real(30, { min: 0, max: 100, description: 'relative strength must be above' }),
  rsiUpper: real(70, { min: 0, max: 100, description: 'relative strength must be below' }),
  priceMax: real(0, { min: 0, description: 'highest price of an underlying; 0 asks nothing' }),
  historyDays: whole(60, { min: 2, max: 900, description: 'daily closes that are looked at' }),
  events: text('none', 'days to stay away from: fomc, 2024-03-20, GOOG:2024-02-01 earnings, with commas'),
  eventDays: whole(10, { min: 1, description: 'days from today, today included, in which no such day may lie' }),
  minVolume: whole(0, { description: 'least volume in contracts; 0 asks nothing' }),
  minOpenInterest: whole(0, { description: 'least open interest in contracts; 0 asks nothing' }),
  maxSpreadPct: share(1, 'widest spread, as a part of the mid; 0 and 1 ask nothing'),
  dayCount: choice('calendar', ['calendar', 'minutes'], 'days that premium is divided by; minutes adds those of today'),
  rate: real(0.04, { description: 'riskless rate per year, for deltas' }),
  dividendYield: real(0, { description: 'dividend yield per year, for deltas' }),
  entryOrder: choice('stepped', ['stepped', 'bid', 'market'], 'how options are sold'),
  exitOrder: choice('stepped', ['stepped', 'market'], 'how early exits are bought; stops always at the market'),
  stepSeconds: real(3, { min: 0.001, description: 'entries: seconds that a price of the ladder stands' }),
  stepShare: share(0.25, 'entries: one step of the ladder, as a part of the spread'),
  stepsMax: whole(4, { min: 0, description: 'entries: steps of the ladder after its first price' }),
  ladderStart: choice('mid', ['mid', 'far'], 'entries: where the ladder starts, in the middle or at the bid'),
  exitStepSeconds: real(3, { min: 0.001, description: 'exits: seconds that a price of the ladder stands' }),
  exitStepShare: share(0.25, 'exits: one step of the ladder, as a part of the spread'),
  exitStepsMax: whole(4, { min: 0, description: 'exits: steps of the ladder after its first price' }),
  exitLadderStart: choice('mid', ['mid', 'far'], 'exits: where the ladder starts, in the middle or at the ask'),
  volatilitySpike: real(1.15, { min: 1, description: 'rise of volatility since the open that is a spike' }),
  stopOnSpike: flag(true, 'whether a spike of volatility closes puts, and nothing is sold in one'),
  exitOnMissingDelta: flag(false, 'whether an unknown delta closes; else that of the entry stands in'),
} as const;

/** Which puts are sold, and when they are bought back. */
export const PUTS = {
  positionsPerSymbol: whole(1, { description: 'most open positions in puts on one underlying' }),
  minDailyReturn: real(0.0015, { min: 0, description: 'least premium per day, as a part of the strike' }),
  strikeCeiling: choice('percent', ['percent', 'average'], 'highest strike: maxStrikePct, or the medium average'),
  minStrikePct: real(0.85, { min: 0, description: 'lowest strike, as a part of the price' }),
  maxStrikePct: real(0.98, { min: 0, description: 'highest strike, as a part of the price' }),
  deltaMin: share(0.15, 'least delta, absolute'),
  deltaMax: share(0.4, 'greatest delta, absolute'),
  minDte: whole(1, { description: 'fewest calendar days to expiry' }),
  maxDte: whole(10, { description: 'most calendar days to expiry' }),
  contractRank: choice('premiumPerDay', RANK_MODES, 'which contracts of one underlying come first'),
  universeRank: choice('premiumPerDay', RANK_MODES, 'which of all underlyings come first'),
  perSymbolMax: whole(5, { description: 'contracts of one underlying that are looked at further' }),
  candidatesMax: whole(20, { description: 'contracts in all that are looked at further' }),
  stopOnDeltaMultiple: flag(true, 'whether a multiple of the delta at entry is a stop'),
  deltaStopMultiple: real(2, { min: 1, description: 'that multiple' }),
  stopOnDelta: flag(true, 'whether an absolute delta is a stop'),
  deltaStop: share(0.4, 'that delta'),
  stopOnDrop: flag(true, 'whether a fall of the underlying since entry is a stop'),
  stockDropStop: share(0.05, 'that fall, as a part of the price at entry'),
  earlyExit: choice('schedule', ['schedule', 'return', 'off'], 'when premium has been earned early'),
  earlyExitBuffer: real(0.15, { min: 0, description: 'schedule: captured part beyond the part of time that passed' }),
  earlyExitReturn: choice('entry', ['entry', 'least'], 'return: that of the entry, or minDailyReturn'),
  earlyExitReturnBuffer: real(1, {
    min: 0,
    description: 'return: profit beyond that of the days held, in parts of it',
  }),
  closeBeforeExpiry: flag(false, 'whether to buy back before expiry; else the contract lives to its end'),
  closeBeforeExpiryDays: whole(0, { min: 0, description: 'calendar days to expiry at which to buy back' }),
} as const;

/** Which calls are sold on shares that are there, and when they are bought back. */
export const CALLS = {
  callWish: choice('delta', CALL_WISHES, 'which call is wanted most: see the guide'),
  callDelta: share(0.3, 'delta that delta and minDelta look for'),
  callChange: real(0.02, { min: 0, description: 'distance above the price that change and minChange look for' }),
  callDailyReturn: real(0.0015, { min: 0, description: 'premium per day ÷ strike that dailyReturn looks for' }),
  callMinDailyReturn: real(0, { min: 0, description: 'least premium per day, as a part of the strike' }),
  callMinStrikePct: real(1.01, { min: 0, description: 'lowest strike, as a part of the price' }),
  callMaxStrikePct: real(1.15, { min: 0, description: 'highest strike, as a part of the price' }),
  callMinDte: whole(1, { description: 'fewest calendar days to expiry' }),
  callMaxDte: whole(10, { description: 'most calendar days to expiry' }),
  callFloor: choice('cost', ['cost', 'net', 'none'], 'no strike below what the shares cost, or cost less premiums'),
  callExits: text('reference', 'exits of calls: reference, none, or names of rules with commas'),
  callDeltaStop: share(0.4, 'delta at which delta closes'),
  callDeltaStopMultiple: real(2, {
    min: 1,
    description: 'multiple of the delta at entry at which deltaMultiple closes',
  }),
  callExitBuffer: real(0.15, {
    min: 0,
    description: 'captured part beyond the part of time at which earlyExit closes',
  }),
  callCloseDays: whole(0, { min: 0, description: 'days to expiry at which closeBeforeExpiry closes' }),
} as const;

export type GeneralParameters = ParameterValues<typeof GENERAL>;
export type PutParameters = ParameterValues<typeof PUTS>;
export type CallParameters = ParameterValues<typeof CALLS>;
