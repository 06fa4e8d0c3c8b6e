/** How many options per second one core prices, against the goals of the room. */
import { Random } from '../src/base/random.ts';
import { AMERICAN_EXACT, americanPrice } from '../src/options/american.ts';
import { bjerksundStenslandPrice } from '../src/options/bjerksund-stensland.ts';
import type { OptionInputs, Right } from '../src/options/contract.ts';
import { europeanColumns } from '../src/options/european-batch.ts';
import { europeanGreeks, europeanPrice, Greeks } from '../src/options/european.ts';
import { impliedVolOrNaN } from '../src/options/implied-vol.ts';
import { atLeast, atMost, type BenchRow, medianSeconds } from './bench.ts';

const COUNT = 100_000;

/** Ordinary listed options: spot near 100, 70 to 140 % moneyness, a week to two years, 8 to 70 % vol. */
function makeRows(count: number) {
  const random = new Random(7);
  const fill = (low: number, high: number): Float64Array =>
    Float64Array.from({ length: count }, () => low + (high - low) * random.uniform());
  return {
    right: Int8Array.from({ length: count }, () => (random.uniform() < 0.5 ? 1 : -1)),
    spot: fill(90, 110),
    strike: fill(70, 140),
    years: fill(0.02, 2),
    vol: fill(0.08, 0.7),
    rate: fill(0, 0.06),
    dividendYield: fill(0, 0.04),
  };
}

function makeOption() {
  return { right: 'call' as Right, spot: 0.5, strike: 0.5, years: 0.5, vol: 0.5, rate: 0.5, dividendYield: 0.5 };
}

function setRow(option: ReturnType<typeof makeOption>, rows: ReturnType<typeof makeRows>, i: number): void {
  option.right = rows.right[i] > 0 ? 'call' : 'put';
  option.spot = rows.spot[i];
  option.strike = rows.strike[i];
  option.years = rows.years[i];
  option.vol = rows.vol[i];
  option.rate = rows.rate[i];
  option.dividendYield = rows.dividendYield[i];
}

function overRows(
  rows: ReturnType<typeof makeRows>,
  option: ReturnType<typeof makeOption>,
  count: number,
  price: (option: OptionInputs) => number,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    setRow(option, rows, i);
    sum += price(option);
  }
  return sum;
}

export function bench(): BenchRow[] {
  const rows = makeRows(COUNT);
  const output = () => new Float64Array(COUNT);
  const columns = { value: output(), delta: output(), gamma: output(), vega: output(), theta: output(), rho: output() };
  const result: BenchRow[] = [];
  const rate = (name: string, goal: number, count: number, work: () => void): void => {
    result.push(atLeast(name, count / medianSeconds(work), 'options/s', goal));
  };

  rate('Black-Scholes-Merton price and 5 greeks, columns', 8e6, COUNT, () => europeanColumns(rows, COUNT, columns));
  const greeks = new Greeks();
  const option = makeOption();
  let sink = 0;
  rate('Black-Scholes-Merton price and 5 greeks, one by one', 8e6, COUNT, () => {
    sink += overRows(rows, option, COUNT, (one) => europeanGreeks(greeks, one).delta);
  });
  const prices = new Float64Array(COUNT);
  for (let i = 0; i < COUNT; i++) {
    setRow(option, rows, i);
    prices[i] = europeanPrice(option);
  }
  // Where a price's own rounding is worth more than 1e-12 of vol, no method can tell the vol.
  const told = new Uint8Array(COUNT);
  for (let i = 0; i < COUNT; i++) {
    setRow(option, rows, i);
    told[i] = europeanGreeks(greeks, option).vega * 1e-12 > 4e-16 * (option.spot + option.strike) ? 1 : 0;
  }
  let worst = 0;
  rate('European implied volatility', 2e6, COUNT, () => {
    for (let i = 0; i < COUNT; i++) {
      setRow(option, rows, i);
      const vol = impliedVolOrNaN(option, prices[i]);
      const error = told[i] === 1 ? Math.abs(vol - option.vol) : 0;
      if (error > worst) worst = error;
    }
  });
  result.push(atMost('European implied volatility, largest error where the price can tell', worst, 'vol', 1e-12));
  rate('American, Bjerksund-Stensland 2002', 1e6, COUNT, () => {
    sink += overRows(rows, option, COUNT, bjerksundStenslandPrice);
  });
  const few = 2000;
  rate('American, exercise boundary', 20_000, few, () => {
    sink += overRows(rows, option, few, americanPrice);
  });
  let farthest = 0;
  for (let i = 0; i < 200; i++) {
    setRow(option, rows, i);
    const error = Math.abs(americanPrice(option) - americanPrice(option, AMERICAN_EXACT)) / option.strike;
    farthest = Math.max(farthest, error);
  }
  result.push(atMost('American, exercise boundary, largest error', farthest, 'of the strike', 1e-8));
  result.push(atMost('checksum of the runs is finite', Number.isFinite(sink) ? 0 : 1, 'failures', 0));
  return result;
}
