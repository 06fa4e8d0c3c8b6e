/**
 * Rules that look at one row at a time: numbers that are prices, and prices that fit together.
 */
import type { BarColumns, QuoteBarColumns, QuoteColumns, TradeColumns } from '../columns.ts';
import type { FindingList } from './report.ts';

/** Bars: finite positive prices, high ≥ low, open and close between them, volume a number. */
export function checkBarPrices(bars: BarColumns, mayBeNegative: boolean, list: FindingList): void {
  const { open, high, low, close, volume, length } = bars;
  for (let i = 0; i < length; i++) {
    const o = open[i];
    const h = high[i];
    const l = low[i];
    const c = close[i];
    // One sum tells that all four are finite; one comparison that they are in order.
    if (Number.isFinite(o + h + l + c)) {
      if (o <= 0 || h <= 0 || l <= 0 || c <= 0) {
        const severity = mayBeNegative ? 'warning' : 'fatal';
        list.add('not-positive', severity, i, `${o} ${h} ${l} ${c}`, 'open, high, low and close must be above 0');
      }
      if (h < l) list.add('high-below-low', 'fatal', i, `${h} < ${l}`, 'the high is below the low');
      else if (o > h || o < l || c > h || c < l) {
        const what = o > h || o < l ? `open ${o}` : `close ${c}`;
        list.add('outside-range', 'warning', i, `${what}, ${l}…${h}`, 'open or close lies outside low … high');
      }
    } else
      list.add('not-finite', 'fatal', i, `${o} ${h} ${l} ${c}`, 'open, high, low and close must be finite numbers');
    const v = volume[i];
    if (!(v >= 0 && v < Infinity))
      list.add('not-finite', 'warning', i, `volume ${v}`, 'the volume must be a number from 0 up');
  }
}

/** Quote bars: each side is missing or finite, not negative and in order; the bid does not end above the ask. */
export function checkQuoteBarPrices(bars: QuoteBarColumns, list: FindingList): void {
  const sides = [
    ['bid', bars.bidOpen, bars.bidHigh, bars.bidLow, bars.bidClose],
    ['ask', bars.askOpen, bars.askHigh, bars.askLow, bars.askClose],
  ] as const;
  for (let i = 0; i < bars.length; i++) {
    let present = 0;
    for (const [side, open, high, low, close] of sides) {
      const [o, h, l, c] = [open[i], high[i], low[i], close[i]];
      if (Number.isNaN(o) && Number.isNaN(h) && Number.isNaN(l) && Number.isNaN(c)) continue;
      present++;
      if (!Number.isFinite(o + h + l + c)) {
        list.add('not-finite', 'fatal', i, `${side} ${o} ${h} ${l} ${c}`, 'a side has all four prices or none');
      } else if (o < 0 || h < 0 || l < 0 || c < 0) {
        list.add('not-positive', 'fatal', i, `${side} ${o} ${h} ${l} ${c}`, 'a quote must not be negative');
      } else if (h < l) list.add('high-below-low', 'fatal', i, `${side} ${h} < ${l}`, 'the high is below the low');
      else if (o > h || o < l || c > h || c < l) {
        list.add(
          'outside-range',
          'warning',
          i,
          `${side} ${o} ${c}, ${l}…${h}`,
          'open or close lies outside low … high',
        );
      }
    }
    if (present === 0) list.add('not-finite', 'warning', i, 'no bid, no ask', 'the row has no price on either side');
    const [bid, ask] = [bars.bidClose[i], bars.askClose[i]];
    if (bid > ask) list.add('crossed-quote', 'warning', i, `${bid} > ${ask}`, 'the bid is above the ask');
  }
}

/** Quotes: each side is missing (NaN) or finite and not negative; the bid is not above the ask. */
export function checkQuotePrices({ bid, ask, length }: QuoteColumns, list: FindingList): void {
  for (let i = 0; i < length; i++) {
    const [b, a] = [bid[i], ask[i]];
    if (b > a) list.add('crossed-quote', 'warning', i, `${b} > ${a}`, 'the bid is above the ask');
    if (b < 0 || a < 0) list.add('not-positive', 'fatal', i, `${b} ${a}`, 'a quote must not be negative');
    if (Math.abs(b) === Infinity || Math.abs(a) === Infinity) {
      list.add('not-finite', 'fatal', i, `${b} ${a}`, 'a quote must be finite');
    }
  }
}

/** Trades: a finite positive price and a size above 0. */
export function checkTradePrices(
  { price, size, length }: TradeColumns,
  mayBeNegative: boolean,
  list: FindingList,
): void {
  for (let i = 0; i < length; i++) {
    const p = price[i];
    if (!Number.isFinite(p)) list.add('not-finite', 'fatal', i, String(p), 'the price must be a finite number');
    else if (p <= 0 && !mayBeNegative) list.add('not-positive', 'fatal', i, String(p), 'the price must be above 0');
    if (!(size[i] > 0)) list.add('zero-volume', 'note', i, String(size[i]), 'a trade has a size above 0');
  }
}
