/**
 * The six figures a person looks at first, each beside the benchmark's.
 */
import type { RunResult } from '../engine/result.ts';
import { sharpe } from '../stats/ratios.ts';
import { compoundAnnualGrowth } from '../stats/returns.ts';
import type { Sessions } from './curves.ts';
import type { ExposureData } from './exposure.ts';
import { decimal, percent, plural, signedPercent, whole } from './text.ts';
import type { TradeFigures } from './trade-columns.ts';

export interface KeyFigure {
  readonly name: 'return' | 'cagr' | 'drawdown' | 'sharpe' | 'trades' | 'exposure';
  readonly label: string;
  readonly text: string;
  /** What it is held against, or made of, in a few words. */
  readonly note: string;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly sentence: string;
}

/** Total return and yearly return of an account and of what it is held against. */
export interface Growth {
  readonly total: number;
  readonly annual: number;
  readonly drawdown: number;
  readonly sharpe: number;
}

export function growthOf(result: RunResult, { returns, years, periodsPerYear }: Sessions): Growth {
  return {
    total: result.finalEquity / result.startingCash - 1,
    annual: compoundAnnualGrowth(result.startingCash, result.finalEquity, years),
    drawdown: -result.maxDrawdown,
    sharpe: sharpe(returns, 0, periodsPerYear),
  };
}

export function benchmarkGrowth({ benchmark, benchmarkDrawdown, years, periodsPerYear }: Sessions): Growth | undefined {
  if (benchmark === undefined) return undefined;
  const total = benchmark.reduce((product, each) => (each === each ? product * (1 + each) : product), 1) - 1;
  return {
    total,
    annual: compoundAnnualGrowth(1, 1 + total, years),
    drawdown: benchmarkDrawdown,
    sharpe: sharpe(benchmark, 0, periodsPerYear),
  };
}

export function keyFigures(
  own: Growth,
  held: Growth | undefined,
  trades: TradeFigures,
  exposure: ExposureData | undefined,
): KeyFigure[] {
  const against = (text: string | undefined): string => (text === undefined ? '' : `benchmark ${text}`);
  const tone = (value: number): KeyFigure['tone'] => (value > 0 ? 'good' : value < 0 ? 'bad' : 'plain');
  return [
    {
      name: 'return',
      label: 'Total return',
      text: signedPercent(own.total),
      note: against(held && signedPercent(held.total)),
      tone: tone(own.total),
      sentence: 'Final equity over starting cash, less one; after all fees.',
    },
    {
      name: 'cagr',
      label: 'Per year',
      text: signedPercent(own.annual, 2),
      note: against(held && signedPercent(held.annual, 2)),
      tone: tone(own.annual),
      sentence: 'The steady yearly return that would have given the total return (CAGR).',
    },
    {
      name: 'drawdown',
      label: 'Max drawdown',
      text: percent(own.drawdown),
      note: against(held && percent(held.drawdown)),
      tone: own.drawdown < 0 ? 'bad' : 'plain',
      sentence: 'The deepest fall from a peak of the account, over every step of the run.',
    },
    {
      name: 'sharpe',
      label: 'Sharpe ratio',
      text: decimal(own.sharpe),
      note: against(held && decimal(held.sharpe)),
      tone: 'plain',
      sentence: 'Mean over deviation of the session returns, per year, without a risk-free rate.',
    },
    {
      name: 'trades',
      label: 'Closed trades',
      text: whole(trades.count),
      note: trades.count === 0 ? 'none closed' : `${percent(trades.wins / trades.count, 0)} won`,
      tone: 'plain',
      sentence: 'What one order opened and one order closed, first in first out, however many fills it took.',
    },
    {
      name: 'exposure',
      label: 'Time in market',
      text: exposure === undefined ? '–' : percent(exposure.share, 0),
      note:
        exposure === undefined
          ? ''
          : `${percent(exposure.averageGross, exposure.averageGross < 0.1 ? 1 : 0)} of equity ${exposure.hasCollateral ? 'tied up' : 'invested'}`,
      tone: 'plain',
      sentence:
        'Share of sessions that ended with a position, and the average size of positions over equity, sold options with their collateral.',
    },
  ];
}

/** `12 findings: 1 fatal, 11 notes`, or that there is none. */
export function findingsText(counts: {
  readonly fatal: number;
  readonly warning: number;
  readonly note: number;
}): string {
  const total = counts.fatal + counts.warning + counts.note;
  if (total === 0) return 'no findings';
  const parts = [
    counts.fatal > 0 ? `${whole(counts.fatal)} fatal` : '',
    counts.warning > 0 ? plural(counts.warning, 'warning') : '',
    counts.note > 0 ? plural(counts.note, 'note') : '',
  ];
  return `${plural(total, 'finding')}: ${parts.filter(Boolean).join(', ')}`;
}
