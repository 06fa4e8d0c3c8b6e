/**
 * The charts that need no script: the histogram of returns and the excursions of trades, as SVG.
 */
import type { DistributionData } from '../returns.ts';
import { date, percent, plural, signedPercent, whole } from '../text.ts';
import type { TradeColumns } from '../trade-columns.ts';
import { unpackTimes } from '../series.ts';
import { html, type Markup } from './escape.ts';

const WIDTH = 560;
const HEIGHT = 240;
const POINTS_MAX = 1500;

/** Bars of how many sessions fell into each bin, with the normal law's line over them. */
export function histogram(data: DistributionData): Markup {
  const { counts, normal, from, width } = data;
  const top = Math.max(...counts, ...normal);
  const step = WIDTH / counts.length;
  const y = (count: number): number => round(HEIGHT - (count / top) * (HEIGHT - 8));
  const zero = round((-from / width) * step);
  const line = normal.map((count, i) => `${i === 0 ? 'M' : 'L'}${round((i + 0.5) * step)} ${y(count)}`).join('');
  const ticks = ticksOf(from, from + counts.length * width);
  return html`<svg
    class="drawing"
    viewBox="0 0 ${WIDTH} ${HEIGHT + 22}"
    role="img"
    aria-label="Histogram of ${plural(data.count, 'session return')}, with the normal law of the same mean and deviation"
  >
    ${counts.map((count, i) => {
      const left = from + i * width;
      const tone = left + width / 2 < 0 ? 'loss' : 'gain';
      return html`<rect
        class="${tone}"
        x="${round(i * step + 0.5)}"
        y="${y(count)}"
        width="${round(Math.max(0.5, step - 1))}"
        height="${round(HEIGHT - y(count))}"
        ><title>
          ${signedPercent(left, 2)} to ${signedPercent(left + width, 2)}: ${plural(count, 'session')}
        </title></rect
      >`;
    })}
    <path class="normal" d="${line}" />
    <line class="axis" x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}" />
    ${zero > 0 && zero < WIDTH ? html`<line class="zero" x1="${zero}" x2="${zero}" y1="0" y2="${HEIGHT}" />` : ''}
    ${ticks.map((tick) => html`<text x="${round(((tick - from) / width) * step)}" y="${HEIGHT + 16}" text-anchor="middle">${percent(tick, decimalsOf(ticks))}</text>`)}
  </svg>`;
}

/** One dot a trade: how far it went against us (left) and for us (up) while it was open, coloured by how it ended. */
export function excursions(trades: TradeColumns): Markup | undefined {
  const entries = unpackTimes(trades.entryAt);
  const all = trades.profit.flatMap((profit, i) =>
    profit === null || trades.worst[i] == null || trades.best[i] == null
      ? []
      : [{ i, worst: -trades.worst[i], best: trades.best[i], profit }],
  );
  if (all.length === 0) return undefined;
  const points =
    all.length > POINTS_MAX
      ? [...all].sort((a, b) => Math.abs(b.profit) - Math.abs(a.profit)).slice(0, POINTS_MAX)
      : all;
  const worst = Math.max(0.001, ...points.map((point) => point.worst)) * 1.04;
  const best = Math.max(0.001, ...points.map((point) => point.best)) * 1.04;
  const [left, right] = [44, 10];
  const x = (value: number): number => round(left + (value / worst) * (WIDTH - left - right));
  const y = (value: number): number => round(HEIGHT - (value / best) * (HEIGHT - 10));
  const across = ticksOf(0, worst);
  const up = ticksOf(0, best);
  return html`<svg
      class="drawing"
      viewBox="0 0 ${WIDTH} ${HEIGHT + 34}"
      role="img"
      aria-label="Largest loss against largest gain of ${plural(points.length, 'trade')} while open"
    >
      ${up.map((tick) => html`<line class="grid" x1="${left}" x2="${WIDTH}" y1="${y(tick)}" y2="${y(tick)}" /><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${percent(tick, decimalsOf(up))}</text>`)}
      ${across.map((tick) => html`<text x="${x(tick)}" y="${HEIGHT + 15}" text-anchor="middle">${percent(-tick, decimalsOf(across))}</text>`)}
      <line class="axis" x1="${left}" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}" />
      <text class="name" x="${WIDTH}" y="${HEIGHT + 30}" text-anchor="end">largest loss while open (MAE)</text>
      <text class="name" x="${left + 4}" y="10">largest gain while open (MFE)</text>
      ${points.map(({ i, worst: mae, best: mfe, profit }) => {
        const words = `${trades.symbols[trades.symbol[i]]} ${date(entries[i])}: ${signedPercent(trades.return[i] ?? 0)} (${percent(-mae)} … ${signedPercent(mfe)})`;
        // A won trade is a disc and a lost one a ring, so that no one needs to tell their colours apart.
        return html`<circle class="${profit > 0 ? 'gain' : 'loss'}" cx="${x(mae)}" cy="${y(mfe)}" r="3.2"
          ><title>${words}</title></circle
        >`;
      })}</svg
    >${all.length > points.length ? html`<p class="small">The ${whole(points.length)} trades that won or lost most, of ${whole(all.length)}.</p>` : ''}`;
}

/** About five round values in a range. */
export function ticksOf(from: number, to: number): number[] {
  const raw = (to - from) / 7;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++)
    ticks.push(Number((k * step).toPrecision(6)));
  return ticks;
}

/** Decimals that tell neighbouring ticks, in per cent, apart. */
function decimalsOf(ticks: readonly number[]): number {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0)) * 100;
  return step >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(step)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
