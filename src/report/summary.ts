/**
 * The report on one screen of a terminal: labels, the six figures, the curve, the years, and what needs attention.
 */
import type { ReportData } from './data.ts';
import { findingsText } from './figures.ts';
import { labelsOf, periodOf, titleOf } from './html/masthead.ts';
import { premiumLines } from './options/premium.ts';
import { date, decimal, marginCallsText, money, plural, signedPercent, whole } from './text.ts';

export interface SummaryOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether it shows colours. */
  readonly colour: boolean;
}

const STYLES = { bold: 1, dim: 2, invert: 7, red: 31, yellow: 33, blue: 34 } as const;
const STEPS = '▁▂▃▄▅▆▇█';
const WIDTH_MIN = 40;
const WIDTH_MAX = 100;

type Paint = (text: string, ...styles: (keyof typeof STYLES)[]) => string;

/** Returns the summary as lines joined by newlines, none wider than `width` (40 at least) but for long names. */
export function renderSummary(data: ReportData, { width, colour }: SummaryOptions): string {
  const columns = Math.max(WIDTH_MIN, Math.min(width, WIDTH_MAX));
  const paint: Paint = (text, ...styles) =>
    colour && styles.length > 0 ? `\u001b[${styles.map((style) => STYLES[style]).join(';')}m${text}\u001b[0m` : text;
  return [
    ...heading(data, columns, paint),
    '',
    ...figures(data, columns, paint),
    '',
    ...curves(data, columns, paint),
    '',
    ...years(data, columns, paint),
    ...premiums(data, columns),
    ...orders(data, columns, paint),
    ...washSales(data, columns),
    '',
  ].join('\n');
}

/** Only of accounts that have a broker or pretend to: what a backtest would have owed is in its report. */
function washSales({ washSales: found, currency, mode }: ReportData, columns: number): string[] {
  if (found === null || mode === 'backtest') return [];
  const { count, disallowed } = found;
  return [
    clip(
      `wash sales? ${plural(count, 'loss', 'losses')} bought back, ${money(disallowed, currency)}: see the report`,
      columns,
    ),
  ];
}

function heading(data: ReportData, columns: number, paint: Paint): string[] {
  const [label, ...alerts] = labelsOf(data);
  const parameters = data.strategies.flatMap(({ parameters: each }) =>
    Object.entries(each).map(([name, value]) => `${name} ${String(value)}`),
  );
  const labels = [
    paint(` ${label} `, 'invert', 'bold'),
    ...alerts.map((alert) => paint(` ${alert} `, 'invert', 'yellow')),
  ];
  return [
    `${labels.join(' ')} ${paint(titleOf(data), 'bold')}`,
    ...(parameters.length === 0 ? [] : [clip(parameters.join('  '), columns)]),
    paint(clip(`${periodOf(data)}  ${data.source}`, columns), 'dim'),
    ...(data.ruinedAt === null
      ? []
      : [paint(`The account was wiped out on ${date(data.ruinedAt)}; the run ended there.`, 'red', 'bold')]),
    ...(data.marginCalls === 0 ? [] : [paint(marginCallsText(data.marginCalls), 'red')]),
  ];
}

/** Two figures a row, or one when the terminal is narrow. */
function figures({ keyFigures }: ReportData, columns: number, paint: Paint): string[] {
  const perRow = columns >= 80 ? 2 : 1;
  const room = Math.floor(columns / perRow);
  const cells = keyFigures.map(({ label, text, note, tone }) => {
    const value = text.padStart(10);
    const rest = clip(note, room - 29);
    const shown =
      tone === 'good'
        ? paint(value, 'bold', 'blue')
        : tone === 'bad'
          ? paint(value, 'bold', 'red')
          : paint(value, 'bold');
    return `${label.padEnd(15)}${shown}  ${paint(rest, 'dim')}${' '.repeat(Math.max(0, room - 27 - rest.length))}`;
  });
  const rows: string[] = [];
  for (let i = 0; i < cells.length; i += perRow)
    rows.push(
      cells
        .slice(i, i + perRow)
        .join('')
        .trimEnd(),
    );
  return rows;
}

function curves(
  { curves: { equity, drawdown }, startingCash, finalEquity, currency }: ReportData,
  columns: number,
  paint: Paint,
): string[] {
  const room = columns - 10;
  return [
    `Equity    ${paint(sparkline(equity, room), 'blue')}`,
    `Drawdown  ${paint(sparkline(drawdown, room), 'red')}`,
    `${columns < 60 ? '' : ' '.repeat(10)}${money(startingCash, currency)} became ${money(finalEquity, currency)}`,
  ];
}

/** What selling options brought, folded to the width. */
function premiums({ options }: ReportData, columns: number): string[] {
  if (options === null) return [];
  return ['', ...premiumLines(options.premium).flatMap((line) => fold(line, columns))];
}

function fold(line: string, columns: number): string[] {
  const rows: string[] = [];
  for (const word of line.split(' ')) {
    const last = rows.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) rows.push(word);
    else rows[rows.length - 1] = `${last} ${word}`;
  }
  return rows;
}

/** The lowest value of each of `room` equal stretches, between the lowest and the highest of all. */
export function sparkline(values: readonly (number | null)[], room: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '';
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  const count = Math.min(room, known.length);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * known.length) / count);
    const to = Math.floor(((i + 1) * known.length) / count);
    const value = known.slice(from, to).reduce((a, b) => Math.min(a, b));
    return STEPS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (STEPS.length - 1))];
  }).join('');
}

function years({ years: rows, benchmarkName }: ReportData, columns: number, paint: Paint): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(({ year, total, benchmark }) => {
    const own = signedPercent(total ?? Number.NaN).padStart(8);
    const held = benchmarkName === null ? '' : paint(signedPercent(benchmark ?? Number.NaN).padStart(8), 'dim');
    return `${year} ${(total ?? 0) < 0 ? paint(own, 'red') : own}${held}`;
  });
  const size = benchmarkName === null ? 13 : 21;
  const perRow = Math.max(1, Math.floor((columns + 3) / (size + 3)));
  const head = benchmarkName === null ? 'Years' : `Years, and ${benchmarkName}`;
  const lines = [paint(clip(head, columns), 'dim')];
  for (let i = 0; i < cells.length; i += perRow) lines.push(cells.slice(i, i + perRow).join('   '));
  return [...lines, ''];
}

function orders(
  { orders: counts, costs, findings, currency, events }: ReportData,
  columns: number,
  paint: Paint,
): string[] {
  const outcomes = (['filled', 'canceled', 'expired', 'rejected', 'refused'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${whole(counts[name])} ${name}`);
  const total = findings.fatal + findings.warning + findings.note;
  return [
    clip(
      `Orders    ${plural(counts.submitted, 'order')} submitted${outcomes.length === 0 ? '' : `: ${outcomes.join(', ')}`}`,
      columns,
    ),
    clip(
      `Costs     ${decimal(costs.fees)} ${currency} fees, ${decimal(costs.dividends)} dividends, ${decimal(costs.interest)} interest`,
      columns,
    ),
    paint(
      clip(`Data      ${whole(events)} events, ${findingsText(findings)}`, columns),
      ...(total > 0 ? (['yellow'] as const) : []),
    ),
  ];
}

function clip(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
}
