/**
 * The list of indicators, and nothing else: the registry and the documentation read it.
 */
export { ema, rma } from './averages/ema.ts';
export { sma } from './averages/sma.ts';
export { wma } from './averages/wma.ts';
export { macd } from './oscillators/macd.ts';
export { rsi } from './oscillators/rsi.ts';
export { atr, trueRange } from './volatility/atr.ts';
export { bollinger, deviation, variance } from './statistics/deviation.ts';
export { highest, lowest } from './statistics/extremes.ts';
export { obv } from './volume/obv.ts';
