/** Indicators of Tradedeck over whole columns, into new arrays as a caller gets them, or into columns that are kept. */
import { allIndicators, indicatorByName, type AnyIndicator } from '../../../src/indicators/index.ts';
import { answer, type Work } from '../answering.ts';
import { readColumns } from './columns.ts';

const columns = readColumns(process.argv[2]);
const minutes = columns.close.map((_, row) => (row + 1) * 60_000_000);
const inputs = { ...columns, series: columns.close, other: columns.close, time: minutes };

function inputsOf(indicator: AnyIndicator): Float64Array[] {
  return indicator.inputs.map((name) => inputs[name]);
}

function into(indicator: AnyIndicator, make: () => Float64Array[]): Work {
  const taken = inputsOf(indicator);
  return () => {
    const out = make();
    indicator.run(taken, columns.close.length, [], out);
    const [first] = out as [Float64Array];
    return { last: first.at(-1), middle: first[first.length >> 1] };
  };
}

const works: Record<string, Work> = {};
for (const { name } of allIndicators()) {
  const indicator = indicatorByName(name);
  const make = (): Float64Array[] => indicator.outputs.map(() => new Float64Array(columns.close.length));
  works[name] = into(indicator, make);
  let kept: Float64Array[] | undefined;
  works[`${name} kept`] = into(indicator, () => (kept ??= make()));
}

await answer(works, {});
