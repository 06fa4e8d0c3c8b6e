/** How many options per second one core prices, against the goals of the room. */
import { Random } from '../src/base/random.ts';
import { AMERICAN_EXACT, americanPrice } from '../src/options/american.ts';
import { bjerksundStenslandPrice } from '../src/options/bjerksund-stensland.ts';
import type { OptionInputs, Right } from '../src/options/contract.ts';
import { europeanColumns } from '../src/options/european-batch.ts';
import { europeanGreeks, europeanPrice, Greeks } from '../src/options/european.ts';
import { impliedVolOrNaN } from '../src/options/implied-vol.ts';
import { atLeast, atMost, type BenchRow } from './bench.ts';

const COUNT = 100_000;
const CONTRACTS = 20_000;

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

/** The rows as contracts that exist already, as they do in a chain: making them is no part of pricing them. */
function makeContracts(rows: ReturnType<typeof makeRows>, count: number): OptionInputs[] {
  return Array.from({ length: count }, (_, i) => ({
    right: (rows.right[i] > 0 ? 'call' : 'put') satisfies Right,
    spot: rows.spot[i],
    strike: rows.strike[i],
    years: rows.years[i],
    vol: rows.vol[i],
    rate: rows.rate[i],
    dividendYield: rows.dividendYield[i],
  }));
}

/** The median of nine calls' processor seconds, after two that do not count: others on the machine do not show in it. */
function medianCpuSeconds(work: () => void): number {
  const seconds = Array.from({ length: 11 }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
  return seconds.slice(2).sort((a, b) => a - b)[4];
}

export function bench(): BenchRow[] {
  const rows = makeRows(COUNT);
  const output = () => new Float64Array(COUNT);
  const columns = { value: output(), delta: output(), gamma: output(), vega: output(), theta: output(), rho: output() };
  const result: BenchRow[] = [];
  const rate = (name: string, goal: number, count: number, work: () => void): void => {
    result.push(atLeast(name, count / medianCpuSeconds(work), 'options/s', goal));
  };

  rate('Black-Scholes-Merton price and 5 greeks, columns', 8e6, COUNT, () => europeanColumns(rows, COUNT, columns));
  const contracts = makeContracts(rows, CONTRACTS);
  const greeks = new Greeks();
  let sink = 0;
  rate('Black-Scholes-Merton price and 5 greeks, one by one', 8e6, COUNT, () => {
    for (let i = 0; i < COUNT; i++) sink += europeanGreeks(greeks, contracts[i % CONTRACTS]).delta;
  });
  const prices = Float64Array.from(contracts, europeanPrice);
  // Where a price's own rounding is worth more than 1e-12 of vol, no method can tell the vol.
  const told = contracts.map((one) => europeanGreeks(greeks, one).vega * 1e-12 > 4e-16 * (one.spot + one.strike));
  const vols = new Float64Array(CONTRACTS);
  rate('European implied volatility', 2e6, COUNT, () => {
    for (let i = 0; i < COUNT; i++)
      vols[i % CONTRACTS] = impliedVolOrNaN(contracts[i % CONTRACTS], prices[i % CONTRACTS]);
  });
  const missed = contracts.map(({ vol }, i) => (told[i] ? Math.abs(vols[i] - vol) : 0));
  const worst = missed.reduce((most, one) => Math.max(most, one), 0);
  result.push(atMost('European implied volatility, largest error where the price can tell', worst, 'vol', 1e-12));
  rate('American, Bjerksund-Stensland 2002', 1e6, COUNT, () => {
    for (let i = 0; i < COUNT; i++) sink += bjerksundStenslandPrice(contracts[i % CONTRACTS]);
  });
  const few = contracts.slice(0, 2000);
  rate('American, exercise boundary', 20_000, few.length, () => {
    for (const contract of few) sink += americanPrice(contract);
  });
  const errors = few.map((one) => Math.abs(americanPrice(one) - americanPrice(one, AMERICAN_EXACT)) / one.strike);
  const farthest = errors.reduce((most, one) => Math.max(most, one), 0);
  result.push(atMost('American, exercise boundary, largest error', farthest, 'of the strike', 1e-8));
  result.push(atMost('checksum of the runs is finite', Number.isFinite(sink) ? 0 : 1, 'failures', 0));
  return result;
}
