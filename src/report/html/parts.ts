/**
 * The building blocks that the sections of a report share: a section, a plot, a table of facts.
 */
import { html, type Markup } from './escape.ts';

/** A part of the report with a heading; `aside` stands at the right of it. */
export function section(
  id: string,
  title: string,
  body: Markup | readonly Markup[],
  aside: Markup | string = '',
): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <header class="section-head">
      <h2 id="${id}-title">${title}</h2>
      <div class="aside">${aside}</div>
    </header>
    ${body}
  </section> `;
}

/** A place that the page's script fills with a chart. `label` says to those who cannot see it what it shows. */
export function plot(id: string, title: string, label: string, tools: Markup | string = ''): Markup {
  return html`<figure class="chart" id="${id}">
    <figcaption>
      <span class="title">${title}</span><span class="tools">${tools}</span
      ><output class="readout" aria-live="off"></output>
    </figcaption>
    <div class="plot" role="img" aria-label="${label}" tabindex="0"></div>
  </figure> `;
}

export type Facts = readonly (readonly [label: string, value: Markup | string])[];

/** Label and value in two columns. */
export function facts(rows: Facts): Markup {
  return html`<dl class="facts">
    ${rows.map(
      ([label, value]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

export interface Column {
  readonly label: string;
  /** Numbers stand at the right. */
  readonly numeric?: boolean;
}

/** A plain table; wide ones scroll inside their frame. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (Markup | string)[])[],
): Markup {
  const kind = (i: number): string => (columns[i].numeric === true ? 'n' : '');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption class="hidden">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ label }, i) => html`<th scope="col" class="${kind(i)}">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, i) => html`<td class="${kind(i)}">${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A sentence in the place of what is not there. */
export function absent(sentence: string): Markup {
  return html`<p class="absent">${sentence}</p>`;
}
