/**
 * In sample against out of sample: the Sharpe ratio of each run in the first half of the history and in the second.
 */
import { html, type Markup } from '../html/escape.ts';
import { extent, px, scale } from './drawing.ts';
import type { SweepPageInput } from './input.ts';

const SIZE = 420;
const MARGIN = 40;
const DOTS_MAX = 2000;

/** Returns the drawing, or nothing where the history has no halves. */
export function halvesScatter({ rows, ranked, halves }: SweepPageInput): Markup {
  if (halves === undefined) return html``;
  const { first, second } = halves;
  const x = scale(...extent(first), MARGIN, SIZE - 8);
  const y = scale(...extent(second), SIZE - MARGIN, 8);
  const every = Math.max(1, Math.ceil(rows.length / DOTS_MAX));
  const dots = rows.flatMap((_, i) =>
    i % every === 0 && Number.isFinite(first[i]) && Number.isFinite(second[i])
      ? [html`<circle class="dot" cx="${px(x(first[i]))}" cy="${px(y(second[i]))}" r="2" />`]
      : [],
  );
  const place = ranked[0] === undefined ? -1 : rows.indexOf(ranked[0]);
  const mark =
    place < 0 ? '' : html`<circle class="winner" cx="${px(x(first[place]))}" cy="${px(y(second[place]))}" r="6" />`;
  const [lowX, highX] = extent(first);
  const [lowY, highY] = extent(second);
  return html`<figure class="map wide-map">
    <figcaption class="over">First half of the history against the second</figcaption>
    <svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="Sharpe ratio in the first and in the second half">
      <line class="axis" x1="${MARGIN}" x2="${SIZE - 8}" y1="${SIZE - MARGIN}" y2="${SIZE - MARGIN}" />
      <line class="axis" x1="${MARGIN}" x2="${MARGIN}" y1="8" y2="${SIZE - MARGIN}" />
      ${dots}${mark}
      <text x="${MARGIN}" y="${SIZE - 24}">${lowX.toFixed(2)}</text>
      <text x="${SIZE - 8}" y="${SIZE - 24}" text-anchor="end">${highX.toFixed(2)}</text>
      <text x="${SIZE / 2}" y="${SIZE - 8}" text-anchor="middle">Sharpe ratio, first half of the history</text>
      <text x="${MARGIN - 6}" y="${SIZE - MARGIN}" text-anchor="end">${lowY.toFixed(2)}</text>
      <text x="${MARGIN - 6}" y="18" text-anchor="end">${highY.toFixed(2)}</text>
      <text x="12" y="${SIZE / 2}" text-anchor="middle" transform="rotate(-90 12 ${SIZE / 2})">second half</text>
    </svg>
    <figcaption>Where the cloud rises to the right, what was good stayed good. The ring is the winner.</figcaption>
  </figure>`;
}
