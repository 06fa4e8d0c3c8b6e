/**
 * What a sweep is asked for: the `sweep` block of the deck, with the flags put over it.
 */
import { Fault, show } from '../../base/fault.ts';
import type { AxisText } from '../../research/sweep/axis.ts';
import type { SweepRequest } from './plan.ts';
import type { SweepConfig, SweepMethod } from './schema.ts';
import type { ValidateFlags } from './validate-settings.ts';

export interface SweepOverrides {
  readonly parameters: Readonly<Record<string, AxisText>>;
  readonly where?: readonly string[] | undefined;
  readonly require?: readonly string[] | undefined;
  readonly objective?: readonly string[] | undefined;
  readonly figures?: readonly string[] | undefined;
  readonly method?: SweepMethod | undefined;
  readonly runs?: number | undefined;
  readonly maxRuns?: number | undefined;
  readonly stopWhen?: string | undefined;
  readonly budget?: readonly string[] | undefined;
  /** `2/8`, counted from 1. */
  readonly shard?: string | undefined;
  readonly validate?: ValidateFlags;
}

const DEFAULT_RUNS = 200;
const DEFAULT_MAX_RUNS = 1_000_000;

/** Returns what is asked for; conditions of deck and flags hold together, everything else of a flag replaces the deck's. */
export function sweepRequest(
  config: SweepConfig | undefined,
  over: SweepOverrides,
  environment: Readonly<Record<string, string | undefined>>,
): SweepRequest {
  return {
    parameters: { ...config?.parameters, ...over.parameters },
    where: [...list(config?.where), ...(over.where ?? [])],
    require: [...list(config?.require), ...(over.require ?? [])],
    objectives: over.objective ?? list(config?.objective ?? 'sharpe'),
    figures: over.figures ?? list(config?.figures),
    method: over.method ?? config?.method ?? 'grid',
    runs: over.runs ?? config?.runs ?? DEFAULT_RUNS,
    stopWhen: over.stopWhen ?? config?.stopWhen,
    budget: over.budget ?? list(config?.budget),
    maxRuns: over.maxRuns ?? config?.maxRuns ?? DEFAULT_MAX_RUNS,
    shard: shardFrom(over.shard, environment),
    validate: { config: config?.validate, flags: over.validate ?? {} },
  };
}

/** A part by flag, or by what Cloud Run Jobs tells each of its tasks. */
function shardFrom(
  text: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): SweepRequest['shard'] {
  const { CLOUD_RUN_TASK_INDEX: task, CLOUD_RUN_TASK_COUNT: tasks } = environment;
  if (text === undefined) {
    if (task === undefined || tasks === undefined) return { index: 0, count: 1 };
    return checkedShard(Number(task), Number(tasks), `CLOUD_RUN_TASK_INDEX=${task} of ${tasks}`);
  }
  const match = /^(\d+)\/(\d+)$/.exec(text);
  return checkedShard(Number(match?.[1] ?? Number.NaN) - 1, Number(match?.[2] ?? Number.NaN), text);
}

function checkedShard(index: number, count: number, text: string): SweepRequest['shard'] {
  if (Number.isInteger(index) && Number.isInteger(count) && index >= 0 && index < count) return { index, count };
  throw new Fault('sweep.shard', `a part is given as 1/4 … 4/4, was ${show(text)}`, { field: '--shard' });
}

function list(given: string | readonly string[] | undefined): readonly string[] {
  if (given === undefined) return [];
  return typeof given === 'string' ? [given] : given;
}
