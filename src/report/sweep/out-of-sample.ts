/**
 * The headline of a validated sweep: the history that no choice had seen, what was chosen when, and how far that holds.
 */
import { html, Markup } from '../html/escape.ts';
import { date, percent, signedPercent, whole } from '../text.ts';
import { pathOf, upright, yearLabels, type Frame } from './axes.ts';
import { extent, px, scale, wide } from './drawing.ts';
import { fan } from './fan.ts';
import { foldStrip } from './fold-strip.ts';
import type { PageCurve, PageFold, PageValidation, SweepPageInput } from './input.ts';
import { linesTable } from './odds.ts';

const FRAME: Frame = { width: 1040, height: 360, left: 64, right: 118, top: 14, bottom: 26 };

export function outOfSample(input: SweepPageInput, validation: PageValidation): Markup {
  const { figures, headline, inSampleReturn, inSampleSharpe, verdict, conclusion, method, folds, resampled } =
    validation;
  const { times } = headline;
  const count = `${folds.length} ${folds.length === 1 ? 'fold' : 'folds'}`;
  return html`<section id="out-of-sample">
    <h2>Out of sample</h2>
    <p class="lead ${verdict}">${conclusion}</p>
    <p class="source">
      <span>${date(times[0])} – ${date(times.at(-1)!)}</span><span>${count}, ${method}</span
      ><span>${whole(times.length)} sessions that no choice had seen</span>
    </p>
    <section class="figures" aria-label="Out of sample, beside what was chosen on">
      ${tile('A year', signed(figures['annualReturn']), `${signed(inSampleReturn)} where it was chosen`, figures['annualReturn'])}
      ${tile('Sharpe ratio', ratio(figures['sharpe']), `${ratio(inSampleSharpe)} where it was chosen`, figures['sharpe'])}
      ${tile('Deepest fall', percentOf(figures['maxDrawdown']), resampled === undefined ? '' : `one in twenty falls ${percent(Math.abs(resampled.drawdown95))}`, undefined)}
      ${tile('In all', signed(figures['totalReturn']), `over ${whole(times.length)} sessions`, figures['totalReturn'])}
    </section>
    ${validation.idle === undefined ? '' : html`<p class="small doubtful">${validation.idle}</p>`}
    ${equityChart(input, validation)} ${foldStrip(validation)} ${linesTable(validation.lines)}
    ${validation.paths.length < 2 && resampled === undefined ? '' : html`<div class="maps">${spread(validation)}${again(validation)}</div>`}
    ${foldTable(validation)}
    <ul class="small assumptions">
      ${validation.assumptions.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
  </section>`;
}

function tile(name: string, text: string, note: string, value: number | undefined): Markup {
  const tone = value === undefined || !Number.isFinite(value) ? '' : value < 0 ? 'loss' : 'gain';
  return html`<div class="figure ${tone}">
    <span class="name">${name}</span><b>${text}</b><span class="note">${note}</span>
  </div>`;
}

/** The stitched history, its folds as stretches, and the winner that only hindsight knew. */
function equityChart({ winner }: SweepPageInput, { headline, folds, paths }: PageValidation): Markup {
  const { equity } = headline;
  const others = paths.length > 1 ? paths.map(({ path }) => path) : [];
  const [from, to] = extent([headline, ...others].flatMap((one) => [one.times[0], one.times.at(-1)!]));
  const hindsight = winner === undefined ? undefined : startingWith(winner, from, equity[0]);
  const all = [headline, ...others, ...(hindsight === undefined ? [] : [hindsight])];
  const [low, high] = extent(all.flatMap((curve) => [...curve.equity]));
  const x = scale(from, to, FRAME.left, FRAME.width - FRAME.right);
  const y = scale(low, high, FRAME.height - FRAME.bottom, FRAME.top);
  const curve = (one: PageCurve, name: string): Markup =>
    html`<path class="${name}" d="${pathOf(one.times, one.equity, x, y)}" />`;
  const ends = apart([
    { text: 'out of sample', tone: 'run', at: y(equity.at(-1)!) },
    ...(hindsight === undefined ? [] : [{ text: 'best in hindsight', tone: 'bench', at: y(hindsight.equity.at(-1)!) }]),
  ]);
  const svg = html`<svg viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img" aria-label="The account out of sample">
    ${paths.length > 1 ? '' : stripes(folds, x)} ${upright(FRAME, low, high, whole)} ${yearLabels(FRAME, from, to)}
    ${others.map((one) => curve(one, 'curve other'))} ${hindsight === undefined ? '' : curve(hindsight, 'curve bench')}
    ${curve(headline, 'curve run')}
    ${ends.map(({ text, tone, at }) => html`<text class="end ${tone}" x="${FRAME.width - FRAME.right + 6}" y="${px(at + 4)}">${text}</text>`)}
  </svg>`;
  const caption = html`${paths.length > 1 ? `The history in the middle of ${paths.length}; the thin lines are the others.` : 'Each stripe is a fold: its parameters were chosen before it began.'}
  ${hindsight === undefined ? '' : 'The dashed line is the best run of the whole history, which nobody could have chosen.'}`;
  return wide('The account out of sample', svg, caption);
}

function stripes(folds: readonly PageFold[], x: (at: number) => number): Markup[] {
  return folds
    .filter((_, i) => i % 2 === 0)
    .flatMap(({ judged, number }) =>
      judged.map(
        ({ from, to }) =>
          html`<rect
            class="stripe"
            x="${px(x(from))}"
            y="${FRAME.top}"
            width="${px(Math.max(1, x(to) - x(from)))}"
            height="${FRAME.height - FRAME.top - FRAME.bottom}"
            ><title>fold ${number}</title></rect
          >`,
      ),
    );
}

/** A curve from an instant on, as if it had begun there with some money. */
function startingWith({ times, equity }: PageCurve, from: number, money: number): PageCurve | undefined {
  const first = times.findIndex((at) => at >= from);
  if (first < 0) return undefined;
  const factor = money / equity[first];
  return { times: times.subarray(first), equity: equity.subarray(first).map((value) => value * factor) };
}

/** Moves labels that would lie on each other. */
function apart<T extends { readonly at: number }>(labels: readonly T[]): T[] {
  const sorted = labels.toSorted((a, b) => a.at - b.at);
  return sorted.map((label, i) => {
    const above = i === 0 ? -Infinity : sorted[i - 1].at;
    return label.at - above < 14 ? { ...label, at: above + 14 } : label;
  });
}

/** Sharpe ratios of all histories, as dots on a line. */
function spread({ paths }: PageValidation): Markup {
  if (paths.length < 2) return html``;
  const [low, high] = extent([0, ...paths.map(({ sharpe }) => sharpe)]);
  const x = scale(low, high, 40, 480);
  return html`<figure class="map wide-map">
    <figcaption class="over">Sharpe ratios of ${paths.length} histories</figcaption>
    <svg viewBox="0 0 520 120" role="img" aria-label="Sharpe ratios of the histories">
      <line class="axis" x1="40" x2="480" y1="70" y2="70" />
      <line class="axis" x1="${px(x(0))}" x2="${px(x(0))}" y1="40" y2="84" />
      <text x="${px(x(0))}" y="100" text-anchor="middle">0</text>
      ${paths.map(({ sharpe }) => html`<circle class="path-dot ${sharpe < 0 ? 'loss' : 'gain'}" cx="${px(x(sharpe))}" cy="70" r="7"><title>${ratio(sharpe)}</title></circle>`)}
      <text x="40" y="26">${ratio(low)}</text>
      <text x="480" y="26" text-anchor="end">${ratio(high)}</text>
    </svg>
    <figcaption>
      Each is put together from stretches that its choices had not seen; how far they lie apart is luck.
    </figcaption>
  </figure>`;
}

function again({ resampled }: PageValidation): Markup {
  if (resampled === undefined) return html``;
  const fall = html`A fall of ${percent(Math.abs(resampled.drawdownMedian))} is typical, one path in twenty falls
  ${percent(Math.abs(resampled.drawdown95))}.`;
  return fan(resampled, 'The same sessions, drawn again in blocks', 'sessions', fall);
}

function foldTable({ folds, drift }: PageValidation): Markup {
  const names = drift.map(({ name }) => name);
  return html`<details>
    <summary>Every fold</summary>
    <div class="scroll">
      <table>
        <tr>
          <th>Fold</th>
          <th class="words">Chosen on</th>
          <th class="words">Judged on</th>
          ${names.map((name) => html`<th>${name}</th>`)}
          <th>Sharpe in</th>
          <th>Sharpe out</th>
          <th>Return out</th>
          <th>Deepest fall</th>
        </tr>
        ${folds.map(
          (fold) =>
            html`<tr>
              <td>${fold.number}</td>
              <td class="words">${spans(fold.trained)}</td>
              <td class="words">${spans(fold.judged)}</td>
              ${names.map((name) => html`<td>${fold.chosen === undefined ? 'cash' : String(fold.chosen[name])}</td>`)}
              <td>${ratio(fold.inSample['sharpe'])}</td>
              <td>${ratio(fold.outOfSample['sharpe'])}</td>
              <td>${signed(fold.outOfSample['totalReturn'])}</td>
              <td>${percentOf(fold.outOfSample['maxDrawdown'])}</td>
            </tr>`,
        )}
      </table>
    </div>
  </details>`;
}

function spans(list: PageFold['judged']): Markup {
  return new Markup(list.map(({ from, to }) => `${date(from)} – ${date(to)}`).join('<br>'));
}

function ratio(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2);
}

function signed(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : signedPercent(value);
}

function percentOf(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : percent(Math.abs(value));
}
