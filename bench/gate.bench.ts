/** How many orders the gate checks a second with every control of a session on, and what a check that passes allocates. */
import process from 'node:process';
import { ViewNow } from '../src/engine/gate/gate-view.ts';
import { Deck } from '../src/engine/deck.ts';
import { plainMarket } from '../src/engine/orders/intents.ts';
import { LIVE_LIMITS } from '../src/engine/index.ts';
import { allocateQuotes } from '../src/market/columns.ts';
import { defineInstrument } from '../src/market/instrument.ts';
import type { StreamSlice } from '../src/market/tape.ts';
import { calendar } from '../src/time/calendars.ts';
import { atLeast, atMost, type BenchRow } from './bench.ts';

const CHECKS = 300_000;
const ROUNDS = 7;

export function bench(): BenchRow[] {
  const { deck, view } = makeDeck();
  const { gate } = deck.orders;
  const intents = [1, 2, 3, 4].map((quantity) => ({
    ...plainMarket(0, 0),
    quantity,
    limit: 100 + quantity / 100,
    type: 'limit' as const,
  }));
  const rates: number[] = [];
  let bytes = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.memoryUsage().heapUsed;
    const cpu = process.cpuUsage();
    for (let i = 0; i < CHECKS; i++) {
      const intent = intents[i & 3];
      view.units = intent.quantity;
      if (gate.refusal(intent, view) !== undefined) throw new Error('an order was refused that should pass');
    }
    const { user, system } = process.cpuUsage(cpu);
    rates.push(CHECKS / ((user + system) / 1e6));
    const grown = process.memoryUsage().heapUsed - before;
    // A collection in between makes it smaller than it was: such a round says nothing.
    if (grown >= 0) bytes = Math.min(bytes, grown / CHECKS);
  }
  rates.sort((a, b) => a - b);
  return [
    atLeast('orders checked by every control of a session', rates[ROUNDS >> 1], 'checks/s of CPU', 300_000),
    atMost('bytes that a check which passes allocates', bytes, 'bytes', 16),
  ];
}

/** Ten instruments with a quote each, and orders at work in some. */
function makeDeck(): { readonly deck: Deck; readonly view: ViewNow } {
  const symbols = Array.from({ length: 10 }, (_, i) => `S${i}`);
  const at = Date.UTC(2026, 6, 1, 15) * 1000;
  const streams = symbols.map((symbol): StreamSlice => {
    const columns = allocateQuotes(1);
    columns.time[0] = at;
    columns.bid[0] = 99.99;
    columns.ask[0] = 100.01;
    columns.bidSize[0] = columns.askSize[0] = 1000;
    return { kind: 'quotes', symbol, columns };
  });
  const setup = ({ assets }: { assets: readonly { buy(quantity: number, options: object): unknown }[] }) => {
    let count = 0;
    return {
      onQuote() {
        if (++count !== symbols.length) return;
        for (const [i, asset] of assets.entries()) asset.buy(10, { limit: 99, reason: `order ${i}` });
      },
    };
  };
  const deck = new Deck({
    tape: {
      source: 'bench',
      simulated: true,
      instruments: symbols.map((symbol) => defineInstrument({ symbol, tick: 0.01 })),
      actions: [],
      findings: [],
      fingerprint: '',
      adjustment: 'raw',
    },
    streams,
    strategies: [{ definition: { name: 'bench', setup } }],
    cash: 1_000_000,
    calendarOf: calendar,
    limits: LIVE_LIMITS,
  });
  deck.play({ streams });
  const view = new ViewNow(deck);
  // The bucket of the strategy has filled again, and the quotes are still fresh.
  view.now = at + 1_900_000;
  view.warming = false;
  view.mark = 100;
  return { deck, view };
}
