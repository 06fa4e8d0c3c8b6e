/**
 * The quadratic approximations of an American option: Barone-Adesi and Whaley's, and the corrected one of Ju and Zhong.
 *
 * They are here to reproduce published tables and other libraries' figures; `american.ts` is more exact and quicker
 * than their reputation, and `bjerksund-stensland.ts` is the fast one.
 * Sources: G. Barone-Adesi, R. Whaley, J. Finance 42 (1987); N. Ju, R. Zhong, "An approximate formula for pricing
 * American options", J. Derivatives 7 (1999).
 */
import { normalCdf, normalPdf } from '../base/normal.ts';
import { assertInputs, type OptionInputs } from './contract.ts';
import { europeanPrice } from './european.ts';

/** Returns the value by Barone-Adesi and Whaley (1987), money per share; off by up to some tenths of a percent. */
export function baroneAdesiWhaleyPrice(option: OptionInputs): number {
  return quadraticPrice(option, false);
}

/** Returns the value by Ju and Zhong (1999), money per share; off by some hundredths of a percent. */
export function juZhongPrice(option: OptionInputs): number {
  return quadraticPrice(option, true);
}

function quadraticPrice(option: OptionInputs, corrected: boolean): number {
  assertInputs(option);
  const { right, spot, strike, years, vol, rate, dividendYield } = option;
  const sign = right === 'call' ? 1 : -1;
  const european = europeanPrice(option);
  const intrinsic = Math.max(0, sign * (spot - strike));
  if (!(spot > 0 && strike > 0 && vol * Math.sqrt(years) > 0)) return Math.max(european, intrinsic);
  // A call without dividends, or a put without interest, is never exercised early.
  if (sign > 0 ? dividendYield <= 0 && rate >= dividendYield : rate <= 0 && dividendYield >= rate) return european;
  const variance = vol * vol;
  const beta = (2 * (rate - dividendYield)) / variance;
  const h = -Math.expm1(-rate * years);
  const pace = Math.abs(rate * years) < 1e-12 ? 1 / years : rate / h;
  const root = Math.sqrt((beta - 1) * (beta - 1) + (8 * pace) / variance);
  const lambda = 0.5 * (1 - beta + sign * root);
  const critical = criticalPrice(option, sign, lambda);
  if (sign * (critical - spot) <= 0) return intrinsic;
  const atCritical = europeanPrice({ ...option, spot: critical });
  const gain = sign * (critical - strike) - atCritical;
  const log = Math.log(spot / critical);
  let chi = 0;
  if (corrected) {
    // α = 2r/σ² meets 1/h and 1/r everywhere; written with the pace r/h nothing breaks at a rate of nought.
    const bend = 2 * lambda + beta - 1;
    const alphaSlope = (-sign * 4 * pace * pace) / (variance * variance * root);
    const deviation = vol * Math.sqrt(years);
    const d1 = (Math.log(critical / strike) + (rate - dividendYield) * years) / deviation + 0.5 * deviation;
    const asset = critical * Math.exp(-dividendYield * years);
    const cash = strike * Math.exp(-rate * years);
    const decay =
      (asset * normalPdf(d1) * vol) / (2 * Math.sqrt(years)) -
      sign * dividendYield * asset * normalCdf(sign * d1) +
      sign * rate * cash * normalCdf(sign * (d1 - deviation));
    const b = ((1 - h) * alphaSlope) / (2 * bend);
    const pull = (2 * Math.exp(rate * years) * decay) / (variance * gain) + (2 * pace) / variance + alphaSlope / bend;
    const c = (-(1 - h) / bend) * pull;
    chi = b * log * log + c * log;
  }
  return european + (gain * Math.exp(lambda * log)) / (1 - chi);
}

/** Where exercise is as good as holding and the two slopes meet, by the secant method in ln S. */
function criticalPrice(option: OptionInputs, sign: number, lambda: number): number {
  const { strike, years, vol, rate, dividendYield } = option;
  const deviation = vol * Math.sqrt(years);
  const yieldDiscount = Math.exp(-dividendYield * years);
  const residual = (log: number): number => {
    const price = strike * Math.exp(log);
    const d1 = (log + (rate - dividendYield) * years) / deviation + 0.5 * deviation;
    const gain = sign * (price - strike) - europeanPrice({ ...option, spot: price });
    return sign * (1 - yieldDiscount * normalCdf(sign * d1)) - (lambda * gain) / price;
  };
  let before = sign * 0.5 * deviation;
  let value = residual(before);
  let now = sign * deviation;
  for (let i = 0; i < 60 && Math.abs(now - before) > 1e-13; i++) {
    const next = residual(now);
    const slope = (next - value) / (now - before);
    [before, value] = [now, next];
    const step = -next / slope;
    now += Number.isFinite(step) ? Math.max(-0.5, Math.min(0.5, step)) : 0;
  }
  return strike * Math.exp(now);
}
