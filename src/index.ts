/**
 * The front door of Tradedeck: what a strategy file imports.
 *
 * Other rooms have doors of their own: `tradedeck/indicators`, `tradedeck/options`, `tradedeck/stats` …
 */
export {
  defineStrategy,
  type Asset,
  type Bar,
  type Bars,
  type ComboLeg,
  type ComboOptions,
  type ComboView,
  type ContractEvent,
  type Context,
  type Fill,
  type Handlers,
  type OrderOptions,
  type OrderView,
  type Portfolio,
  type PositionView,
  type Quote,
  type StrategyDefinition,
  type TradePrint,
} from './engine/strategy/strategy.ts';
export {
  choice,
  flag,
  real,
  text,
  whole,
  type ParameterSpecs,
  type ParameterValues,
} from './engine/strategy/parameters.ts';
export type { Line } from './engine/feeds/line.ts';
