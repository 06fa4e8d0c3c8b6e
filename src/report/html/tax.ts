/**
 * What of the losses may not count for a tax of the United States: a hint with amounts, and what it does not look at.
 */
import type { ReportData } from '../data.ts';
import { date, decimal, money, plain, plural } from '../text.ts';
import { html, type Markup } from './escape.ts';
import { section, table } from './parts.ts';

/** Nothing where no loss was followed or preceded by a purchase. */
export function taxSection({ washSales, currency }: ReportData): Markup {
  if (washSales === null) return html``;
  const { rows, count, disallowed } = washSales;
  return section(
    'wash-sales',
    'Losses that were bought back',
    [
      html`<p>
        ${plural(count, 'sale')} at a loss had a purchase of the same symbol within 30 days before or after. Under the
        wash sale rule of the United States (Internal Revenue Code § 1091) ${money(disallowed, currency)} of these
        losses may not count now.
      </p>`,
      table(
        'Sales at a loss that were bought back',
        ['Symbol', 'Sold', 'Units', 'Loss', 'Bought back', 'First on', 'May not count'].map((label, i) => ({
          label,
          numeric: [2, 3, 4, 6].includes(i),
        })),
        rows.map((row) => [
          row.symbol,
          date(row.soldAt),
          plain(row.quantity),
          decimal(row.loss, 2),
          plain(row.replaced),
          date(row.boughtAt),
          decimal(row.disallowed, 2),
        ]),
      ),
      html`<p class="small">
        Information, not tax advice, and indicative: options on the same thing, your other accounts, those of a spouse
        and retirement accounts, splits and short sales are not looked at, and what a broker reports may differ.
        ${rows.length < count ? `The ${rows.length} largest of ${count} are shown.` : ''}
      </p>`,
    ],
    money(disallowed, currency),
  );
}
