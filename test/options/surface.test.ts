/** Smiles and surfaces: a known curve is found again, arbitrage is seen where it was planted, bad quotes stay out. */
import { expect, test } from 'vitest';
import { europeanPrice } from '../../src/options/european.ts';
import { ModelSurface, realisedVol, surfaceFromIndex, surfaceFromRealised } from '../../src/options/model-surface.ts';
import { fitSurface, SviSurface, smileFromQuotes } from '../../src/options/surface.ts';
import {
  checkButterfly,
  checkCalendar,
  fitSvi,
  type Svi,
  sviDensityFactor,
  sviVariance,
} from '../../src/options/svi.ts';

const smile: Svi = { a: 0.01, b: 0.1, rho: -0.5, m: 0.02, s: 0.15 };
const ks = Array.from({ length: 21 }, (_, i) => -0.5 + 0.05 * i);

test('the curve that made the points is found again', () => {
  const { curve, error } = fitSvi(ks.map((k) => ({ k, variance: sviVariance(smile, k) })));
  expect(error).toBeLessThan(1e-8);
  for (const k of ks) expect(Math.abs(sviVariance(curve, k) - sviVariance(smile, k))).toBeLessThan(1e-7);
});

test('planted arbitrage is named and a clean smile is clean', () => {
  expect(checkButterfly(smile)).toEqual([]);
  const codes = (curve: Svi) => checkButterfly(curve).map((finding) => finding.code);
  // Gatheral and Jacquier, example 3.1 (Vogt): butterfly arbitrage although variance is positive everywhere.
  expect(codes({ a: -0.041, b: 0.1331, rho: 0.306, m: 0.3586, s: 0.4153 })).toEqual(['svi.butterfly']);
  expect(codes({ ...smile, a: -0.1 })).toContain('svi.negative-variance');
  expect(codes({ ...smile, b: 1.5 })).toContain('svi.steep-wing');
  expect(checkCalendar(smile, { ...smile, a: 0.02 })).toEqual([]);
  expect(checkCalendar({ ...smile, a: 0.02 }, smile)[0]?.code).toBe('svi.calendar');
});

test('a fitted wing is never steeper than 2, though its points would bend it further', () => {
  const steep: Svi = { a: 0.001, b: 5, rho: 0.9, m: 0.03, s: 0.002 };
  const near = Array.from({ length: 15 }, (_, i) => -0.1 + 0.01 * i);
  const { curve, findings } = fitSvi(near.map((k) => ({ k, variance: sviVariance(steep, k) })));
  expect(curve.b * (1 + Math.abs(curve.rho))).toBeLessThanOrEqual(2 + 1e-9);
  expect(findings.map(({ code }) => code)).not.toContain('svi.steep-wing');
  // What may be as it is stays: here the points are met, and the wing that made them is the one that is found.
  const mild: Svi = { a: 0.01, b: 1, rho: -0.9, m: 0, s: 0.05 };
  expect(fitSvi(ks.map((k) => ({ k, variance: sviVariance(mild, k) }))).error).toBeLessThan(1e-8);
});

test('the density factor is that of total variance and its differences', () => {
  const step = 1e-4;
  for (const k of [-0.6, -0.1, 0, 0.2, 0.7]) {
    const [down, here, up] = [k - step, k, k + step].map((at) => sviVariance(smile, at));
    const [slope, bend] = [(up - down) / (2 * step), (up - 2 * here + down) / (step * step)];
    const g = (1 - (k * slope) / (2 * here)) ** 2 - (slope * slope * (1 / here + 1 / 4)) / 4 + bend / 2;
    expect(sviDensityFactor(smile, k)).toBeCloseTo(g, 6);
  }
});

const quotesOf = (curve: Svi, years: number, forward: number, rate: number) =>
  ks.map((k) => {
    const strike = forward * Math.exp(k);
    const right = k < 0 ? ('put' as const) : ('call' as const);
    const vol = Math.sqrt(sviVariance(curve, k) / years);
    const mid = europeanPrice({ right, strike, spot: forward, years, vol, rate, dividendYield: rate });
    return { right, strike, bid: mid * 0.99, ask: mid * 1.01 };
  });

test('a surface from quotes gives the vols that made them, between expiries too', () => {
  const far: Svi = { ...smile, a: 0.03, b: 0.12 };
  const fit = fitSurface([
    { years: 0.25, forward: 100, rate: 0.03, quotes: quotesOf(smile, 0.25, 100, 0.03) },
    { years: 0.5, forward: 101, rate: 0.03, quotes: quotesOf(far, 0.5, 101, 0.03) },
    { years: 0.75, forward: 102, rate: 0.03, quotes: quotesOf(far, 0.75, 102, 0.03).slice(0, 3) },
  ]);
  expect(fit?.tooThin).toEqual([0.75]);
  const surface = fit?.surface ?? new SviSurface([]);
  expect(surface.findings()).toEqual([]);
  expect(surface.vol(90, 100, 0.25)).toBeCloseTo(Math.sqrt(sviVariance(smile, Math.log(0.9)) / 0.25), 5);
  const middle = 0.5 * (sviVariance(smile, 0) + sviVariance(far, 0));
  expect(surface.vol(100, 100, 0.375)).toBeCloseTo(Math.sqrt(middle / 0.375), 5);
});

test('crossed, one-sided, absurd and in-the-money quotes are left out by name', () => {
  const quotes = [
    { right: 'put', strike: 90, bid: 2, ask: 1 },
    { right: 'put', strike: 90, bid: 0, ask: 1 },
    { right: 'put', strike: 110, bid: 11, ask: 12 },
    { right: 'put', strike: 90, bid: Number.NaN, ask: 1 },
    { right: 'call', strike: 110, bid: 200, ask: 201 },
  ] as const;
  const { points, refused } = smileFromQuotes(quotes, 100, 0.25, 0);
  expect(points).toEqual([]);
  expect(refused.map((item) => item.code)).toEqual([
    'quote.crossed',
    'quote.one-sided',
    'quote.in-the-money',
    'quote.not-a-number',
    'quote.no-implied-vol',
  ]);
});

test('a model surface is at its index at thirty days, pulls to its long run and never loses total variance', () => {
  const surface = surfaceFromIndex(35, { longRun: 0.18 });
  expect(surface.isModel).toBe(true);
  expect(surface.atTheMoneyVol(30 / 365)).toBeCloseTo(0.35, 12);
  expect(surface.atTheMoneyVol(10)).toBeLessThan(0.2);
  let last = 0;
  for (let days = 1; days < 1000; days++) {
    const variance = surface.atTheMoneyVol(days / 365) ** 2 * days;
    expect(variance).toBeGreaterThan(last);
    last = variance;
  }
  expect(surface.vol(90, 100, 0.1)).toBeGreaterThan(surface.vol(100, 100, 0.1));
  expect(new ModelSurface({ level: 0.2 }).vol(100, 100, 1)).toBeCloseTo(0.2, 12);
});

test('realised vol of a steady one percent a day is its root of days', () => {
  const prices = Array.from({ length: 11 }, (_, i) => 100 * Math.exp(i % 2 === 0 ? 0 : 0.01));
  expect(realisedVol(prices)).toBeCloseTo(0.01 * Math.sqrt(252), 12);
  expect(surfaceFromRealised(0.1, 1.5).level).toBeCloseTo(0.15, 12);
  expect(realisedVol([100])).toBeNaN();
});
