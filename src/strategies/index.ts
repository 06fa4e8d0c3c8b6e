/**
 * The strategies that Tradedeck ships, by name: to run, to read, and to begin your own from.
 *
 * Each is loaded when it is asked for, so that a run pays only for its own.
 */
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import type { AnyStrategy, StrategyDefinition } from '../engine/strategy/strategy.ts';
import type { ParameterSpecs } from '../engine/strategy/parameters.ts';
import type { Observe } from './selling/define.ts';

export type { ContractScan, Scan, SymbolScan } from './selling/scan.ts';

interface Shipped {
  readonly name: string;
  /** Reads and checks nothing: the definition as it stands in its folder. */
  load(): Promise<AnyStrategy>;
}

const STRATEGIES: readonly Shipped[] = [
  { name: 'buy-and-hold', load: async () => plain((await import('./buy-and-hold/strategy.ts')).default) },
  { name: 'sma-cross', load: async () => plain((await import('./sma-cross/strategy.ts')).default) },
  { name: 'macd-trend', load: async () => plain((await import('./macd-trend/strategy.ts')).default) },
  { name: 'rsi-reversion', load: async () => plain((await import('./rsi-reversion/strategy.ts')).default) },
  { name: 'momentum-rotation', load: async () => plain((await import('./momentum-rotation/strategy.ts')).default) },
  { name: 'csp', load: async () => plain((await import('./csp/strategy.ts')).default) },
  { name: 'covered-calls', load: async () => plain((await import('./covered-calls/strategy.ts')).default) },
  { name: 'wheel', load: async () => plain((await import('./wheel/strategy.ts')).default) },
];

/** Names of all shipped strategies, simplest first. */
export const strategyNames: readonly string[] = STRATEGIES.map(({ name }) => name);

/** Returns the shipped strategy of this name; an unknown one is a `Fault` with a suggestion. */
export async function shippedStrategy(name: string): Promise<AnyStrategy> {
  const shipped = STRATEGIES.find((candidate) => candidate.name === name);
  if (shipped !== undefined) return shipped.load();
  const rule = `there is no shipped strategy ${show(name)}; there are ${strategyNames.join(', ')}`;
  throw new Fault('strategy.unknown', rule, { field: 'strategy.name' }, didYouMean(name, strategyNames));
}

const SELLERS: Readonly<Record<string, (observe: Observe) => Promise<AnyStrategy>>> = {
  csp: async (observe) => plain((await import('./csp/strategy.ts')).cashSecuredPuts(observe)),
  'covered-calls': async (observe) => plain((await import('./covered-calls/strategy.ts')).coveredCalls(observe)),
  wheel: async (observe) => plain((await import('./wheel/strategy.ts')).wheel(observe)),
};

/** Names of the strategies that sell options, and can be observed while they choose. */
export const sellerNames: readonly string[] = Object.keys(SELLERS);

/** Returns the seller of options of this name; `observe` is shown every decision with all contracts. */
export function shippedSeller(name: string, observe: Observe): Promise<AnyStrategy> {
  return SELLERS[name](observe);
}

/** A strategy is called with the values of the parameters it declares, so their types can be forgotten here. */
function plain<P extends ParameterSpecs>(definition: StrategyDefinition<P>): AnyStrategy {
  return definition;
}
