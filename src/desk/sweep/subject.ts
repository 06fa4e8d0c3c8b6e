/**
 * What the runs of a sweep play: the deck's own options, so that a row is what `backtest` gives for the same parameters.
 */
import { extraOfDeck } from '../../report/from-deck.ts';
import type { MetricId } from '../../stats/metric.ts';
import { readStopRule, type StopRule } from '../../research/sweep/early-stop.ts';
import type { AnyStrategy } from '../../engine/strategy/strategy.ts';
import type { Parameters } from '../../research/sweep/points.ts';
import type { SweepSubject } from '../../research/sweep/run.ts';
import { metricsOf } from '../run/figures.ts';
import { benchmarkOf } from '../run/presentation.ts';
import { shareLines } from '../../engine/feeds/shared-lines.ts';
import { deckOptionsOf, type LoadedRun } from '../run/run.ts';
import type { RecordedTape } from '../../market/tape.ts';

/** Makes the subject of a loaded deck. */
export function subjectOf(
  loaded: LoadedRun & { readonly tape: RecordedTape },
  figures: readonly MetricId[],
  periodsPerYear: number,
  stopWhen?: string,
): SweepSubject {
  const shared = deckOptionsOf(loaded);
  const [strategy] = shared.strategies as [(typeof shared.strategies)[number]];
  for (const { columns } of loaded.tape.slice.streams) {
    shareLines(
      Object.values(columns as unknown as Record<string, unknown>).filter((one) => one instanceof Float64Array),
    );
  }
  const remembers = (shared.controls ?? []).length > 0;
  return {
    options(parameters: Parameters) {
      const own = remembers ? deckOptionsOf(loaded) : shared;
      return { ...own, strategies: [{ definition: strategy.definition, parameters }] };
    },
    slice: loaded.tape.slice,
    figures,
    periodsPerYear,
    stopRule: stopWhen === undefined ? undefined : stopRuleOf(strategy.definition, stopWhen),
    allFigures(deck) {
      const result = deck.finish();
      const prices = extraOfDeck(deck).prices ?? [];
      const benchmark = benchmarkOf(loaded.config.benchmark, prices)?.curve;
      const wanted = new Set<string>(figures);
      const all = metricsOf({ result, prices, benchmark, periodsPerYear }).filter(({ name }) => wanted.has(name));
      return Object.fromEntries(all.map(({ name, value }) => [name, value]));
    },
  };
}

/** Reads the rule by which runs of a strategy are stopped early. */
export function stopRuleOf({ parameters }: AnyStrategy, text: string): StopRule {
  return readStopRule(text, Object.keys(parameters ?? {}), 'sweep.stopWhen');
}
