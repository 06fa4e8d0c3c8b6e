/**
 * The surface of a sweep: for each pair of parameters a map of the best figure that the others allow, and around the
 * winner how steep the ground is.
 */
import { html, Markup } from '../html/escape.ts';
import { extent, figure, heat, px, valuesOf } from './drawing.ts';
import type { PageRow, SweepPageInput } from './input.ts';

const SIZE = 420;
const MARGIN = { left: 54, bottom: 34, top: 8, right: 8 };
const CELLS_MAX = 120;
const MAPS_MAX = 6;

/** Returns a map for each pair of parameters, of at most four parameters. */
export function heatMaps(input: SweepPageInput): Markup[] {
  const names = input.axes.map(({ name }) => name).filter((name) => valuesOf(input.rows, name).length > 1);
  const maps: Markup[] = [];
  for (let a = 0; a < names.length; a++) {
    for (let b = a + 1; b < names.length && maps.length < MAPS_MAX; b++) maps.push(heatMap(input, names[a], names[b]));
  }
  return maps;
}

function heatMap(input: SweepPageInput, across: string, up: string): Markup {
  const { rows, objective, ranked } = input;
  const columns = places(rows, across);
  const lines = places(rows, up);
  const best = new Map<number, PageRow>();
  const scoreOf = (row: PageRow): number => (row.figures[objective.id] ?? Number.NaN) * objective.sign;
  for (const row of rows) {
    const cell = columns.of(row) * lines.count + lines.of(row);
    const before = best.get(cell);
    if (!Number.isNaN(scoreOf(row)) && (before === undefined || scoreOf(row) > scoreOf(before))) best.set(cell, row);
  }
  const [low, high] = extent([...best.values()].map(scoreOf));
  const width = (SIZE - MARGIN.left - MARGIN.right) / columns.count;
  const height = (SIZE - MARGIN.top - MARGIN.bottom) / lines.count;
  const left = (column: number): number => MARGIN.left + column * width;
  const top = (line: number): number => SIZE - MARGIN.bottom - (line + 1) * height;
  const unit = input.figures.find(({ id }) => id === objective.id)?.unit ?? 'ratio';
  const cells = [...best].map(([cell, row]) => {
    const share = high === low ? 0.5 : (scoreOf(row) - low) / (high - low);
    const [x, y] = [left(Math.floor(cell / lines.count)), top(cell % lines.count)];
    const told = `${across} ${row.parameters[across]}, ${up} ${row.parameters[up]}: ${figure(row.figures[objective.id], unit)}`;
    return html`<rect
      x="${px(x)}"
      y="${px(y)}"
      width="${px(width + 0.3)}"
      height="${px(height + 0.3)}"
      style="fill:${new Markup(heat(share))}"
      ><title>${told}</title></rect
    >`;
  });
  const [winner] = ranked;
  const mark =
    winner === undefined
      ? ''
      : html`<circle
          cx="${px(left(columns.of(winner)) + width / 2)}"
          cy="${px(top(lines.of(winner)) + height / 2)}"
          r="6"
          class="winner"
        />`;
  return html`<figure class="map">
    <svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="${`${objective.title} by ${across} and ${up}`}">
      ${cells}${mark}
      <text x="${MARGIN.left}" y="${SIZE - 18}">${columns.first}</text>
      <text x="${SIZE - MARGIN.right}" y="${SIZE - 18}" text-anchor="end">${columns.last}</text>
      <text x="${(SIZE + MARGIN.left) / 2}" y="${SIZE - 4}" text-anchor="middle">${across}</text>
      <text x="${MARGIN.left - 6}" y="${SIZE - MARGIN.bottom}" text-anchor="end">${lines.first}</text>
      <text x="${MARGIN.left - 6}" y="${MARGIN.top + 10}" text-anchor="end">${lines.last}</text>
      <text x="12" y="${SIZE / 2}" text-anchor="middle" transform="rotate(-90 12 ${SIZE / 2})">${up}</text>
    </svg>
    <figcaption>
      ${objective.title}: ${figure(low * objective.sign, unit)} (orange) … ${figure(high * objective.sign, unit)}
      (blue); the ring is the winner.
    </figcaption>
  </figure>`;
}

interface Places {
  readonly count: number;
  readonly first: string;
  readonly last: string;
  of(row: PageRow): number;
}

/** Gives each row its column: one for each value, or a stretch of values where there are too many. */
function places(rows: readonly PageRow[], name: string): Places {
  const values = valuesOf(rows, name);
  const [first, last] = [String(shortened(values[0])), String(shortened(values.at(-1)!))];
  const rank = new Map(values.map((value, i) => [value, i]));
  const count = Math.min(CELLS_MAX, values.length);
  return { count, first, last, of: (row) => Math.floor((rank.get(row.parameters[name])! * count) / values.length) };
}

function shortened(value: number | string | boolean): number | string | boolean {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
