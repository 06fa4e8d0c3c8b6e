/** Many symbols: random walks, and each month the ones that rose most over the past year in equal parts. */
import { Random } from '../../src/base/random.ts';
import { Deck } from '../../src/engine/deck.ts';
import { honest } from '../../src/engine/sim/conventions.ts';
import { allocateBars } from '../../src/market/columns.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import type { RecordedTape, StreamSlice } from '../../src/market/tape.ts';
import momentum from '../../src/strategies/momentum-rotation/strategy.ts';
import { calendar } from '../../src/time/calendars.ts';

export function makeUniverse(symbols: number, days: number): RecordedTape {
  const sessions = calendar('XNYS').sessions('2002-01-02', '2030-12-31').slice(0, days);
  const random = new Random(11);
  const streams: StreamSlice[] = [];
  const instruments = [];
  for (let s = 0; s < symbols; s++) {
    const symbol = `S${s}`;
    instruments.push(defineInstrument({ symbol, tick: 0.01 }));
    const columns = allocateBars(sessions.length);
    let price = 20 + random.below(80);
    const drift = (random.below(20) - 8) / 100_000;
    sessions.forEach(({ openAt, closeAt }, i) => {
      const open = price * (1 + 0.003 * random.normal());
      const close = Math.max(1, open * (1 + drift + 0.012 * random.normal()));
      columns.openTime[i] = openAt;
      columns.time[i] = closeAt;
      columns.open[i] = Math.round(open * 100) / 100;
      columns.close[i] = Math.round(close * 100) / 100;
      columns.high[i] = Math.round(Math.max(open, close) * 100.5) / 100;
      columns.low[i] = Math.round(Math.min(open, close) * 99.5) / 100;
      columns.volume[i] = 1_000_000;
      price = close;
    });
    streams.push({ kind: 'bars', symbol, timeFrame: '1d', columns });
  }
  return {
    source: 'random walks',
    simulated: true,
    instruments,
    actions: [],
    findings: [],
    fingerprint: '',
    adjustment: 'raw',
    slice: { streams },
  };
}

/** Plays the universe and returns the number of orders that filled. */
export function playRotation(tape: RecordedTape): number {
  const deck = new Deck({
    tape,
    streams: tape.slice.streams,
    strategies: [{ definition: momentum, parameters: { hold: 50 } }],
    cash: 10_000_000,
    conventions: honest,
    calendarOf: calendar,
  });
  deck.play(tape.slice);
  return deck.counts.filled;
}
