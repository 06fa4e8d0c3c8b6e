/**
 * The frame of a chart: round ticks on two sides, hairlines, and what a label says.
 */
import { formatDate } from '../../time/instant.ts';
import { html, type Markup } from '../html/escape.ts';
import { px, scale } from './drawing.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** About `count` round values in a stretch. */
export function ticksOf(low: number, high: number, count = 5): number[] {
  if (!(high > low)) return [low];
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    ticks.push(Number((k * step).toPrecision(6)));
  }
  return ticks;
}

/** The first instants of years between two times, of every n-th year where there are many. */
function yearsOf(from: number, to: number, count = 12): number[] {
  const [first, last] = [Number(formatDate(from).slice(0, 4)) + 1, Number(formatDate(to).slice(0, 4))];
  const every = Math.max(1, Math.ceil((last - first + 1) / count));
  const years: number[] = [];
  for (let year = first; year <= last; year += every) years.push(Date.UTC(year, 0, 1) * 1000);
  return years;
}

/** Hairlines and labels at values of the upright side. */
export function upright(
  frame: Frame,
  low: number,
  high: number,
  label: (value: number) => string,
  count = 5,
): Markup[] {
  const y = scale(low, high, frame.height - frame.bottom, frame.top);
  return ticksOf(low, high, count).map(
    (tick) =>
      html`<line
          class="hair"
          x1="${frame.left}"
          x2="${frame.width - frame.right}"
          y1="${px(y(tick))}"
          y2="${px(y(tick))}"
        /><text x="${frame.left - 8}" y="${px(y(tick) + 4)}" text-anchor="end">${label(tick)}</text>`,
  );
}

/** Labels of years below a chart over time. */
export function yearLabels(frame: Frame, from: number, to: number): Markup[] {
  const x = scale(from, to, frame.left, frame.width - frame.right);
  return yearsOf(from, to).map(
    (year) =>
      html`<text x="${px(x(year))}" y="${frame.height - frame.bottom + 16}" text-anchor="middle"
        >${formatDate(year).slice(0, 4)}</text
      >`,
  );
}

/** The path of a curve, of at most `points` points: of each stretch its lowest and highest, so that no peak is lost. */
export function pathOf(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  x: (value: number) => number,
  y: (value: number) => number,
  points = 900,
): string {
  const { length } = xs;
  const every = Math.max(1, Math.ceil((2 * length) / points));
  let text = '';
  const add = (i: number): void => {
    text += `${text === '' ? 'M' : 'L'}${px(x(xs[i]))} ${px(y(ys[i]))}`;
  };
  for (let from = 0; from < length; from += every) {
    const to = Math.min(length, from + every);
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      if (ys[i] < ys[low]) low = i;
      if (ys[i] > ys[high]) high = i;
    }
    add(Math.min(low, high));
    if (low !== high) add(Math.max(low, high));
  }
  if (length > 0) add(length - 1);
  return text;
}
