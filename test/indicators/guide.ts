/**
 * The chapter of the guide that lists all indicators, written from their definitions. A test keeps the file equal.
 */
import { allIndicators, type AnyIndicator } from '../../src/indicators/index.ts';

const HEAD = `# Indicators

Every indicator is one definition with two uses. Called with whole columns, it returns whole columns:

\`\`\`ts
import { atr, bollinger, sma } from 'tradedeck/indicators';

sma(close, 20); // a Float64Array, NaN in the first 19 rows
bollinger(close, 20, 2).upper;
atr({ high, low, close }, 14);
\`\`\`

As a stream, it takes one row at a time and gives the same numbers, to the last bit:

\`\`\`ts
const average = sma.stream(20);
average.update(101.25); // the first output of this row
average.out; // all outputs of this row
average.save(); // its state as plain numbers, for \`restore\`
\`\`\`

- **Warm-up.** \`sma.warmUp(20)\` is the number of rows before the first value. Rows before it are NaN.
- **No looking ahead.** A value uses its row and earlier ones. Lines that charts displace (Ichimoku, Alligator) are given
  on the row where they are known; the chart moves them.
- **Missing rows.** A row with a NaN gives NaN and changes nothing, so one indicator can follow another's warm-up.
- **Seeds.** Averages start as TA-Lib's do: exponential and Wilder averages from the mean of their first rows, deviations
  of the population. Other conventions are named options, the last argument: \`ema(close, 20, { seed: 'first' })\`.
- **Ties.** Running sums of floats decide equal averages by rounding. Where prices are whole ticks, say so:
  \`sma(close, 20, { scale: 100 })\` sums whole cents, and equal averages are equal.
- **Flat markets.** Where nothing moved, RSI, MFI and their relatives are 50; a place in a range of nothing is 0.

`;

/** Returns the text of the chapter. */
export function guideText(): string {
  const families = [...new Set(allIndicators().map((indicator) => indicator.family))].toSorted();
  const sections = families.map((family) => {
    const rows = allIndicators()
      .filter((indicator) => indicator.family === family)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(rowOf);
    const head =
      '| name | what | takes | gives | parameters | options | warm-up |\n| --- | --- | --- | --- | --- | --- | --- |';
    return `## ${family[0].toUpperCase()}${family.slice(1)}\n\n${head}\n${rows.join('\n')}\n`;
  });
  return `${HEAD}There are ${allIndicators().length} of them.\n\n${sections.join('\n')}`;
}

function rowOf(indicator: AnyIndicator): string {
  const parameters = indicator.parameters.map((parameter) => `${parameter.name} ${parameter.default}`).join(', ');
  const options = indicator.options
    .map(({ name, values }) => `${name}: ${typeof values === 'string' ? values : values.join(' or ')}`)
    .join('; ');
  const cells = [
    `\`${indicator.name}\``,
    indicator.title,
    indicator.inputs.join(', '),
    indicator.outputs.join(', '),
    parameters,
    options,
    String(indicator.warmUp()),
  ];
  return `| ${cells.join(' | ')} |`;
}
