/** Cases of bt: whole portfolios, rebalanced at the price of the row on which they decide. */
import type { RunResult } from '../../../src/engine/result.ts';
import type { FeeModel } from '../../../src/engine/sim/models.ts';
import { bt } from '../../../src/engine/sim/conventions.ts';
import type { Asset, Context, Handlers } from '../../../src/engine/strategy/strategy.ts';
import type { TruthCase } from '../case.ts';
import { feeOfWords } from './fee-words.ts';
import { Comparison, notCovered } from './comparing.ts';
import { play } from './playing.ts';
import { dateOf, tapeOfSentence, type BacktestCase } from './reading.ts';

type Setup = (context: Context) => Handlers;

export function btCases(file: string, truth: BacktestCase, root: string): TruthCase[] {
  const id = `${file}#${truth.id}`;
  const setup = setupOf(truth.strategy);
  const fees = feesOf(truth);
  if (fees === undefined) return [notCovered(id, `unknown costs in: ${truth.strategy.slice(0, 120)}`)];
  if (setup === undefined) return [notCovered(id, `no reader for: ${truth.strategy.slice(0, 90)}`)];
  const tape = tapeOfSentence(truth.data, root);
  if (tape === undefined) return [notCovered(id, `no data for: ${truth.data}`)];
  const capital = Number(truth.parameters?.['capital'] ?? 1_000_000);
  return [compare(id, play(tape, setup, { ...bt, fees }, capital), truth)];
}

/** Costs are a parameter, or the last part of the sentence: `…; no costs.`, `…; commission max(1, 0.01*abs(q)).` */
function feesOf({ parameters, strategy }: BacktestCase): FeeModel | undefined {
  const stated =
    parameters?.['commission'] ?? parameters?.['commissions'] ?? parameters?.['fee'] ?? parameters?.['costs'];
  return feeOfWords(stated ?? /;\s*((?:no costs|no commission|commission|fee|cost).*)$/i.exec(strategy)?.[1]);
}

function setupOf(sentence: string): Setup | undefined {
  const equal = /^Equal weight of ([\w,.]+); rebalance at the first data row of each (month|quarter|year)\b/.exec(
    sentence,
  );
  if (equal !== null) {
    const symbols = equal[1].split(',');
    return (context) =>
      onPeriod(context, equal[2], () => Object.fromEntries(symbols.map((symbol) => [symbol, 1 / symbols.length])));
  }
  const momentum =
    /monthly on the first data row, only after (\d{4}-\d\d-\d\d): take the (\d+) with the highest total return between the first and the last row inside \[t-1day-(\d+)months, t-1day\], equal weight/.exec(
      sentence,
    );
  if (momentum !== null) {
    const [after, top, months] = [momentum[1], Number(momentum[2]), Number(momentum[3])];
    return (context) =>
      onPeriod(context, 'month', (date) => (date > after ? strongest(context.assets, date, top, months) : undefined));
  }
  return undefined;
}

/** Rebalances on the first row of the tape and of each period; no weights means no trade. */
function onPeriod(
  context: Context,
  period: string,
  weightsOn: (date: string) => Record<string, number> | undefined,
): Handlers {
  let last = '';
  return {
    onBar(bar) {
      const date = dateOf(bar.time);
      const key =
        period === 'year'
          ? date.slice(0, 4)
          : period === 'month'
            ? date.slice(0, 7)
            : `${date.slice(0, 4)}-${Math.floor((Number(date.slice(5, 7)) - 1) / 3)}`;
      if (key === last) return;
      last = key;
      const weights = weightsOn(date);
      if (weights === undefined) return;
      const all = Object.fromEntries(
        context.assets.filter((asset) => asset.position.quantity !== 0).map((asset) => [asset.symbol, 0]),
      );
      context.rebalance({ ...all, ...weights });
    },
  };
}

function strongest(
  assets: readonly Asset[],
  date: string,
  top: number,
  months: number,
): Record<string, number> | undefined {
  const today = new Date(`${date}T00:00:00Z`);
  const until = new Date(today.getTime() - 86_400_000);
  const from = new Date(until);
  from.setUTCMonth(from.getUTCMonth() - months);
  // A month that is too short ends on its last day, as date arithmetic does there.
  if (from.getUTCDate() !== until.getUTCDate()) from.setUTCDate(0);
  const ranked = assets
    .map((asset) => ({
      symbol: asset.symbol,
      gain: gainBetween(asset, from.toISOString().slice(0, 10), until.toISOString().slice(0, 10)),
    }))
    .filter(({ gain }) => !Number.isNaN(gain))
    .sort((a, b) => b.gain - a.gain)
    .slice(0, top);
  return ranked.length === 0 ? undefined : Object.fromEntries(ranked.map(({ symbol }) => [symbol, 1 / ranked.length]));
}

function gainBetween(asset: Asset, from: string, until: string): number {
  const { close, time } = asset.bars;
  let [first, last] = [Number.NaN, Number.NaN];
  for (let ago = 0; ago < close.length; ago++) {
    const date = dateOf(time.at(ago));
    if (date < from) break;
    if (date > until) continue;
    if (Number.isNaN(last)) last = close.at(ago);
    first = close.at(ago);
  }
  return last / first - 1;
}

function compare(id: string, result: RunResult, truth: BacktestCase): TruthCase {
  const expected = truth.expected as Readonly<Record<string, unknown>>;
  const tolerance = Number(truth.tolerance?.['money_rel'] ?? 1e-5);
  const comparison = new Comparison();
  comparison.relative('final value', result.finalEquity, Number(expected['final_value']), tolerance);
  comparison.number('transactions', result.fills.length, Number(expected['n_transactions']), 1e-9);
  comparison.number('drawdown', -result.maxDrawdown, Number(expected['max_drawdown']), 1e-5);
  comparison.number('fees', result.fees, Number(expected['total_fees'] ?? 0), 0.01);
  for (const [date, value] of Object.entries((expected['value_sample'] ?? {}) as Record<string, number>)) {
    const row = result.equity.time.findIndex((at) => dateOf(at) === date);
    // The first sample may lie on the day before the first row, when nothing has happened yet.
    const actual = row < 0 ? result.startingCash : result.equity.value[row];
    comparison.relative(`value ${date}`, actual, value, tolerance);
  }
  const transactions = (expected['first_transactions'] ?? []) as readonly Readonly<Record<string, number | string>>[];
  const own = [...result.fills];
  for (const transaction of transactions) {
    const at = own.findIndex(
      (fill) => dateOf(fill.at) === transaction['date'] && fill.symbol === transaction['security'],
    );
    comparison.number(
      `${String(transaction['date'])} ${String(transaction['security'])}`,
      own[at]?.quantity ?? Number.NaN,
      Number(transaction['quantity']),
      1e-9,
    );
    comparison.number(
      `price ${String(transaction['date'])}`,
      own[at]?.price ?? Number.NaN,
      Number(transaction['price']),
      1e-6,
    );
    if (at >= 0) own.splice(at, 1);
  }
  const total = result.finalEquity;
  for (const [symbol, weight] of Object.entries((expected['final_weights'] ?? {}) as Record<string, number>)) {
    const value = result.holdings
      .filter((holding) => holding.symbol === symbol)
      .reduce((sum, holding) => sum + holding.value, 0);
    comparison.number(`weight ${symbol}`, value / total, weight, tolerance);
  }
  return comparison.result(id);
}
