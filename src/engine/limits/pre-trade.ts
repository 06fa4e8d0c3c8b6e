/**
 * The pre-trade controls of a deck, made from its settings, in their fixed order: cheap ones first, and the first that
 * refuses names the refusal. The order is part of the promise; docs/guide/limits.md has it as a table.
 */
import type { CorporateAction } from '../../market/actions.ts';
import type { OptionMarginRule } from '../../options/margin/requirement.ts';
import type { Control } from '../gate/gate.ts';
import type { Journal } from '../journal/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { optionRule } from '../options/collateral.ts';
import type { MarketHours } from '../ports.ts';
import type { MarginModel } from '../sim/margin.ts';
import type { Market } from '../sim/market.ts';
import { canary, notArmed } from './arming.ts';
import { Bands } from './bands.ts';
import { Brake } from './brake.ts';
import { CHANGEABLE, ChangingLimits } from './changing.ts';
import { fillBreaker, pausedStrategy, rejectBreaker, slippageBreaker } from './breakers.ts';
import { priceCollar, type CollarRule } from './collar.ts';
import { openInSymbol, openOrders, ordersPerFill } from './counts.ts';
import { noDuplicates } from './duplicates.ts';
import { largestQuantity, largestShare, largestValue, largestVolume, leastValue } from './fat-finger.ts';
import { onTheTick } from './format.ts';
import { BrokerFunds, ownFunds, type AsSent } from './funds.ts';
import { LossPolicy, type LossHands } from './loss-policy.ts';
import { lossLimits } from './losses.ts';
import { marginRegime } from './margin-regime.ts';
import { exDividendEve, expiryCutoff, largestContracts, optionLevel, shortExposure } from './option-limits.ts';
import {
  largestGroup,
  largestGross,
  largestNet,
  largestPosition,
  largestPositionShare,
  largestStrategy,
  noShorts,
} from './positions.ts';
import { freshQuote, narrowSpread } from './quotes.ts';
import { MessageBudget, strategyRate, symbolRate } from './rates.ts';
import { largestSectors } from './sectors.ts';
import { noSelfCross } from './self-cross.ts';
import { sessionWindow } from './sessions.ts';
import type { LimitSettings } from './settings.ts';
import { allowedSymbols, Halts, restrictedSymbols } from './symbols.ts';

/** What the controls look at beside the view of an intent. */
export interface PreTradeParts {
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly markets: readonly Market[];
  readonly hours: readonly MarketHours[];
  readonly margin: MarginModel;
  /** How an order is put to the venue: with a limit, where it must not leave without one. */
  readonly asSent: AsSent;
  readonly actions: readonly CorporateAction[];
  /** Units that trade in an average day; NaN where that is not known. */
  readonly averageVolume: (instrument: number, now: number) => number;
  readonly hands: LossHands;
}

/** The controls by the stages between which those of collateral have their place. */
export class PreTrade {
  /** The order itself, its price, its rate, what could be held and paid, what may be done with options. */
  readonly first: readonly Control[];
  /** After collateral: losses, breakers, margin, arming. */
  readonly last: readonly Control[];
  readonly brake: Brake;
  /** Only where a loss leads to more than a stop. */
  readonly policy: LossPolicy | undefined;
  /** Only where symbols can be halted. */
  readonly halts: Halts | undefined;
  /** Only with those, and where an exchange tells them. */
  readonly bands: Bands | undefined;
  /** Only where the broker's own value counts. */
  readonly funds: BrokerFunds | undefined;
  /** Only where the account's messages are counted. */
  readonly messages: MessageBudget | undefined;

  /** The level of the account for options, where one is set. */
  readonly optionLevel: number | undefined;

  private readonly began: LimitSettings;
  private readonly parts: PreTradeParts;
  /** What a person may change while a session runs. */
  readonly changing: ChangingLimits;

  constructor(settings: LimitSettings, parts: PreTradeParts) {
    this.began = settings;
    this.optionLevel = settings.optionLevel;
    this.parts = parts;
    const changing = (this.changing = new ChangingLimits(settings));
    const { messagesPerMinute, reservedMessages = 0, haltWait, buyingPower } = settings;
    this.brake = new Brake(parts.journal, settings.onLoss);
    this.halts = haltWait === undefined ? undefined : new Halts(haltWait);
    this.bands = haltWait === undefined ? undefined : new Bands(parts.hours);
    const halts = this.halts === undefined ? [] : [this.halts.control];
    const asked = [...halts, ...ofTheMarket(settings)];
    this.policy =
      (settings.onLoss ?? 'halt') === 'halt' ? undefined : new LossPolicy({ ...parts, brake: this.brake, asked });
    this.messages =
      messagesPerMinute === undefined ? undefined : new MessageBudget(messagesPerMinute, reservedMessages);
    this.funds = buyingPower === 'own-and-broker' ? new BrokerFunds(parts.asSent, parts.margin) : undefined;
    this.first = [
      onTheTick,
      ...changing.made('minimumValue', leastValue),
      ...made(settings.allow, allowedSymbols),
      ...made(settings.restricted, restrictedSymbols),
      ...halts,
      ...ofTheMarket(settings),
      ...made(collarOf(settings), priceCollar),
      ...(this.bands === undefined ? [] : [this.bands.control]),
      ...made(settings.orderQuantity, largestQuantity),
      ...changing.made('orderValue', largestValue),
      ...changing.made('orderShare', largestShare),
      ...changing.made('orderVolume', (share) => largestVolume(share, parts.averageVolume)),
      ...made(settings.duplicate, noDuplicates),
      ...made(settings.ordersPerSecond, (rate) => strategyRate(rate, settings.orderBurst ?? Math.ceil(rate))),
      ...made(settings.symbolOrdersPerMinute, symbolRate),
      ...(this.messages === undefined ? [] : [this.messages.control]),
      ...changing.made('workingOrders', openOrders),
      ...changing.made('symbolOrders', openInSymbol),
      ...made(settings.ordersPerFill, ordersPerFill),
      ...made(settings.selfCross, noSelfCross),
      ...positions(settings, changing, optionRule(parts.margin), parts),
      ...made(buyingPower, () => ownFunds(parts.margin)),
      ...(this.funds === undefined ? [] : [this.funds.control]),
      ...(parts.ledger.options === undefined ? [] : options(settings, changing, parts)),
    ];
    this.last = [
      ...withBrake(this.brake, [
        ...losses(settings, changing, parts, this.brake),
        ...(this.policy === undefined ? [] : [this.policy.control]),
        ...breakers(settings, this.brake),
      ]),
      ...(parts.margin.calls
        ? made(settings.marginRegime, (regimes) => marginRegime(regimes, { ...parts, hours: parts.hours[0] }))
        : []),
      ...(settings.armed === false ? [notArmed] : []),
      ...made(settings.canaryOrders, (orders) => canary(orders, settings.canaryShare ?? 1)),
    ];
  }

  /** Symbols for which the share of a day's volume is a limit and nobody knows that volume; contracts are not counted by it. */
  withoutVolume(now: number): readonly string[] {
    if (this.changing.valueOf('orderVolume') === undefined) return [];
    const { markets, averageVolume } = this.parts;
    return markets
      .filter(({ instrument, index }) => instrument.option === undefined && Number.isNaN(averageVolume(index, now)))
      .map(({ symbol }) => symbol);
  }

  /** The settings, with what was changed since. */
  get inForce(): LimitSettings {
    const changed = CHANGEABLE.flatMap((key) => {
      const value = this.changing.valueOf(key);
      return value === undefined ? [] : [[key, value] as const];
    });
    return { ...this.began, ...Object.fromEntries(changed) };
  }
}

/** The collar of the settings; undefined where there is none. */
export function collarOf({ collar, optionCollar, passiveCollar }: LimitSettings): CollarRule | undefined {
  if (collar === undefined) return undefined;
  return { bands: collar, optionShare: optionCollar ?? Infinity, passive: passiveCollar === true };
}

/** Whether the market is one to trade in now: its session, its quote. */
function ofTheMarket(settings: LimitSettings): Control[] {
  return [
    ...made(settings.session, (session) => {
      const { openCutoff = 0, closeCutoff = 0 } = settings;
      return sessionWindow({ session, openCutoff, closeCutoff });
    }),
    ...made(settings.quoteAge, freshQuote),
    ...made(settings.spread, narrowSpread),
  ];
}

function positions(
  { shorts, sectors }: LimitSettings,
  changing: ChangingLimits,
  rule: OptionMarginRule,
  { ledger }: PreTradeParts,
): Control[] {
  return [
    ...made(shorts, () => noShorts),
    ...changing.made('positionQuantity', largestPosition),
    ...changing.made('positionShare', largestPositionShare),
    ...changing.made('groupShare', (share) => largestGroup(share, rule)),
    ...made(sectors, (named) => largestSectors(named, rule, ledger.instruments)),
    ...changing.made('strategyExposure', largestStrategy),
    ...changing.made('netExposure', largestNet),
    ...changing.made('grossExposure', (multiple) => largestGross(multiple, rule)),
  ];
}

function options(settings: LimitSettings, changing: ChangingLimits, { actions }: PreTradeParts): Control[] {
  const { shortDelta: delta = Infinity, shortGamma: gamma = Infinity, shortVega: vega = Infinity } = settings;
  return [
    ...made(settings.optionLevel, optionLevel),
    ...changing.made('contracts', largestContracts),
    ...made(settings.expiryCutoff, expiryCutoff),
    ...made(settings.exDividend, () => exDividendEve(actions)),
    ...(Math.min(delta, gamma, vega) === Infinity ? [] : [shortExposure({ delta, gamma, vega })]),
  ];
}

function losses(
  settings: LimitSettings,
  changing: ChangingLimits,
  { ledger, markets, hours }: PreTradeParts,
  brake: Brake,
): Control[] {
  const { dayLoss = Infinity, strategyDayLoss = Infinity, drawdown = Infinity, haltAt = Infinity } = settings;
  if (Math.min(dayLoss, strategyDayLoss, drawdown) === Infinity) return [];
  const { reduceAt = 1 } = settings;
  const rule = { day: dayLoss, strategyDay: strategyDayLoss, drawdown, reduceAt, haltAt };
  changing.kept('dayLoss', (share) => (rule.day = share));
  changing.kept('strategyDayLoss', (share) => (rule.strategyDay = share));
  changing.kept('drawdown', (share) => (rule.drawdown = share));
  return [lossLimits(rule, { ledger, markets, hours: hours[0], brake })];
}

function breakers({ rejects, slippageSigma, fillsPerMinute }: LimitSettings, brake: Brake): Control[] {
  return [
    ...made(rejects, (most) => rejectBreaker(most, brake)),
    ...made(slippageSigma, (sigmas) => slippageBreaker(sigmas, brake)),
    ...made(fillsPerMinute, (most) => fillBreaker(most, brake)),
  ];
}

/** What watches over time, and what is refused because of it. */
function withBrake(brake: Brake, watching: readonly Control[]): readonly Control[] {
  return watching.length === 0 ? [] : [pausedStrategy(brake), ...watching];
}

/** One control where there is a setting, none where it was left out. */
function made<T>(setting: T | undefined, make: (value: T) => Control): readonly Control[] {
  return setting === undefined ? [] : [make(setting)];
}
