/** Rows whose figures a formula made: books, papers, other libraries. */
import { normalCdf } from '../../../src/base/normal.ts';
import { AMERICAN_EXACT, americanPrice } from '../../../src/options/american.ts';
import { bjerksundStensland1993Price } from '../../../src/options/bjerksund-stensland.ts';
import { type Right } from '../../../src/options/contract.ts';
import {
  black76Price,
  europeanGreeks,
  europeanHigherGreeks,
  europeanPrice,
  Greeks,
  HigherGreeks,
} from '../../../src/options/european.ts';
import { gridValue } from '../../../src/options/finite-differences.ts';
import { black76ImpliedVol, impliedVol, normalisedDeviation } from '../../../src/options/implied-vol.ts';
import { baroneAdesiWhaleyPrice, juZhongPrice } from '../../../src/options/quadratic-approximation.ts';
import { type Check, inputs, lastDigit, num, terms, volOf, type Row } from './rows.ts';

export function europeanValueRow(row: Row): Check[] {
  return [['value', europeanPrice(inputs(row)), num(row, 'value'), num(row, 'tol')]];
}

export function europeanGreekRow(row: Row): Check[] {
  const option = inputs(row);
  const greeks = europeanGreeks(new Greeks(), option);
  const higher = europeanHigherGreeks(new HigherGreeks(), option);
  const { right, spot, strike, years, rate, dividendYield, vol } = option;
  const d2 = (Math.log(spot / strike) + (rate - dividendYield - vol ** 2 / 2) * years) / (vol * Math.sqrt(years));
  const named: Record<string, number> = {
    ...greeks,
    ...higher,
    elasticity: (greeks.delta * spot) / greeks.value,
    thetaPerYear: greeks.theta,
    thetaPerDay: greeks.theta / 365,
    itmCashProbability: normalCdf(right === 'call' ? d2 : -d2),
  };
  const name = row['greek'] ?? '';
  const ours = named[name.replaceAll(/_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase())];
  // A greek that we do not know is no figure that we have wrong.
  return ours === undefined ? [] : [[name, ours, num(row, 'value'), num(row, 'tol')]];
}

/** The method column says whose formula made the figure; a figure of no formula is an exact value. */
export function literatureRow(row: Row): Check[] {
  const option = inputs(row);
  const method = (row['method'] ?? '').toLowerCase();
  let value = americanPrice(option);
  if (method.includes('barone')) value = baroneAdesiWhaleyPrice(option);
  else if (method.includes('bjerksund')) value = bjerksundStensland1993Price(option);
  // Ju's tables hold his approximation, not the binomial value beside it: they differ by up to 0.07.
  else if (method.includes('ju ')) value = juZhongPrice(option);
  return [[method, value, num(row, 'value'), num(row, 'tol')]];
}

/**
 * Upstream values what has expired at nothing, whatever it would have paid; ours at time nought is what exercise pays. A
 * row that only says so is no figure to hold a price against.
 * Source: QuantLib, Instrument::NPV of an instrument that is expired.
 */
export function americanValueRow(row: Row): Check[] {
  if (num(row, 't_years') === 0 && num(row, 'value') === 0) return [];
  return [['value', americanPrice(inputs(row), AMERICAN_EXACT), num(row, 'value'), num(row, 'tol')]];
}

export function premiumRow(row: Row): Check[] {
  const option = inputs(row);
  const premium = americanPrice(option, AMERICAN_EXACT) - europeanPrice(option);
  return [['premium', premium, num(row, 'value'), num(row, 'tol')]];
}

/**
 * Price to 1e-8 of the strike; the slopes are those of a finite-difference grid of 400 times and 800 prices, as the
 * names of their columns say, and so are ours: next to the price from which one exercises they are not the exact ones.
 */
export function americanGridRow(row: Row): Check[] {
  const option = inputs(row);
  const { delta, gamma } = gridValue(option, { times: 400, prices: 800 });
  return [
    ['american', americanPrice(option), num(row, 'american_price'), 1e-8 * option.strike],
    ['european', europeanPrice(option), num(row, 'european_price'), 1e-11 * option.strike],
    ['delta', delta, num(row, 'american_delta_fd'), 2e-3],
    ['gamma', gamma, num(row, 'american_gamma_fd'), 2e-3],
  ];
}

/** Seventeen digits are printed; 1e-11 of the scale of each figure leaves room for their normal distribution. */
export function europeanGridRow(row: Row): Check[] {
  const option = inputs(row);
  const { spot, strike } = option;
  const greeks = europeanGreeks(new Greeks(), option);
  const higher = europeanHigherGreeks(new HigherGreeks(), option);
  const scale = 1e-11 * Math.max(spot, strike);
  return [
    ['price', greeks.value, num(row, 'price'), scale],
    ['delta', greeks.delta, num(row, 'delta'), 1e-11],
    ['gamma', greeks.gamma, num(row, 'gamma'), 1e-11 * Math.max(1, greeks.gamma)],
    ['vega', greeks.vega, num(row, 'vega_per_1.00'), scale],
    ['theta', greeks.theta, num(row, 'theta_per_year'), scale * Math.max(1, Math.abs(greeks.theta) / spot)],
    ['rho', greeks.rho, num(row, 'rho_per_1.00'), scale * Math.max(1, option.years)],
    ['dividend rho', higher.dividendRho, num(row, 'dividend_rho'), scale * Math.max(1, option.years)],
  ];
}

/** Their solver stopped at 1e-12 in vol or where the price could not tell. */
export function impliedVolRow(row: Row): Check[] {
  const option = terms(row);
  const vol = volOf(impliedVol(option, num(row, 'price_rounded_to_cent')));
  const { vega } = europeanGreeks(new Greeks(), { ...option, vol: num(row, 'implied_vol') });
  const tolerance = 1e-11 + (1e-13 * Math.max(option.spot, option.strike)) / vega;
  return [['implied vol', vol, num(row, 'implied_vol'), tolerance]];
}

/**
 * Sixteen digits are printed. A price tells a vol no better than its own last digit divided by vega; an implied vol of
 * 0 in the file is a price without time value, NaN an expired option, and both must be refused.
 */
export function letsBeRationalRow(row: Row): Check[] {
  const [forward, strike, years] = [num(row, 'F'), num(row, 'K'), num(row, 'T')];
  const right: Right = num(row, 'flag_+1call_-1put') > 0 ? 'call' : 'put';
  const price = num(row, 'undiscounted_black');
  const expected = Number(row['implied_vol'] === 'nan' ? Number.NaN : row['implied_vol']);
  const answer = black76ImpliedVol({ right, forward, strike, years, rate: 0 }, price);
  const checks: Check[] = [
    ['price', black76Price(right, forward, strike, years, num(row, 'sigma'), 0), price, 1e-13 * price + 1e-300],
  ];
  if (expected > 0) {
    const option = { right, spot: forward, strike, years, rate: 0, dividendYield: 0, vol: expected };
    const { vega } = europeanGreeks(new Greeks(), option);
    checks.push(['implied vol', volOf(answer), expected, 1e-14 * expected + (4e-16 * price) / vega]);
  } else {
    const refused = !answer.ok && ['vol.no-time-value', 'vol.no-vega'].includes(answer.code);
    checks.push(['no implied vol', refused ? 1 : 0, 1, 0.5]);
  }
  const [x, s] = [num(row, 'x'), num(row, 's')];
  // The option on a forward exp(x/2) with strike exp(−x/2), of one year.
  const normalised = black76Price(right, Math.exp(x / 2), Math.exp(-x / 2), 1, s, 0);
  const intrinsic = Math.max(0, (right === 'call' ? 2 : -2) * Math.sinh(x / 2));
  const outOfTheMoney = normalised - intrinsic;
  const slope = europeanGreeks(new Greeks(), {
    right: 'call',
    spot: Math.exp(x / 2),
    strike: Math.exp(-x / 2),
    years: 1,
    vol: s,
    rate: 0,
    dividendYield: 0,
  }).vega;
  checks.push(
    ['normalised price', normalised, num(row, 'normalised_black_xs'), 1e-13],
    ['normalised vega', slope, num(row, 'normalised_vega_xs'), 1e-13],
    ['Φ(z)', normalCdf(num(row, 'z')), num(row, 'norm_cdf_z'), 1e-15],
  );
  // Where the last digit of the price is worth more than the deviation itself, nothing can be told from it.
  const told = 1e-15 / slope;
  if (told < 0.1 * s) checks.push(['deviation', normalisedDeviation(-Math.abs(x), outOfTheMoney), s, 1e-12 * s + told]);
  return checks;
}

/** Ten significant digits or ten decimals are printed, of vega and theta fewer. */
export function vollibRow(row: Row): Check[] {
  const market = {
    spot: num(row, 'spot'),
    strike: num(row, 'strike'),
    years: num(row, 't_years'),
    vol: num(row, 'vol'),
  };
  const checks: Check[] = [];
  for (const right of ['call', 'put'] as const) {
    const option = { ...market, right, rate: num(row, 'r'), dividendYield: 0 };
    const greeks = europeanGreeks(new Greeks(), option);
    const columns: readonly [string, number][] = [
      [right, greeks.value],
      [`${right}_delta`, greeks.delta],
      [`${right}_gamma`, greeks.gamma],
      [`${right}_theta_per_year`, greeks.theta],
      [`${right}_vega_per_1.00`, greeks.vega],
      [`${right}_rho_per_1.00`, greeks.rho],
    ];
    for (const [name, ours] of columns) checks.push([name, ours, num(row, name), lastDigit(row[name] ?? '')]);
  }
  return checks;
}
