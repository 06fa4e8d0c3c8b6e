/**
 * The whole page: one file that needs nothing else, with a policy that lets it load nothing else.
 *
 * Everything that can be read is markup from here; the script adds the charts, the trade table and the days.
 */
import { sha256, utf8 } from '../../base/sha256.ts';
import type { ReportData } from '../data.ts';
import { costsSection, marketSection, tradesSection, whySection } from './activity.ts';
import { embeddedJson, escape } from './escape.ts';
import { labelsOf, masthead, periodOf, titleOf } from './masthead.ts';
import { dataSection, methodSection } from './method.ts';
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
  const script = `${assets.uplotJs}\n${assets.pageJs}`.replaceAll('</script', '<\\/script');
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const sections = [
    performanceSection,
    returnsSection,
    riskSection,
    marketSection,
    tradesSection,
    whySection,
    costsSection,
    dataSection,
    methodSection,
  ].map((render) => render(data).text);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Tradedeck">
<title>${escape(`${titleOf(data)}, ${periodOf(data)} (${labelsOf(data).join(', ').toLowerCase()})`)}</title>
<link rel="icon" href="data:,">
<style>${assets.uplotCss}\n${assets.pageCss}</style>
</head>
<body>
<main>
${masthead(data).text}${sections.join('')}<footer><p>Past results, and simulated ones even more so, do not promise future ones.</p></footer>
</main>
<script type="application/json" id="report-data">${embeddedJson(pageData(data))}</script>
<script>${script}</script>
</body>
</html>
`;
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
  return { ...Object.fromEntries(fields), strategies: data.strategies.map(({ name }) => name) };
}

/** The name of an inline script in a content security policy: `sha256-` and the digest in base64. */
function hashOf(script: string): string {
  const hex = sha256(utf8(script));
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let bits = '';
  for (const digit of hex) bits += Number.parseInt(digit, 16).toString(2).padStart(4, '0');
  let text = '';
  for (let i = 0; i < bits.length; i += 6) text += letters[Number.parseInt(bits.slice(i, i + 6).padEnd(6, '0'), 2)];
  return `sha256-${text.padEnd(44, '=')}`;
}
