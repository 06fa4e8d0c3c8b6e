/**
 * From what a deck says to what the engine takes: conventions with their overrides, controls of the gate, defaults.
 */
import { Fault } from '../../base/fault.ts';
import {
  auctionCutoff,
  bpsFees,
  bpsSlippage,
  cashAccount,
  cautiousFinancing,
  CONVENTIONS,
  earlyForDividend,
  earlyWhenDeep,
  earlyWhenRational,
  earlyWithoutTimeValue,
  entrySpread,
  exchangeAuctions,
  farSide,
  fixedFees,
  fixedFinancing,
  flatLeverage,
  halfSpreadSlippage,
  honestOptions,
  ladder,
  lastSeenSide,
  makerTakerFees,
  middle,
  middleLess,
  noFees,
  noFinancing,
  noSlippage,
  onlyAtExpiry,
  payFromBase,
  perContractFees,
  perShareFees,
  QUEUE_MODELS,
  regT,
  separateAccounts,
  squareRootSlippage,
  sweepToBase,
  tickSlippage,
  typicalFees,
  volumeShareSlippage,
  type AssignmentModel,
  type AuctionModel,
  type Conventions,
  type ConversionModel,
  type FeeModel,
  type FinancingModel,
  type MarginModel,
  type OptionConventions,
  type QuoteFillModel,
  type SlippageModel,
} from '../../engine/index.ts';
import type {
  AuctionsConfig,
  ConversionConfig,
  FeesConfig,
  FinancingConfig,
  OptionsConfig,
  SlippageConfig,
} from './models.ts';
import type { AccountConfig, ConventionsConfig, DeckConfig } from './schema.ts';

export const DEFAULT_CASH = 100_000;

/** Refuses to play a deck in another mode than the one it says; one that says none is played in any. */
export function checkMode(mode: DeckConfig['mode'], played: NonNullable<DeckConfig['mode']>): void {
  if (mode === undefined || mode === played) return;
  const rule = `the deck says mode ${mode}, and was to be played as ${played}`;
  throw new Fault(
    'mode.other',
    rule,
    { field: 'mode' },
    `change the word, or use tradedeck ${mode === 'rehearsal' ? 'rehearse' : mode}`,
  );
}

/** Returns the named conventions with each model that the deck gives in place of the named one. */
export function conventionsOf(config: ConventionsConfig = {}, account: AccountConfig = {}): Conventions {
  // What is left over is spelt as the engine spells it.
  const {
    name,
    volumeShare,
    queue,
    auctions,
    options,
    fees,
    slippage,
    sizing,
    financing,
    conversion,
    latencyMs,
    ...same
  } = config;
  const base = CONVENTIONS[name ?? 'honest'];
  const margin = marginOf(account);
  const changed: Partial<Conventions> = {
    ...defined(same),
    ...(volumeShare === undefined ? {} : { volume: { share: volumeShare === 'unlimited' ? Infinity : volumeShare } }),
    ...(queue === undefined ? {} : { queue: QUEUE_MODELS[queue] }),
    ...(auctions === undefined ? {} : { auctions: auctionsOf(auctions) }),
    ...(options === undefined ? {} : { options: optionsOf(options, base.options ?? honestOptions) }),
    ...(fees === undefined ? {} : { fees: feesOf(fees) }),
    ...(slippage === undefined ? {} : { slippage: slippageOf(slippage) }),
    ...(sizing === undefined ? {} : { sizing: { ...base.sizing, ...defined(sizing) } }),
    ...(financing === undefined ? {} : { financing: financingOf(financing) }),
    ...(conversion === undefined ? {} : { conversion: conversionOf(conversion) }),
    ...(latencyMs === undefined ? {} : { latency: latencyMs * 1000 }),
    ...(margin === undefined ? {} : { margin }),
  };
  if (Object.keys(changed).length === 0) return base;
  return { ...base, ...changed, name: `${base.name}, changed: ${Object.keys(changed).join(', ')}` };
}

function marginOf({ type, leverage, shorts }: AccountConfig): MarginModel | undefined {
  if (leverage !== undefined && type !== 'leverage') {
    throw new Fault('config.value', 'is only for an account of type leverage', { field: 'account.leverage' });
  }
  switch (type) {
    case undefined:
      return shorts === undefined ? undefined : cashAccount(shorts);
    case 'cash':
      return cashAccount(shorts ?? false);
    case 'margin':
      return regT;
    case 'leverage':
      return flatLeverage(leverage ?? 1);
  }
}

function optionsOf({ fills, assignment }: OptionsConfig, base: OptionConventions): OptionConventions {
  return {
    ...base,
    ...(fills === undefined ? {} : { fills: optionFillsOf(fills) }),
    ...(assignment === undefined ? {} : { assignment: assignmentOf(assignment) }),
  };
}

function optionFillsOf(config: NonNullable<OptionsConfig['fills']>): QuoteFillModel {
  if (typeof config === 'string') return { 'far-side': farSide, middle, 'last-seen-side': lastSeenSide }[config];
  if (config.model === 'middle-less') return middleLess(config.fraction);
  const { step, takenAt, seconds } = config;
  return ladder({ ...defined({ step, takenAt }), ...(seconds === undefined ? {} : { interval: seconds * 1e6 }) });
}

function assignmentOf(config: NonNullable<OptionsConfig['assignment']>): AssignmentModel {
  if (typeof config !== 'string') return earlyWhenDeep(config.share, config.days);
  return {
    rational: earlyWhenRational,
    dividend: earlyForDividend,
    'no-time-value': earlyWithoutTimeValue,
    'only-at-expiry': onlyAtExpiry,
  }[config];
}

function auctionsOf(config: AuctionsConfig): AuctionModel {
  return config === 'exchange' ? exchangeAuctions : auctionCutoff(config.cutoffMinutes);
}

function feesOf(config: FeesConfig): FeeModel {
  const named = typeof config === 'string' ? { model: config } : config;
  switch (named.model) {
    case 'none':
      return noFees;
    case 'typical':
      return typicalFees;
    case 'per-share':
      return perShareFees(named.rate, named.minimum, named.maximumShare);
    case 'per-contract': {
      const rate = named.tiers ?? named.rate;
      if (rate === undefined) {
        throw new Fault('config.missing', 'must have a rate or tiers', { field: 'conventions.fees' });
      }
      return perContractFees(rate, named.minimum);
    }
    case 'bps':
      return bpsFees(named.bps);
    case 'fixed':
      return fixedFees(named.amount, named.rate);
    case 'maker-taker':
      return makerTakerFees(named.makerBps, named.takerBps);
  }
}

function slippageOf(config: SlippageConfig): SlippageModel {
  const named = typeof config === 'string' ? { model: config } : config;
  switch (named.model) {
    case 'none':
      return noSlippage;
    case 'bps':
      return bpsSlippage(named.bps);
    case 'ticks':
      return tickSlippage(named.ticks);
    case 'half-spread':
      return halfSpreadSlippage(named.fallbackBps);
    case 'entry-spread':
      return entrySpread(named.share);
    case 'volume-share':
      return volumeShareSlippage(named.impact);
    case 'square-root':
      return squareRootSlippage(named.coefficient);
  }
}

function financingOf(config: FinancingConfig): FinancingModel {
  if (config === 'none') return noFinancing;
  return config === 'cautious' ? cautiousFinancing : fixedFinancing(defined(config));
}

function conversionOf(config: ConversionConfig): ConversionModel {
  const named = typeof config === 'string' ? { model: config } : config;
  switch (named.model) {
    case 'separate':
      return separateAccounts;
    case 'pay-from-base':
      return payFromBase(named.bps);
    case 'sweep-to-base':
      return sweepToBase(named.bps);
  }
}

/** Leaves out what is undefined, so that a spread does not erase what it is spread over. */
function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
