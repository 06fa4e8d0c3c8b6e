/**
 * Floors: what a loop costs that does one job by hand and nothing else. No orders, no ledger, no journal, no checks;
 * money is a float and a fill is an assignment. Nobody would trade on them; they say what the machine can do.
 */
import type { BarColumns } from '../../src/market/columns.ts';
import type { RecordedTape } from '../../src/market/tape.ts';
import type { QuoteTape } from './quotes.ts';

/** Crosses two running averages, buys and sells at the next open, marks the account and keeps its deepest fall. */
export function floorCross({ length, open, close }: BarColumns): number {
  const fast = 10;
  const slow = 50;
  let sumFast = 0;
  let sumSlow = 0;
  let cash = 100_000;
  let quantity = 0;
  let wanted = -1;
  let side = 0;
  let peak = cash;
  let fall = 0;
  const equity = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    if (wanted >= 0) {
      if (wanted === 1) quantity = Math.floor(cash / open[i]);
      cash -= (wanted === 1 ? quantity : -quantity) * open[i];
      if (wanted === 0) quantity = 0;
      wanted = -1;
    }
    sumFast += close[i] - (i >= fast ? close[i - fast] : 0);
    sumSlow += close[i] - (i >= slow ? close[i - slow] : 0);
    if (i >= slow - 1) {
      const difference = sumFast / fast - sumSlow / slow;
      if (difference > 0 && side < 0 && quantity === 0) wanted = 1;
      else if (difference < 0 && side > 0 && quantity > 0) wanted = 0;
      if (difference !== 0) side = difference;
    }
    const value = cash + quantity * close[i];
    equity[i] = value;
    if (value > peak) peak = value;
    else if (peak - value > fall * peak) fall = (peak - value) / peak;
  }
  return equity[length - 1] + fall;
}

/** Merges quotes and trades by time and keeps the newest of each. */
export function floorQuotes({ quotes, trades }: QuoteTape): number {
  let bid = 0;
  let ask = 0;
  let last = 0;
  let sum = 0;
  let q = 0;
  let t = 0;
  while (q < quotes.length || t < trades.length) {
    if (q < quotes.length && (t === trades.length || quotes.time[q] <= trades.time[t])) {
      bid = quotes.bid[q]!;
      ask = quotes.ask[q++]!;
      sum += ask - bid;
    } else {
      last = trades.price[t++]!;
      sum += last;
    }
  }
  return sum + bid + ask + last;
}

/** Each 21st day, ranks the symbols by their rise over a year and holds the 50 best in equal parts; marks each day. */
export function floorRotation({ slice: { streams } }: RecordedTape): number {
  const closes = streams.map(({ columns }) => (columns as BarColumns).close);
  const days = closes[0].length;
  const held = new Float64Array(closes.length);
  const equity = new Float64Array(days);
  let cash = 10_000_000;
  for (let day = 0; day < days; day++) {
    let value = cash;
    for (let s = 0; s < closes.length; s++) value += held[s] * closes[s][day];
    equity[day] = value;
    if (day < 252 || day % 21 !== 0) continue;
    const ranked = closes.map((close, s) => ({ s, rise: close[day - 21] / close[day - 252] - 1 }));
    ranked.sort((a, b) => b.rise - a.rise);
    cash = value;
    held.fill(0);
    for (const { s } of ranked.slice(0, 50)) {
      held[s] = Math.floor(value / 50 / closes[s][day]);
      cash -= held[s] * closes[s][day];
    }
  }
  return equity[days - 1];
}
