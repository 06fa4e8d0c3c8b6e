/** Monthly momentum in Tradedeck: at each month's first close, the 50 symbols that rose most over a year, in equal parts. */
import { Deck } from '../../../src/engine/deck.ts';
import { bt } from '../../../src/engine/sim/conventions.ts';
import { defineStrategy, type Asset } from '../../../src/engine/strategy/strategy.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { makeUniverse } from '../../engine/rotation.ts';
import { answer } from '../answering.ts';

const DAY = 86_400_000_000;
const tape = {
  ...makeUniverse(500, 5000),
  // Fractions of shares, as on the other side.
  instruments: Array.from({ length: 500 }, (_, i) => defineInstrument({ symbol: `S${i}`, tick: 0.01, lot: 1e-6 })),
};
const first = tape.slice.streams[0].columns.time;
const START = startOf(first[0]);

/** 400 days after the first, at the beginning of the day. */
function startOf(time: number): number {
  return (Math.floor(time / DAY) + 401) * DAY;
}

let fills = 0;

const momentum = defineStrategy({
  name: 'momentum',
  history: 300,
  setup({ assets, bars, rebalance }) {
    let month = -1;
    return {
      onBar({ time }) {
        const now = new Date(time / 1000).getUTCMonth();
        const isNew = month !== -1 && now !== month;
        month = now;
        if (!isNew || time < START) return;
        const year = Math.floor(time / DAY) * DAY - 365 * DAY;
        let back = 0;
        while (back + 1 < bars.time.length && bars.time.at(back + 1) >= year) back++;
        const ranked = assets.map((asset) => ({ asset, rise: asset.price / asset.bars.close.at(back) - 1 }));
        ranked.sort((a, b) => b.rise - a.rise);
        const weights = new Map<Asset, number>(assets.map((asset) => [asset, 0]));
        for (const { asset } of ranked.slice(0, 50)) weights.set(asset, 1 / 50);
        rebalance(weights);
      },
      onFill() {
        fills++;
      },
    };
  },
});

function play(): { value: number; fills: number } {
  fills = 0;
  const deck = new Deck({
    tape,
    streams: tape.slice.streams,
    rows: first.length,
    strategies: [{ definition: momentum }],
    cash: 10_000_000,
    conventions: bt,
  });
  deck.play(tape.slice);
  const result = { value: deck.ledger.equity(), fills };
  deck.release();
  return result;
}

await answer({ rotation: play }, {});
