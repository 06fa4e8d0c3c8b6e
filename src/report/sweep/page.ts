/**
 * The page of a sweep: the winner with its odds, the surface of the parameters, and the table of the best rows.
 *
 * One file that needs nothing else and runs no script.
 */
import { html, Markup } from '../html/escape.ts';
import { figure } from './drawing.ts';
import { heatMaps } from './heat-map.ts';
import type { PageOdds, SweepPageInput } from './input.ts';
import { parallelCoordinates } from './parallel.ts';
import { halvesScatter } from './scatter.ts';

const ROWS_SHOWN = 50;

const STYLE = `
.maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 24px; }
.map { margin: 0; max-width: 500px; } .map svg, .wide svg { width: 100%; height: auto; display: block; } .wide { margin: 0; }
svg text { font: 11px var(--sans); fill: var(--muted); } figcaption { font-size: 12px; color: var(--muted); margin-top: 4px; }
.winner { fill: none; stroke: var(--ink); stroke-width: 2; } .dot { fill: var(--run); opacity: 0.45; }
.axis { stroke: var(--rule); } .line { fill: none; stroke-width: 1; opacity: 0.35; }
.winner-line { fill: none; stroke: var(--ink); stroke-width: 2.5; }
section { margin-top: 36px; } table { border-collapse: collapse; width: 100%; } .scroll { overflow-x: auto; }
td, th { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--rule); font-weight: 400; }
th { color: var(--muted); font-size: 12px; } td.words, th.words { text-align: left; }
.reassuring { color: var(--gain); } .alarming { color: var(--loss); font-weight: 600; } .doubtful { color: var(--line-3); }
`;

/** Returns the page as one HTML document. */
export function sweepPage(input: SweepPageInput): string {
  const { title, source, simulated, isComplete, rows, odds } = input;
  const maps = heatMaps(input);
  const labels = [...(simulated ? ['simulated prices'] : []), ...(isComplete ? [] : ['not complete'])];
  const body = html`<main>
    <div class="topline">
      <span class="brand">Tradedeck</span
      ><span class="labels">${labels.map((text) => html`<span class="label alert">${text}</span>`)}</span>
    </div>
    <h1>${title}: ${rows.length} runs</h1>
    <p class="source"><span>${source}</span></p>
    ${odds === undefined ? html`<p class="lead">No run satisfies what is required.</p>` : oddsSection(input, odds)}
    ${
      maps.length === 0
        ? ''
        : html`<section>
            <h2>Surface</h2>
            <p class="small">
              A winner on a plateau is worth more than one on a needle: look at the ground around the ring.
            </p>
            <div class="maps">${maps}</div>
          </section>`
    }
    <section>
      <h2>All runs at a glance</h2>
      ${parallelCoordinates(input)}
    </section>
    ${halvesScatter(input)} ${tableSection(input)}
    <footer><p>Past results, and the best of many even more so, do not promise future ones.</p></footer>
  </main>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${html`${title}: sweep`.text}</title>
<link rel="icon" href="data:,">
<style>${input.css}\n${STYLE}</style>
</head>
<body>
${body.text}
</body>
</html>
`;
}

function oddsSection(input: SweepPageInput, odds: PageOdds): Markup {
  const [winner] = input.ranked as [SweepPageInput['ranked'][number]];
  const needed = Number.isFinite(odds.yearsNeeded)
    ? `${odds.yearsNeeded.toFixed(1)} are needed`
    : 'no length would be enough';
  const parameters = input.axes.map(({ name }) => html`<span><i>${name}</i> ${String(winner.parameters[name])}</span>`);
  const { monteCarlo: paths } = odds;
  return html`<section>
    <h2>The winner, and how likely it is luck</h2>
    <p class="parameters">${parameters}</p>
    <p class="lead ${odds.verdict}">${odds.conclusion}</p>
    <p>
      ${odds.trials} trials, worth ${odds.effectiveTrials} independent
      ones${odds.earlier.trials === 0 ? '' : `, after ${odds.earlier.trials} earlier ones on the same data, worth ${odds.earlier.effectiveTrials}`}:
      the best of as many worthless strategies would show a Sharpe ratio of ${odds.expectedMaximumSharpe.toFixed(2)};
      the winner shows ${odds.sharpe.toFixed(2)} over ${odds.years.toFixed(1)} years, and ${needed}.
      ${paths === undefined ? '' : `Its trades in ${paths.paths} other orders: a drawdown of ${percent(paths.drawdownMedian)} is typical, one path in twenty falls ${percent(paths.drawdown95)}; as they came they fell ${percent(paths.drawdownActual)}.`}
    </p>
    <div class="scroll">
      <table>
        <tr>
          <th class="words">Figure</th>
          <th>Value</th>
          <th class="words">Verdict</th>
          <th class="words">What it says</th>
        </tr>
        ${odds.lines.map(
          (line) =>
            html`<tr>
              <td class="words">${line.title}</td>
              <td>${line.shown}</td>
              <td class="words ${line.verdict}">${line.verdict}</td>
              <td class="words small">${line.sentence}</td>
            </tr>`,
        )}
      </table>
    </div>
    <p class="small">
      Overfitting over ${odds.overfitting?.splits ?? 0} splits of the history; reality check over ${odds.realityTrials}
      trials, evenly chosen and the winner among them.
    </p>
  </section>`;
}

function tableSection({ ranked, axes, figures }: SweepPageInput): Markup {
  const shown = ranked.slice(0, ROWS_SHOWN);
  return html`<section>
    <h2>Best runs</h2>
    <div class="scroll">
      <table>
        <tr>
          <th></th>
          ${axes.map(({ name }) => html`<th>${name}</th>`)}${figures.map(({ title }) => html`<th>${title}</th>`)}
        </tr>
        ${shown.map(
          (row, i) =>
            html`<tr>
              <td>${i + 1}</td>
              ${axes.map(({ name }) => html`<td>${String(row.parameters[name])}</td>`)}${figures.map(({ id, unit }) => html`<td>${figure(row.figures[id], unit)}</td>`)}
            </tr>`,
        )}
      </table>
    </div>
    ${ranked.length > shown.length ? html`<p class="small">${shown.length} of ${ranked.length}; all are in rows.csv.</p>` : ''}
  </section>`;
}

function percent(value: number): string {
  return `${(Math.abs(value) * 100).toFixed(1)} %`;
}
