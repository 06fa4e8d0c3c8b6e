/** Answers for one day: what the prices and indicators were, what was held, what was asked for, and what came of it. */
import {
  byId,
  data,
  DAY,
  date,
  decimal,
  element,
  lastAtOrBefore,
  moment,
  owned,
  plain,
  priced,
  sharesSince,
  unpack,
} from './values.js';

const days = data.days;
const entryTimes = days === null || days.kind.length === 0 ? [] : unpack(days.time);
/** Prices of more instruments than these are only shown where something was held or asked for. */
const LINES_MAX = 4;
const priceTimes = data.prices.map((price) => unpack(price.time));

/** What a kind of entry means, in words. */
const SAID = {
  submitted: 'asked for',
  refused: 'refused by the risk gate',
  rejected: 'rejected by the venue',
  filled: 'filled',
  canceled: 'canceled',
  expired: 'expired',
  triggered: 'triggered',
  updated: 'changed',
  cash: 'cash moved',
  split: 'split',
  note: 'noted',
  marginCall: 'margin call',
  delisted: 'delisted',
  renamed: 'renamed',
  converted: 'converted',
};

function midnight(day) {
  return Date.parse(`${day}T00:00:00Z`) * 1000;
}

/** Rows of a rising list of instants on a day: from (inclusive) and to (exclusive). */
function rowsOn(times, day) {
  const start = midnight(day);
  return [lastAtOrBefore(times, start - 1) + 1, lastAtOrBefore(times, start + DAY - 1) + 1];
}

/** What was said when an order was asked for. */
function reasonOfOrder(order) {
  if (order === 0) return '';
  const row = days.order.findIndex((each, at) => each === order && days.kinds[days.kind[at]] === 'submitted');
  return row < 0 ? '' : days.texts[days.text[row]];
}

function entryLine(row) {
  const kind = days.kinds[days.kind[row]];
  const line = element('li', undefined, `entry ${kind}`);
  const symbol = owned(days.symbols[days.symbol[row]] ?? '', days.strategy, row);
  const quantity = days.quantity[row];
  const words = [];
  if (kind !== 'note' && kind !== 'cash' && quantity)
    words.push(`${quantity > 0 ? 'buy' : 'sell'} ${plain(Math.abs(quantity))} ${symbol}`);
  else if (symbol) words.push(symbol);
  if (days.price[row] !== null) words.push(`at ${priced(days.price[row])}`);
  if (kind === 'filled') words.push(`fee ${decimal(days.amount[row])}, position then ${plain(days.position[row])}`);
  if (kind === 'cash') words.push(`${decimal(days.amount[row])} ${data.currency}`);
  line.append(
    element('time', data.intraday ? moment(entryTimes[row]).slice(11) : ''),
    element('b', SAID[kind] ?? kind),
    ` ${words.join(' ')}`,
  );
  const text = days.texts[days.text[row]] || reasonOfOrder(days.order[row]);
  if (text) line.append(element('q', text));
  if (days.times[row] > 1) line.append(element('small', ` ${days.times[row]} times alike`));
  return line;
}

/** The position of each instrument at the end of the day, from the last fill before. */
function held(end) {
  const seen = new Set();
  const found = new Map();
  for (let row = lastAtOrBefore(entryTimes, end); row >= 0; row--) {
    const symbol = days.symbol[row];
    const owner = `${symbol} ${days.strategy[row] ?? 0}`;
    if (days.kinds[days.kind[row]] !== 'filled' || seen.has(owner)) continue;
    seen.add(owner);
    found.set(symbol, (found.get(symbol) ?? 0) + days.position[row]);
  }
  return [...found].filter(([, quantity]) => quantity !== 0);
}

/** The instruments that matter on a day: all of a few, and of many those that were held or asked for. */
function shownOn(day, end) {
  if (data.prices.length <= LINES_MAX || days === null) return () => true;
  const [from, to] = rowsOn(entryTimes, day);
  const named = new Set(held(end).map(([symbol]) => symbol));
  for (let row = from; row < to; row++) named.add(days.symbol[row]);
  return (symbol) => named.has(days.symbols.indexOf(symbol));
}

function priceLines(day, end) {
  const lines = [];
  const isShown = shownOn(day, end);
  data.prices.forEach((price, index) => {
    if (lines.length >= LINES_MAX * 2 || !isShown(price.symbol)) return;
    const [from, to] = rowsOn(priceTimes[index], day);
    if (from === to) return;
    const last = to - 1;
    const shares = sharesSince(price, priceTimes[index][last]);
    const high = Math.max(...price.high.slice(from, to));
    const low = Math.min(...price.low.slice(from, to));
    const line = element('p', undefined, 'bar');
    line.append(
      element('b', `${price.symbol} ${price.timeFrame}`),
      ` open ${priced(price.open[from] * shares)}, high ${priced(high * shares)}, low ${priced(low * shares)}, close ${priced(price.close[last] * shares)}, volume ${decimal(
        price.volume.slice(from, to).reduce((sum, each) => sum + (each ?? 0), 0) / shares,
        0,
      )}`,
    );
    price.lines.forEach(({ name, values }, row) => {
      const value =
        values[last] === null ? 'has no value yet' : plain(values[last] * (price.overlay[row] ? shares : 1));
      line.append(element('span', `${name} ${value}`, 'value'));
    });
    lines.push(line);
  });
  return lines;
}

function answer(day) {
  const place = byId('day-answer');
  const [from, to] = rowsOn(entryTimes, day);
  const end = midnight(day) + DAY - 1;
  const bars = priceLines(day, end);
  const isOpen = priceTimes.some((times) => rowsOn(times, day)[0] < rowsOn(times, day)[1]);
  const said = [element('h3', new Date(midnight(day) / 1000).toUTCString().slice(0, 16)), ...bars];
  if (days === null)
    said.push(element('p', 'This report was made without the journal, which holds the reasons.', 'absent'));
  else if (days.completeFrom !== null && end < days.completeFrom) {
    said.push(
      element(
        'p',
        `Entries before ${date(days.completeFrom)} are left out here; the journal of the run has them.`,
        'absent',
      ),
    );
  } else {
    const positions = held(end).map(([symbol, quantity]) => `${plain(quantity)} ${days.symbols[symbol]}`);
    said.push(element('p', `Held at the end of the day: ${positions.join(', ') || 'nothing, all cash'}.`));
    if (from < to) {
      const list = element('ul', undefined, 'entries');
      for (let row = from; row < Math.min(to, from + 200); row++) list.append(entryLine(row));
      if (to - from > 200) list.append(element('li', `and ${to - from - 200} more`));
      said.push(list);
    } else said.push(element('p', nothing(day, end, isOpen), 'absent'));
    const before = lastAtOrBefore(entryTimes, midnight(day) - 1);
    if (from === to && before >= 0) {
      const list = element('ul', undefined, 'entries before');
      list.append(entryLine(before));
      said.push(element('p', `The last entry before, on ${date(entryTimes[before])}:`), list);
    }
  }
  place.replaceChildren(...said);
}

/** Why a day has no entry. */
function nothing(day, end, hasBars) {
  if (!hasBars && data.prices.length > 0)
    return 'There were no prices on this day: the market was closed, or the data have a gap.';
  if (data.firstDecisionAt === null) return 'The indicators never had all their values: nothing could be decided.';
  if (end < data.firstDecisionAt)
    return `The indicators were still warming up; the first decision could be made on ${date(data.firstDecisionAt)}.`;
  return 'The strategy saw this day and asked for nothing, and left no note. The values above are what it decided on.';
}

export function startDays() {
  const input = byId('day');
  if (data.startAt === null) return;
  const show = (day) => {
    input.value = day;
    answer(day);
  };
  const barDays = [...new Set((priceTimes[0] ?? []).map(date))];
  const entryDays = [...new Set(entryTimes.map(date))];
  const step = (list, direction) => {
    const next = direction > 0 ? list.find((day) => day > input.value) : list.findLast((day) => day < input.value);
    if (next !== undefined) show(next);
  };
  input.addEventListener('change', () => {
    if (input.value !== '') answer(input.value);
  });
  byId('day-back').addEventListener('click', () => step(barDays, -1));
  byId('day-next').addEventListener('click', () => step(barDays, 1));
  byId('decision-back').addEventListener('click', () => step(entryDays, -1));
  byId('decision-next').addEventListener('click', () => step(entryDays, 1));
  show(entryDays.at(-1) ?? date(data.endAt));
}
