/**
 * A volatility surface: one smile per expiry, and total variance straight between expiries.
 *
 * Along a line of equal log-moneyness total variance must not fall with time; interpolating it, and not vol, keeps
 * that wherever the smiles have it.
 */
import { assert } from '../base/assert.ts';
import { europeanGreeks, Greeks } from './european.ts';
import { impliedVolOrNaN } from './implied-vol.ts';
import {
  type ArbitrageFinding,
  checkButterfly,
  checkCalendar,
  fitSvi,
  type SmilePoint,
  type Svi,
  sviVariance,
} from './svi.ts';

/** What a pricing or backtesting model needs of any surface. */
export interface VolSurface {
  /** Vol per year for `strike` at `years`, where the forward is `forward`. */
  vol(strike: number, forward: number, years: number): number;
}

export interface SurfaceSlice {
  /** Years to expiry, act/365, above 0. */
  readonly years: number;
  readonly curve: Svi;
}

export class SviSurface implements VolSurface {
  /** Ascending in time. */
  readonly slices: readonly SurfaceSlice[];

  constructor(slices: readonly SurfaceSlice[]) {
    assert(slices.length > 0, 'a surface needs an expiry');
    this.slices = [...slices].sort((a, b) => a.years - b.years);
    for (const { years } of slices) assert(years > 0, () => `an expiry must be ahead, was ${years} years`);
  }

  /** Total variance σ²T at log-moneyness `k`; before the first expiry and after the last, vol stays as it is there. */
  variance(k: number, years: number): number {
    const { slices } = this;
    let after = 0;
    while (after < slices.length && slices[after].years < years) after++;
    if (after === 0) return (sviVariance(slices[0].curve, k) * years) / slices[0].years;
    const before = slices[after - 1];
    const low = sviVariance(before.curve, k);
    if (after === slices.length) return (low * years) / before.years;
    const next = slices[after];
    const share = (years - before.years) / (next.years - before.years);
    return low + share * (sviVariance(next.curve, k) - low);
  }

  vol(strike: number, forward: number, years: number): number {
    return Math.sqrt(Math.max(0, this.variance(Math.log(strike / forward), years)) / years);
  }

  /** Butterfly findings of every smile and calendar findings of every neighbouring pair. */
  findings(): (ArbitrageFinding & { readonly years: number })[] {
    const { slices } = this;
    return slices.flatMap((slice, i) => {
      const own = checkButterfly(slice.curve);
      const across = i === 0 ? [] : checkCalendar(slices[i - 1].curve, slice.curve);
      return [...own, ...across].map((finding) => ({ ...finding, years: slice.years }));
    });
  }
}

/** A two-sided quote of one contract of one expiry, money per share. */
export interface SmileQuote {
  readonly right: 'call' | 'put';
  readonly strike: number;
  readonly bid: number;
  readonly ask: number;
}

export type QuoteRefusal =
  | 'quote.one-sided'
  | 'quote.crossed'
  | 'quote.in-the-money'
  | 'quote.no-implied-vol'
  | 'quote.not-a-number';

export interface SmileData {
  readonly points: readonly SmilePoint[];
  /** What was left out, and why. */
  readonly refused: readonly { readonly quote: SmileQuote; readonly code: QuoteRefusal }[];
}

/**
 * Turns quotes of one expiry into points of a smile: out-of-the-money mids, weighted by vega over spread. One-sided,
 * crossed and absurd quotes are refused by name, in-the-money ones because the other side says it better.
 */
export function smileFromQuotes(
  quotes: readonly SmileQuote[],
  forward: number,
  years: number,
  rate: number,
): SmileData {
  assert(forward > 0 && years > 0, () => `forward and years must be above 0, were ${forward} and ${years}`);
  const points: SmilePoint[] = [];
  const refused: { quote: SmileQuote; code: QuoteRefusal }[] = [];
  const greeks = new Greeks();
  for (const quote of quotes) {
    const { right, strike, bid, ask } = quote;
    const mid = 0.5 * (bid + ask);
    const option = { right, strike, spot: forward, years, rate, dividendYield: rate };
    const code = refusalOf(quote, forward);
    const vol = code === undefined ? impliedVolOrNaN(option, mid) : Number.NaN;
    if (code !== undefined || !(vol > 0)) refused.push({ quote, code: code ?? 'quote.no-implied-vol' });
    else {
      const { vega } = europeanGreeks(greeks, { ...option, vol });
      points.push({
        k: Math.log(strike / forward),
        variance: vol * vol * years,
        weight: weightOf(vega, ask - bid, mid),
      });
    }
  }
  return { points, refused };
}

function refusalOf({ right, strike, bid, ask }: SmileQuote, forward: number): QuoteRefusal | undefined {
  if (!(Number.isFinite(bid) && Number.isFinite(ask) && strike > 0)) return 'quote.not-a-number';
  if (bid <= 0 || ask <= 0) return 'quote.one-sided';
  if (ask < bid) return 'quote.crossed';
  return (right === 'call' ? strike < forward : strike > forward) ? 'quote.in-the-money' : undefined;
}

/** The inverse square of the vol error that half the spread allows; a locked quote counts as one of a thousandth. */
function weightOf(vega: number, spread: number, mid: number): number {
  const volError = (0.5 * Math.max(spread, 1e-3 * mid)) / vega;
  return 1 / (volError * volError);
}

/** One expiry's quotes, with the forward they are about. */
export interface ExpiryQuotes {
  readonly years: number;
  readonly forward: number;
  readonly rate: number;
  readonly quotes: readonly SmileQuote[];
}

export interface SurfaceFit {
  readonly surface: SviSurface;
  readonly refused: readonly { readonly years: number; readonly quote: SmileQuote; readonly code: QuoteRefusal }[];
  /** Expiries with fewer than five usable quotes, which have no smile. */
  readonly tooThin: readonly number[];
}

/** Fits a surface to quotes; `undefined` when no expiry has five usable ones. */
export function fitSurface(expiries: readonly ExpiryQuotes[]): SurfaceFit | undefined {
  const slices: SurfaceSlice[] = [];
  const tooThin: number[] = [];
  const refused: { years: number; quote: SmileQuote; code: QuoteRefusal }[] = [];
  for (const { years, forward, rate, quotes } of expiries) {
    const data = smileFromQuotes(quotes, forward, years, rate);
    refused.push(...data.refused.map((item) => ({ years, ...item })));
    if (data.points.length < 5) tooThin.push(years);
    else slices.push({ years, curve: fitSvi(data.points).curve });
  }
  return slices.length === 0 ? undefined : { surface: new SviSurface(slices), refused, tooThin };
}
