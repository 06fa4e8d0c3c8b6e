/**
 * The statistics room: performance figures, drawdowns, benchmarks, regressions, learners, and the odds of luck.
 *
 * Everything takes `Float64Array`s and is pure; start with `performance` and `metricCatalogue`.
 */
export * from './backtesting-py.ts';
export * from './benchmark.ts';
export * from './calendar-returns.ts';
export * from './covariance.ts';
export * from './distributions.ts';
export * from './drawdown.ts';
export * from './eigen.ts';
export * from './extreme-value.ts';
export * from './ffn.ts';
export * from './learners/isotonic.ts';
export * from './learners/linear.ts';
export * from './learners/logistic.ts';
export * from './learners/scaler.ts';
export * from './learners/tree.ts';
export * from './linear-algebra.ts';
export * from './metric.ts';
export * from './moments.ts';
export * from './overfitting/backtest-overfitting.ts';
export * from './overfitting/bootstrap.ts';
export * from './overfitting/haircut.ts';
export * from './overfitting/monte-carlo.ts';
export * from './overfitting/neighbourhood.ts';
export * from './overfitting/pooled-trials.ts';
export * from './overfitting/reality-check.ts';
export * from './overfitting/sharpe-odds.ts';
export * from './overfitting/sweep-odds.ts';
export * from './overfitting/trials.ts';
export * from './overfitting/verdict.ts';
export * from './performance.ts';
export * from './quantile.ts';
export * from './ratios.ts';
export * from './regression.ts';
export * from './returns.ts';
export * from './rolling.ts';
export * from './series/autocorrelation.ts';
export * from './series/unit-root.ts';
export * from './shrinkage.ts';
export * from './simplex.ts';
export * from './sum.ts';
export * from './tail-risk.ts';
export * from './trades.ts';
export * from './wins.ts';
