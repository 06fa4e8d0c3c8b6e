/** The report of a run: data, page, terminal summary and files for other programs. */
export { comparisonPage } from './comparison/page.ts';
export type { ComparedRun, ComparisonInput, FigureRow } from './comparison/input.ts';
export { equityCsv, metricsJson, tradesCsv } from './csv.ts';
export { reportData, type MetricRow, type ReportData } from './data.ts';
export { extraOfDeck } from './from-deck.ts';
export { renderReport, type ReportAssets } from './html/document.ts';
export type { JournalInput, Metric, PriceInput, ReportExtra, Reproduction } from './input.ts';
export { renderSummary, type SummaryOptions } from './summary.ts';
