/**
 * The sections that let a reader judge the rest: findings in the data, assumptions, metrics, how to repeat the run.
 */
import type { MetricRow, ReportData } from '../data.ts';
import { findingsText } from '../figures.ts';
import { date, decimal, NONE, percent, whole } from '../text.ts';
import { html, type Markup } from './escape.ts';
import { absent, facts, section, table } from './parts.ts';

export function dataSection({ findings, source }: ReportData): Markup {
  const total = findings.fatal + findings.warning + findings.note;
  const rows = findings.list.map((finding) => [
    html`<span class="severity ${finding.severity}">${finding.severity}</span>`,
    finding.rule,
    finding.symbol,
    finding.at === undefined ? NONE : date(finding.at),
    html`${finding.message}<small> was ${finding.value}</small>`,
    html`<small>${finding.file}:${finding.row}</small>`,
  ]);
  const list =
    total === 0
      ? absent('Nothing wrong was found in these data.')
      : table(
          'Findings in the data',
          ['Severity', 'Rule', 'Symbol', 'Day', 'What was found', 'Where'].map((label) => ({ label })),
          rows,
        );
  const more =
    total > findings.list.length
      ? html`<p class="hint">The ${whole(findings.list.length)} gravest of ${whole(total)}.</p>`
      : html``;
  return section('data', 'Data', [html`<p>${source}</p>`, list, more], findingsText(findings));
}

export function methodSection(data: ReportData): Markup {
  const { assumptions, metrics, reproduction } = data;
  const named = [
    ['Data fingerprint', data.fingerprint],
    ['Conventions', data.conventions],
    ['Seed', reproduction.seed],
    ['Tradedeck', reproduction.version],
    ['Strategy code', reproduction.codeHash],
    ['Configuration', reproduction.configHash],
    ['Journal', reproduction.journalHash],
    ['Command', reproduction.command],
  ] as const;
  return section('method', 'Method', [
    html`<div class="columns">
      <div>
        <h3>Everything that was assumed</h3>
        <ol class="assumptions">
          ${assumptions.map((sentence) => html`<li>${sentence}</li>`)}
        </ol>
      </div>
      <div>
        <h3>To repeat this run</h3>
        ${facts(
          named.flatMap(([label, value]) =>
            value === undefined || value === '' ? [] : [[label, html`<code>${value}</code>`] as const],
          ),
        )}
        <p class="small">
          The same data, code, parameters and seed give the same journal and the same report, byte for byte. Statistics
          use ${whole(data.periodsPerYear)} sessions a year.
        </p>
      </div>
    </div>`,
    metrics.length === 0
      ? html``
      : html`<h3>All metrics</h3>
          ${metricTables(data)}`,
  ]);
}

function metricTables({ metrics, benchmarkName, currency }: ReportData): Markup {
  const groups = Map.groupBy(metrics, (metric) => metric.group);
  return html`<div class="metric-groups">
    ${[...groups].map(([group, rows]) => {
      const held = benchmarkName !== null && rows.some((row) => row.benchmark !== null);
      const title = group.charAt(0).toUpperCase() + group.slice(1);
      return html`<table class="metrics">
        <thead>
          <tr>
            <th scope="col">${title}</th>
            <th scope="col" class="n">Run</th>
            ${held ? html`<th scope="col" class="n against">Benchmark</th>` : ''}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr title="${row.sentence}">
                <th scope="row"><abbr title="${row.sentence}">${row.label}</abbr></th>
                <td class="n">${metricText(row, row.value, currency)}</td>
                ${held ? html`<td class="n against">${metricText(row, row.benchmark, currency)}</td>` : ''}
              </tr>`,
          )}
        </tbody>
      </table>`;
    })}
  </div>`;
}

/** A metric in its unit; a dash when it has no value. */
export function metricText({ unit }: Pick<MetricRow, 'unit'>, value: number | null, currency: string): string {
  if (value === null) return NONE;
  if (unit === 'fraction') return percent(value, 2);
  if (unit === 'money') return `${decimal(value, 2)} ${currency}`;
  if (unit === 'ratio') return decimal(value, 3);
  const count = Number.isInteger(value) ? whole(value) : decimal(value, 1);
  return unit === 'days' ? `${count} days` : count;
}
