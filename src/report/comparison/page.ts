/**
 * The page of a comparison: curves over each other, figures side by side, and where the set-ups differ.
 */
import { html, type Markup } from '../html/escape.ts';
import type { ReportAssets } from '../html/document.ts';
import { interactivePage } from '../html/interactive.ts';
import { absent, plot, section, table } from '../html/parts.ts';
import { figure } from '../sweep/drawing.ts';
import { date } from '../text.ts';
import { comparedCurves } from './curves.ts';
import type { ComparisonInput } from './input.ts';

const STYLE = `
td.best { font-weight: 650; } .cautions { border-left: 4px solid var(--loss); background: var(--loss-fill); padding: 8px 14px; margin: 18px 0 0; }
.cautions p { margin: 2px 0; } .compared td { vertical-align: top; } .compared td:nth-child(-n + 3) { white-space: nowrap; } td code { font-size: 12px; overflow-wrap: anywhere; }
`;

/** Returns the page as one HTML document. The same input and assets give the same bytes. */
export function comparisonPage(input: ComparisonInput, assets: ReportAssets): string {
  const { runs } = input;
  const curves = comparedCurves(runs);
  const title = runs.map(({ label }) => label).join(', ');
  const body = [
    head(input),
    section('performance', 'Curves', curvesOf(input, curves.runs.length)),
    section('figures', 'Figures', figuresOf(input)),
    section('setups', 'Where the set-ups differ', differencesOf(input)),
  ];
  return interactivePage({
    title: `Comparison of ${title}`,
    css: `${assets.uplotCss}\n${assets.pageCss}\n${STYLE}`,
    body: body.map(({ text }) => text).join(''),
    data: { currency: '', startAt: null, endAt: null, ...curves },
    script: `${assets.uplotJs}\n${assets.pageJs}`,
  });
}

function head({ runs, cautions }: ComparisonInput): Markup {
  const rows = runs.map((run) => [
    html`<b>${run.label}</b>`,
    Object.entries(run.parameters)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', '),
    `${date(run.startAt ?? Number.NaN)} – ${date(run.endAt ?? Number.NaN)}`,
    run.source,
  ]);
  const columns = ['Run', 'Parameters', 'Period', 'Data'].map((label) => ({ label }));
  return html`<header class="masthead">
      <div class="topline">
        <span class="brand">Tradedeck</span
        ><span class="labels"
          >${runs.some(({ simulated }) => simulated) ? html`<strong class="label alert">SIMULATED PRICES</strong>` : ''}</span
        ><button type="button" id="theme" class="quiet" aria-label="Switch between light and dark">◐</button>
      </div>
      <h1>Comparison of ${runs.length} runs</h1>
    </header>
    <div class="compared">${table('Runs', columns, rows)}</div>
    ${
      cautions.length === 0
        ? ''
        : html`<div class="cautions" role="note">${cautions.map((text) => html`<p>${text}</p>`)}</div>`
    }`;
}

function curvesOf({ runs }: ComparisonInput, drawn: number): Markup[] {
  const missing = runs.filter(({ equity }) => equity === undefined).map(({ label }) => label);
  const note =
    missing.length === 0
      ? ''
      : absent(`No equity was kept of ${missing.join(', ')}: their decks write no CSV files (output.formats).`);
  if (drawn === 0) return [html`${note}`];
  const tools = html`<button type="button" id="log" aria-pressed="false">Log scale</button
    ><button type="button" id="reset" class="quiet">Whole period</button>`;
  return [
    plot('equity', 'What one unit of money became', 'Equity of all runs over each other', tools),
    plot('drawdown', 'Drawdown', 'Falls below the highest value so far of all runs'),
    html`${note}`,
  ];
}

function figuresOf({ runs, figures }: ComparisonInput): Markup {
  const columns = [{ label: 'Figure' }, ...runs.map(({ label }) => ({ label, numeric: true }))];
  const rows = figures.map(({ title, unit, values, best }) => [
    title,
    ...values.map((value, i) => {
      const text = figure(value, unit);
      return best.includes(i) ? html`<b>${text}</b>` : text;
    }),
  ]);
  return table('Figures', columns, rows);
}

function differencesOf({ runs, differences }: ComparisonInput): Markup {
  if (differences.length === 0) return absent('The set-ups are the same.');
  const columns = [{ label: 'Field' }, ...runs.map(({ label }) => ({ label }))];
  const rows = differences.map(({ path, values }) => [
    path,
    ...values.map((value) => (value === undefined ? html`<i>not said</i>` : html`<code>${value}</code>`)),
  ]);
  return table('Differences', columns, rows);
}
