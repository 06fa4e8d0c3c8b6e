/**
 * What an overfitting figure means, in words a person can act on, with the limits stated in one place.
 */

export type Verdict = 'reassuring' | 'doubtful' | 'alarming';

export interface OddsFigure {
  readonly title: string;
  readonly unit: 'percent' | 'ratio' | 'count' | 'years';
  /** One sentence in plain words. */
  readonly explanation: string;
  /** The value from which on the figure is reassuring, and the one at which it turns alarming. */
  readonly reassuring: number;
  readonly alarming: number;
}

export const oddsCatalogue = {
  probabilisticSharpe: {
    title: 'Probabilistic Sharpe ratio',
    unit: 'percent',
    explanation: 'The probability that the true Sharpe ratio is above nought, had this been the only attempt.',
    reassuring: 0.95,
    alarming: 0.8,
  },
  deflatedSharpe: {
    title: 'Deflated Sharpe ratio',
    unit: 'percent',
    explanation: 'The probability that the strategy is better than nought after allowing for all the attempts.',
    reassuring: 0.95,
    alarming: 0.8,
  },
  backtestOverfitting: {
    title: 'Probability of backtest overfitting',
    unit: 'percent',
    explanation: 'How often the best attempt on one half of the history was below average on the other half.',
    reassuring: 0.1,
    alarming: 0.5,
  },
  realityCheck: {
    title: 'Reality check',
    unit: 'percent',
    explanation: 'The probability of a best result like this if no attempt were better than cash.',
    reassuring: 0.05,
    alarming: 0.2,
  },
  superiorAbility: {
    title: 'Superior predictive ability',
    unit: 'percent',
    explanation: 'The same probability, measured in standard errors and not softened by hopeless attempts.',
    reassuring: 0.05,
    alarming: 0.2,
  },
  trackRecordShare: {
    title: 'Track record over minimum',
    unit: 'ratio',
    explanation: 'The length of the history beside the length needed to be sure; below one it is too short.',
    reassuring: 1,
    alarming: 0.5,
  },
  plateau: {
    title: 'Parameter plateau',
    unit: 'ratio',
    explanation: 'The typical score next to the best parameters beside the best score; near one it is no accident.',
    reassuring: 0.8,
    alarming: 0.4,
  },
  haircut: {
    title: 'Sharpe ratio kept',
    unit: 'percent',
    explanation: 'The share of the Sharpe ratio that remains after paying for every attempt.',
    reassuring: 0.7,
    alarming: 0.3,
  },
  tradesLoss: {
    title: 'Resampled trades with a loss',
    unit: 'percent',
    explanation: 'How often the same trades, drawn again in blocks, end with a loss.',
    reassuring: 0.05,
    alarming: 0.25,
  },
  drawdownLuck: {
    title: 'Paths with deeper drawdowns',
    unit: 'percent',
    explanation: 'The share of reorderings of the same trades that fell deeper; high means the path was lucky.',
    reassuring: 0.7,
    alarming: 0.95,
  },
} as const satisfies Readonly<Record<string, OddsFigure>>;

export type OddsId = keyof typeof oddsCatalogue;

/** Returns what `value` means; a figure that could not be computed (NaN) reassures nobody and is `doubtful`. */
export function verdict(id: OddsId, value: number): Verdict {
  return verdictOf(oddsCatalogue[id], value);
}

/** Returns what `value` means by the limits of a figure, as `verdict` does. */
export function verdictOf({ reassuring, alarming }: OddsFigure, value: number): Verdict {
  const rising = reassuring > alarming;
  if (rising ? value >= reassuring : value <= reassuring) return 'reassuring';
  if (rising ? value < alarming : value >= alarming) return 'alarming';
  return 'doubtful';
}

/**
 * Returns where a value stands between alarm (below 1/3), doubt, and reassurance (from 2/3 on): 0 … 1, for drawings.
 * `undefined` where there is no value.
 */
export function standingOf({ reassuring, alarming }: OddsFigure, value: number): number | undefined {
  if (Number.isNaN(value)) return undefined;
  return Math.max(0, Math.min(1, (1 + (value - alarming) / (reassuring - alarming)) / 3));
}
