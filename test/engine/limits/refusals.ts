/** What the tests of controls share: rows of quotes, strategies that act on them, and what was refused. */
import type { LimitSettings } from '../../../src/engine/limits/settings.ts';
import { flatLeverage } from '../../../src/engine/sim/margin.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { endsOf, onQuotes, plain, play, quotes, type Play, type QuoteRow } from '../play.ts';

export const conventions = { ...plain, margin: flatLeverage(4) };

export type Acts = Readonly<Record<number, (context: Context) => void>>;

export function refusals(ends: readonly string[]): string[] {
  return ends.filter((end) => end.startsWith('refused')).map((end) => end.slice('refused '.length));
}

/** One quote a second. */
export function flat(count: number): QuoteRow[] {
  return Array.from({ length: count }, (_, second): QuoteRow => [second, 99.99, 100.01]);
}

export function onQuoted(
  limits: LimitSettings,
  acts: Acts,
  rows: readonly QuoteRow[] = flat(10),
  more: Partial<Play> = {},
): string[] {
  return refusals(endsOf(play({ streams: [quotes(rows)], setup: onQuotes(acts), limits, conventions, ...more })));
}
