/**
 * Fold by fold: how good the choice looked and how good it was, and below it where each parameter moved.
 */
import { html, type Markup } from '../html/escape.ts';
import { upright, type Frame } from './axes.ts';
import { extent, px, scale, wide } from './drawing.ts';
import type { PageValidation } from './input.ts';

const WIDTH = 1040;
const LEFT = 64;
const RIGHT = 118;
const TOP_HEIGHT = 190;
const ROW = 54;
const FOLDS_MAX = 120;
const PARAMETERS_MAX = 8;

/** Returns the drawing; nothing where there are too many folds to be told apart. */
export function foldStrip({ folds, drift }: PageValidation): Markup {
  if (folds.length < 2 || folds.length > FOLDS_MAX) return html``;
  const shown = drift.slice(0, PARAMETERS_MAX);
  const height = TOP_HEIGHT + shown.length * ROW + 24;
  const x = scale(0, folds.length - 1, LEFT + 14, WIDTH - RIGHT - 14);
  const [before, after] = [
    folds.map(({ inSample }) => inSample['sharpe']),
    folds.map(({ outOfSample }) => outOfSample['sharpe']),
  ];
  const [low, high] = extent([0, ...before, ...after].map((value) => value ?? Number.NaN));
  const frame: Frame = { width: WIDTH, height: TOP_HEIGHT, left: LEFT, right: RIGHT, top: 12, bottom: 12 };
  const y = scale(low, high, TOP_HEIGHT - 12, 12);
  const pairs = folds.map(({ number }, i) => {
    const [a, b] = [before[i], after[i]];
    const tone = (b ?? 0) < 0 ? 'loss' : 'gain';
    return html`${a === undefined || b === undefined ? '' : html`<line class="fall" x1="${px(x(i))}" x2="${px(x(i))}" y1="${px(y(a))}" y2="${px(y(b))}" />`}
    ${a === undefined ? '' : html`<circle class="chosen" cx="${px(x(i))}" cy="${px(y(a))}" r="4"><title>fold ${number}: ${a.toFixed(2)} where it was chosen</title></circle>`}
    ${b === undefined ? html`<text x="${px(x(i))}" y="${px(y(0) + 4)}" text-anchor="middle">–</text>` : html`<circle class="judged ${tone}" cx="${px(x(i))}" cy="${px(y(b))}" r="4.5"><title>fold ${number}: ${b.toFixed(2)} after it</title></circle>`}`;
  });
  const rows = shown.map((each, row) => parameterRow(each, row, x));
  const svg = html`<svg
    viewBox="0 0 ${WIDTH} ${height}"
    role="img"
    aria-label="Fold by fold: Sharpe ratios and parameters"
  >
    ${upright(frame, low, high, (value) => String(value), 4)}
    <line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(0))}" y2="${px(y(0))}" />
    ${pairs}
    <text class="end" x="${WIDTH - RIGHT + 6}" y="20">Sharpe ratio</text>
    ${rows}
    <text x="${px(x(0))}" y="${height - 6}" text-anchor="middle">1</text>
    <text x="${px(x(folds.length - 1))}" y="${height - 6}" text-anchor="middle">fold ${folds.length}</text>
  </svg>`;
  const caption = html`Rings: the Sharpe ratio where the parameters were chosen. Dots: the one that followed, on
  sessions the choice had not seen. Below: what was chosen.`;
  return wide('Fold by fold: Sharpe ratios and parameters', svg, caption);
}

function parameterRow(
  { name, drift, values }: PageValidation['drift'][number],
  row: number,
  x: (fold: number) => number,
): Markup {
  const top = TOP_HEIGHT + row * ROW + 10;
  const known = values.filter((value) => value !== undefined);
  const words = [...new Set(known.map(String))];
  const numeric = known.every((value) => typeof value === 'number');
  const place = (value: number | string | boolean): number => (numeric ? Number(value) : words.indexOf(String(value)));
  const [low, high] = extent(known.map(place));
  const y = scale(low, high, top + ROW - 20, top + 6);
  const points = values.flatMap((value, i) => (value === undefined ? [] : [{ i, value, at: y(place(value)) }]));
  const path = points.map(({ i, at }, k) => `${k === 0 ? 'M' : 'L'}${px(x(i))} ${px(at)}`).join('');
  const end = (value: number): string => (numeric ? String(Number(value.toPrecision(4))) : (words[value] ?? ''));
  return html`<line class="hair" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${top - 4}" y2="${top - 4}" />
    <text x="${LEFT - 8}" y="${top + 12}" text-anchor="end">${end(high)}</text>
    <text x="${LEFT - 8}" y="${top + ROW - 16}" text-anchor="end">${low === high ? '' : end(low)}</text>
    <path class="drift" d="${path}" />
    ${points.map(({ i, value, at }) => html`<circle class="dot-strong" cx="${px(x(i))}" cy="${px(at)}" r="3"><title>fold ${i + 1}: ${name} ${String(value)}</title></circle>`)}
    <text class="end" x="${WIDTH - RIGHT + 6}" y="${top + 12}">${name}</text>
    <text x="${WIDTH - RIGHT + 6}" y="${top + 27}"
      >drift ${Number.isNaN(drift) ? '–' : `${(drift * 100).toFixed(0)} %`}</text
    >`;
}
