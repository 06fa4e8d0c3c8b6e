/**
 * The drawings about options that need no script: payoff diagrams, and results against moves of the underlying.
 */
import type { OptionsData } from '../options/data.ts';
import type { PayoffData } from '../options/payoffs.ts';
import { date, decimal, percent, plain } from '../text.ts';
import { html, type Markup } from './escape.ts';
import { ticksOf } from './drawings.ts';

const WIDTH = 720;
const HEIGHT = 250;
/** Room for one digit of a label, in the large letters of a narrow page. */
const DIGIT = 10.5;

/** Profit over the price of the underlying: a line at expiry, a dashed one before, and a dot where it ended. */
export function payoffDrawing(payoff: PayoffData, currency: string): Markup {
  const { prices, atExpiry, before, spot, end, isNow } = payoff;
  const known = [...atExpiry, ...before, end?.result ?? 0, 0].filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const [from, to] = [prices[0] ?? 0, prices.at(-1) ?? 1];
  const room = (high - low || 1) * 0.06;
  const ticks = ticksOf(low - room, high + room);
  const label = (profit: number): string => decimal(profit, Math.abs(high - low) < 20 ? 1 : 0);
  const left = 10 + DIGIT * Math.max(...ticks.map((tick) => label(tick).length));
  const x = (price: number): number => round(left + ((price - from) / (to - from)) * (WIDTH - left - 8));
  const y = (profit: number): number =>
    round(HEIGHT - ((profit - low + room) / (high - low + 2 * room || 1)) * (HEIGHT - 16));
  const line = (values: readonly (number | null)[]): string =>
    values
      .flatMap((value, i) => (value === null ? [] : [`${x(prices[i] ?? 0)} ${y(value)}`]))
      .map((point, i) => `${i === 0 ? 'M' : 'L'}${point}`)
      .join('');
  const when = isNow ? 'now' : 'when opened';
  return html`<svg
      class="drawing payoff-drawing"
      viewBox="0 0 ${WIDTH} ${HEIGHT + 40}"
      role="img"
      aria-label="Profit in ${currency} over the price of ${payoff.underlying}, at expiry and ${when}"
    >
      ${ticks.map((tick) => html`<line class="${tick === 0 ? 'axis' : 'grid'}" x1="${left}" x2="${WIDTH}" y1="${y(tick)}" y2="${y(tick)}" /><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${label(tick)}</text>`)}
      ${ticksOf(from, to).map((tick) => html`<text x="${x(tick)}" y="${HEIGHT + 16}" text-anchor="middle">${plain(tick)}</text>`)}
      ${spot === null ? '' : html`<line class="zero" x1="${x(spot)}" x2="${x(spot)}" y1="0" y2="${HEIGHT}"><title>price ${when}: ${plain(spot)}</title></line>`}
      <text class="name" x="${WIDTH}" y="${HEIGHT + 36}" text-anchor="end">price of ${payoff.underlying}</text>
      <text class="name" x="${left + 4}" y="10">profit, ${currency}</text>
      <path class="payoff-before" d="${line(before)}" />
      <path class="payoff-expiry" d="${line(atExpiry)}" />
      ${
        end === null || end.price === null || end.result === null
          ? ''
          : html`<circle class="${end.result > 0 ? 'gain' : 'loss'}" cx="${x(end.price)}" cy="${y(end.result)}" r="4.5"
              ><title>ended at ${plain(end.price)}: ${decimal(end.result)} ${currency} after fees</title></circle
            >`
      }
    </svg>
    <p class="hint">
      <span class="key run">━</span> at expiry
      ${before.length === 0 ? '' : html`<span class="key muted">╍</span> ${when}`} ┊ price
      ${when}${end === null ? '' : html` <span class="key">●</span> where it ended`}
    </p>`;
}

/** So much of the premium, and what lost more, is drawn at the lower edge: a few crashes would flatten all others. */
export const MOVES_WORST = -5;

/** A dot a position: how far the underlying moved, in expected moves, and what of the premium was left. */
export function movesDrawing(moves: OptionsData['moves']): Markup | undefined {
  if (moves.length === 0) return undefined;
  const [width, height, left] = [560, 240, 48];
  const far = Math.min(6, Math.max(1.5, ...moves.map(({ expected }) => Math.abs(expected)))) * 1.05;
  const worst = Math.max(MOVES_WORST, Math.min(-0.5, ...moves.map(({ kept }) => kept))) * 1.05;
  const x = (expected: number): number =>
    round(left + ((clamp(expected, -far, far) + far) / (2 * far)) * (width - left - 8));
  const y = (kept: number): number =>
    // Above stands the name of the axis.
    round(height - ((clamp(kept, worst, 1.1) - worst) / (1.1 - worst)) * (height - 22));
  const up = ticksOf(worst, 1.1);
  return html`<svg
    class="drawing"
    viewBox="0 0 ${width} ${height + 34}"
    role="img"
    aria-label="Result over premium against the move of the underlying in expected moves, ${moves.length} positions"
  >
    ${up.map((tick) => html`<line class="grid" x1="${left}" x2="${width}" y1="${y(tick)}" y2="${y(tick)}" /><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${percent(tick, 0)}</text>`)}
    ${ticksOf(-far, far).map((tick) => html`<text x="${x(tick)}" y="${height + 15}" text-anchor="middle">${decimal(tick, Number.isInteger(tick) ? 0 : 1)}</text>`)}
    <line class="zero" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${height}" />
    <line class="axis" x1="${left}" x2="${width}" y1="${y(0)}" y2="${y(0)}" />
    <text class="name" x="${width}" y="${height + 30}" text-anchor="end">
      move of the underlying, in expected moves
    </text>
    <text class="name" x="${left + 4}" y="10">result, share of the premium</text>
    ${moves.map(
      ({ expected, kept, move, symbol, at }) =>
        html`<circle class="${kept > 0 ? 'gain' : 'loss'}" cx="${x(expected)}" cy="${y(kept)}" r="3.2"
          ><title>${symbol} ${date(at)}: moved ${percent(move)}, kept ${percent(kept, 0)}</title></circle
        >`,
    )}
  </svg>`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
