/**
 * From a finished run to what is shown of it: the benchmark that the deck names, the figures, the data of the report.
 */
import { Fault, show } from '../../base/fault.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { extraOfDeck } from '../../report/from-deck.ts';
import type { ReportData } from '../../report/data.ts';
import { heldCurve } from '../../report/held.ts';
import type { Metric, PriceInput, ReportExtra, Reproduction } from '../../report/input.ts';
import { MODEL_RATE } from '../../market/option/model-rate.ts';
import type { TapeInfo } from '../../market/tape.ts';
import { calendar } from '../../time/calendars.ts';
import { metricsOf } from './figures.ts';
import type { FinishedRun } from './run.ts';

export interface Presentation {
  readonly metrics: readonly Metric[];
  /** Makes the data of the report when they are first asked for: who only wants the figures does not wait for them. */
  data(): Promise<ReportData>;
}

/** Makes figures and report data of a run. `reproduction` is shown as it is; a function is asked when it is needed. */
export function presentationOf(run: FinishedRun, reproduction: Reproduction | (() => Reproduction)): Presentation {
  const { result, deck, config } = run;
  const { benchmark: _default, ...taken } = extraOfDeck(deck, run.charted);
  const options = taken.options === undefined ? undefined : { ...taken.options, ...rateOfRun(run) };
  const extra = { ...taken, ...(options === undefined ? {} : { options }) };
  const prices = extra.prices ?? [];
  const benchmark = benchmarkOf(config.benchmark, prices);
  const periodsPerYear = periodsOf(run.tape);
  const metrics = metricsOf({
    result,
    prices,
    ...(options === undefined ? {} : { options }),
    benchmark: benchmark?.curve,
    periodsPerYear,
  });
  let data: Promise<ReportData> | undefined;
  const make = async (): Promise<ReportData> => {
    const { reportData } = await import('../../report/data.ts');
    return reportData(result, {
      ...extra,
      ...(benchmark === undefined ? {} : { benchmark }),
      metrics,
      periodsPerYear,
      reproduction: typeof reproduction === 'function' ? reproduction() : reproduction,
    });
  };
  return { metrics, data: () => (data ??= make()) };
}

/** The riskless rate that greeks of the report are computed with: the model's, else the strategy's, else none. */
function rateOfRun({ config, parameters }: FinishedRun): { readonly rate: number; readonly rateSource: string } {
  const { tape } = config;
  if (tape.source === 'options' && tape.model !== undefined) {
    return { rate: tape.model.rate ?? MODEL_RATE, rateSource: 'that of the model that made the prices' };
  }
  const { rate } = parameters;
  if (typeof rate === 'number') return { rate, rateSource: 'the strategy’s parameter rate' };
  return { rate: 0, rateSource: 'none was told' };
}

/** What a deck is held against: the named symbol held from the start, by default the first on the tape. */
export function benchmarkOf(name: string | undefined, prices: readonly PriceInput[]): ReportExtra['benchmark'] {
  if (name === 'none' || prices.length === 0) return undefined;
  const symbol = name ?? prices[0].symbol;
  const bars = prices.find((price) => price.symbol === symbol);
  if (bars === undefined) {
    const known = prices.map((price) => price.symbol);
    throw new Fault(
      'config.value',
      `the tape has no bars of ${show(symbol)}; it has ${known.join(', ')}`,
      { field: 'benchmark' },
      didYouMean(symbol, known),
    );
  }
  return { name: `Buy and hold ${symbol}`, curve: heldCurve(bars) };
}

/** 365 where every day is a session, else 252: what a year of the first instrument's market has. */
export function periodsOf({ instruments }: Pick<TapeInfo, 'instruments'>): number {
  const { rules } = calendar(instruments[0].calendar);
  return [0, 1, 2, 3, 4, 5, 6].every((weekday) => rules.trades(weekday)) ? 365 : 252;
}
