/** Facts about the data and the markup of a report, on runs of every size. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { reportAssets } from '../../src/adapters/report-assets/index.ts';
import { defineStrategy } from '../../src/engine/strategy/strategy.ts';
import { backtestingPy, honest } from '../../src/engine/sim/conventions.ts';
import { regT } from '../../src/engine/sim/margin.ts';
import { allocateBars } from '../../src/market/columns.ts';
import { reportData } from '../../src/report/data.ts';
import { renderReport } from '../../src/report/html/document.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { any, noAssets, played, walk } from './played.ts';

const idle = any(defineStrategy({ name: 'idle', setup: ({ note }) => ({ onBar: () => note('nothing to do') }) }));
const attack = '</script><img src=x onerror=alert(1)><!--';

function script(html: string): string {
  return html.slice(html.lastIndexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
}

test('the same inputs give the same page, byte for byte', () => {
  const pages = [1, 2].map(() => renderReport(played(walk(900)).data, reportAssets()));
  expect(pages[0]).toBe(pages[1]);
  expect(renderReport(played(walk(900, 8)).data, reportAssets())).not.toBe(pages[0]);
});

test('the data survive JSON unchanged, so that a report can be made again from a file', () => {
  const { data } = played(walk(900));
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
});

test('texts of others never become markup', () => {
  const strategy = any(
    defineStrategy({
      name: attack,
      description: attack,
      setup: ({ buy, note }) => ({
        onBar(bar) {
          note(attack);
          if (bar.close > 0) buy(1, attack);
        },
      }),
    }),
  );
  const finding = {
    rule: 'gap',
    severity: 'warning',
    file: attack,
    row: 1,
    symbol: attack,
    value: attack,
    message: attack,
  } as const;
  const html = renderReport(played(walk(60), { strategy, findings: [finding] }).data, noAssets);
  expect(html).not.toContain('<img');
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html).toContain('&lt;/script&gt;');
  const json = /id="report-data">(.*?)<\/script>/s.exec(html)![1];
  expect((JSON.parse(json) as { days: { texts: string[] } }).days.texts).toContain(attack);
});

test('the policy allows the page’s own script and nothing from anywhere', () => {
  const html = renderReport(played(walk(60)).data, reportAssets());
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1];
  const digest = createHash('sha256').update(script(html)).digest('base64');
  expect(policy).toContain(`script-src 'sha256-${digest}'`);
  expect(policy).toContain("default-src 'none'");
  expect(html).not.toMatch(/(?:src|href)="(?!#|data:)/);
});

test.each([
  ['a run without a trade', () => played(walk(300), { strategy: idle })],
  ['a run of a single bar', () => played(walk(1))],
  ['a run of two bars', () => played(walk(2))],
  ['a run in which the indicators never warmed up', () => played(walk(20))],
])('%s has a page without a number that is none', (_, run) => {
  const { data } = run();
  const html = renderReport(data, noAssets);
  expect(html.replace(/id="report-data">.*?<\/script>/s, '')).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
  expect(renderSummary(data, { width: 80, colour: false })).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
});

test('an empty run says so instead of failing', () => {
  const { data } = played(walk(30), { strategy: idle });
  const html = renderReport(data, noAssets);
  expect(html).toContain('No trade was closed.');
  expect(data.days!.times.every((times) => times === 1)).toBe(true);
});

test('a run that was ruined says when, and keeps its curve to the end', () => {
  const bars = walk(60);
  for (let i = 30; i < 60; i++) for (const field of ['open', 'high', 'low', 'close'] as const) bars[field][i] = 400;
  const short = any(
    defineStrategy({
      name: 'all short',
      setup: ({ sell, position }) => ({ onBar: () => void (position.isFlat && sell(900)) }),
    }),
  );
  const { result, data } = played(bars, {
    strategy: short,
    options: { conventions: { ...backtestingPy, ruinEnds: true } },
  });
  expect(result.ruinedAt).toBeDefined();
  expect(renderReport(data, noAssets)).toContain('The account was wiped out on 2015-02-01');
  expect(data.curves.drawdown.at(-1)).toBe(-1);
  expect(renderSummary(data, { width: 80, colour: false })).toContain('wiped out');
});

test('margin calls are told on the first page and on the terminal, and a run without one says nothing of them', () => {
  const bars = walk(60);
  for (let i = 30; i < 60; i++) for (const field of ['open', 'high', 'low', 'close'] as const) bars[field][i] = 200;
  const short = any(
    defineStrategy({
      name: 'all short',
      setup: ({ sell, position }) => ({ onBar: () => void (position.isFlat && sell(900)) }),
    }),
  );
  const { data } = played(bars, { strategy: short, options: { conventions: { ...honest, margin: regT } } });
  expect(data.marginCalls).toBe(1);
  const sentence = 'The account was called for margin once, and what it could not back was closed.';
  expect(renderReport(data, noAssets)).toContain(sentence);
  expect(renderSummary(data, { width: 80, colour: false })).toContain(sentence);
  expect(renderReport(played(walk(60)).data, noAssets)).not.toContain('called for margin');
});

test('simulated prices are labelled at the top, in the title and on the terminal', () => {
  const { data } = played(walk(60), { simulated: true });
  const html = renderReport(data, noAssets);
  expect(html).toMatch(/<strong class="label alert">SIMULATED PRICES<\/strong>/);
  expect(html).toMatch(/<title>.*simulated prices.*<\/title>/);
  expect(renderSummary(data, { width: 80, colour: false })).toMatch(/^ BACKTEST {3}SIMULATED PRICES /);
  expect(renderReport(played(walk(60)).data, noAssets)).not.toContain('SIMULATED');
});

test('findings are counted on the first page and listed, the gravest first', () => {
  const base = { rule: 'gap', file: 'a.csv', symbol: 'ACME', value: '3', message: 'three days are missing' } as const;
  const findings = [
    { ...base, severity: 'note', row: 4 },
    { ...base, severity: 'fatal', row: 9 },
    { ...base, severity: 'note', row: 5 },
  ] as const;
  const { data } = played(walk(60), { findings });
  expect(renderReport(data, noAssets)).toContain('Data: 3 findings: 1 fatal, 2 notes');
  expect(data.findings.list.map(({ row }) => row)).toEqual([9, 4, 5]);
});

test('a refusal is counted by its code and explained on its day', () => {
  const greedy = any(
    defineStrategy({ name: 'greedy', setup: ({ buy }) => ({ onBar: () => void buy(0.4, 'less than one share') }) }),
  );
  const { data } = played(walk(20), { strategy: greedy });
  expect(data.orders.refused).toBe(20);
  expect(data.reasons[0]).toMatchObject({ kind: 'refused', count: 20 });
  expect(data.days!.kinds).toContain('refused');
});

test('a million bars make a page below three megabytes that keeps the highest and lowest account', () => {
  const { result, data } = played(walk(1_000_000, 7, 60_000_000));
  const html = renderReport(data, reportAssets());
  expect(html.length).toBeLessThan(3_000_000);
  const high = result.equity.value.reduce((a, b) => Math.max(a, b));
  const low = result.equity.value.reduce((a, b) => Math.min(a, b));
  expect(data.curves.equity).toContain(Number(high.toPrecision(8)));
  expect(data.curves.equity).toContain(Number(low.toPrecision(8)));
  expect(Math.min(...data.curves.drawdown.map((value) => value ?? 0))).toBeCloseTo(-result.maxDrawdown, 4);
  expect(data.trades.total).toBe(result.trades.length);
});

test('without prices, journal and benchmark there is still a report', () => {
  const { result } = played(walk(300));
  const html = renderReport(reportData(result), noAssets);
  expect(html).toContain('No prices were handed to this report.');
  expect(html).toContain('No benchmark');
});

test('a run without any bar has a page', () => {
  const { data } = played(allocateBars(0));
  expect(renderReport(data, noAssets)).toContain('Nothing was played.');
  expect(renderSummary(data, { width: 80, colour: false })).toContain('sma-cross');
});

test('a session that ends at midnight counts for the day and month that end', () => {
  // Bars of a day from 2015-01-01 to 2015-01-31; the last ends at 2015-02-01T00:00Z.
  const { data } = played(walk(31), { strategy: idle });
  expect(data.years).toHaveLength(1);
  expect(data.years[0].months.map((month) => month !== null)).toEqual([
    true,
    ...Array.from({ length: 11 }, () => false),
  ]);
});

test('of two strategies on one deck, trades, entries and open positions name their own', () => {
  const hold = any(
    defineStrategy({
      name: 'hold',
      setup: ({ position, buy }) => ({ onBar: () => void (position.isFlat && buy(10, 'hold')) }),
    }),
  );
  const flip = any(
    defineStrategy({
      name: 'flip',
      setup: ({ position, buy, close }) => ({ onBar: () => void (position.isFlat ? buy(1, 'in') : close('out')) }),
    }),
  );
  const { data } = played(walk(40), { options: { strategies: [{ definition: hold }, { definition: flip }] } });
  expect(new Set(data.trades.strategy)).toEqual(new Set([1]));
  expect(new Set(data.days!.strategy)).toEqual(new Set([0, 1]));
  expect(data.prices[0].openEntries.find((entry) => entry.quantity === 10)).toMatchObject({ reason: 'hold' });
});
