/**
 * Where the right to exercise has spent itself: with interest that carries the share away from the boundary, an American
 * put is worth as much as one that never ends long before it does, and that one has a closed form.
 *
 * There the boundary of a finite life bends within the first part of a percent of its time, which no polynomial of its
 * whole life can follow, and a tree needs nodes as fine as the strip in which it decides.
 * Source: H. P. McKean (1965) and R. C. Merton (1973) for the value. What a life of T takes from it is, at most, the
 * gain of exercise times exp(−(μ²/2σ² + r)·T) with μ = r − q − σ²/2 > 0: the chance, under the measure of the value
 * itself, that the boundary is not met by then.
 */
import type { AmericanSlopes } from './american.ts';

/** So much of the strike may be missing. */
const ENOUGH = 1e-11;

/** Whether a put that pays `cash` for the asset at these rates is worth what one without an end is, to 1e-11 of `cash`. */
export function isPerpetual(years: number, vol: number, cashRate: number, assetRate: number): boolean {
  const drift = cashRate - assetRate - 0.5 * vol * vol;
  if (!(drift > 0 && cashRate > 0 && vol > 0)) return false;
  const perVol = drift / vol;
  const left = Math.exp(-(0.5 * perVol * perVol + cashRate) * years);
  return left < ENOUGH * (1 + powerOf(drift, vol, cashRate));
}

/** λ of V = c·S^−λ, the value of a put without an end while it is kept; it is exercised at λ/(1 + λ) of the strike. */
export function powerOf(drift: number, vol: number, cashRate: number): number {
  const variance = vol * vol;
  return (drift + Math.sqrt(drift * drift + 2 * cashRate * variance)) / variance;
}

/** Returns the value of a put without an end, money per share, and writes its slopes in the asset. */
export function perpetualPut(
  asset: number,
  cash: number,
  vol: number,
  cashRate: number,
  assetRate: number,
  slopes: AmericanSlopes | undefined,
): number {
  const lambda = powerOf(cashRate - assetRate - 0.5 * vol * vol, vol, cashRate);
  const log = Math.log(asset / cash) + Math.log1p(1 / lambda);
  if (log <= 0) {
    if (slopes !== undefined) [slopes.delta, slopes.gamma] = [-1, 0];
    return cash - asset;
  }
  const value = (cash / (1 + lambda)) * Math.exp(-lambda * log);
  if (slopes !== undefined) {
    slopes.delta = (-lambda * value) / asset;
    slopes.gamma = (lambda * (lambda + 1) * value) / (asset * asset);
  }
  return value;
}
