/**
 * Takes from a deck that has played what a report shows besides its result: bars, indicator lines, journal, benchmark.
 */
import type { Deck } from '../engine/deck.ts';
import { heldCurve } from './held.ts';
import type { PriceInput, ReportExtra } from './input.ts';
import { optionsOfDeck } from './options/input.ts';

/**
 * Returns the extra input of a deck that has finished. Bars are those the deck still holds: all of them after a tape
 * of one slice. With one instrument the benchmark is to buy it at the first bar and hold it. `charted` is a deck that has
 * played the same tape and holds more of its bars; what was traded is taken from `deck` alone.
 */
export function extraOfDeck(deck: Deck, charted: Deck = deck): ReportExtra {
  const { splits, dividends } = charted.happenings;
  const prices: PriceInput[] = charted.lines
    .filter(({ feed }) => feed.columns.length > 0)
    .map(({ feed, lines }) => ({
      symbol: feed.market.instrument.symbol,
      timeFrame: feed.timeFrame,
      columns: feed.columns,
      lines: lines.map((line) => ({ name: line.name, values: feed.seen(line) })),
      multiplier: feed.market.instrument.multiplier,
      splits: splits.filter(({ instrument }) => instrument === feed.market.index),
      dividends: dividends.filter(({ instrument }) => instrument === feed.market.index),
    }));
  const { instruments } = deck.tape;
  const first = instruments.length === 1 ? prices[0] : undefined;
  const ready = charted.hosts[0]?.ready ?? 0;
  const firstBars = prices[0]?.columns;
  const options = optionsOfDeck(deck);
  return {
    ...(deck.hosts[0]?.definition.description === undefined
      ? {}
      : { description: deck.hosts[0].definition.description }),
    prices,
    ...(options === undefined ? {} : { options }),
    ...(first === undefined
      ? {}
      : {
          benchmark: {
            name: `Buy and hold ${first.symbol}`,
            curve: heldCurve(first),
          },
        }),
    journal: {
      entries: deck.journal.entries(),
      symbols: instruments.map(({ symbol }) => symbol),
      quantityScales: deck.ledger.units.map(({ quantityScale }) => quantityScale),
    },
    ...(firstBars === undefined || ready >= firstBars.length ? {} : { firstDecisionAt: firstBars.time[ready] }),
  };
}
