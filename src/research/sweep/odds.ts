/**
 * The odds that the winner of a sweep is luck, in figures, sentences and verdicts. A sweep never shows its winner
 * without them.
 */
import { Random } from '../../base/random.ts';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  haircutSharpe,
  minimumTrackRecord,
  monteCarlo,
  neighbourhood,
  oddsCatalogue,
  pooledTrials,
  probabilisticSharpe,
  realityCheck,
  sharpeSample,
  standingOf,
  verdict,
  type MonteCarlo,
  type Neighbourhood,
  type OddsId,
  type ParameterTrial,
  type RealityCheck,
  type TrialGroup,
  type Verdict,
} from '../../stats/index.ts';
import { score, type Objective } from './ranking.ts';
import type { SweepRow } from './run.ts';
import type { TrialStatistics } from './trial-sums.ts';

/** One figure of the odds, ready to be shown. */
export interface OddsLine {
  readonly id: OddsId;
  readonly title: string;
  /** NaN where it cannot be computed. */
  readonly value: number;
  /** The value as a person reads it. */
  readonly shown: string;
  readonly sentence: string;
  readonly verdict: Verdict;
  /** See `standingOf`. */
  readonly standing: number | undefined;
}

export interface WinnerOdds {
  /** Of this sweep. */
  readonly trials: number;
  readonly effectiveTrials: number;
  /** What was tried on the same data before: it takes part in everything that depends on the number of attempts. */
  readonly earlier: { readonly trials: number; readonly effectiveTrials: number };
  /** Sharpe ratio of the winner, and the one that the best of as many worthless trials would show; both per year. */
  readonly sharpe: number;
  readonly expectedMaximumSharpe: number;
  /** What remains of the winner's Sharpe ratio after paying for every attempt, per year. */
  readonly haircutSharpe: number;
  /** Years of sessions there are, and years needed to be 95 % sure. */
  readonly years: number;
  readonly yearsNeeded: number;
  readonly lines: readonly OddsLine[];
  readonly overfitting: TrialStatistics['overfitting'];
  readonly reality: RealityCheck | undefined;
  /** How many trials took part in the reality check. */
  readonly realityTrials: number;
  /** The winner's trades in other orders; the end is the same, the way there is not. */
  readonly monteCarlo: MonteCarlo | undefined;
  /** The winner's trades drawn again in blocks: the end varies too. */
  readonly resampledTrades: MonteCarlo | undefined;
  readonly neighbourhood: Neighbourhood | undefined;
  /** The worst verdict, in one sentence. */
  readonly conclusion: string;
  readonly verdict: Verdict;
}

export interface OddsInput {
  readonly winner: SweepRow;
  /** Returns of the winner's sessions, and of its closed trades as fractions of what the account was worth. */
  readonly returns: Float64Array;
  readonly tradeReturns: Float64Array;
  readonly statistics: TrialStatistics;
  /** What was tried on the same data before, in other sessions. */
  readonly earlier?: TrialGroup | undefined;
  readonly rows: readonly SweepRow[];
  readonly objective: Objective;
  /** Returns of some trials, evenly chosen, the winner's among them: for the reality check. */
  readonly sampled: readonly Float64Array[];
  readonly periodsPerYear: number;
  readonly seed: number;
}

/** Steps of the reality check, at most: trials · stretches · resamples. */
const REALITY_STEPS_MAX = 60_000_000;
/** Mean length of a stretch, as the check has it by default, and returns that may be kept for it: 32 MB. */
const REALITY_BLOCK = 10;
const REALITY_RETURNS_MAX = 4_000_000;
const RESAMPLES = 500;
/** Trades on all paths of a Monte-Carlo, at most, and the mean length of a block of them. */
const PATH_STEPS_MAX = 2_000_000;
const TRADES_BLOCK = 5;

/** Returns how many trials of so many periods the reality check can take. */
export function realityTrials(periods: number): number {
  const length = Math.max(1, periods);
  const steps = (RESAMPLES * length) / REALITY_BLOCK;
  return Math.max(2, Math.floor(Math.min(1000, REALITY_STEPS_MAX / steps, REALITY_RETURNS_MAX / length)));
}

/** Weighs the winner against everything that was tried. */
export function winnerOdds(input: OddsInput): WinnerOdds {
  const { returns, tradeReturns, statistics, sampled, periodsPerYear, seed } = input;
  const { trials, effectiveTrials, overfitting } = statistics;
  const earlier = { trials: input.earlier?.trials ?? 0, effectiveTrials: input.earlier?.effectiveTrials ?? 0 };
  // The best of many looks good by luck, in whichever session they were tried.
  const attempts = effectiveTrials + earlier.effectiveTrials;
  const sharpeDeviation = deviationOfAll(statistics, input.earlier);
  const root = Math.sqrt(periodsPerYear);
  const sample = sharpeSample(returns);
  const expected = expectedMaximumSharpe(attempts, sharpeDeviation);
  const needed = sample.sharpe > expected ? minimumTrackRecord(sample, expected) : Number.POSITIVE_INFINITY;
  const haircut = haircutSharpe(sample.sharpe, sample.periods, attempts);
  const random = new Random(seed).fork('odds of a sweep');
  const reality = sampled.length < 2 ? undefined : realityCheck(sampled, random, { resamples: RESAMPLES });
  const many = { paths: Math.max(100, Math.min(1000, Math.floor(PATH_STEPS_MAX / Math.max(1, tradeReturns.length)))) };
  const paths = tradeReturns.length < 2 ? undefined : monteCarlo(tradeReturns, random, many);
  const drawn =
    tradeReturns.length < 2
      ? undefined
      : monteCarlo(tradeReturns, random, { ...many, method: 'bootstrap', meanBlock: TRADES_BLOCK });
  const around = neighbourhoodOf(input);
  const values: Readonly<Record<OddsId, number>> = {
    probabilisticSharpe: probabilisticSharpe(sample),
    deflatedSharpe: deflatedSharpe(sample, attempts, sharpeDeviation),
    trackRecordShare: sample.periods / needed,
    backtestOverfitting: overfitting?.probability ?? Number.NaN,
    realityCheck: reality?.realityCheckP ?? Number.NaN,
    superiorAbility: reality?.superiorAbilityP ?? Number.NaN,
    haircut: sample.sharpe > 0 ? haircut / sample.sharpe : Number.NaN,
    plateau: around?.plateau ?? Number.NaN,
    tradesLoss: drawn?.probabilityOfLoss ?? Number.NaN,
    drawdownLuck: paths?.shareDeeper ?? Number.NaN,
  };
  const lines = (Object.keys(values) as OddsId[]).map((id) => lineOf(id, values[id]));
  const worst = worstOf(lines);
  return {
    trials,
    effectiveTrials,
    earlier,
    sharpe: sample.sharpe * root,
    expectedMaximumSharpe: expected * root,
    haircutSharpe: haircut * root,
    years: sample.periods / periodsPerYear,
    yearsNeeded: needed / periodsPerYear,
    lines,
    overfitting,
    reality,
    realityTrials: sampled.length,
    monteCarlo: paths,
    resampledTrades: drawn,
    neighbourhood: around,
    conclusion: conclusionOf(worst, lines, trials + earlier.trials),
    verdict: worst,
  };
}

/**
 * How far the Sharpe ratios of all attempts spread, per period. A search that goes on around an earlier winner tries
 * near copies, whose own spread says nothing of how widely was looked before; what was tried never makes odds better.
 */
function deviationOfAll(own: TrialStatistics, earlier: TrialGroup | undefined): number {
  if (earlier === undefined || earlier.trials === 0) return own.sharpeDeviation;
  const group = { ...own, sharpeMean: Number.isFinite(own.sharpeMean) ? own.sharpeMean : null };
  return Math.max(own.sharpeDeviation, pooledTrials([earlier, group]).sharpeDeviation ?? 0);
}

function lineOf(id: OddsId, value: number): OddsLine {
  const figure = oddsCatalogue[id];
  const { title, unit, explanation } = figure;
  const shown = Number.isNaN(value)
    ? 'unknown'
    : unit === 'percent'
      ? `${(value * 100).toFixed(1)} %`
      : value.toFixed(2);
  return {
    id,
    title,
    value,
    shown,
    sentence: explanation,
    verdict: verdict(id, value),
    standing: standingOf(figure, value),
  };
}

/** Two alarms, or one of those that look at all trials, and the whole is alarming. */
function worstOf(lines: readonly OddsLine[]): Verdict {
  const alarms = lines.filter((line) => line.verdict === 'alarming').map(({ id }) => id);
  if (alarms.length > 1 || alarms.includes('deflatedSharpe') || alarms.includes('backtestOverfitting'))
    return 'alarming';
  return lines.every((line) => line.verdict === 'reassuring') ? 'reassuring' : 'doubtful';
}

function conclusionOf(worst: Verdict, lines: readonly OddsLine[], trials: number): string {
  const doubts = lines.filter((line) => line.verdict !== 'reassuring').length;
  const attempts = `${trials} ${trials === 1 ? 'attempt' : 'attempts'}`;
  if (worst === 'reassuring') return `Nothing here says that the winner is the luck of ${attempts}.`;
  if (worst === 'alarming') return `The winner is likely the luck of ${attempts}: do not trade it on this evidence.`;
  return `The winner may be the luck of ${attempts}: ${doubts} of ${lines.length} figures leave doubts.`;
}

/** Words count as steps in the order in which they were tried. */
function neighbourhoodOf({ rows, winner, objective }: OddsInput): Neighbourhood | undefined {
  const names = Object.keys(winner.parameters).filter((name) =>
    rows.some(({ parameters }) => parameters[name] !== winner.parameters[name]),
  );
  if (names.length === 0) return undefined;
  const words = new Map<string, number>();
  const numberOf = (value: unknown): number => {
    if (typeof value === 'number') return value;
    const key = String(value);
    if (!words.has(key)) words.set(key, words.size);
    return words.get(key)!;
  };
  const trials: ParameterTrial[] = [];
  for (const row of rows) {
    if (row.figures[objective.id] === undefined) continue;
    const parameters = Object.fromEntries(names.map((name) => [name, numberOf(row.parameters[name])]));
    // The neighbourhood is the winner's: nothing that a requirement kept out may stand above it.
    trials.push({ parameters, score: Math.min(score(row, objective), score(winner, objective)) });
    if (row === winner) trials.unshift(trials.pop()!);
  }
  return trials[0] === undefined ? undefined : neighbourhood(trials);
}
