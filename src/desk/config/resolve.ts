/**
 * From what a deck says to what the engine takes: conventions with their overrides, controls of the gate, defaults.
 */
import { Fault } from '../../base/fault.ts';
import {
  bpsFees,
  bpsSlippage,
  cashAccount,
  CONVENTIONS,
  drawdownLimit,
  entrySpread,
  fixedFees,
  flatLeverage,
  grossExposureLimit,
  halfSpreadSlippage,
  makerTakerFees,
  noFees,
  noSlippage,
  orderQuantityLimit,
  orderValueLimit,
  perContractFees,
  perShareFees,
  positionShareLimit,
  regT,
  squareRootSlippage,
  tickSlippage,
  typicalFees,
  volumeShareSlippage,
  workingOrderLimit,
  type Control,
  type Conventions,
  type FeeModel,
  type MarginModel,
  type SlippageModel,
} from '../../engine/index.ts';
import type { FeesConfig, SlippageConfig } from './models.ts';
import type { AccountConfig, ConventionsConfig, DeckConfig, LimitsConfig } from './schema.ts';

export const DEFAULT_CASH = 100_000;

/** Refuses what this version cannot play. */
export function checkMode(mode: DeckConfig['mode']): void {
  if (mode === undefined || mode === 'backtest') return;
  throw new Fault('mode.unavailable', `mode ${mode} is not in this version, which plays backtests`, { field: 'mode' });
}

/** Returns the named conventions with each model that the deck gives in place of the named one. */
export function conventionsOf(config: ConventionsConfig = {}, account: AccountConfig = {}): Conventions {
  const base = CONVENTIONS[config.name ?? 'honest']!;
  const margin = marginOf(account);
  const changed: Partial<Conventions> = {
    ...(config.timing === undefined ? {} : { timing: config.timing }),
    ...(config.path === undefined ? {} : { path: config.path }),
    ...(config.limits === undefined ? {} : { limits: config.limits }),
    ...(config.volumeShare === undefined
      ? {}
      : { volume: { share: config.volumeShare === 'unlimited' ? Infinity : config.volumeShare } }),
    ...(config.fees === undefined ? {} : { fees: feesOf(config.fees) }),
    ...(config.slippage === undefined ? {} : { slippage: slippageOf(config.slippage) }),
    ...(config.sizing === undefined ? {} : { sizing: { ...base.sizing, ...defined(config.sizing) } }),
    ...(config.end === undefined ? {} : { end: config.end }),
    ...(config.latencyMs === undefined ? {} : { latency: config.latencyMs * 1000 }),
    ...(margin === undefined ? {} : { margin }),
  };
  if (Object.keys(changed).length === 0) return base;
  return { ...base, ...changed, name: `${base.name}, changed: ${Object.keys(changed).join(', ')}` };
}

/** Returns the controls of the gate, in the order in which a deck lists them. */
export function controlsOf(limits: LimitsConfig = {}): Control[] {
  const controls: Control[] = [];
  if (limits.orderQuantity !== undefined) controls.push(orderQuantityLimit(limits.orderQuantity));
  if (limits.orderValue !== undefined) controls.push(orderValueLimit(limits.orderValue));
  if (limits.positionShare !== undefined) controls.push(positionShareLimit(limits.positionShare));
  if (limits.grossExposure !== undefined) controls.push(grossExposureLimit(limits.grossExposure));
  if (limits.workingOrders !== undefined) controls.push(workingOrderLimit(limits.workingOrders));
  if (limits.drawdown !== undefined) controls.push(drawdownLimit(limits.drawdown));
  return controls;
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

/** Leaves out what is undefined, so that a spread does not erase what it is spread over. */
function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
