/**
 * Two objectives against each other, with the front: the runs that no other beats in one without losing in another.
 */
import { html, type Markup } from '../html/escape.ts';
import { ticksOf, upright, type Frame } from './axes.ts';
import { extent, figure, px, scale } from './drawing.ts';
import type { PageObjective, PageRow, SweepPageInput } from './input.ts';

const FRAME: Frame = { width: 520, height: 380, left: 62, right: 14, top: 14, bottom: 42 };
const DOTS_MAX = 2500;
const PAIRS_MAX = 3;

/** Returns the section; nothing with one objective. */
export function paretoSection(input: SweepPageInput): Markup {
  const { objectives, front } = input;
  if (objectives.length < 2) return html``;
  const pairs = objectives.flatMap((a, i) => objectives.slice(i + 1).map((b) => [a, b] as const)).slice(0, PAIRS_MAX);
  return html`<section>
    <h2>What one objective costs in the other</h2>
    <p class="small">
      ${front.length} of ${input.rows.length} runs are on the Pareto front: no other run beats them in one objective
      without losing in another. The ring is the winner, by the sum of its ranks.
    </p>
    <div class="maps">${pairs.map(([a, b]) => against(input, a, b))}</div>
    <div class="scroll">
      <table>
        <tr>
          ${input.axes.map(({ name }) => html`<th>${name}</th>`)}${objectives.map(({ title }) => html`<th>${title}</th>`)}
        </tr>
        ${front.slice(0, 30).map(
          (row) =>
            html`<tr>
              ${input.axes.map(({ name }) => html`<td>${String(row.parameters[name])}</td>`)}${objectives.map(({ id }) => html`<td>${figure(row.figures[id], unitOf(input, id))}</td>`)}
            </tr>`,
        )}
      </table>
    </div>
  </section>`;
}

function against(input: SweepPageInput, across: PageObjective, up: PageObjective): Markup {
  const { rows, front, ranked } = input;
  const known = rows.filter((row) => Number.isFinite(row.figures[across.id]) && Number.isFinite(row.figures[up.id]));
  const every = Math.max(1, Math.ceil(known.length / DOTS_MAX));
  const xs = extent(known.map((row) => row.figures[across.id]!));
  const ys = extent(known.map((row) => row.figures[up.id]!));
  const x = scale(...xs, FRAME.left + 6, FRAME.width - FRAME.right - 6);
  const y = scale(...ys, FRAME.height - FRAME.bottom, FRAME.top);
  const dot = (row: PageRow, name: string, r: number): Markup =>
    html`<circle class="${name}" cx="${px(x(row.figures[across.id]!))}" cy="${px(y(row.figures[up.id]!))}" r="${r}" />`;
  const marked = front
    .filter((row) => known.includes(row))
    .toSorted((a, b) => a.figures[across.id]! - b.figures[across.id]!);
  const path = marked
    .map((row, i) => `${i === 0 ? 'M' : 'L'}${px(x(row.figures[across.id]!))} ${px(y(row.figures[up.id]!))}`)
    .join('');
  const [winner] = ranked;
  return html`<figure class="map wide-map">
    <svg viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img" aria-label="${across.title} against ${up.title}">
      ${upright(FRAME, ...ys, (value) => figure(value, unitOf(input, up.id)), 5)}
      ${ticksOf(...xs, 5).map((tick) => html`<text x="${px(x(tick))}" y="${FRAME.height - FRAME.bottom + 16}" text-anchor="middle">${figure(tick, unitOf(input, across.id))}</text>`)}
      ${known.filter((_, i) => i % every === 0).map((row) => dot(row, 'dot', 2))}
      ${input.objectives.length === 2 ? html`<path class="front-line" d="${path}" />` : ''}
      ${marked.map((row) => dot(row, 'front', 4))} ${winner === undefined ? '' : dot(winner, 'winner', 8)}
      <text x="${FRAME.width - FRAME.right}" y="${FRAME.height - 8}" text-anchor="end">${across.title}</text>
      <text x="${FRAME.left + 4}" y="${FRAME.top + 8}">${up.title}</text>
    </svg>
  </figure>`;
}

function unitOf({ figures }: SweepPageInput, id: string): string {
  return figures.find((one) => one.id === id)?.unit ?? 'ratio';
}
