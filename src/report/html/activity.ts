/**
 * The sections about what was done: prices with trades, the trade table, days explained, costs, orders, holdings.
 */
import type { ReportData } from '../data.ts';
import { date, decimal, money, percent, plain, plural, signedPercent, whole } from '../text.ts';
import { excursions } from './drawings.ts';
import { html, type Markup } from './escape.ts';
import { absent, facts, plot, section, table, type Facts } from './parts.ts';

export function marketSection(data: ReportData): Markup {
  const { prices, exposure, tradedSymbols } = data;
  const choice =
    prices.length < 2
      ? html`<b>${prices[0]?.symbol ?? ''}</b>`
      : html`<label
          >Instrument
          <select id="symbol">
            ${prices.map(({ symbol, timeFrame }, i) => html`<option value="${i}">${symbol} ${timeFrame}</option>`)}
          </select></label
        >`;
  return section('market', 'Prices and positions', [
    prices.length === 0
      ? absent('No prices were handed to this report.')
      : html`${plot('price', 'Price with trades', 'Prices with entries and exits of all trades', choice)}
          <p class="hint">
            <span class="key entry">▲▼</span> entry <span class="key exit">✕</span> exit; the line between them is
            <span class="key gain">blue</span> when the trade won, <span class="key loss">orange and dashed</span> when
            it lost. Hover for the
            reason.${tradedSymbols > prices.length ? ` Drawn are ${prices.length} of ${whole(tradedSymbols)} instruments${data.options === null ? ', those that traded most' : ''}.` : ''}${prices.some(({ splits }) => splits.length > 0) ? ' Prices are told in the shares of the end, so that a split is no fall; trades in those of their exit, and each day in its own.' : ''}
          </p>`,
    exposure === null
      ? html``
      : html`<div class="columns">
            ${plot('exposure', 'Exposure, share of equity', `Size of positions over equity, ${percent(exposure.averageGross, 0)} on average`)}${plot('turnover', 'Turnover by month, share of equity', 'Half of what was bought and sold over equity, by month')}
          </div>
          ${
            exposure.hasCollateral
              ? html`<p class="hint">
                  Sold options count with the collateral that the account ties up for them, in the net with their delta.
                </p>`
              : ''
          }${exposure.marked ? '' : html`<p class="hint">Positions without bars are valued at their last fill.</p>`}`,
  ]);
}

const TRADE_COLUMNS = [
  ['entryAt', 'Entry'],
  ['exitAt', 'Exit'],
  ['symbol', 'Symbol'],
  ['quantity', 'Quantity'],
  ['entryPrice', 'In at'],
  ['exitPrice', 'Out at'],
  ['profit', 'Profit'],
  ['return', 'Return'],
  ['worst', 'MAE'],
  ['best', 'MFE'],
  ['bars', 'Bars'],
  ['fees', 'Fees'],
  ['reason', 'Reason'],
] as const;

export function tradesSection(data: ReportData): Markup {
  const { trades, tradeFigures } = data;
  if (trades.total === 0) {
    return section(
      'trades',
      'Trades',
      absent('No trade was closed. “Day by day” below says what was asked for, and why it was not done.'),
    );
  }
  const kept = trades.profit.length;
  const scatter = excursions(trades);
  return section(
    'trades',
    'Trades',
    [
      html`<div class="filters">
          <label>Find <input id="trade-find" type="search" placeholder="symbol or reason" autocomplete="off" /></label
          ><label
            >Show
            <select id="trade-kind">
              <option value="all">all</option>
              <option value="won">won</option>
              <option value="lost">lost</option>
              <option value="long">long</option>
              <option value="short">short</option>
            </select></label
          ><span id="trade-count" role="status"></span
          ><span class="pages"
            ><button type="button" id="trade-back" aria-label="Previous page">‹</button
            ><button type="button" id="trade-next" aria-label="Next page">›</button></span
          >
        </div>
        <div class="scroll" tabindex="0" role="region" aria-label="Trades">
          <table id="trade-table">
            <caption class="hidden">
              Closed trades; a heading sorts, a row shows the trade on the price chart
            </caption>
            <thead>
              <tr>
                ${TRADE_COLUMNS.map(([name, label], i) => html`<th scope="col" class="${i === 2 || i === 12 ? '' : 'n'}" ${name === 'entryAt' ? html` aria-sort="ascending"` : ''}><button type="button" data-sort="${name}">${label}</button></th>`)}
              </tr>
            </thead>
            <tbody></tbody>
          </table>
        </div>`,
      kept < trades.total
        ? html`<p class="hint">The ${whole(kept)} trades that won or lost most, of ${whole(trades.total)}.</p>`
        : html``,
      html`<div class="columns">
        ${
          scatter === undefined
            ? ''
            : html`<div>
                <h3>How far trades went against and for us</h3>
                ${scatter}
              </div>`
        }
        <div>
          <h3>In figures</h3>
          ${facts([
            ['Won, lost', `${whole(tradeFigures.wins)}, ${whole(tradeFigures.losses)}`],
            [
              'Round trips, from flat to flat',
              `${whole(tradeFigures.roundTrips)}, ${whole(tradeFigures.roundTripWins)} won`,
            ],
            ['Best trade', signedPercent(tradeFigures.best ?? Number.NaN)],
            ['Worst trade', signedPercent(tradeFigures.worst ?? Number.NaN)],
            ['Average bars in a trade', decimal(tradeFigures.averageBars ?? Number.NaN, 1)],
            ...(scatter === undefined ? [] : excursionFacts(data)),
          ])}
          ${
            scatter === undefined
              ? ''
              : html`<p class="small">
                  A disc is a trade that won, a ring one that lost. Won trades far to the right were luck with patience;
                  rings high up are profits that were given back.
                </p>`
          }
        </div>
      </div>`,
    ],
    plural(trades.total, 'closed trade'),
  );
}

function excursionFacts({ trades }: ReportData): Facts {
  return [
    ['Median loss while open, won trades', percent(median(trades.worst.filter((_, i) => (trades.profit[i] ?? 0) > 0)))],
    ['Median gain given back, lost trades', percent(median(trades.best.filter((_, i) => (trades.profit[i] ?? 0) < 0)))],
  ];
}

export function whySection(data: ReportData): Markup {
  const first = date(data.startAt ?? Number.NaN);
  const last = date(data.endAt ?? Number.NaN);
  return section(
    'why',
    'Why did it, or did it not, trade on a day?',
    html`<div class="filters">
        <label>Day <input id="day" type="date" min="${first}" max="${last}" value="${last}" /></label
        ><button type="button" id="day-back" aria-label="Previous day with prices">‹ day</button
        ><button type="button" id="day-next" aria-label="Next day with prices">day ›</button
        ><button type="button" id="decision-back">‹ decision</button
        ><button type="button" id="decision-next">decision ›</button>
      </div>
      <div id="day-answer" class="answer" role="status" aria-live="polite"></div>`,
  );
}

const OUTCOMES = [
  ['submitted', 'Submitted', 'passed the risk gate and went to the venue'],
  ['filled', 'Filled', 'filled completely'],
  ['canceled', 'Canceled', 'withdrawn before they filled'],
  ['expired', 'Expired', 'ran out of time'],
  ['rejected', 'Rejected', 'turned down by the venue'],
  ['refused', 'Refused', 'stopped by the risk gate, never sent'],
] as const;

export function costsSection(data: ReportData): Markup {
  const { costs, orders, reasons, holdings, currency } = data;
  const moneyOf = (value: number | null): string => (value === null ? '–' : decimal(value, 2));
  const costFacts = facts([
    ['Fees', money(costs.fees, currency)],
    ['Fees over traded value', costs.traded > 0 ? `${decimal((costs.fees / costs.traded) * 1e4, 2)} bps` : '–'],
    ...(costs.slippage === null
      ? []
      : [
          ['Slippage, in the fill prices', money(costs.slippage, currency)] as const,
          [
            'Slippage over traded value',
            costs.traded > 0 ? `${decimal((costs.slippage / costs.traded) * 1e4, 2)} bps` : '–',
          ] as const,
        ]),
    ['Fees over profit before fees', costs.shareOfProfit === null ? '–' : percent(costs.shareOfProfit)],
    ['Traded value', money(costs.traded, currency)],
    ['Dividends', money(costs.dividends, currency)],
    ['Interest', money(costs.interest, currency)],
  ]);
  const bySymbol = table(
    'Costs by instrument',
    ['Instrument', 'Fills', 'Traded', 'Fees', 'Fees, bps', 'Slippage', 'Profit'].map((label, i) => ({
      label,
      numeric: i > 0,
    })),
    costs.rows.map((row) => [
      row.symbol,
      whole(row.fills),
      decimal(row.traded, 0),
      moneyOf(row.fees),
      row.traded > 0 ? decimal((row.fees / row.traded) * 1e4, 1) : '–',
      costs.slippage === null ? '–' : moneyOf(row.slippage),
      moneyOf(row.profit),
    ]),
  );
  const most = Math.max(1, ...Object.values(orders));
  return section('costs', 'Costs, orders, holdings', [
    html`<div class="columns">
      <div>
        <h3>Costs</h3>
        ${costFacts}${
          costs.models.length === 0
            ? ''
            : html`<ul class="small">
                ${costs.models.map((sentence) => html`<li>${sentence}</li>`)}
              </ul>`
        }
        <p class="small">Slippage is part of the fill prices: it is told, and not taken twice.</p>
      </div>
      <div>
        <h3>What became of the orders</h3>
        <table class="outcomes">
          <caption class="hidden">
            Orders by outcome
          </caption>
          <tbody>
            ${OUTCOMES.map(
              ([name, label, meaning]) =>
                html`<tr title="${meaning}">
                  <th scope="row">${label}</th>
                  <td class="n">${whole(orders[name])}</td>
                  <td class="bar"><span style="--share:${Math.round((orders[name] / most) * 100)}%"></span></td>
                </tr>`,
            )}
          </tbody>
        </table>
        ${
          reasons.length === 0
            ? ''
            : table(
                'Why orders ended without filling',
                [{ label: 'Outcome' }, { label: 'Reason' }, { label: 'Times', numeric: true }],
                reasons.map(({ kind, text, count, example }) => [
                  kind,
                  html`<span title="${example}">${text || '(no reason given)'}</span>`,
                  whole(count),
                ]),
              )
        }
      </div>
    </div>`,
    costs.rows.length === 0
      ? html``
      : html`<h3>By instrument</h3>
          ${bySymbol}${costs.rowsTotal > costs.rows.length ? html`<p class="hint">The ${costs.rows.length} with the most fees, of ${whole(costs.rowsTotal)}.</p>` : ''}`,
    html`<h3>Holdings at the end</h3>`,
    holdings.length === 0
      ? absent('All cash.')
      : table(
          'Holdings at the end',
          ['Instrument', 'Quantity', 'Average price', 'Price', `Value, ${currency}`, 'Share'].map((label, i) => ({
            label,
            numeric: i > 0,
          })),
          holdings.map(({ symbol, quantity, averagePrice, price, value }) => [
            symbol ?? '',
            plain(quantity ?? Number.NaN),
            plain(Number((averagePrice ?? Number.NaN).toPrecision(8))),
            plain(price ?? Number.NaN),
            moneyOf(value),
            percent((value ?? Number.NaN) / data.finalEquity),
          ]),
        ),
    html`<p class="small">
      Cash at the end, exact:
      ${Object.entries(data.exactCash)
        .map(([code, amount]) => `${amount} ${code}`)
        .join(', ')}.
    </p>`,
  ]);
}

function median(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (known.length === 0) return Number.NaN;
  const middle = known.length >> 1;
  return known.length % 2 === 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
}
