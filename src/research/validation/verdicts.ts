/**
 * What the figures of a validation mean, in words a person can act on, with the limits stated in one place.
 */
import { standingOf, verdictOf, type OddsFigure, type Verdict } from '../../stats/index.ts';

const validationCatalogue = {
  outOfSampleSharpe: {
    title: 'Probabilistic Sharpe, out of sample',
    unit: 'percent',
    explanation: 'The probability that the true Sharpe ratio is above nought, by sessions that no choice had seen.',
    reassuring: 0.95,
    alarming: 0.8,
  },
  trackRecordShare: {
    title: 'Track record over minimum',
    unit: 'ratio',
    explanation: 'The unseen sessions beside the number needed to be 95 % sure; below one there are too few.',
    reassuring: 1,
    alarming: 0.5,
  },
  efficiency: {
    title: 'Walk-forward efficiency',
    unit: 'percent',
    explanation: 'The yearly return on unseen sessions beside that on the sessions it was chosen on; a half is good.',
    reassuring: 0.5,
    alarming: 0.2,
  },
  profitableFolds: {
    title: 'Folds with a profit',
    unit: 'percent',
    explanation: 'The share of unseen stretches that ended with a gain.',
    reassuring: 0.6,
    alarming: 0.4,
  },
  drift: {
    title: 'Drift of the parameters',
    unit: 'percent',
    explanation:
      'How far the choice moves from fold to fold, as a share of what was tried; a third is what chance does.',
    reassuring: 0.15,
    alarming: 0.3,
  },
  belowMedian: {
    title: 'Choices below the median',
    unit: 'percent',
    explanation: 'How often the best on the sessions it was chosen on was in the worse half on the others.',
    reassuring: 0.1,
    alarming: 0.5,
  },
  losingPaths: {
    title: 'Paths with a loss',
    unit: 'percent',
    explanation: 'The share of histories, each put together from unseen stretches, that lost money.',
    reassuring: 0.05,
    alarming: 0.25,
  },
  resampledLoss: {
    title: 'Resampled histories with a loss',
    unit: 'percent',
    explanation: 'How often the unseen sessions, drawn again in blocks, end with a loss.',
    reassuring: 0.05,
    alarming: 0.25,
  },
} as const satisfies Readonly<Record<string, OddsFigure>>;

export type ValidationId = keyof typeof validationCatalogue;

/** One figure, ready to be shown. */
export interface ValidationLine {
  readonly id: ValidationId;
  readonly title: string;
  /** NaN where it cannot be computed. */
  readonly value: number;
  readonly shown: string;
  readonly sentence: string;
  readonly verdict: Verdict;
  /** See `standingOf`. */
  readonly standing: number | undefined;
}

export function validationLine(id: ValidationId, value: number): ValidationLine {
  const figure: OddsFigure = validationCatalogue[id];
  const shown = Number.isNaN(value)
    ? 'unknown'
    : figure.unit === 'percent'
      ? `${(value * 100).toFixed(1)} %`
      : value.toFixed(2);
  const standing = standingOf(figure, value);
  return {
    id,
    title: figure.title,
    value,
    shown,
    sentence: figure.explanation,
    verdict: verdictOf(figure, value),
    standing,
  };
}
