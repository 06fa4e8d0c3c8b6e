/**
 * The names under which performance figures are shown, so that a report prints from data and explains itself.
 *
 * A metric's `id` is its key in `PerformanceSummary.metrics`; what it is computed from is written in
 * docs/guide/metrics.md under the same id.
 */

/** `ratio` has no unit; `percent` is a fraction to be shown times 100; `money` is in the account's currency. */
export type MetricUnit = 'ratio' | 'percent' | 'money' | 'days' | 'count';

export interface Metric {
  readonly id: MetricId;
  readonly title: string;
  readonly unit: MetricUnit;
  /** One sentence in plain words. */
  readonly explanation: string;
  /** `undefined` where neither is better, as for beta. */
  readonly higherIsBetter: boolean | undefined;
  readonly group: MetricGroup;
}

export type MetricGroup = 'return' | 'risk' | 'reward for risk' | 'drawdown' | 'days' | 'benchmark' | 'trades' | 'luck';

type Row = readonly [title: string, unit: MetricUnit, better: boolean | undefined, explanation: string];

const ROWS = {
  return: {
    totalReturn: ['Total return', 'percent', true, 'What one unit of capital gained over the whole run.'],
    annualReturn: [
      'Annual return',
      'percent',
      true,
      'The steady yearly return that leads to the same end, by number of sessions.',
    ],
    cagr: ['CAGR', 'percent', true, 'The same by calendar time, with years of 365.25 days.'],
    endEquity: ['End equity', 'money', true, 'What the account was worth at the end.'],
    peakEquity: ['Peak equity', 'money', true, 'The most the account was ever worth at the close of a session.'],
    profit: ['Profit', 'money', true, 'End equity less the starting capital.'],
  },
  risk: {
    annualVolatility: ['Annual volatility', 'percent', false, 'How widely returns swing in a year, up and down.'],
    downsideRisk: ['Downside risk', 'percent', false, 'How widely returns swing below nought in a year.'],
    valueAtRisk: ['Value at risk 95 %', 'percent', true, 'One session in twenty was worse than this.'],
    conditionalValueAtRisk: [
      'Expected shortfall 95 %',
      'percent',
      true,
      'The average of the worst twentieth of sessions.',
    ],
    skewness: ['Skewness', 'ratio', true, 'Below nought, the large surprises were losses.'],
    kurtosis: [
      'Excess kurtosis',
      'ratio',
      false,
      'Above nought, extreme sessions were more frequent than a bell curve has them.',
    ],
    tailRatio: ['Tail ratio', 'ratio', true, 'How large a very good session is beside a very bad one.'],
  },
  'reward for risk': {
    sharpe: ['Sharpe ratio', 'ratio', true, 'Return above the risk-free rate for each unit of swing.'],
    sortino: ['Sortino ratio', 'ratio', true, 'The same, but only downward swings count as risk.'],
    calmar: ['Calmar ratio', 'ratio', true, 'Annual return for each unit of the deepest drawdown.'],
    omega: ['Omega ratio', 'ratio', true, 'The sum of all gains divided by the sum of all losses, session by session.'],
    gainToPain: ['Gain to pain', 'ratio', true, 'Net gain for each unit of loss on the way.'],
    smartSharpe: [
      'Smart Sharpe ratio',
      'ratio',
      true,
      'The Sharpe ratio after a discount for returns that follow each other.',
    ],
    stability: ['Stability', 'ratio', true, 'How straight the path of growth was; one is a straight line.'],
    recoveryFactor: ['Recovery factor', 'ratio', true, 'The total return for each unit of the deepest drawdown.'],
  },
  drawdown: {
    maxDrawdown: [
      'Maximum drawdown',
      'percent',
      true,
      'The deepest fall below a peak, the starting capital being the first peak.',
    ],
    averageDrawdown: ['Average drawdown', 'percent', true, 'The mean depth of all falls below a peak.'],
    maxDrawdownDays: [
      'Longest drawdown',
      'days',
      false,
      'The longest time from a peak until it was reached again, or until the end.',
    ],
    averageDrawdownDays: [
      'Average drawdown length',
      'days',
      false,
      'The mean time from a peak until it was reached again.',
    ],
    timeUnderWater: ['Time under water', 'percent', false, 'The share of sessions that ended below an earlier peak.'],
    ulcerIndex: [
      'Ulcer index',
      'percent',
      false,
      'Depth and length of drawdowns in one figure: the typical depth below the peak.',
    ],
    painIndex: ['Pain index', 'percent', false, 'The mean depth below the peak over all sessions.'],
  },
  days: {
    sessions: ['Sessions', 'count', undefined, 'How many sessions the run had, flat ones included.'],
    winningDays: ['Winning sessions', 'percent', true, 'The share of sessions with a gain among those that moved.'],
    bestDay: ['Best session', 'percent', true, 'The largest gain of one session.'],
    worstDay: ['Worst session', 'percent', true, 'The largest loss of one session.'],
    bestMonth: ['Best month', 'percent', true, 'The largest gain of one calendar month.'],
    worstMonth: ['Worst month', 'percent', true, 'The largest loss of one calendar month.'],
    bestYear: ['Best year', 'percent', true, 'The largest gain of one calendar year.'],
    worstYear: ['Worst year', 'percent', true, 'The largest loss, or smallest gain, of one calendar year.'],
    winningMonths: ['Winning months', 'percent', true, 'The share of calendar months with a gain.'],
    longestWinStreak: ['Longest winning streak', 'count', true, 'The most sessions in a row with a gain.'],
    longestLossStreak: ['Longest losing streak', 'count', false, 'The most sessions in a row with a loss.'],
    exposure: ['Exposure', 'percent', undefined, 'The share of sessions in which something was held.'],
    turnover: ['Annual turnover', 'ratio', false, 'How many times a year the account was bought and sold once over.'],
  },
  benchmark: {
    benchmarkReturn: ['Benchmark return', 'percent', undefined, 'What the benchmark gained over the same sessions.'],
    alpha: ['Alpha', 'percent', true, 'The yearly return that the benchmark does not explain.'],
    beta: ['Beta', 'ratio', undefined, 'How much the account moved when the benchmark moved by one.'],
    correlation: [
      'Correlation',
      'ratio',
      undefined,
      'How closely the account moved with the benchmark, from minus one to one.',
    ],
    informationRatio: [
      'Information ratio',
      'ratio',
      true,
      'Yearly return above the benchmark for each unit of deviation from it.',
    ],
    trackingError: ['Tracking error', 'percent', undefined, 'How far the account strays from the benchmark in a year.'],
    treynor: ['Treynor ratio', 'ratio', true, 'Annual return above the risk-free rate for each unit of beta.'],
    upCapture: ['Up capture', 'ratio', true, "The share of the benchmark's rises that the account took part in."],
    downCapture: ['Down capture', 'ratio', false, "The share of the benchmark's falls that the account took part in."],
    battingAverage: [
      'Batting average',
      'percent',
      true,
      'The share of sessions in which the account beat the benchmark.',
    ],
  },
  trades: {
    trades: ['Trades', 'count', undefined, 'How many positions were opened and closed again.'],
    winRate: ['Win rate', 'percent', true, 'The share of trades that ended with a profit after costs.'],
    profitFactor: [
      'Profit factor',
      'ratio',
      true,
      'What all winning trades made for each unit that all losing trades lost.',
    ],
    payoffRatio: ['Payoff ratio', 'ratio', true, 'The mean winning trade beside the mean losing trade.'],
    expectancy: ['Expectancy', 'money', true, 'What a trade made on average after costs.'],
    averageTrade: ['Average trade', 'percent', true, 'The mean return of a trade on what was put in.'],
    bestTrade: ['Best trade', 'percent', true, 'The largest return of a trade.'],
    worstTrade: ['Worst trade', 'percent', true, 'The largest loss of a trade.'],
    systemQuality: [
      'System quality number',
      'ratio',
      true,
      'How surely the average trade differs from nought; above two is good.',
    ],
    kelly: [
      'Kelly fraction',
      'percent',
      true,
      'The share of capital per trade at which it would have grown fastest; take far less.',
    ],
    averageTradeDays: ['Average trade length', 'days', undefined, 'How long a trade was open on average.'],
    longestTradeDays: ['Longest trade', 'days', undefined, 'How long the longest trade was open.'],
    tradeWinStreak: ['Winning trades in a row', 'count', true, 'The most winning trades one after the other.'],
    tradeLossStreak: ['Losing trades in a row', 'count', false, 'The most losing trades one after the other.'],
    averageAdverseExcursion: [
      'Average MAE',
      'percent',
      true,
      'How far a trade was under water at its worst, on average.',
    ],
    averageFavourableExcursion: ['Average MFE', 'percent', true, 'How far a trade was ahead at its best, on average.'],
  },
  luck: {
    sharpeError: [
      'Error of the Sharpe ratio',
      'ratio',
      false,
      'The yearly Sharpe ratio is known only give or take this much.',
    ],
    probabilisticSharpe: [
      'Probabilistic Sharpe',
      'percent',
      true,
      'The probability that the true Sharpe ratio is above nought, if this was the only attempt.',
    ],
    minimumTrackRecordDays: [
      'Minimum track record',
      'count',
      false,
      'How many sessions are needed to be 95 % sure that the Sharpe ratio is above nought.',
    ],
  },
} as const satisfies Readonly<Record<MetricGroup, Readonly<Record<string, Row>>>>;

/** `K` distributes over the groups, so that every id of every group is a name. */
type KeysOfGroups<K> = K extends keyof typeof ROWS ? keyof (typeof ROWS)[K] : never;
export type MetricId = KeysOfGroups<MetricGroup>;

/** Every metric of `performance`, in the order in which a report shows them. */
export const metricCatalogue: readonly Metric[] = Object.entries(ROWS).flatMap(([group, rows]) =>
  Object.entries(rows as Readonly<Record<string, Row>>).map(([id, [title, unit, higherIsBetter, explanation]]) => {
    return { id: id as MetricId, title, unit, explanation, higherIsBetter, group: group as MetricGroup };
  }),
);
