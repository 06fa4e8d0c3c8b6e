/**
 * The page of a sweep: the winner with its odds, the surface of the parameters, and the table of the best rows.
 *
 * One file that needs nothing else and runs no script.
 */
import { html, Markup } from '../html/escape.ts';
import { figure } from './drawing.ts';
import { fan } from './fan.ts';
import { heatMaps } from './heat-map.ts';
import type { PageOdds, PagePaths, SweepPageInput } from './input.ts';
import { linesTable } from './odds.ts';
import { outOfSample } from './out-of-sample.ts';
import { parallelCoordinates } from './parallel.ts';
import { paretoSection } from './pareto.ts';
import { halvesScatter } from './scatter.ts';
import { slices } from './slices.ts';
import { spreadOfRuns } from './spread.ts';
import { SWEEP_STYLE } from './style.ts';

const ROWS_SHOWN = 50;

/** Returns the page as one HTML document. */
export function sweepPage(input: SweepPageInput): string {
  const { title, source, simulated, isComplete, runs, odds, validation } = input;
  const labels = [...(simulated ? ['simulated prices'] : []), ...(isComplete ? [] : ['not complete'])];
  const body = html`<main>
    <div class="topline">
      <span class="brand">Tradedeck</span
      ><span class="labels"
        ><strong class="label">SWEEP</strong
        >${labels.map((text) => html`<strong class="label alert">${text}</strong>`)}</span
      >
    </div>
    <h1>${title}: ${runs} runs</h1>
    <p class="source"><span>${source}</span></p>
    ${validation === undefined ? '' : outOfSample(input, validation)}
    ${odds === undefined ? html`<p class="lead">${capital(input.unjudged ?? '')}.</p>` : oddsSection(input, odds)}
    ${paretoSection(input)} ${surfaceSection(input)}
    <section>
      <h2>All runs at a glance</h2>
      ${parallelCoordinates(input)}
      <div class="maps">${halvesScatter(input)}${spreadOfRuns(input)}</div>
    </section>
    ${tableSection(input)}
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
<style>${input.css}\n${SWEEP_STYLE}</style>
</head>
<body>
${body.text}
</body>
</html>
`;
}

function surfaceSection(input: SweepPageInput): Markup {
  const maps = heatMaps(input);
  const cuts = slices(input);
  if (maps.length + cuts.length === 0) return html``;
  return html`<section>
    <h2>Surface</h2>
    <p class="small">A winner on a plateau is worth more than one on a needle: look at the ground around the ring.</p>
    ${maps.length === 0 ? '' : html`<div class="maps">${maps}</div>`}
    ${
      cuts.length === 0
        ? ''
        : html`<h3>Slices through the winner: one parameter moves, the others stay</h3>
            <div class="maps">${cuts}</div>`
    }
  </section>`;
}

function oddsSection(input: SweepPageInput, odds: PageOdds): Markup {
  const [winner] = input.ranked as [SweepPageInput['ranked'][number]];
  const needed = Number.isFinite(odds.yearsNeeded)
    ? `${odds.yearsNeeded.toFixed(1)} are needed`
    : 'no length would be enough';
  const parameters = input.axes.map(({ name }) => html`<span><i>${name}</i> ${String(winner.parameters[name])}</span>`);
  const { monteCarlo: paths, resampledTrades: drawn } = odds;
  return html`<section>
    <h2>
      ${input.validation === undefined ? 'The winner' : 'The winner of the whole history'}, and how likely it is luck
    </h2>
    <p class="parameters">${parameters}</p>
    <p class="lead ${odds.verdict}">${odds.conclusion}</p>
    <p>
      ${odds.trials} trials, worth ${odds.effectiveTrials} independent
      ones${odds.earlier.trials === 0 ? '' : `, after ${odds.earlier.trials} earlier ones on the same data, worth ${odds.earlier.effectiveTrials}`}:
      the best of as many worthless strategies would show a Sharpe ratio of ${odds.expectedMaximumSharpe.toFixed(2)};
      the winner shows ${odds.sharpe.toFixed(2)} over ${odds.years.toFixed(1)} years, and ${needed}.
    </p>
    ${input.caveats.map((text) => html`<p>${text}</p>`)} ${linesTable(odds.lines)}
    <p class="small">
      Overfitting over ${odds.overfitting?.splits ?? 0} splits of the history; reality check over ${odds.realityTrials}
      trials, evenly chosen and the winner among them.
    </p>
    ${paths === undefined || drawn === undefined ? '' : html`<div class="maps">${fan(paths, 'The winner’s trades in other orders', 'trades', fallsOf(paths))}${fan(drawn, 'The winner’s trades, drawn again in blocks', 'trades', fallsOf(drawn))}</div>`}
  </section>`;
}

function fallsOf({ drawdownMedian, drawdown95, drawdownActual }: PagePaths): Markup {
  return html`A fall of ${percent(drawdownMedian)} is typical, one path in twenty falls ${percent(drawdown95)}; as they
  came the trades fell ${percent(drawdownActual)}.`;
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

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function percent(value: number): string {
  return `${(Math.abs(value) * 100).toFixed(1)} %`;
}
