/**
 * From a deck and what a sweep is asked for to a plan: everything loaded and checked, every point known or its sampler
 * ready, and a name made of all that decides the rows.
 */
import { hash } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { Random } from '../../base/random.ts';
import { resolveParameters, type ParameterSpecs, type ParameterValue } from '../../engine/strategy/parameters.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { readAxis, type Axis, type AxisText } from '../../research/sweep/axis.ts';
import { parseExpression, type Expression } from '../../research/sweep/expression.ts';
import { ALWAYS } from '../../research/sweep/figures.ts';
import {
  gridPoints,
  randomPoints,
  readWhere,
  type Admission,
  type Admitted,
  type Parameters,
  type Points,
} from '../../research/sweep/points.ts';
import { isLearning } from '../../research/search/make-search.ts';
import { latinPoints, type EmptyPart } from '../../research/sweep/latin.ts';
import { readObjective, type Objective } from '../../research/sweep/ranking.ts';
import { metricCatalogue, type MetricId } from '../../stats/metric.ts';
import type { DeckConfig } from '../config/schema.ts';
import { canonical } from '../run/identity.ts';
import { loadRun, misfitOf, type LoadedRun } from '../run/run.ts';
import { engineHash } from '../run/engine-hash.ts';
import { JOINABLE } from '../../research/validation/summary.ts';
import { isGrouped, type Validation } from '../../research/validation/splits.ts';
import { readBudget, type Budget } from './budget.ts';
import type { SweepMethod } from './schema.ts';
import { stopRuleOf } from './subject.ts';
import type { ValidateConfig } from './validate-schema.ts';
import { validationOf, type ValidateFlags } from './validate-settings.ts';

/** What is asked for, whether in the deck or by flags. */
export interface SweepRequest {
  readonly parameters: Readonly<Record<string, AxisText>>;
  readonly where: readonly string[];
  readonly require: readonly string[];
  readonly objectives: readonly string[];
  readonly figures: readonly string[];
  readonly method: SweepMethod;
  /** How many points samplers try. */
  readonly runs: number;
  readonly maxRuns: number;
  /** The rule by which hopeless runs are stopped early; `undefined` plays all to their end. */
  readonly stopWhen: string | undefined;
  /** What the sweep may cost, as `1000 runs`, `10m`, `500mb`. */
  readonly budget: readonly string[];
  /** Part of the points that is played here, from 0, and in how many parts they are cut. */
  readonly shard: { readonly index: number; readonly count: number };
  /** How choices are judged: what the deck says, and the flags over it. */
  readonly validate: { readonly config: ValidateConfig | undefined; readonly flags: ValidateFlags };
}

export interface SweepPlan {
  readonly request: SweepRequest;
  readonly loaded: LoadedRun & { readonly tape: RecordedTape };
  readonly axes: readonly Axis[];
  readonly admission: Admission;
  /** All points, of all shards; for a sampler that learns, those of its first round. */
  readonly points: Points;
  readonly excluded: number;
  readonly refused: number;
  /** What the strategy said of the first point that it refused. */
  readonly refusal: string | undefined;
  /** Parts of the axes that a Latin hypercube could not visit. */
  readonly empty?: readonly EmptyPart[];
  readonly objectives: readonly Objective[];
  readonly required: readonly Expression[];
  /** Figures of every row. */
  readonly figures: readonly MetricId[];
  readonly periodsPerYear: number;
  readonly validation: Validation | undefined;
  readonly budget: Budget;
  /** A hash of everything that decides the rows: engine, strategy, data, deck, axes. */
  readonly key: string;
  /** Names what is tried, whatever figures are shown of it and by whichever version of Tradedeck. */
  readonly trial: string;
  readonly engineHash: string;
}

const KNOWN = metricCatalogue.map(({ id }) => id);

/** Loads a deck and checks what is asked of it. Every mistake is a `Fault` before the first run. */
export async function planSweep(config: DeckConfig, folder: string, request: SweepRequest): Promise<SweepPlan> {
  if (config.state !== undefined) {
    const rule = 'the runs of a sweep go on from nothing, and nothing goes on from them';
    throw new Fault('sweep.state', rule, { field: 'state' }, 'leave out state');
  }
  const { strategy: strategyConfig } = config;
  const varied = new Set(Object.keys(request.parameters));
  // What varies has its value from the sweep; the deck's own would only be checked in vain.
  const kept = Object.entries(strategyConfig.parameters ?? {}).filter(([name]) => !varied.has(name));
  const unchecked = { ...config, strategy: { ...strategyConfig, parameters: Object.fromEntries(kept) } };
  const loaded = await loadRun(unchecked, folder);
  const { tape, strategy } = loaded;
  if (!('slice' in tape)) {
    throw new Fault('tape.source', 'the tape is too long to be played many times', { field: 'tape' });
  }
  const specs: ParameterSpecs = strategy.definition.parameters ?? {};
  const axes = Object.entries(request.parameters).map(([name, given]) =>
    readAxis(name, given, specs, `sweep.parameters.${name}`),
  );
  if (axes.every(({ values }) => values.length === 1)) {
    const rule = 'nothing varies: give at least one parameter a range or a list, as in --param fast=5..20';
    throw new Fault('sweep.empty', rule, { field: 'sweep.parameters' });
  }
  // Told as text by now, where the deck has a list or a file.
  const told = loaded.config.strategy.parameters ?? {};
  const resolved: Readonly<Record<string, ParameterValue>> = resolveParameters(specs, told);
  const fixed = Object.fromEntries(Object.entries(resolved).filter(([name]) => !varied.has(name)));
  const { check } = strategy.definition;
  const misfit = misfitOf(loaded);
  const admission: Admission = {
    fixed,
    where: readWhere(request.where, specs, 'sweep.where'),
    refuses: (parameters) => check?.(parameters) ?? misfit(parameters),
  };
  if (request.stopWhen !== undefined) stopRuleOf(strategy.definition, request.stopWhen);
  const budget = readBudget(request.budget, 'sweep.budget');
  const objectives = request.objectives.map((text) => readObjective(text, 'sweep.objective'));
  const { periodsOf } = await import('../run/presentation.ts');
  const periodsPerYear = periodsOf(tape);
  const validation = validationOf(request.validate.config, request.validate.flags, periodsPerYear);
  const names = [...KNOWN, ...Object.keys(specs)];
  const required = request.require.map((text) => parseExpression(text, names, 'sweep.require', KNOWN));
  if (validation !== undefined) checkValidation(validation, request, objectives, required);
  const wanted: MetricId[] = [
    ...(validation === undefined ? [] : (['annualReturn'] as const)),
    ...objectives.map(({ id }) => id),
    ...required.flatMap((one) => one.names.filter((name): name is MetricId => KNOWN.includes(name as MetricId))),
    ...request.figures.map((name) => readObjective(name, 'sweep.figures').id),
  ];
  const figures = [...new Set([...ALWAYS, ...wanted])];
  const admitted = pointsOf(axes, admission, request, loaded.seed);
  const engine = engineHash();
  return {
    request,
    loaded: { ...loaded, tape },
    axes,
    admission,
    ...admitted,
    objectives,
    required,
    figures,
    periodsPerYear,
    validation,
    budget,
    key: keyOf(config, loaded, request, { fixed, figures, engine }),
    trial: keyOf(config, loaded, request, { fixed }),
    engineHash: engine,
  };
}

/** Refuses what cannot be judged in the way that is asked for. */
function checkValidation(
  validation: Validation,
  request: SweepRequest,
  objectives: readonly Objective[],
  required: readonly Expression[],
): void {
  const field = 'sweep.validate.method';
  if (request.shard.count > 1) {
    const rule = 'a part of a sweep has no rows to choose from';
    throw new Fault('sweep.validate', rule, { field }, 'play the parts first, then all of it with the validation');
  }
  if (!isGrouped(validation)) return;
  const { method } = validation;
  if (isLearning(request.method)) {
    const rule = `${method} plays the same points in every group, which ${request.method} does not know beforehand`;
    throw new Fault('sweep.validate', rule, { field }, 'take grid, random or latin, or walk-forward');
  }
  const joinable: readonly string[] = JOINABLE;
  const named = [
    ...objectives.map(({ id }) => [id, 'sweep.objective'] as const),
    ...required.flatMap(({ names }) => names.map((name) => [name, 'sweep.require'] as const)),
  ];
  for (const [name, place] of named) {
    if (!KNOWN.includes(name as MetricId) || joinable.includes(name)) continue;
    const rule = `${method} joins groups, and ${name} of a whole does not follow from its parts`;
    throw new Fault('sweep.objective', rule, { field: place }, `there are ${joinable.join(', ')}`);
  }
}

function pointsOf(
  axes: readonly Axis[],
  admission: Admission,
  request: SweepRequest,
  seed: number,
): Admitted & Pick<SweepPlan, 'empty'> {
  const { method, runs, maxRuns } = request;
  if (method === 'grid') return gridPoints(axes, admission, maxRuns);
  if (runs > maxRuns) {
    const rule = `the sweep has ${runs} runs, and at most ${maxRuns} are allowed`;
    throw new Fault('sweep.budget', rule, { field: 'sweep.maxRuns' });
  }
  const random = new Random(seed).fork('sweep');
  if (method === 'random') return randomPoints(axes, admission, runs, random);
  if (!isLearning(method)) return latinPoints(axes, admission, runs, random);
  if (request.shard.count > 1) {
    const rule = `${method} learns from every run, so it cannot be played in parts; grid, random and latin can`;
    throw new Fault('sweep.shard', rule, { field: '--shard' });
  }
  // What a search proposes first it knows itself; that there is something to propose is found out here.
  const { empty: _empty, ...first } = latinPoints(axes, admission, firstRound(runs), random);
  return method === 'tpe' ? first : { ...first, points: { count: 0, at: (index: number) => first.points.at(index) } };
}

/** Points that a search begins with. */
function firstRound(runs: number): number {
  return Math.min(runs, Math.max(10, Math.ceil(runs / 5)));
}

function keyOf(
  config: DeckConfig,
  { strategy, tape, seed, universe }: LoadedRun,
  request: SweepRequest,
  {
    fixed,
    ...further
  }: { readonly fixed: Parameters; readonly figures?: readonly MetricId[]; readonly engine?: string },
): string {
  const { name: _name, output: _output, tape: _tape, sweep: _sweep, mode: _mode, benchmark, ...deciding } = config;
  const { parameters, where, method, runs, objectives, require, stopWhen } = request;
  const inputs = {
    ...deciding,
    ...(universe === undefined ? {} : { universe }),
    // With defaults in it: what a deck says and what it leaves to the strategy are the same sweep.
    strategy: { parameters: fixed, hash: strategy.codeHash },
    data: tape.fingerprint,
    benchmark: benchmark ?? null,
    seed,
    parameters,
    where,
    method,
    runs: method === 'grid' ? null : runs,
    // What a sampler that learns tries next follows from what it is told is good.
    ...(isLearning(method) ? { objectives, require } : {}),
    ...(stopWhen === undefined ? {} : { stopWhen }),
    ...further,
  };
  return hash('sha256', canonical(inputs)).slice(0, 16);
}
