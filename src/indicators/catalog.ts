/**
 * The list of indicators, and nothing else: the registry and the documentation read it.
 */
export { efficiencyRatio, frama, kama, mcginley, vidya } from './averages/adaptive.ts';
export { ema, rma } from './averages/ema.ts';
export { averageDistance, envelope } from './averages/kinds.ts';
export {
  alma,
  anchoredVwap,
  dickson,
  errorCorrecting,
  hma,
  relativeAverage,
  trima,
  vwap,
  vwma,
  zlema,
} from './averages/shaped.ts';
export { sma } from './averages/sma.ts';
export { dema, t3, tema, trix } from './averages/stages.ts';
export { wma } from './averages/wma.ts';
export { macd } from './oscillators/macd.ts';
export { rsi } from './oscillators/rsi.ts';
export { atr, trueRange } from './volatility/atr.ts';
export { bollinger, deviation, variance } from './statistics/deviation.ts';
export { highest, lowest } from './statistics/extremes.ts';
export { obv } from './volume/obv.ts';
export { cmo, coppock, kst, mom, momersion, pmo, roc, rocFraction, rocRatio, tsi } from './oscillators/momentum.ts';
export {
  averagePrice,
  barStrength,
  heikinAshi,
  lag,
  medianPrice,
  typicalPrice,
  weightedClose,
} from './prices/transforms.ts';
export { beta, correlation, crossover, relativeStrength } from './statistics/pairs.ts';
export { forecast, linearRegression } from './statistics/regression.ts';
export { hurst, logReturn, rollingSharpe, rollingSortino } from './statistics/returns.ts';
export {
  decay,
  extremes,
  meanDeviation,
  median,
  midpoint,
  midprice,
  percentRank,
  shape,
  sum,
  zScore,
} from './statistics/window.ts';
export { aroon, massIndex, qstick, verticalHorizontalFilter, vortex } from './trend/aroon.ts';
export { adx, directionalIndicators, directionalMovement, dx } from './trend/directional.ts';
export { atrStop, chandeKroll, chandelier, sar, superTrend, volatilityStop } from './trend/stops.ts';
export { cci, fisher, premierStochastic, smi, stc, stoch, stochRsi, ultosc, willr } from './oscillators/range.ts';
export {
  accelerationBands,
  averageRange,
  chaikinVolatility,
  choppiness,
  deviationChannel,
  donchian,
  historicalVolatility,
  keltner,
  natr,
  rangeVolatility,
  starc,
  ulcer,
} from './volatility/channels.ts';
export {
  ad,
  adosc,
  balanceOfPower,
  cmf,
  easeOfMovement,
  force,
  kvo,
  marketFacilitation,
  mfi,
  nvi,
  pvi,
  pvt,
  williamsAd,
} from './volume/flow.ts';
export { ehlersFilter } from './averages/filters.ts';
export {
  apo,
  awesome,
  derivative,
  dpo,
  elderRay,
  ppo,
  prettyGood,
  pvo,
  relativeVigor,
  waveTrend,
} from './oscillators/distance.ts';
export { connorsRsi, dv2, intradayMomentum, laguerreRsi, relativeMomentum } from './oscillators/strength.ts';
export { alligator, fractal, ichimoku } from './trend/ichimoku.ts';
export { cyclePhase, dominantCycle, hilbert, mama } from './cycles/indicators.ts';
