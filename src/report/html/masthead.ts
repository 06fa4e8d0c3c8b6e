/**
 * The top of the report: what was run on what, whether it is real, the six figures, and the state of the data.
 */
import type { ReportData } from '../data.ts';
import { findingsText } from '../figures.ts';
import { date, dateTime, duration, marginCallsText, money, whole } from '../text.ts';
import { html, type Markup } from './escape.ts';

const SECTIONS = [
  ['performance', 'Performance'],
  ['returns', 'Returns'],
  ['risk', 'Risk'],
  ['market', 'Prices'],
  ['options', 'Options'],
  ['trades', 'Trades'],
  ['why', 'Day by day'],
  ['costs', 'Costs & orders'],
  ['data', 'Data'],
  ['method', 'Method'],
] as const;

/** The words on the label: how the run was wired, and whether its prices are real. */
export function labelsOf(data: Pick<ReportData, 'mode' | 'simulated'>): string[] {
  return [data.mode.toUpperCase(), ...(data.simulated ? ['SIMULATED PRICES'] : [])];
}

export function titleOf(data: Pick<ReportData, 'strategies'>): string {
  return data.strategies.map(({ name }) => name).join(' + ') || 'Run without a strategy';
}

/** `2000-01-03 – 2020-04-17`. */
export function periodOf({ startAt, endAt }: ReportData): string {
  return `${date(startAt ?? Number.NaN)} – ${date(endAt ?? Number.NaN)}`;
}

export function masthead(data: ReportData): Markup {
  const length = (data.endAt ?? Number.NaN) - (data.startAt ?? Number.NaN);
  return html`<header class="masthead">
      <div class="topline">
        <span class="brand">Tradedeck</span
        ><span class="labels"
          >${labelsOf(data).map((label, i) => html`<strong class="label${i > 0 ? ' alert' : ''}">${label}</strong>`)}</span
        ><button type="button" id="theme" class="quiet" aria-label="Switch between light and dark">◐</button>
      </div>
      <h1>${titleOf(data)}</h1>
      ${data.description === '' ? '' : html`<p class="lead">${data.description}</p>`}
      <p class="parameters">
        ${data.strategies.flatMap(({ parameters }) => Object.entries(parameters).map(([name, value]) => html`<span><i>${name}</i> ${String(value)}</span> `))}
      </p>
      <p class="source">
        <span>${periodOf(data)}</span
        ><span
          >${duration(length)}, ${whole(data.sessions)} sessions, ${whole(data.events)}
          events${data.intraday ? ', times in UTC' : ''}</span
        ><span>${data.source}</span>
      </p>
    </header>
    ${data.ruinedAt === null ? '' : html`<p class="ruin" role="alert">The account was wiped out on ${dateTime(data.ruinedAt)} UTC. The run ended there; figures per year describe the time until then.</p>`}
    ${data.marginCalls === 0 ? '' : html`<p class="ruin" role="alert">${marginCallsText(data.marginCalls)}</p>`}
    <section class="figures" aria-label="Key figures">
      ${data.keyFigures.map(({ label, text, note, tone, sentence, name }) => html`<div class="figure ${tone}" title="${sentence}" data-figure="${name}"><span class="name">${label}</span><b>${text}</b><span class="note">${note}</span></div> `)}
    </section>
    <p class="standing">
      <span>${money(data.startingCash, data.currency)} became <b>${money(data.finalEquity, data.currency)}</b></span
      ><span>${data.benchmarkName === null ? 'No benchmark' : `Benchmark: ${data.benchmarkName}`}</span
      ><a href="#data" class="findings ${data.findings.fatal > 0 ? 'bad' : ''}">Data: ${findingsText(data.findings)}</a>
    </p>
    <nav aria-label="Sections">
      ${SECTIONS.filter(([id]) => id !== 'options' || data.options !== null).map(([id, label]) => html`<a href="#${id}">${label}</a>`)}
    </nav> `;
}
