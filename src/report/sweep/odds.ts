/**
 * The odds as a table: each figure with where it stands between alarm and reassurance, its verdict, and one sentence.
 */
import { html, type Markup } from '../html/escape.ts';
import type { PageLine } from './input.ts';

const WIDTH = 96;

/** Returns the table of figures; on a narrow screen each becomes a block. */
export function linesTable(lines: readonly PageLine[]): Markup {
  return html`<div class="odds" role="table">
    ${lines.map(
      (line) =>
        html`<div class="odd" role="row">
          <span class="title" role="cell">${line.title}</span>
          <b role="cell">${line.shown}</b>
          ${gauge(line)}
          <span class="verdict ${line.verdict}" role="cell">${line.verdict}</span>
          <span class="small" role="cell">${line.sentence}</span>
        </div>`,
    )}
  </div>`;
}

/** A strip of three stretches, alarm to the left, with a mark where the figure stands. */
function gauge({ standing, verdict, title }: PageLine): Markup {
  const third = WIDTH / 3;
  const x = standing === undefined ? undefined : 4 + standing * (WIDTH - 8);
  return html`<svg class="gauge" viewBox="0 0 ${WIDTH} 14" role="img" aria-label="${title}: ${verdict}">
    <rect class="zone alarm" x="0" y="5" width="${third - 1}" height="4" />
    <rect class="zone doubt" x="${third}" y="5" width="${third - 1}" height="4" />
    <rect class="zone calm" x="${2 * third}" y="5" width="${third}" height="4" />
    ${x === undefined ? '' : html`<circle class="mark ${verdict}" cx="${x.toFixed(1)}" cy="7" r="4.5" />`}
  </svg>`;
}
