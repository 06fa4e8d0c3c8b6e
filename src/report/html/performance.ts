/**
 * The sections about the account: equity and drawdown, returns by month, rolling figures, distribution, worst falls.
 */
import type { ReportData } from '../data.ts';
import { date, decimal, duration, money, percent, signedPercent, whole } from '../text.ts';
import { histogram } from './drawings.ts';
import { html, type Markup } from './escape.ts';
import { absent, facts, plot, section, table } from './parts.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A month this far from nought has the full colour. */
const FULL_COLOUR = 0.08;

export function performanceSection(data: ReportData): Markup {
  if (data.curves.equity.length === 0) return section('performance', 'Performance', absent('Nothing was played.'));
  const log = html`<button type="button" id="log" aria-pressed="false">Log scale</button
    ><button type="button" id="reset" class="quiet">Whole period</button>`;
  return section('performance', 'Performance', [
    plot(
      'equity',
      `Account, ${data.currency}`,
      `Value of the account from ${money(data.startingCash, data.currency)} to ${money(data.finalEquity, data.currency)}`,
      log,
    ),
    plot(
      'drawdown',
      'Drawdown',
      `Fall below the highest value so far; deepest ${percent(lowest(data.curves.drawdown))}`,
    ),
    html`<p class="hint">
      Drag across a chart to zoom, double-click to see the whole period again. The prices and rolling figures below
      follow.
    </p>`,
  ]);
}

export function returnsSection(data: ReportData): Markup {
  return section('returns', 'Returns', [
    data.years.length === 0 ? absent('No session was completed.') : heatMap(data),
    html`<div class="columns">${distribution(data)}${winnings(data)}</div>`,
  ]);
}

export function riskSection(data: ReportData): Markup {
  const rows = data.drawdowns.map((row) => [
    html`<b>${percent(row.depth)}</b>`,
    date(row.peakAt),
    date(row.valleyAt),
    row.recoveredAt === null ? html`<i>not yet</i>` : date(row.recoveredAt),
    duration(row.valleyAt - row.peakAt),
    row.recoveredAt === null ? '–' : duration(row.recoveredAt - row.valleyAt),
    duration((row.recoveredAt ?? data.endAt ?? Number.NaN) - row.peakAt),
  ]);
  const columns = ['Depth', 'Peak', 'Valley', 'Recovered', 'Falling', 'Recovering', 'In all'];
  const { rolling } = data;
  return section('risk', 'Risk', [
    rolling === null
      ? absent('Too few sessions for rolling figures.')
      : html`<div class="columns">
          ${plot('rolling-sharpe', `Sharpe ratio, rolling ${whole(rolling.window)} sessions`, 'Rolling Sharpe ratio')}${plot('rolling-volatility', `Volatility per year, rolling ${whole(rolling.window)} sessions`, 'Rolling volatility')}
        </div>`,
    html`<h3>Worst drawdowns</h3>`,
    rows.length === 0
      ? absent('The account never fell below a peak.')
      : table(
          'Worst drawdowns',
          columns.map((label, i) => ({ label, numeric: i > 3 })),
          rows,
        ),
  ]);
}

function heatMap({ years, benchmarkName }: ReportData): Markup {
  const cell = (value: number | null, label: string): Markup =>
    value === null
      ? html`<td class="none"></td>`
      : html`<td
          class="${value < 0 ? 'loss' : value > 0 ? 'gain' : 'flat'}"
          style="--heat:${Math.round(Math.min(1, Math.abs(value) / FULL_COLOUR) * 100)}"
          title="${label}: ${signedPercent(value, 2)}"
        >
          ${cellText(value)}
        </td>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Monthly returns">
    <table class="heat">
      <caption>
        Monthly returns, per cent
      </caption>
      <thead>
        <tr>
          <th scope="col">Year</th>
          ${MONTHS.map((month) => html`<th scope="col" class="n">${month}</th>`)}
          <th scope="col" class="n total">Year</th>
          ${benchmarkName === null ? '' : html`<th scope="col" class="n against" title="${benchmarkName}">Bench.</th>`}
        </tr>
      </thead>
      <tbody>
        ${years.map(
          ({ year, months, total, benchmark }) =>
            html`<tr>
              <th scope="row">${year}</th>
              ${months.map((value, i) => cell(value, `${MONTHS[i]} ${year}`))}
              <td class="n total">${total === null ? '–' : cellText(total)}</td>
              ${benchmarkName === null ? '' : html`<td class="n against">${benchmark === null ? '–' : cellText(benchmark)}</td>`}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A per cent figure, for wide screens with a decimal and for narrow ones without. */
function cellText(value: number): Markup {
  return html`<span class="wide">${decimal(value * 100, 1)}</span
    ><span class="narrow" aria-hidden="true">${decimal(value * 100, 0)}</span>`;
}

function distribution({ distribution: spread }: ReportData): Markup {
  if (spread === null)
    return html`<div>
      <h3>Distribution</h3>
      ${absent('No two sessions moved the account differently.')}
    </div>`;
  return html`<div>
    <h3>Distribution of session returns</h3>
    ${histogram(spread)}
    <p class="small">
      The ${whole(spread.counted)} sessions in which the account moved; dashed is the normal law of their mean and
      deviation.
    </p>
  </div>`;
}

function winnings({ distribution: spread, tradeFigures: trades, exposure }: ReportData): Markup {
  const of = (value: number | null, digits = 2): string => signedPercent(value ?? Number.NaN, digits);
  return html`<div>
    <h3>In figures</h3>
    ${facts([
      ...(spread === null
        ? []
        : ([
            ['Mean session', of(spread.mean, 3)],
            ['Deviation', percent(spread.deviation ?? Number.NaN, 2)],
            [
              'Skewness, excess kurtosis',
              `${decimal(spread.skewness ?? Number.NaN)}, ${decimal(spread.excessKurtosis ?? Number.NaN)}`,
            ],
            ['Best session', html`${of(spread.best)} <small>${date(spread.bestAt)}</small>`],
            ['Worst session', html`${of(spread.worst)} <small>${date(spread.worstAt)}</small>`],
            [
              'Sessions up, down, flat',
              `${whole(spread.positive)}, ${whole(spread.negative)}, ${whole(spread.count - spread.counted)}`,
            ],
          ] as const)),
      ['Average won trade', of(trades.averageWin)],
      ['Average lost trade', of(trades.averageLoss)],
      ['Profit factor', decimal(trades.profitFactor ?? Number.NaN)],
      ['Average time in a trade', duration(trades.averageHeld ?? Number.NaN)],
      ['Turnover per year', exposure === null ? '–' : percent(exposure.annualTurnover, 0)],
    ])}
  </div>`;
}

function lowest(values: readonly (number | null)[]): number {
  return values.reduce<number>((low, value) => (value !== null && value < low ? value : low), 0);
}
