/**
 * The list of indicators, and nothing else: the registry and the documentation read it.
 */
export { efficiencyRatio, frama, kama, mcginley, vidya } from './averages/adaptive.ts';
export { ema, rma } from './averages/ema.ts';
export { averageDistance, envelope } from './averages/kinds.ts';
export { alma, hma, relativeAverage, trima } from './averages/shaped.ts';
export { dickson, errorCorrecting, zlema } from './averages/zero-lag.ts';
export { anchoredVwap, vwap, vwma } from './averages/volume-weighted.ts';
export { sma } from './averages/sma.ts';
export { dema, t3, tema, trix } from './averages/stages.ts';
export { wma } from './averages/wma.ts';
export { macd } from './oscillators/macd.ts';
export { rsi } from './oscillators/rsi.ts';
export { atr, trueRange } from './volatility/atr.ts';
export { bollinger, deviation, variance } from './statistics/deviation.ts';
export { highest, lowest } from './statistics/extremes.ts';
export { obv } from './volume/obv.ts';
export { cmo, mom, momersion, roc, rocFraction, rocRatio } from './oscillators/momentum.ts';
export { coppock, kst, pmo, tsi } from './oscillators/smoothed-momentum.ts';
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
export { extremes, meanDeviation, midpoint, midprice, sum, zScore } from './statistics/window.ts';
export { decay, median, percentRank, shape } from './statistics/ranks.ts';
export { aroon, massIndex, qstick, verticalHorizontalFilter, vortex } from './trend/aroon.ts';
export { adx, directionalIndicators, directionalMovement, dx } from './trend/directional.ts';
export { atrStop, chandeKroll, chandelier, superTrend, volatilityStop } from './trend/stops.ts';
export { sar } from './trend/sar.ts';
export { sequential } from './trend/sequential.ts';
export { cci, stoch, stochRsi, ultosc, willr } from './oscillators/range.ts';
export { fisher, premierStochastic, smi, stc } from './oscillators/transforms.ts';
export { accelerationBands, deviationChannel, donchian, keltner, starc } from './volatility/channels.ts';
export {
  averageRange,
  chaikinVolatility,
  choppiness,
  historicalVolatility,
  natr,
  rangeVolatility,
  ulcer,
} from './volatility/measures.ts';
export { ad, adosc, balanceOfPower, cmf, mfi, williamsAd } from './volume/flow.ts';
export { kvo } from './volume/klinger.ts';
export { mcclellan } from './volume/breadth.ts';
export { timeProfile, volumeProfile } from './volume/profile.ts';
export { relativeVolume } from './volume/relative.ts';
export { easeOfMovement, force, marketFacilitation, nvi, pvi, pvt } from './volume/indices.ts';
export { ehlersFilter } from './averages/filters.ts';
export { apo, awesome, dpo, ppo, pvo } from './oscillators/distance.ts';
export { derivative, elderRay, prettyGood, relativeVigor, waveTrend } from './oscillators/vigor.ts';
export { connorsRsi, dv2, intradayMomentum, laguerreRsi, relativeMomentum } from './oscillators/strength.ts';
export { alligator, fractal, ichimoku } from './trend/ichimoku.ts';
export { cyclePhase, dominantCycle, hilbert, mama } from './cycles/indicators.ts';
