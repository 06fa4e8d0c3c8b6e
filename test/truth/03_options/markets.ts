/** Rows that start from a quoted price or a vendor's figures. */
import { americanGreeks } from '../../../src/options/american.ts';
import { americanImpliedVol } from '../../../src/options/american-implied-vol.ts';
import { type OptionInputs, type OptionTerms, type Right } from '../../../src/options/contract.ts';
import { europeanGreeks, Greeks } from '../../../src/options/european.ts';
import { impliedVol } from '../../../src/options/implied-vol.ts';
import { parseOcc } from '../../../src/options/occ.ts';
import { impliedDividendYield, impliedForward } from '../../../src/options/parity.ts';
import { treePrice } from '../../../src/options/tree.ts';
import { type Check, num, terms, volOf, type Row } from './rows.ts';

const UPSTREAM_UNITS: Record<string, (greeks: Greeks) => number> = {
  Delta: (greeks) => greeks.delta,
  Gamma: (greeks) => greeks.gamma,
  Vega: (greeks) => greeks.vega / 100,
  Theta: (greeks) => greeks.theta / 365,
  Rho: (greeks) => greeks.rho / 100,
};

type Carry = Pick<OptionTerms, 'rate' | 'dividendYield'>;

/**
 * The market of upstream's reference values, by greek: the tests that the file's SOURCE names build their vega and rho
 * with a rate of 0.053 and a yield of 0.0153 (`new Vega(symbol, 0.053m, 0.0153m …)`, `new Rho(…)`), their delta, gamma
 * and theta with the 0.0403 and 0 that the columns of the file repeat for every row. With the market of the tests every
 * European vega and rho agrees to the last digit printed, with that of the columns some are five tolerances away. So
 * the columns are taken at their word except where they only repeat the market of the other three.
 * Source: QuantConnect/Lean, Tests/Indicators/{Delta,Gamma,Theta,Vega,Rho}Tests.cs, ComparesAgainstExternalData2.
 */
function marketOf(row: Row): Carry {
  const stated = { rate: num(row, 'r'), dividendYield: num(row, 'q') };
  const isRepeated = stated.rate === 0.0403 && stated.dividendYield === 0;
  const isOther = row['greek'] === 'Vega' || row['greek'] === 'Rho';
  return isRepeated && isOther ? { rate: 0.053, dividendYield: 0.0153 } : stated;
}

/** Upstream's vega of American rows: "finite differencing method with 1% IV changes" (Indicators/Vega.cs), upward. */
const VOL_STEP = 0.01;
const UPSTREAM_TREE = { style: 'american', kind: 'cox-ross-rubinstein', steps: 200 } as const;

/**
 * The reference of the American rows is the European engine too: where both styles are listed with one price, their
 * deltas agree to the last digit although the puts' early exercise is worth 0.02 of delta.
 */
export function leanRow(row: Row): Check[] {
  const option: OptionTerms = {
    ...marketOf(row),
    right: row['type'] as Right,
    spot: num(row, 'spot'),
    strike: num(row, 'strike'),
    years: num(row, 't_years_approx'),
  };
  const vol = volOf(impliedVol(option, num(row, 'option_price_input')));
  const greeks = europeanGreeks(new Greeks(), { ...option, vol });
  if (row['style'] === 'american') {
    const at = (moved: number): number => treePrice({ ...option, vol: moved }, UPSTREAM_TREE);
    greeks.vega = (at(vol + VOL_STEP) - at(vol)) / VOL_STEP;
  }
  const name = row['greek'] ?? '';
  return [[name, UPSTREAM_UNITS[name]?.(greeks) ?? Number.NaN, num(row, 'expected'), num(row, 'tol_used_upstream')]];
}

/** Eight decimals are printed of vol and slopes; six of vega and theta. */
export function realChainRow(row: Row): Check[] {
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
export function brokerModelRow(row: Row, file: string): Check[] {
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
export function vendorRow(row: Row): Check[] {
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
export function smoothedVendorRow(row: Row): Check[] {
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
