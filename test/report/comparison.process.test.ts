/** A comparison in a real browser, from a file and without a network; skipped where there is no Chromium. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { comparisonAssets } from '../../src/adapters/report-assets/index.ts';
import type { ComparedRun } from '../../src/report/comparison/input.ts';
import { comparisonPage } from '../../src/report/comparison/page.ts';

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));

function run(label: string, step: number): ComparedRun {
  const times = Float64Array.from({ length: 50 }, (_, i) => i * 86_400_000);
  const values = times.map((_, i) => 100 + step * i * (i % 3));
  const none = { strategy: '<b>', parameters: { a: 1 }, source: 's', simulated: true, startAt: 0, endAt: 1e12 };
  return { label, ...none, equity: { times, values } };
}

test.skipIf(executablePath === undefined)(
  'the curves of a comparison are drawn, in both scales, without a message or a request',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'comparison-'));
    const file = join(folder, 'page.html');
    const runs = [run('one', 1), run('two', -0.5), { ...run('three', 1), equity: undefined }];
    const differences = [{ path: 'account.cash', values: ['1', undefined, '</script>'] }];
    const figures = [{ title: 'Sharpe ratio', unit: 'ratio', values: [1, 2, Number.NaN], best: [1] }];
    writeFileSync(file, comparisonPage({ runs, figures, differences, cautions: [] }, comparisonAssets()));
    const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('console', (message) => problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) problems.push(request.url());
      });
      await page.goto(pathToFileURL(file).href);
      await page.waitForSelector('html[data-ready]', { timeout: 45_000 });
      expect(await page.locator('#equity canvas, #drawdown canvas').count()).toBe(2);
      expect(await page.locator('#equity .readout').textContent()).toBe('onetwo');
      await page.click('#log');
      await page.click('#theme');
      expect(await page.getByText('No equity was kept of three').count()).toBe(1);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  },
);
