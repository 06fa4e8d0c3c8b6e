/**
 * A person's walk through a report in a real browser, from a file, without a network. Needs a Chromium: that of
 * `CHROMIUM`, or one of the usual places; without one the walk is skipped and says so.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reportAssets } from '../../src/adapters/report-assets/index.ts';
import { defineStrategy } from '../../src/engine/strategy/strategy.ts';
import { renderReport } from '../../src/report/html/document.ts';
import { any, played, walk } from './played.ts';

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** A quarter of this on a quiet machine; tests share theirs. */
const LOADED_MS = 3000;

describe.skipIf(executablePath === undefined)('a report in a browser (skipped where there is no Chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ARGUMENTS });
    writeFileSync(join(folder, 'run.html'), renderReport(played(walk(1500)).data, reportAssets()));
    return async () => browser.close();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    problems.length = 0;
    requests.length = 0;
    page = await open('run.html');
    return async () => {
      await page.close();
      expect(problems).toEqual([]);
      expect(requests).toEqual([]);
    };
  });

  async function open(file: string, width = 1240): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: 'light' });
    opened.on('console', (message) => problems.push(message.text()));
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) requests.push(request.url());
    });
    await opened.goto(pathToFileURL(join(folder, file)).href);
    await opened.waitForSelector('html[data-ready]', { timeout: 45_000 });
    return opened;
  }

  /** A point of a chart, at a share of its width and height. */
  async function at(chart: string, across: number, down = 0.5): Promise<[number, number]> {
    await page.locator(chart).scrollIntoViewIfNeeded();
    const box = (await page.locator(`${chart} .u-over`).boundingBox())!;
    return [box.x + box.width * across, box.y + box.height * down];
  }

  async function drag(chart: string, from: number, to: number): Promise<void> {
    await page.mouse.move(...(await at(chart, from)));
    await page.mouse.down();
    await page.mouse.move(...(await at(chart, to)), { steps: 5 });
    await page.mouse.up();
  }

  const readout = async (chart: string): Promise<string> => page.locator(`${chart} .readout`).innerText();

  /** Years of the instant under a point of a chart: what the zoom changed. */
  async function dateAt(chart: string, across: number): Promise<number> {
    await page.mouse.move(...(await at(chart, across)));
    return Date.parse((await readout(chart)).slice(0, 10));
  }

  /** How many pixels of a chart are painted, and with what: two paintings are equal when these are. */
  const painted = async (chart: string): Promise<string> =>
    page.locator(`${chart} canvas`).evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());

  test('every chart is drawn, and the page is there at once', async () => {
    const charts = page.locator('.chart');
    expect(await charts.count()).toBeGreaterThanOrEqual(7);
    expect(await page.locator('.chart .u-over').count()).toBe(await charts.count());
    // The timing entry of the page's load; the test's own types know no browser.
    const timing = 'performance.getEntriesByType("navigation")[0].domComplete';
    expect(await page.evaluate<number>(timing)).toBeLessThan(LOADED_MS);
  });

  test('hovering says the date and the value of account and benchmark', async () => {
    await page.mouse.move(...(await at('#equity', 0.5)));
    expect(await readout('#equity')).toMatch(/\d{4}-\d\d-\d\d.*Account [\d,]+ USD.*Buy and hold ACME [\d,]+ USD/s);
    // One pointer reads all charts.
    expect(await readout('#drawdown')).toMatch(/\d{4}-\d\d-\d\d.*%/s);
  });

  test('dragging zooms all charts, and a double click shows the whole period again', async () => {
    const [from, to] = [await dateAt('#equity', 0.02), await dateAt('#equity', 0.98)];
    await drag('#equity', 0.4, 0.6);
    const [near, far] = [await dateAt('#price', 0.02), await dateAt('#price', 0.98)];
    expect(far - near).toBeLessThan((to - from) * 0.3);
    expect(near).toBeGreaterThan(from);
    await page.mouse.dblclick(...(await at('#drawdown', 0.5)));
    await expect.poll(async () => dateAt('#equity', 0.98)).toBe(to);
  });

  test('the keys zoom and walk a chart', async () => {
    await page.locator('#equity .plot').focus();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    const first = await readout('#equity');
    await page.keyboard.press('ArrowRight');
    expect(await readout('#equity')).not.toBe(first);
    await page.keyboard.press('Home');
    expect(await dateAt('#equity', 0.001)).toBeLessThan(Date.parse('2015-01-20'));
  });

  test('the log scale can be turned on and off', async () => {
    const linear = await painted('#equity');
    await page.click('#log');
    expect(await page.getAttribute('#log', 'aria-pressed')).toBe('true');
    expect(await painted('#equity')).not.toBe(linear);
    await page.click('#log');
    await page.mouse.move(0, 0);
    expect(await painted('#equity')).toBe(linear);
  });

  test('light and dark are one click apart, charts included', async () => {
    const background = 'getComputedStyle(document.body).backgroundColor';
    const [paper, chart] = [await page.evaluate<string>(background), await painted('#equity')];
    await page.click('#theme');
    expect(await page.evaluate<string>(background)).not.toBe(paper);
    await expect.poll(async () => painted('#equity')).not.toBe(chart);
    await page.click('#theme');
    expect(await page.evaluate<string>(background)).toBe(paper);
  });

  test('trades sort, filter, and show themselves on the price chart with their reason', async () => {
    const profits = async (): Promise<number[]> =>
      (await page.locator('#trade-table tbody td:nth-child(7)').allInnerTexts()).map((text) =>
        Number(text.replace('−', '-').replaceAll(',', '')),
      );
    await page.click('[data-sort=profit]');
    const falling = await profits();
    expect(falling.length).toBeGreaterThan(5);
    expect(falling).toEqual([...falling].sort((a, b) => b - a));
    await page.click('[data-sort=profit]');
    expect(await profits()).toEqual(falling.toReversed());
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    await page.selectOption('#trade-kind', 'won');
    expect((await profits()).every((profit) => profit > 0)).toBe(true);
    await page.fill('#trade-find', 'no such reason');
    expect(await page.innerText('#trade-count')).toBe('none');
    await page.fill('#trade-find', 'fell below');
    const before = await painted('#price');
    await page.click('#trade-table tbody tr:first-child');
    await expect.poll(async () => painted('#price')).not.toBe(before);
    // One of the points along the line between entry and exit is close enough to a mark.
    let said = '';
    for (let across = 0.2; across < 0.8 && !said.includes('→'); across += 0.025) {
      for (let down = 0.03; down < 1 && !said.includes('→'); down += 0.07) {
        await page.mouse.move(...(await at('#price', across, down)));
        said = await readout('#price');
      }
    }
    expect(said).toMatch(/long .* \(fast average rose above slow\) → .* \(fast average fell below slow\), [+−]/);
  });

  test('a day says what was decided on and why, also when nothing was done', async () => {
    await page.click('#decision-back');
    expect(await page.innerText('#day-answer')).toMatch(/fast average/);
    await page.fill('#day', '2015-01-10');
    await page.dispatchEvent('#day', 'change');
    expect(await page.innerText('#day-answer')).toContain('still warming up');
    await page.click('#day-next');
    expect(await page.inputValue('#day')).toBe('2015-01-11');
    expect(await page.innerText('#day-answer')).toMatch(/ACME 1d open [\d.]+, high/);
    await page.click('#decision-next');
    expect(await page.innerText('#day-answer')).toContain('market: fast average rose above slow');
  });

  test('on a phone nothing is wider than the screen', async () => {
    const phone = await open('run.html', 360);
    expect(await phone.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await phone.close();
  });

  test('every control has a name and every chart a description', async () => {
    const nameless = `[...document.querySelectorAll('button, input, select, [role=img], [role=region]')].filter((each) =>
      !(each.getAttribute('aria-label') || each.textContent.trim() || each.labels?.length)).map((each) => each.outerHTML)`;
    expect(await page.evaluate<string[]>(nameless)).toEqual([]);
  });

  test.each([
    ['no trade', () => played(walk(200), { strategy: any(defineStrategy({ name: 'idle', setup: () => ({}) })) })],
    ['a single bar', () => played(walk(1))],
    ['bars of a minute', () => played(walk(5000, 7, 60_000_000))],
  ])('a run with %s opens without an error', async (name, run) => {
    const file = `${name.replaceAll(' ', '-')}.html`;
    writeFileSync(join(folder, file), renderReport(run().data, reportAssets()));
    const opened = await open(file);
    expect(await opened.innerText('h1')).toMatch(/idle|sma-cross/);
    await opened.close();
  });

  test('the walk would notice an error, a message and a request', async () => {
    writeFileSync(
      join(folder, 'faulty.html'),
      '<html data-ready><script>console.log("x"); fetch("http://127.0.0.1:9/y").catch(() => 0); null.x</script>',
    );
    const opened = await open('faulty.html');
    await expect.poll(() => problems.length).toBeGreaterThanOrEqual(2);
    expect(requests).toEqual(['http://127.0.0.1:9/y']);
    await opened.close();
    problems.length = 0;
    requests.length = 0;
  });
});
