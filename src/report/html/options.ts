/**
 * The section about options: premium, payoffs, greeks and collateral over time, moves, buckets, assignments, and what
 * makes the figures look better than trading would have been.
 */
import type { ReportData } from '../data.ts';
import type { AssignmentRow } from '../options/assignments.ts';
import type { BucketRow } from '../options/buckets.ts';
import type { OptionsData } from '../options/data.ts';
import { date, decimal, money, percent, plain, plural, whole } from '../text.ts';
import { html, type Markup } from './escape.ts';
import { MOVES_WORST, movesDrawing, payoffDrawing } from './option-drawings.ts';
import { absent, facts, plot, section, table } from './parts.ts';

/** Nothing where no contract was traded. */
export function optionsSection(data: ReportData): Markup {
  const { options, currency } = data;
  if (options === null) return html``;
  const { premium } = options;
  return section(
    'options',
    'Options',
    [
      options.simulated
        ? html`<p class="warning" role="note">
            <b>${options.notes[0] ?? 'Prices are made by a model.'}</b> What that flatters stands at the end of this
            section.
          </p>`
        : html``,
      (premium.sold ?? 0) === 0 ? absent('No contract was sold.') : premiumPart(options, data),
      payoffs(options, currency),
      greeks(options, currency),
      (premium.ended ?? 0) === 0 ? html`` : moves(options),
      buckets(options, currency),
      assignments(options, currency),
      notes(options),
    ],
    `${plural(options.positions, 'position')} in contracts, ${whole(premium.sold ?? 0)} sold`,
  );
}

function premiumPart(options: OptionsData, { currency, curves }: ReportData): Markup {
  const { premium } = options;
  const amount = (value: number | null): string => money(value ?? Number.NaN, currency);
  const of = (value: number | null): string =>
    premium.collected === null || premium.collected === 0 || value === null
      ? ''
      : ` (${percent(value / premium.collected, 0)})`;
  const deepest = curves.drawdown.reduce<number>((low, depth) => Math.min(low, depth ?? 0), 0);
  return html`<div class="columns">
    <div>
      <h3>Premium</h3>
      ${facts([
        ['Collected', amount(premium.collected)],
        ['Bought back', `${amount(premium.boughtBack)}${of(premium.boughtBack)}`],
        ['Given up when assigned or settled', `${amount(premium.lostAtEnd)}${of(premium.lostAtEnd)}`],
        ...(premium.open === 0 ? [] : [['Still open', amount(premium.open)] as const]),
        ['Kept', html`<b>${amount(premium.kept)}${of(premium.kept)}</b>`],
        ['Fees', amount(premium.fees)],
      ])}
    </div>
    <div>
      <h3>What it took</h3>
      ${facts([
        ['Won, of those that ended', `${whole(premium.won ?? 0)} of ${whole(premium.ended ?? 0)}`],
        ['Lapsed worthless', whole(premium.lapsed ?? 0)],
        ['Assigned; settled in the money', `${whole(premium.assigned ?? 0)}; ${whole(premium.settled ?? 0)}`],
        [
          'Collateral, average and most',
          (premium.collateralSessions ?? 0) === 0
            ? 'none'
            : `${percent(premium.collateralAverage ?? Number.NaN)}, ${percent(premium.collateralMost ?? Number.NaN)} of equity`,
        ],
        [
          'Kept less fees, over collateral, per year',
          premium.yieldOnCollateral === null ? 'not known: shares covered some' : percent(premium.yieldOnCollateral),
        ],
        ['Deepest drawdown of the account', percent(deepest)],
      ])}
    </div>
  </div>`;
}

/** What a position can win and lose, in one sentence. */
function limits({ maxProfit, maxLoss, breakEvens, firstExpiry }: OptionsData['payoffs'][number], currency: string) {
  if (firstExpiry !== null) {
    return `Its legs end on different days: what it can win or lose depends on vols, and the line is for ${firstExpiry}.`;
  }
  const won = maxProfit === null ? 'without limit' : `at most ${money(maxProfit, currency)}`;
  const lost = maxLoss === null ? 'without limit' : `at most ${money(-maxLoss, currency)}`;
  const nought = breakEvens.map((price) => plain(price ?? Number.NaN)).join(' and ');
  return `At expiry ${won} won, ${lost} lost${nought === '' ? '' : `, nought at ${nought}`}.`;
}

function ending({ result, contracts }: NonNullable<OptionsData['payoffs'][number]['end']>, currency: string): string {
  const all = `${money(result ?? Number.NaN, currency)} after fees`;
  if (contracts === result) return all;
  return `${all} with the shares from the opening on, of which the contracts brought ${money(contracts ?? Number.NaN, currency)}`;
}

function payoffs({ payoffs: all }: OptionsData, currency: string): Markup {
  if (all.length === 0) return html``;
  const titleOf = ({ label, name, underlying, openedAt }: OptionsData['payoffs'][number]): string =>
    `${date(openedAt)} ${underlying} ${name.replaceAll('-', ' ')}${label === '' ? '' : ` (${label})`}`;
  return html`<h3>Payoff</h3>
    ${
      all.length === 1
        ? ''
        : html`<div class="filters">
            <label
              >Opened
              <select id="payoff-choice">
                ${all.map((each, i) => html`<option value="${i}">${titleOf(each)}</option>`)}
              </select></label
            >
          </div>`
    }
    ${all.map(
      (each, i) =>
        html`<div class="payoff" data-payoff="${i}" ${i === 0 ? '' : html` hidden`}>
          <p class="small">
            <b>${titleOf(each)}</b>: ${each.legs.join(', ')}.
            ${limits(each, currency)}${
              each.end === null || each.endedAt === null
                ? ' Still open.'
                : ` Ended ${date(each.endedAt)} with the price at ${plain(each.end.price ?? Number.NaN)}: ${ending(each.end, currency)}.`
            }
          </p>
          ${payoffDrawing(each, currency)}
        </div>`,
    )}`;
}

function greeks({ book, premium }: OptionsData, currency: string): Markup {
  const labelOf = (name: string, meaning: string): string => `${name}, ${currency} ${meaning}`;
  const stride = book.stride === 1 ? '' : ` Of many sessions one in ${whole(book.stride)} is valued.`;
  return html`<h3>The book over time</h3>
    <div class="columns">
      ${plot('greek-delta', labelOf('Delta', 'per 1 % up'), 'Money that the book wins when its underlyings rise by one per cent')}${plot('greek-gamma', labelOf('Gamma', 'change of that per further 1 %'), 'Change of delta for a further rise of one per cent')}
    </div>
    <div class="columns">
      ${plot('greek-theta', labelOf('Theta', 'per calendar day'), 'Money that a calendar day brings')}${plot('greek-vega', labelOf('Vega', 'per point of vol'), 'Money that one point of implied vol brings')}
    </div>
    ${
      (premium.collateralSessions ?? 0) > 0
        ? plot(
            'collateral',
            'Collateral of sold options, share of equity',
            'Money that sold options tie up over equity, at the end of each session',
          )
        : absent(
            'Collateral: sold options tied up no money at the end of a session; shares or bought contracts cover them.',
          )
    }
    <p class="hint">
      At the end of each session, by the vol that explains the middle of each quote. Shares of the underlyings count in
      delta.${stride}
    </p>`;
}

function moves({ moves: all, moveFigures, years, premium }: OptionsData): Markup {
  const drawing = movesDrawing(all);
  const amount = (value: number): string => decimal(value, 0);
  const byYear = table(
    'Premium and moves by year of sale',
    ['Year', 'Sold', 'Collected', 'Given back', 'Result', 'Taken', 'Implied vol', 'Realised ÷ implied'].map(
      (label, i) => ({
        label,
        numeric: i > 0,
      }),
    ),
    years.map((year) => [
      String(year.year),
      whole(year.count),
      amount(year.collected),
      amount(year.givenBack),
      amount(year.result),
      whole(year.assigned),
      percent(year.impliedVol ?? Number.NaN),
      decimal(year.ratio ?? Number.NaN),
    ]),
  );
  return html`<h3>Premium against what the underlying then did</h3>
    <div class="columns">
      <div>${drawing ?? absent('Nobody says what the underlying did.')}</div>
      <div>
        ${
          moveFigures === null
            ? ''
            : facts([
                ['Implied vol when sold, mean', percent(moveFigures.impliedVol ?? Number.NaN)],
                ['Realised over implied vol', decimal(moveFigures.ratio ?? Number.NaN)],
                ['Positions it is known of', `${whole(moveFigures.count ?? 0)} of ${whole(premium.ended ?? 0)}`],
              ])
        }
        <p class="small">
          Below 1, the underlying moved less than its options had promised, and sellers were overpaid. “Taken” are
          positions that were assigned, or settled in the
          money.${
            all.some(({ kept }) => kept < MOVES_WORST)
              ? ` Worse than ${percent(MOVES_WORST, 0)} lies at the lower edge.`
              : ''
          }
        </p>
      </div>
    </div>
    ${byYear}`;
}

function buckets({ buckets: rows, bucketTotal }: OptionsData, currency: string): Markup {
  if (bucketTotal === null) return html``;
  const cells = (row: BucketRow): string[] => [
    row.delta,
    row.days,
    whole(row.count),
    decimal(row.premium, 0),
    percent(row.wonShare, 0),
    decimal(row.averageResult, 2),
    percent(row.resultOfPremium ?? Number.NaN, 0),
    percent(row.assignedShare, 0),
  ];
  return html`<h3>By delta and days to expiry, when sold</h3>
    ${table(
      'Sold positions by delta and days to expiry',
      ['Delta', 'Days', 'Ended', `Premium, ${currency}`, 'Won', 'Average result', 'Result ÷ premium', 'Taken'].map(
        (label, i) => ({
          label,
          numeric: i > 1,
        }),
      ),
      [...rows.map(cells), ...(rows.length > 1 ? [cells(bucketTotal).map((cell) => html`<b>${cell}</b>`)] : [])],
    )}`;
}

function assignments({ assignments: rows, assignmentsTotal }: OptionsData, currency: string): Markup {
  const heading = html`<h3>Assignments and settlements in the money</h3>`;
  if (rows.length === 0)
    return html`${heading}${absent('No contract was assigned, exercised, or settled in the money.')}`;
  const cells = (row: AssignmentRow): (Markup | string)[] => [
    date(row.at),
    html`<span title="${row.reason}">${row.symbol}</span>`,
    row.kind,
    plain(row.contracts),
    plain(row.price ?? Number.NaN),
    row.shares === 0 ? 'cash' : plain(row.shares),
    row.basis === null ? '–' : decimal(row.basis),
    decimal(row.premium, 2),
    decimal(-row.worth, 2),
    html`<b>${decimal(row.result, 2)}</b>`,
    row.since === null ? '–' : html`${decimal(row.since, 2)}${row.isHeld ? html`<small> held</small>` : ''}`,
  ];
  return html`${heading}
    ${table(
      'Assignments and settlements in the money',
      [
        'Day',
        'Contract',
        'What',
        'Contracts',
        'Price then',
        'Shares',
        'Basis',
        'Premium',
        'Worth then',
        'Result',
        'Shares since',
      ].map((label, i) => ({ label, numeric: i > 2 })),
      rows.map(cells),
    )}
    <p class="hint">
      In ${currency}. Basis is the strike less the premium of a put, plus that of a call. “Shares since” is what
      delivered shares made from the price
      then.${rows.length < assignmentsTotal ? ` The latest ${whole(rows.length)} of ${whole(assignmentsTotal)}.` : ''}
    </p>`;
}

function notes({ notes: sentences, saleOfMid, rate, rateSource }: OptionsData): Markup {
  const fills =
    saleOfMid === null
      ? []
      : [
          `Sales got ${percent(saleOfMid)} of the middle of the quote on average: who expects the middle every time overstates the premium.`,
        ];
  return html`<h3>What flatters, and what was assumed</h3>
    <ul class="small">
      ${[...sentences, ...fills, `Greeks are computed with a rate of ${percent(rate)}: ${rateSource}.`].map((sentence) => html`<li>${sentence}</li>`)}
    </ul>`;
}
