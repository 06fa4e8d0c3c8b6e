/**
 * Reads what a report's page is made with: the chart library from its package, the page's script and style from beside
 * this file. The report room takes them as texts, because it reads nothing itself.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The parts of the script, each after those it builds on. */
const REPORT = ['values', 'theme', 'charts', 'price', 'options', 'trades', 'days', 'main'];
const COMPARISON = ['values', 'theme', 'charts', 'comparison'];

interface Assets {
  readonly uplotJs: string;
  readonly uplotCss: string;
  readonly pageJs: string;
  readonly pageCss: string;
}

/** The texts that `renderReport` puts into a page. */
export function reportAssets(): Assets {
  return assetsOf(REPORT);
}

/** The texts that `comparisonPage` puts into a page. */
export function comparisonAssets(): Assets {
  return assetsOf(COMPARISON);
}

function assetsOf(parts: readonly string[]): Assets {
  const library = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
  const page = (name: string): string => readFileSync(join(import.meta.dirname, 'page', name), 'utf8');
  return {
    uplotJs: readFileSync(join(library, 'dist', 'uPlot.iife.min.js'), 'utf8'),
    uplotCss: readFileSync(join(library, 'dist', 'uPlot.min.css'), 'utf8'),
    pageJs: joined(parts.map((part) => page(`${part}.js`))),
    pageCss: page('page.css'),
  };
}

/** Joins modules that only import from each other into one function, where every name is defined once. */
function joined(modules: readonly string[]): string {
  const bodies = modules.map((text) => text.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, ''));
  return `(() => {\n'use strict';\n${bodies.join('\n')}\n})();`;
}
