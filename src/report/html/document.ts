/**
 * The whole page: one file that needs nothing else, with a policy that lets it load nothing else.
 *
 * Everything that can be read is markup from here; the script adds the charts, the trade table and the days.
 */
import type { ReportData } from '../data.ts';
import { costsSection, marketSection, tradesSection, whySection } from './activity.ts';
import { interactivePage } from './interactive.ts';
import { labelsOf, masthead, periodOf, titleOf } from './masthead.ts';
import { dataSection, methodSection } from './method.ts';
import { optionsSection } from './options.ts';
import { taxSection } from './tax.ts';
import { performanceSection, returnsSection, riskSection } from './performance.ts';

/** What the page is made with: the texts of the chart library and of the page's own script and style. */
export interface ReportAssets {
  readonly uplotJs: string;
  readonly uplotCss: string;
  readonly pageJs: string;
  readonly pageCss: string;
}

/** Returns the report as one HTML document. The same data and assets give the same bytes. */
export function renderReport(data: ReportData, assets: ReportAssets): string {
  const sections = [
    performanceSection,
    returnsSection,
    riskSection,
    marketSection,
    optionsSection,
    tradesSection,
    whySection,
    costsSection,
    taxSection,
    dataSection,
    methodSection,
  ].map((render) => render(data).text);
  return interactivePage({
    title: `${titleOf(data)}, ${periodOf(data)} (${labelsOf(data).join(', ').toLowerCase()})`,
    css: `${assets.uplotCss}\n${assets.pageCss}`,
    body: `${masthead(data).text}${sections.join('')}`,
    data: pageData(data),
    script: `${assets.uplotJs}\n${assets.pageJs}`,
  });
}

/** What the script needs; the rest is in the markup already. */
const FOR_SCRIPT: readonly (keyof ReportData)[] = [
  'currency',
  'intraday',
  'startAt',
  'endAt',
  'firstDecisionAt',
  'benchmarkName',
  'curves',
  'rolling',
  'exposure',
  'prices',
  'trades',
  'days',
];

function pageData(data: ReportData): Record<string, unknown> {
  const fields = FOR_SCRIPT.map((name) => [name, data[name]]);
  return {
    ...Object.fromEntries(fields),
    strategies: data.strategies.map(({ name }) => name),
    book: data.options?.book ?? null,
  };
}
