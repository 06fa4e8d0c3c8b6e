/**
 * How the figures of all runs are spread: a winner that stands in the tail of a heap is what luck looks like.
 */
import { html, type Markup } from '../html/escape.ts';
import { ticksOf } from './axes.ts';
import { extent, figure, px, scale } from './drawing.ts';
import type { SweepPageInput } from './input.ts';

const WIDTH = 520;
const HEIGHT = 230;
const BOTTOM = 26;

/** Returns a histogram of the objective, with the winner and, of Sharpe ratios, what the best of worthless ones would show. */
export function spreadOfRuns({ rows, ranked, objective, figures, odds }: SweepPageInput): Markup {
  const unit = figures.find(({ id }) => id === objective.id)?.unit ?? 'ratio';
  const scores = rows.flatMap(({ figures: own }) => (Number.isFinite(own[objective.id]) ? [own[objective.id]!] : []));
  if (scores.length < 5) return html``;
  const lucky = objective.id === 'sharpe' && odds !== undefined ? odds.expectedMaximumSharpe : undefined;
  const [low, high] = extent([...scores, ...(lucky === undefined ? [] : [lucky])]);
  if (low === high) return html``;
  const bins = Math.max(8, Math.min(60, Math.ceil(Math.sqrt(scores.length) * 1.5)));
  const counts = Array.from({ length: bins }, () => 0);
  for (const score of scores) counts[Math.min(bins - 1, Math.floor(((score - low) / (high - low)) * bins))]++;
  const top = Math.max(...counts);
  const x = scale(low, high, 8, WIDTH - 8);
  const y = scale(0, top, HEIGHT - BOTTOM, 34);
  const step = (WIDTH - 16) / bins;
  const won = ranked[0]?.figures[objective.id];
  const mark = (value: number, text: string, name: string, row: number): Markup => {
    const anchor = x(value) > WIDTH / 2 ? 'end' : 'start';
    const at = px(x(value) + (anchor === 'end' ? -5 : 5));
    return html`<line
        class="${name}"
        x1="${px(x(value))}"
        x2="${px(x(value))}"
        y1="${row - 8}"
        y2="${HEIGHT - BOTTOM}"
      />
      <text class="${name}" x="${at}" y="${row}" text-anchor="${anchor}">${text}</text>`;
  };
  return html`<figure class="map wide-map">
    <figcaption class="over">${objective.title} of all runs</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Histogram of ${objective.title}">
      ${counts.map((count, i) => html`<rect class="bar" x="${px(8 + i * step + 0.5)}" y="${px(y(count))}" width="${px(Math.max(0.5, step - 1))}" height="${px(HEIGHT - BOTTOM - y(count))}"><title>${count}</title></rect>`)}
      <line class="axis" x1="8" x2="${WIDTH - 8}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}" />
      ${ticksOf(low, high, 6).map((tick) => html`<text x="${px(x(tick))}" y="${HEIGHT - 8}" text-anchor="middle">${figure(tick, unit)}</text>`)}
      ${lucky === undefined ? '' : mark(lucky, `what luck alone would show ${lucky.toFixed(2)}`, 'lucky', 12)}
      ${won === undefined ? '' : mark(won, `winner ${figure(won, unit)}`, 'won', 28)}
    </svg>
    <figcaption>
      ${lucky === undefined ? 'A winner far from the heap, with nothing between, is what luck looks like.' : 'Luck is the best that as many worthless strategies would be expected to show. A winner should stand well beyond it.'}
    </figcaption>
  </figure>`;
}
