/** The page of a sweep on a phone, in a real browser; skipped where there is no Chromium. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deckSchema } from '../../src/desk/config/schema.ts';
import { leaveSweep } from '../../src/desk/sweep/leave.ts';
import { planSweep } from '../../src/desk/sweep/plan.ts';
import { sweepRequest } from '../../src/desk/sweep/settings.ts';
import { runSweep } from '../../src/desk/sweep/sweep.ts';

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));

describe.skipIf(executablePath === undefined)('on a phone', () => {
  const base = mkdtempSync(join(tmpdir(), 'sweep-phone-'));
  const folder = join(base, 'runs', 'sweep');
  let browser: Browser;

  beforeAll(async () => {
    const config = deckSchema.parse({
      strategy: { name: 'sma-cross' },
      tape: { source: 'simulated', symbols: ['AAA'], start: '2010-01-01', end: '2016-12-31' },
      sweep: { parameters: { fast: '3..12/3', slow: '20,30' } },
    });
    const over = { parameters: {}, validate: { walkForward: '504/126' } };
    const plan = await planSweep(config, base, sweepRequest(config.sweep, over, {}));
    const world = { folder: base, results: folder, workers: 1, again: false, stop: { isStopped: false } };
    await leaveSweep(await runSweep(plan, { ...world, now: () => 0, onProgress: () => undefined }), folder, base);
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    rmSync(base, { recursive: true });
  });

  async function open(width: number): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(join(folder, 'sweep.html')).href);
    return page;
  }

  /** What is seen at the upper right corner of an element. */
  async function corner(page: Page, element: Locator): Promise<string> {
    await element.scrollIntoViewIfNeeded();
    const box = (await element.boundingBox())!;
    const clip = { x: box.x + box.width - 4, y: box.y + 1, width: 4, height: 4 };
    return (await page.screenshot({ clip })).toString('base64');
  }

  test('a drawing wider than the page says that it goes on, and casts a shadow until its end is seen', async () => {
    const page = await open(390);
    expect(await page.locator('html').evaluate((element) => element.scrollWidth)).toBe(390);
    const drawings = page.locator('.wide');
    expect(await drawings.count()).toBe(3);
    for (const drawing of await drawings.all()) {
      expect(await drawing.locator('.more').isVisible()).toBe(true);
      const scroller = drawing.locator('.scroll');
      const paper = await corner(page, drawing.locator('figcaption'));
      expect(await corner(page, scroller)).not.toBe(paper);
      await scroller.evaluate((element) => element.scrollTo({ left: element.scrollWidth, behavior: 'instant' }));
      expect(await corner(page, scroller)).toBe(paper);
    }
    await page.close();
  });

  test('and on a desk nothing scrolls sideways, and nothing says so', async () => {
    const page = await open(1240);
    for (const drawing of await page.locator('.wide').all()) {
      expect(await drawing.locator('.more').isVisible()).toBe(false);
      const fits = await drawing.locator('.scroll').evaluate((element) => element.scrollWidth <= element.clientWidth);
      expect(fits).toBe(true);
    }
    await page.close();
  });
});
