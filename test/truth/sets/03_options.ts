/**
 * Option values that others computed: which file is checked how, by its columns, and every row against our own figures.
 *
 * A row passes when every quantity in it is within its tolerance. Tolerances are those the files state; where a file
 * states none, they follow from the digits it prints or from the accuracy its maker claims, and are written here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { baroneAdesiWhaleyPrice, juZhongPrice } from '../../../src/options/quadratic-approximation.ts';
import { bjerksundStensland1993Price } from '../../../src/options/bjerksund-stensland.ts';
import { AMERICAN_EXACT, americanGreeks, americanPrice } from '../../../src/options/american.ts';
import { americanImpliedVol } from '../../../src/options/american-implied-vol.ts';
import type { OptionInputs, OptionTerms, Right } from '../../../src/options/contract.ts';
import {
  black76Price,
  europeanGreeks,
  europeanHigherGreeks,
  europeanPrice,
  Greeks,
  HigherGreeks,
} from '../../../src/options/european.ts';
import {
  black76ImpliedVol,
  type ImpliedVol,
  impliedVol,
  normalisedDeviation,
} from '../../../src/options/implied-vol.ts';
import { normalCdf } from '../../../src/base/normal.ts';
import { impliedDividendYield, impliedForward } from '../../../src/options/parity.ts';
import { parseOcc } from '../../../src/options/occ.ts';
import type { TruthCase, TruthSet } from '../case.ts';

type Row = Readonly<Record<string, string>>;

/** One quantity of a row: what it is, ours, theirs, and how far apart they may be. */
type Check = readonly [name: string, ours: number, theirs: number, tolerance: number];

interface Kind {
  /** Columns that tell this kind of file from the others. */
  readonly columns: readonly string[];
  /** Files of the same columns are told apart by a word in their name. */
  readonly word?: string;
  readonly check: (row: Row, file: string) => readonly Check[];
}

const KINDS: readonly Kind[] = [
  { columns: ['greek', 'vol', 'value', 'tol'], check: europeanGreekRow },
  { columns: ['method', 'vol', 'value', 'tol'], check: literatureRow },
  { columns: ['vol', 'value', 'tol'], word: 'premium', check: premiumRow },
  { columns: ['vol', 'value', 'tol'], word: 'american', check: americanValueRow },
  { columns: ['vol', 'value', 'tol'], check: europeanValueRow },
  { columns: ['american_price', 'american_delta_fd'], check: americanGridRow },
  { columns: ['price', 'dividend_rho', 'days_act365'], check: europeanGridRow },
  { columns: ['price_rounded_to_cent', 'implied_vol'], check: impliedVolRow },
  { columns: ['undiscounted_black', 'normalised_black_xs'], check: letsBeRationalRow },
  { columns: ['call_theta_per_year', 'put_rho_per_1.00'], check: vollibRow },
  { columns: ['option_price_input', 'tol_used_upstream'], check: leanRow },
  { columns: ['iv_bsm_from_mid', 'iv_american_from_mid'], check: realChainRow },
  { columns: ['model_impliedVol', 'model_undPrice'], check: brokerModelRow },
  { columns: ['put_price', 'ttm_years'], check: vendorRow },
  { columns: ['put_value', 'yte'], check: smoothedVendorRow },
];

const set: TruthSet = function* (folder) {
  for (const path of csvFiles(folder)) {
    const file = relative(folder, path);
    const rows = parseCsv(readFileSync(path, 'utf8'));
    const header = Object.keys(rows[0] ?? {});
    const kind = KINDS.find(
      ({ columns, word }) =>
        columns.every((name) => header.includes(name)) && (word === undefined || file.includes(word)),
    );
    for (const [index, row] of rows.entries()) {
      const id = `${file}#${row['id'] ?? index + 1}`;
      yield kind === undefined
        ? { id, status: 'not-covered', error: Number.NaN, detail: `no check knows the columns ${header.join(',')}` }
        : judge(id, () => kind.check(row, file));
    }
  }
};
export default set;

function judge(id: string, run: () => readonly Check[]): TruthCase {
  let checks: readonly Check[];
  try {
    checks = run();
  } catch (fault) {
    return { id, status: 'failed', error: Infinity, detail: String(fault) };
  }
  let error = 0;
  const wrong: string[] = [];
  for (const [name, ours, theirs, tolerance] of checks) {
    const both = Number.isNaN(ours) && Number.isNaN(theirs);
    const ratio = both || ours === theirs ? 0 : Math.abs(ours - theirs) / tolerance;
    if (!(ratio <= 1)) wrong.push(`${name}: expected ${theirs} ± ${tolerance.toPrecision(3)}, was ${ours}`);
    error = Number.isNaN(ratio) ? Infinity : Math.max(error, ratio);
  }
  if (checks.length === 0) return { id, status: 'not-covered', error: Number.NaN, detail: 'the row holds no figure' };
  if (wrong.length === 0) return { id, status: 'passed', error };
  return { id, status: 'failed', error, detail: wrong.join('; ') };
}

function csvFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.csv'))
    .sort()
    .map((name) => join(folder, name));
}

function parseCsv(text: string): Row[] {
  const [head, ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = cells(head ?? '');
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i] ?? String(i), cell])));
}

function cells(line: string): string[] {
  const parts = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
  const whole = line.endsWith(',') ? parts : parts.slice(0, -1);
  return whole.map((part) => part.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"'));
}

function num(row: Row, name: string): number {
  const text = row[name];
  if (text === undefined || text === '') throw new Error(`column ${name} is empty`);
  return Number(text);
}

function terms(row: Row): OptionTerms {
  return {
    right: row['type'] as Right,
    spot: num(row, 'spot'),
    strike: num(row, 'strike'),
    years: row['t_years'] === undefined ? num(row, 'days_act365') / 365 : num(row, 't_years'),
    rate: num(row, 'r'),
    dividendYield: num(row, 'q'),
  };
}

function inputs(row: Row): OptionInputs {
  return { ...terms(row), vol: num(row, 'vol') };
}

function volOf(answer: ImpliedVol): number {
  return answer.ok ? answer.vol : Number.NaN;
}

function europeanValueRow(row: Row): Check[] {
  return [['value', europeanPrice(inputs(row)), num(row, 'value'), num(row, 'tol')]];
}

function europeanGreekRow(row: Row): Check[] {
  const option = inputs(row);
  const greeks = europeanGreeks(new Greeks(), option);
  const higher = europeanHigherGreeks(new HigherGreeks(), option);
  const named: Record<string, number> = {
    ...greeks,
    ...higher,
    elasticity: (greeks.delta * option.spot) / greeks.value,
    theta_per_year: greeks.theta,
    theta_per_day: greeks.theta / 365,
    dividend_rho: higher.dividendRho,
    itm_cash_probability: Number.NaN,
  };
  const name = row['greek'] ?? '';
  return [[name, named[name] ?? Number.NaN, num(row, 'value'), num(row, 'tol')]];
}

/** The method column says whose formula made the figure; a figure of no formula is an exact value. */
function literatureRow(row: Row): Check[] {
  const option = inputs(row);
  const method = (row['method'] ?? '').toLowerCase();
  let value = americanPrice(option);
  if (method.includes('barone')) value = baroneAdesiWhaleyPrice(option);
  else if (method.includes('bjerksund')) value = bjerksundStensland1993Price(option);
  // Ju's tables hold his approximation, not the binomial value beside it: they differ by up to 0.07.
  else if (method.includes('ju ')) value = juZhongPrice(option);
  return [[method, value, num(row, 'value'), num(row, 'tol')]];
}

function americanValueRow(row: Row): Check[] {
  return [['value', americanPrice(inputs(row), AMERICAN_EXACT), num(row, 'value'), num(row, 'tol')]];
}

function premiumRow(row: Row): Check[] {
  const option = inputs(row);
  const premium = americanPrice(option, AMERICAN_EXACT) - europeanPrice(option);
  return [['premium', premium, num(row, 'value'), num(row, 'tol')]];
}

/** Price to 1e-8 of the strike; the slopes are difference quotients over a thousandth of the spot, and so are ours. */
function americanGridRow(row: Row): Check[] {
  const option = inputs(row);
  const step = 1e-3 * option.spot;
  const value = americanPrice(option);
  const up = americanPrice({ ...option, spot: option.spot + step });
  const down = americanPrice({ ...option, spot: option.spot - step });
  return [
    ['american', value, num(row, 'american_price'), 1e-8 * option.strike],
    ['european', europeanPrice(option), num(row, 'european_price'), 1e-11 * option.strike],
    ['delta', (up - down) / (2 * step), num(row, 'american_delta_fd'), 2e-3],
    ['gamma', (up - 2 * value + down) / (step * step), num(row, 'american_gamma_fd'), 2e-3],
  ];
}

/** Seventeen digits are printed; 1e-11 of the scale of each figure leaves room for their normal distribution. */
function europeanGridRow(row: Row): Check[] {
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
function impliedVolRow(row: Row): Check[] {
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
function letsBeRationalRow(row: Row): Check[] {
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
function vollibRow(row: Row): Check[] {
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

/** Half a unit of the last digit a number is printed with, and a little for the one who rounded it. */
function lastDigit(text: string): number {
  const match = /^-?\d+(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  const decimals = (match?.[1]?.length ?? 0) - Number(match?.[2] ?? 0);
  return 0.51 * 10 ** -decimals;
}

const UPSTREAM_UNITS: Record<string, (greeks: Greeks) => number> = {
  Delta: (greeks) => greeks.delta,
  Gamma: (greeks) => greeks.gamma,
  Vega: (greeks) => greeks.vega / 100,
  Theta: (greeks) => greeks.theta / 365,
  Rho: (greeks) => greeks.rho / 100,
};

/**
 * The reference of the American rows is the European engine too: where both styles are listed with one price, their
 * deltas agree to the last digit although the puts' early exercise is worth 0.02 of delta.
 */
function leanRow(row: Row): Check[] {
  const option: OptionTerms = {
    right: row['type'] as Right,
    spot: num(row, 'spot'),
    strike: num(row, 'strike'),
    years: num(row, 't_years_approx'),
    rate: num(row, 'r'),
    dividendYield: num(row, 'q'),
  };
  const vol = volOf(impliedVol(option, num(row, 'option_price_input')));
  const greeks = europeanGreeks(new Greeks(), { ...option, vol });
  const name = row['greek'] ?? '';
  return [[name, UPSTREAM_UNITS[name]?.(greeks) ?? Number.NaN, num(row, 'expected'), num(row, 'tol_used_upstream')]];
}

/** Eight decimals are printed of vol and slopes; six of vega and theta. */
function realChainRow(row: Row): Check[] {
  const option = terms(row);
  const mid = num(row, 'mid');
  const checks: Check[] = [];
  if (row['iv_bsm_from_mid'] !== '') {
    const vol = volOf(impliedVol(option, mid));
    const greeks = europeanGreeks(new Greeks(), { ...option, vol });
    checks.push(
      ['vol', vol, num(row, 'iv_bsm_from_mid'), 2e-8],
      ['delta', greeks.delta, num(row, 'delta_bsm'), 2e-8],
      ['gamma', greeks.gamma, num(row, 'gamma_bsm'), 2e-8],
      ['vega', greeks.vega / 100, num(row, 'vega_per_volpoint'), 1e-6],
      ['theta', greeks.theta / 365, num(row, 'theta_per_day_365'), 1e-6],
    );
  }
  if (row['iv_american_from_mid'] !== '') {
    checks.push(['american vol', volOf(americanImpliedVol(option, mid)), num(row, 'iv_american_from_mid'), 2e-8]);
  }
  return checks;
}

/** Rate and dividends are not known: the figures must agree in kind, within bands. Expiry comes from the file name. */
function brokerModelRow(row: Row, file: string): Check[] {
  const stamp = /^(\d{4})(\d{2})(\d{2}) (\d{2}):(\d{2}):(\d{2})/.exec(row[''] ?? '');
  const contract = parseOcc((file.split('/').pop() ?? '').replace(/\.csv$/, ''));
  if (stamp === null || !contract.ok) return [];
  const [, year, month, day, hour, minute] = stamp.map(Number);
  const now = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute);
  const years = (Date.parse(`${contract.expiry}T20:00:00Z`) - now) / 86_400_000 / 365;
  const european = contract.root.startsWith('SPX');
  const option: OptionInputs = {
    right: contract.right,
    spot: num(row, 'model_undPrice'),
    strike: contract.strike,
    years,
    rate: 0.053,
    dividendYield: 0.015,
    vol: num(row, 'model_impliedVol'),
  };
  const greeks = european ? europeanGreeks(new Greeks(), option) : americanGreeks(new Greeks(), option);
  const vega = Math.max(greeks.vega / 100, 1e-3 * option.spot);
  return [
    ['price', greeks.value, num(row, 'model_price'), 0.02 * greeks.value + 0.002 * option.spot],
    ['delta', greeks.delta, num(row, 'model_delta'), 0.05],
    ['gamma', greeks.gamma, num(row, 'model_gamma'), 0.15 * greeks.gamma + 0.01 / option.spot],
    ['vega', greeks.vega / 100, num(row, 'model_vega'), 0.15 * vega],
    ['theta', greeks.theta / 365, num(row, 'model_theta'), 0.3 * Math.abs(greeks.theta / 365) + 1e-4 * option.spot],
  ];
}

/**
 * The bands under which the file says it is accepted: 8 % for vol, 3 % for delta. The vendor quotes one vol for both
 * rights, so it works from the forward that the two prices imply; so does this check.
 */
function vendorRow(row: Row): Check[] {
  const [spot, strike, years, rate] = [
    num(row, 'underlying'),
    num(row, 'strike'),
    num(row, 'ttm_years'),
    num(row, 'r'),
  ];
  const forward = impliedForward({ strike, call: num(row, 'call_price'), put: num(row, 'put_price') }, years, rate);
  const dividendYield = impliedDividendYield(spot, forward, years, rate);
  const checks: Check[] = [];
  for (const right of ['put', 'call'] as const) {
    const option: OptionTerms = { right, spot, strike, years, rate, dividendYield };
    const theirs = num(row, `${right}_iv`);
    const vol = volOf(impliedVol(option, num(row, `${right}_price`)));
    const delta = num(row, `${right}_delta`);
    const greeks = europeanGreeks(new Greeks(), { ...option, vol });
    checks.push(
      [`${right} vol`, vol, theirs, 0.08 * theirs],
      [`${right} delta`, greeks.delta, delta, 0.03 * Math.abs(delta)],
    );
  }
  return checks;
}

/**
 * Smoothed by the vendor, so data rather than truth: with the vol of the side that is out of the money our delta must
 * be near its delta. The put's is the call's less one in every row: European.
 */
function smoothedVendorRow(row: Row): Check[] {
  const [spot, strike] = [num(row, 'underlying'), num(row, 'strike')];
  return (['put', 'call'] as const).map((right) => {
    const option: OptionInputs = {
      right,
      spot,
      strike,
      years: num(row, 'yte'),
      rate: num(row, 'r'),
      dividendYield: num(row, 'q'),
      vol: num(row, strike > spot ? 'call_mid_iv' : 'put_mid_iv'),
    };
    const delta = num(row, right === 'put' ? 'put_leg_call_delta' : 'call_delta');
    return [`${right} delta`, europeanGreeks(new Greeks(), option).delta, delta, 0.1];
  });
}
