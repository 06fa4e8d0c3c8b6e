/**
 * Slices through the winner: one parameter moves, the others stay, and the ground shows whether it is a plateau or a
 * needle.
 */
import { html, type Markup } from '../html/escape.ts';
import { upright, type Frame } from './axes.ts';
import { extent, figure, px, scale, valuesOf } from './drawing.ts';
import type { PageRow, SweepPageInput } from './input.ts';

const FRAME: Frame = { width: 520, height: 240, left: 54, right: 12, top: 12, bottom: 40 };
const SLICES_MAX = 8;

/** Returns a slice for each parameter in which three or more rows differ from the winner in nothing else. */
export function slices(input: SweepPageInput): Markup[] {
  const { ranked, rows, axes, objective, figures } = input;
  const [winner] = ranked;
  if (winner === undefined) return [];
  const unit = figures.find(({ id }) => id === objective.id)?.unit ?? 'ratio';
  const names = axes.map(({ name }) => name).filter((name) => valuesOf(rows, name).length > 1);
  return names.slice(0, SLICES_MAX).flatMap((name) => {
    const along = rows.filter((row) =>
      names.every((other) => other === name || row.parameters[other] === winner.parameters[other]),
    );
    return along.length < 3 ? [] : [slice(name, along, winner, objective, unit)];
  });
}

function slice(
  name: string,
  along: readonly PageRow[],
  winner: PageRow,
  { id, title }: SweepPageInput['objective'],
  unit: string,
): Markup {
  const values = valuesOf(along, name);
  const numeric = values.every((value) => typeof value === 'number');
  const placeOf = (row: PageRow): number =>
    numeric ? Number(row.parameters[name]) : values.indexOf(row.parameters[name]);
  const points = along
    .flatMap((row) => (row.figures[id] === undefined ? [] : [{ row, at: placeOf(row), score: row.figures[id] }]))
    .sort((a, b) => a.at - b.at);
  const [low, high] = extent(points.map(({ score }) => score));
  const x = scale(...extent(points.map(({ at }) => at)), FRAME.left + 8, FRAME.width - FRAME.right - 8);
  const y = scale(low, high, FRAME.height - FRAME.bottom, FRAME.top);
  const path = points.map(({ at, score }, i) => `${i === 0 ? 'M' : 'L'}${px(x(at))} ${px(y(score))}`).join('');
  const best = points.find(({ row }) => row === winner);
  return html`<figure class="map">
    <svg
      viewBox="0 0 ${FRAME.width} ${FRAME.height}"
      role="img"
      aria-label="${title} by ${name}, the others as in the winner"
    >
      ${upright(FRAME, low, high, (value) => figure(value, unit === 'percent' ? 'percent' : 'ratio'), 4)}
      <path class="${numeric ? 'curve run' : 'drift'}" d="${path}" />
      ${points.map(({ row, at, score }) => html`<circle class="dot-strong" cx="${px(x(at))}" cy="${px(y(score))}" r="2.4"><title>${name} ${String(row.parameters[name])}: ${figure(score, unit)}</title></circle>`)}
      ${best === undefined ? '' : html`<circle class="winner" cx="${px(x(best.at))}" cy="${px(y(best.score))}" r="6" />`}
      <text x="${FRAME.left}" y="${FRAME.height - 22}">${String(values[0])}</text>
      <text x="${FRAME.width - FRAME.right}" y="${FRAME.height - 22}" text-anchor="end">${String(values.at(-1)!)}</text>
      <text x="${(FRAME.left + FRAME.width) / 2}" y="${FRAME.height - 6}" text-anchor="middle">${name}</text>
    </svg>
  </figure>`;
}
