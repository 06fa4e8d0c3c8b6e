/** The data of the report as the page uses them, and numbers as people read them. */

export const DAY = 86_400_000_000;
export const data = JSON.parse(document.getElementById('report-data').textContent);

/** Instants in microseconds from their packed form. */
export function unpack({ unit, first, steps }) {
  const times = [first];
  let at = first;
  for (const step of steps) times.push((at += step * unit));
  return times;
}

/** Charts count in seconds. */
export function seconds(times) {
  return times.map((at) => at / 1e6);
}

/** Shares at the end for each one at `at`: prices are drawn in the shares of the end, journals tell those of then. */
export function sharesSince({ splits }, at) {
  let shares = 1;
  for (const split of splits) if (split.at > at) shares *= split.ratio;
  return shares;
}

/** `1,234.50`; null is a dash. */
export function decimal(value, decimals = 2) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const text = Math.abs(value).toFixed(decimals);
  const [whole, fraction] = text.split('.');
  const sign = value < 0 && Number(text) !== 0 ? '−' : '';
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return sign + grouped + (fraction === undefined ? '' : `.${fraction}`);
}

export function percent(value, decimals = 1) {
  return value === null || value === undefined ? '–' : `${decimal(value * 100, decimals)}%`;
}

export function signed(text) {
  return /^[\d.,]*[1-9]/.test(text) ? `+${text}` : text;
}

/** A price, with two decimals at least, so that columns of prices align. */
export function priced(value) {
  if (value === null || value === undefined) return '–';
  return Math.abs(value) >= 100
    ? decimal(value)
    : plain(value)
        .replace(/^([^.]*)$/, '$1.00')
        .replace(/\.(\d)$/, '.$10');
}

/** A symbol, with the strategy's name where there are several. */
export function owned(symbol, strategies, row) {
  return strategies.length === 0 ? symbol : `${symbol} (${data.strategies[strategies[row]]})`;
}

/** A quantity or value with the decimals it needs. */
export function plain(value) {
  if (value === null || value === undefined) return '–';
  const fraction = String(Number(value.toFixed(8))).split('.')[1] ?? '';
  const size = Math.abs(value);
  return decimal(value, Math.min(fraction.length, size >= 100 ? 2 : size >= 1 ? 4 : 8));
}

export function date(at) {
  return new Date(at / 1000).toISOString().slice(0, 10);
}

/** Date, and the minute when bars are shorter than a day. */
export function moment(at) {
  return data.intraday ? new Date(at / 1000).toISOString().slice(0, 16).replace('T', ' ') : date(at);
}

/** Short figures for an axis: 1.2M, 35k. */
export function compact(value) {
  const size = Math.abs(value);
  if (size >= 1e9) return `${trim(value / 1e9)}B`;
  if (size >= 1e6) return `${trim(value / 1e6)}M`;
  if (size >= 1e4) return `${trim(value / 1e3)}k`;
  return size !== 0 && size < 10 ? String(Number(value.toPrecision(3))) : decimal(value, 0);
}

function trim(value) {
  return String(Number(value.toPrecision(4)));
}

/** The position of the last value at or before `value` in a rising list; −1 when there is none. */
export function lastAtOrBefore(list, value) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function byId(id) {
  return document.getElementById(id);
}

/** An element with a class and a text; texts never become markup. */
export function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}
