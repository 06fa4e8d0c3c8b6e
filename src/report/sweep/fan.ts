/**
 * A fan of other histories: where nine in ten and one in two of the resampled paths lie, and the one that happened.
 */
import { html, type Markup } from '../html/escape.ts';
import { percent } from '../text.ts';
import { upright, type Frame } from './axes.ts';
import { extent, px, scale } from './drawing.ts';
import type { PagePaths } from './input.ts';

const FRAME: Frame = { width: 520, height: 260, left: 56, right: 10, top: 10, bottom: 24 };
const POINTS_MAX = 160;

/** Returns the drawing; `unit` is what a step is, as in `trades`. */
export function fan({ bands, paths }: PagePaths, title: string, unit: string, caption: Markup): Markup {
  const curves = bands.map(({ wealth }) => thinned(wealth));
  const [low, high] = extent([1, ...curves.flatMap((curve) => [...curve])]);
  const steps = curves[0].length - 1;
  const x = scale(0, steps, FRAME.left, FRAME.width - FRAME.right);
  const y = scale(low, high, FRAME.height - FRAME.bottom, FRAME.top);
  const line = (curve: readonly number[]): string[] => curve.map((value, i) => `${px(x(i))} ${px(y(value))}`);
  const area = (a: number, b: number): string => `M${[...line(curves[a]), ...line(curves[b]).toReversed()].join('L')}Z`;
  const middle = Math.floor(curves.length / 2);
  return html`<figure class="map wide-map">
    <figcaption class="over">${title}</figcaption>
    <svg viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img" aria-label="${title}">
      ${upright(FRAME, low, high, (value) => percent(value - 1, 0), 4)}
      <path class="fan outer" d="${area(0, curves.length - 1)}" />
      <path class="fan inner" d="${area(1, curves.length - 2)}" />
      <path class="curve" d="M${line(curves[middle]).join('L')}" />
      <line class="axis" x1="${FRAME.left}" x2="${FRAME.width - FRAME.right}" y1="${px(y(1))}" y2="${px(y(1))}" />
      <text x="${FRAME.left}" y="${FRAME.height - 6}">first</text>
      <text x="${FRAME.width - FRAME.right}" y="${FRAME.height - 6}" text-anchor="end">
        last of ${bands[0].wealth.length} ${unit}
      </text>
    </svg>
    <figcaption>
      Nine of ten of ${paths} paths end inside the pale area, half inside the darker one; the line is the middle.
      ${caption}
    </figcaption>
  </figure>`;
}

/** The curve from 1 on, of at most some points. */
function thinned(wealth: Float64Array): number[] {
  const every = Math.max(1, Math.ceil(wealth.length / POINTS_MAX));
  const points = [1];
  for (let i = every - 1; i < wealth.length; i += every) points.push(wealth[i]);
  if (wealth.length % every !== 0) points.push(wealth.at(-1)!);
  return points;
}
