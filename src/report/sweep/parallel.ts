/**
 * Parallel coordinates: one upright for each parameter and for the objective, one line for each run.
 */
import { html, type Markup } from '../html/escape.ts';
import { extent, figure, heat, px, scale, valuesOf, wide } from './drawing.ts';
import type { PageRow, SweepPageInput } from './input.ts';

const WIDTH = 1040;
const HEIGHT = 320;
const MARGIN = { side: 60, top: 26, bottom: 22 };
const LINES_MAX = 800;

/** Returns the drawing. Of many runs the best tenth and an even choice of the others are drawn. */
export function parallelCoordinates(input: SweepPageInput): Markup {
  const { objective, ranked, axes, figures } = input;
  const drawn = chosen(ranked);
  const unit = figures.find(({ id }) => id === objective.id)?.unit ?? 'ratio';
  const scoreOf = (row: PageRow): number => row.figures[objective.id] ?? Number.NaN;
  const [low, high] = extent(drawn.map(scoreOf));
  const uprights = [
    ...axes.map(({ name }) => {
      const values = valuesOf(ranked, name);
      const rank = new Map(values.map((value, i) => [value, i]));
      const y = scale(0, Math.max(1, values.length - 1), HEIGHT - MARGIN.bottom, MARGIN.top);
      const end = (value: number | string | boolean | undefined): string =>
        typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value ?? '');
      return {
        name,
        y: (row: PageRow) => y(rank.get(row.parameters[name])!),
        low: end(values[0]),
        high: end(values.at(-1)),
      };
    }),
    {
      name: objective.title,
      y: (row: PageRow) => scale(low, high, HEIGHT - MARGIN.bottom, MARGIN.top)(scoreOf(row)),
      low: figure(low, unit),
      high: figure(high, unit),
    },
  ];
  const x = scale(0, uprights.length - 1, MARGIN.side, WIDTH - MARGIN.side);
  const path = (row: PageRow): string =>
    uprights.map((one, i) => `${i === 0 ? 'M' : 'L'}${px(x(i))} ${px(one.y(row))}`).join('');
  const share = scale(low, high, objective.sign > 0 ? 0 : 1, objective.sign > 0 ? 1 : 0);
  const lines = drawn
    .toReversed()
    .filter((row) => Number.isFinite(scoreOf(row)))
    .map((row, i, all) =>
      i === all.length - 1
        ? html`<path class="winner-line" d="${path(row)}" />`
        : html`<path class="line" d="${path(row)}" style="stroke:${heat(share(scoreOf(row)))}" />`,
    );
  const marks = uprights.map(
    (one, i) =>
      html`<line
          class="axis"
          x1="${px(x(i))}"
          x2="${px(x(i))}"
          y1="${MARGIN.top}"
          y2="${HEIGHT - MARGIN.bottom}"
        /><text x="${px(x(i))}" y="12" text-anchor="middle">${one.name} ${one.high}</text
        ><text x="${px(x(i))}" y="${HEIGHT - 6}" text-anchor="middle">${one.low}</text>`,
  );
  const svg = html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Parallel coordinates of the runs">
    ${lines}${marks}
  </svg>`;
  const caption = html`Each line is a run, the dark one the winner; blue runs did better than orange
  ones.${drawn.length < ranked.length ? ` ${drawn.length} of ${ranked.length} are drawn.` : ''}`;
  return wide('Parallel coordinates of the runs', svg, caption);
}

function chosen(ranked: readonly PageRow[]): readonly PageRow[] {
  if (ranked.length <= LINES_MAX) return ranked;
  const best = ranked.slice(0, LINES_MAX / 4);
  const others = ranked.slice(best.length);
  const count = LINES_MAX - best.length;
  return [...best, ...Array.from({ length: count }, (_, i) => others[Math.floor((i * others.length) / count)])];
}
