/**
 * What matters for a tax of the United States: losses that may not count, and options on broad indices. Hints with amounts, and
 * what they do not look at.
 */
import type { ReportData } from '../data.ts';
import type { Section1256 } from '../section-1256.ts';
import { date, decimal, money, plain, plural } from '../text.ts';
import type { WashSales } from '../wash-sales.ts';
import { html, type Markup } from './escape.ts';
import { section, table } from './parts.ts';

/** Nothing where no loss was followed or preceded by a purchase, and no option on an index was held. */
export function taxSection({ washSales, section1256, currency }: ReportData): Markup {
  return html`${washSales === null ? html`` : washes(washSales, currency)}${section1256 === null ? html`` : indices(section1256, currency)}`;
}

function washes({ rows, count, disallowed }: WashSales, currency: string): Markup {
  return section(
    'wash-sales',
    'Losses that were bought back',
    [
      html`<p>
        ${plural(count, 'sale')} at a loss had a purchase of the same symbol, or of a contract to buy it, within 30 days
        before or after. Under the wash sale rule of the United States (Internal Revenue Code § 1091)
        ${money(disallowed, currency)} of these losses may not count now.
      </p>`,
      table(
        'Sales at a loss that were bought back',
        ['Symbol', 'Sold', 'Units', 'Loss', 'Bought back', 'First on', 'As', 'May not count'].map((label, i) => ({
          label,
          numeric: [2, 3, 4, 7].includes(i),
        })),
        rows.map((row) => [
          row.symbol,
          date(row.soldAt),
          plain(row.quantity),
          decimal(row.loss, 2),
          plain(row.replaced),
          date(row.boughtAt),
          row.boughtSymbol,
          decimal(row.disallowed, 2),
        ]),
      ),
      html`<p class="small">
        Information, not tax advice, and indicative: a call that was bought counts as its shares, and so does a put that
        was sold with its strike a tenth or more above what the shares were sold for. Your other accounts, those of a
        spouse and retirement accounts, splits, adjusted contracts and short sales are not looked at, and what a broker
        reports, which is of one account and of the same symbol alone, may differ.
        ${rows.length < count ? `The ${rows.length} largest of ${count} are shown.` : ''}
      </p>`,
    ],
    money(disallowed, currency),
  );
}

function indices({ years, open }: Section1256, currency: string): Markup {
  const total = years.reduce((sum, { profit }) => sum + profit, 0);
  return section(
    'section-1256',
    'Options on broad indices',
    [
      html`<p>
        Under Internal Revenue Code § 1256 of the United States 60 % of what they make counts as held for long and 40 %
        as for short, however long they were held; the wash sale rule does not stand over them.
      </p>`,
      table(
        'Options on broad indices by year',
        ['Year', 'Trades', 'Made', '60 % for long', '40 % for short'].map((label, i) => ({ label, numeric: i > 0 })),
        years.map(({ year, trades, profit, longTerm, shortTerm }) => [
          year,
          plain(trades),
          decimal(profit, 2),
          decimal(longTerm, 2),
          decimal(shortTerm, 2),
        ]),
      ),
      html`<p class="small">
        Information, not tax advice, and indicative: what is open at the end of a year counts as sold then at its value,
        which is not in these amounts.
        ${open === 0 ? '' : `${plural(open, 'position')} ${open === 1 ? 'is' : 'are'} open at the end. `}Futures, and
        options on them, are not looked at.
      </p>`,
    ],
    money(total, currency),
  );
}
