/** A seller that is stopped and goes on later decides, trades and ends as if it had never stopped. */
import { expect, test } from 'vitest';
import type { DeckState } from '../../../src/engine/state/state.ts';
import type { SellerState } from '../../../src/strategies/selling/seller.ts';
import { wheel } from '../../../src/strategies/wheel/strategy.ts';
import { deckOf, optionTape, partOf, type Given } from './play.ts';

const TAPE = optionTape(['AAA'], 4, '2023-04-20');
const GIVEN: Given = {
  minDailyReturn: 0.0002,
  maxStrikePct: 1,
  deltaMax: 0.6,
  deltaStop: 0.7,
  callFloor: 'none',
  callMinStrikePct: 1,
  callExits: 'earlyExit',
  entryOrder: 'stepped',
  exitOrder: 'stepped',
  stepSeconds: 4000,
  exitStepSeconds: 4000,
};

type Deck = ReturnType<typeof deckOf>;

/** Fills and notes of a run from `after` on. */
function tellOf(deck: Deck, after: number) {
  return [...deck.journal.entries()]
    .filter(({ at, kind }) => at > after && (kind === 'note' || kind === 'filled'))
    .map(({ at, kind, quantity, price, text }) => [at, kind, quantity, price, text]);
}

test('cut at any instant, with contracts open, shares held and ladders at work, nothing differs', () => {
  const [bars] = TAPE.streams;
  if (bars.kind !== 'bars') throw new Error('the first stream is that of the share');
  const whole = deckOf(TAPE, wheel(), GIVEN);
  whole.play({ streams: TAPE.streams });
  const { finalEquity, fills } = whole.finish();
  expect(fills.length).toBeGreaterThan(8);
  const seen = { ladders: 0, shares: 0, contracts: 0 };
  const { time, openTime } = bars.columns;
  // Closes, and opens, at which ladders are half way down.
  const cuts = [...time.filter((_, i) => i > 25 && i % 9 === 0), ...openTime.filter((_, i) => i > 25 && i % 13 === 0)];
  for (const cut of cuts) {
    const first = deckOf(TAPE, wheel(), GIVEN);
    first.play(partOf(TAPE, (at) => at <= cut));
    // What is written to disk is all there is.
    const state = JSON.parse(JSON.stringify(first.saveState())) as DeckState;
    const own = state.strategies[0].state as SellerState;
    seen.ladders += own.working.walking.length;
    seen.contracts += own.book.open.length;
    seen.shares += first.ledger.netQuantity(0);
    const second = deckOf(TAPE, wheel(), GIVEN, { restore: state });
    second.play(partOf(TAPE, (at) => at > cut));
    expect(second.finish().finalEquity).toBe(finalEquity);
    expect(tellOf(second, cut)).toEqual(tellOf(whole, cut));
  }
  // A check that never met a ladder, a share or a contract would show nothing.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
