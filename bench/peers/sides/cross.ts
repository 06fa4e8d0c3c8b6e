/**
 * SMA cross in Tradedeck: one share while the mean of 10 closes is above that of 50. Arguments: the file of bars, and
 * the conventions by which the other engine fills.
 */
import { Deck } from '../../../src/engine/deck.ts';
import { CONVENTIONS } from '../../../src/engine/sim/conventions.ts';
import { defineStrategy } from '../../../src/engine/strategy/strategy.ts';
import { sma } from '../../../src/indicators/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { answer } from '../answering.ts';
import { readBars } from './bars.ts';

const [file, name] = process.argv.slice(2) as [string, string];
const bars = readBars(file, 60e6);
const MINUTE = { kind: 'bars', symbol: 'WALK', timeFrame: '1m' } as const;

/** The distance that counts as above, so that no engine's rounding decides equal averages. */
const LEAST = 1e-9;

let fills = 0;

const cross = defineStrategy({
  name: 'cross',
  setup({ use, position, buy, sell }) {
    const fast = use(sma, 10);
    const slow = use(sma, 50);
    return {
      onBar() {
        const distance = fast.value - slow.value;
        if (distance > LEAST && position.isFlat) buy(1);
        else if (distance < -LEAST && position.isLong) sell(1);
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
    tape: {
      source: 'a random walk',
      simulated: true,
      instruments: [defineInstrument({ symbol: 'WALK', tick: 0.01 })],
      actions: [],
      findings: [],
      fingerprint: '',
      adjustment: 'raw',
    },
    streams: [MINUTE],
    rows: bars.length,
    strategies: [{ definition: cross }],
    cash: 1_000_000,
    // What is held at the end stays, on both sides.
    conventions: { ...CONVENTIONS[name], end: 'keep' },
  });
  deck.play({ streams: [{ ...MINUTE, columns: bars }] });
  const result = { value: deck.ledger.equity(), fills };
  deck.release();
  return result;
}

await answer({ cross: play }, {});
