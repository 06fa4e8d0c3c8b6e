/** The price chart: candles when there is room, a line with its range when not, and the trades where they happened. */
import {
  byId,
  data,
  decimal,
  element,
  lastAtOrBefore,
  moment,
  percent,
  plain,
  priced,
  seconds,
  sharesSince,
  signed,
  unpack,
} from './values.js';
import { colour } from './theme.js';
import { chartOf, makeChart, showPeriod } from './charts.js';

const LINE_COLOURS = ['line-1', 'line-2', 'line-3', 'line-4'];
export const trades = data.trades;
export const tradeEntries = trades.total === 0 ? [] : unpack(trades.entryAt);
export const tradeExits = tradeEntries.map((at, row) => at + trades.held[row]);
let shownIndex = 0;
let marks = [];

/** Draws the instrument at `index` of the report's prices. */
export function drawPrice(index) {
  const price = data.prices[index];
  if (price === undefined) return;
  shownIndex = index;
  marks = marksOf(price.symbol);
  const times = seconds(unpack(price.time));
  const lines = price.lines.map((line, row) => ({ ...line, over: price.overlay[row] })).filter((line) => line.over);
  const series = [
    { label: 'Close', values: price.close, colour: 'ink', width: 1.2, paths: () => null },
    { label: '', values: price.high, colour: 'ink', paths: () => null },
    { label: '', values: price.low, colour: 'ink', paths: () => null },
    ...lines.map((line, row) => ({
      label: line.name,
      values: line.values,
      colour: LINE_COLOURS[row % LINE_COLOURS.length],
      width: 1.1,
    })),
  ];
  makeChart('price', times, series, {
    format: (value) => (value === null ? '–' : plain(Number(value.toPrecision(7)))),
    height: 380,
    axisSize: 58,
    readout: (row, plot) => describe(price, times, lines, row, plot),
    hooks: { drawAxes: [(plot) => drawBars(plot, price, times)], draw: [(plot) => drawMarks(plot)] },
  });
}

function marksOf(symbol) {
  const which = trades.symbols.indexOf(symbol);
  const found = [];
  for (let row = 0; row < tradeEntries.length; row++) if (trades.symbol[row] === which) found.push(row);
  return found;
}

/** Candles while each has three pixels; else the range of each bar and a line through the closes. */
function drawBars(plot, price, times) {
  const { ctx } = plot;
  const { min, max } = plot.scales.x;
  const from = Math.max(0, lastAtOrBefore(times, min));
  const to = Math.min(times.length - 1, lastAtOrBefore(times, max) + 1);
  const room = plot.bbox.width / Math.max(1, to - from);
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
  ctx.clip();
  const x = (row) => plot.valToPos(times[row], 'x', true);
  const y = (value) => plot.valToPos(value, 'y', true);
  if (room >= 3 * ratio) drawCandles(ctx, price, from, to, x, y, Math.min(room * 0.7, 12 * ratio), ratio);
  else {
    ctx.strokeStyle = colour('range');
    ctx.lineWidth = Math.max(1, room);
    ctx.beginPath();
    for (let row = from; row <= to; row++) {
      ctx.moveTo(x(row), y(price.high[row]));
      ctx.lineTo(x(row), y(price.low[row]));
    }
    ctx.stroke();
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 1.1 * ratio;
    ctx.beginPath();
    for (let row = from; row <= to; row++) if (price.close[row] !== null) ctx.lineTo(x(row), y(price.close[row]));
    ctx.stroke();
  }
  ctx.restore();
}

function drawCandles(ctx, price, from, to, x, y, width, ratio) {
  ctx.lineWidth = ratio;
  for (let row = from; row <= to; row++) {
    const { [row]: open } = price.open;
    const { [row]: close } = price.close;
    if (open === null || close === null) continue;
    const isUp = close >= open;
    const at = x(row);
    ctx.strokeStyle = colour(isUp ? 'up' : 'down');
    ctx.beginPath();
    ctx.moveTo(at, y(price.high[row]));
    ctx.lineTo(at, y(price.low[row]));
    ctx.stroke();
    const top = Math.min(y(open), y(close));
    const height = Math.max(ratio, Math.abs(y(open) - y(close)));
    ctx.fillStyle = colour(isUp ? 'paper' : 'down');
    ctx.fillRect(at - width / 2, top, width, height);
    ctx.strokeRect(at - width / 2, top, width, height);
  }
}

function drawMarks(plot) {
  const { ctx, bbox } = plot;
  const { min, max } = plot.scales.x;
  const ratio = devicePixelRatio;
  const x = (at) => plot.valToPos(at / 1e6, 'x', true);
  const y = (value) => plot.valToPos(value, 'y', true);
  const visible = marks.filter((row) => tradeExits[row] / 1e6 >= min && tradeEntries[row] / 1e6 <= max);
  const size = Math.max(2.2 * ratio, Math.min(6 * ratio, bbox.width / (visible.length + 1) / 5));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const row of visible) {
    const won = trades.profit[row] > 0;
    ctx.strokeStyle = ctx.fillStyle = colour(won ? 'gain' : 'loss');
    ctx.lineWidth = 1.2 * ratio;
    ctx.setLineDash(won ? [] : [4 * ratio, 3 * ratio]);
    ctx.beginPath();
    const [entry, exit] = drawnAt(row);
    ctx.moveTo(x(tradeEntries[row]), y(entry));
    ctx.lineTo(x(tradeExits[row]), y(exit));
    ctx.stroke();
    ctx.setLineDash([]);
    triangle(ctx, x(tradeEntries[row]), y(entry), size, trades.quantity[row] > 0);
    cross(ctx, x(tradeExits[row]), y(exit), size * 0.8);
  }
  ctx.strokeStyle = ctx.fillStyle = colour('ink');
  for (const entry of data.prices[shownIndex].openEntries)
    triangle(ctx, x(entry.at), y(entry.price), size, entry.quantity > 0);
  ctx.restore();
}

/** Where entry and exit of a trade lie on the chart: both are told in the shares of its exit. */
function drawnAt(row) {
  const shares = sharesSince(data.prices[shownIndex], tradeExits[row]);
  return [trades.entryPrice[row] / shares, trades.exitPrice[row] / shares];
}

function triangle(ctx, x, y, size, up) {
  const tip = up ? -size : size;
  ctx.beginPath();
  ctx.moveTo(x, y + tip);
  ctx.lineTo(x + size, y - tip * 0.7);
  ctx.lineTo(x - size, y - tip * 0.7);
  ctx.closePath();
  ctx.fill();
}

function cross(ctx, x, y, size) {
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.stroke();
}

/** The bar under the pointer, and the trade whose mark is nearest to it. */
function describe(price, times, lines, row, plot) {
  const trade = nearestTrade(plot);
  const bar = ['open', 'high', 'low', 'close']
    .map((field) => `${field[0].toUpperCase()} ${priced(price[field][row])}`)
    .join('  ');
  const said = [
    element('time', moment(times[row] * 1e6)),
    element('span', bar),
    ...lines.map((line) => element('span', `${line.name} ${plain(line.values[row])}`, 'soft')),
  ];
  if (trade !== undefined)
    said.push(element('span', tradeText(trade), `trade ${trades.profit[trade] > 0 ? 'gain' : 'loss'}`));
  return said;
}

function nearestTrade(plot) {
  const { left, top } = plot.cursor;
  let best;
  let least = 14 * 14;
  for (const row of marks) {
    const [entry, exit] = drawnAt(row);
    for (const [at, value] of [
      [tradeEntries[row], entry],
      [tradeExits[row], exit],
    ]) {
      const distance = (plot.valToPos(at / 1e6, 'x') - left) ** 2 + (plot.valToPos(value, 'y') - top) ** 2;
      if (distance < least) {
        least = distance;
        best = row;
      }
    }
  }
  return best;
}

export function tradeText(row) {
  const side = trades.quantity[row] > 0 ? 'long' : 'short';
  const in_ = trades.reasons[trades.entryReason[row]] || 'no reason given';
  const out = trades.reasons[trades.exitReason[row]] || 'no reason given';
  return `${side} ${plain(Math.abs(trades.quantity[row]))}: ${moment(tradeEntries[row])} at ${priced(trades.entryPrice[row])} (${in_}) → ${moment(tradeExits[row])} at ${priced(trades.exitPrice[row])} (${out}), ${signed(percent(trades.return[row], 2))}, ${signed(decimal(trades.profit[row]))} ${data.currency}`;
}

/** Shows a trade on the price chart, with some time around it. */
export function showTrade(row) {
  const index = data.prices.findIndex((price) => price.symbol === trades.symbols[trades.symbol[row]]);
  if (index < 0) return;
  if (index !== shownIndex) {
    byId('symbol').value = String(index);
    drawPrice(index);
  }
  const times = chartOf('price').data[0];
  const room = Math.max((tradeExits[row] - tradeEntries[row]) / 1e6, (10 * (times.at(-1) - times[0])) / times.length);
  showPeriod(Math.max(times[0], tradeEntries[row] / 1e6 - room), Math.min(times.at(-1), tradeExits[row] / 1e6 + room));
  byId('price').scrollIntoView({ block: 'center', behavior: 'smooth' });
}

export function startPrice() {
  drawPrice(0);
  byId('symbol')?.addEventListener('change', ({ target }) => {
    const { min, max } = chartOf('price').scales.x;
    drawPrice(Number(target.value));
    showPeriod(min, max);
  });
}
