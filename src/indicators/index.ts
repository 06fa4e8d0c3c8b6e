/**
 * All indicators, the way to find one by its name, and the way to define one.
 */
export {
  type AnyIndicator,
  defineIndicator,
  type Indicator,
  type IndicatorArguments,
  type IndicatorStream,
} from './define.ts';
export { factor, type IndicatorOption, type IndicatorParameter, period } from './arguments.ts';
export type { AverageKind } from './averages/kinds.ts';
export * from './catalog.ts';
export { allIndicators, indicatorByName } from './registry.ts';
export { Stream } from './stream.ts';
