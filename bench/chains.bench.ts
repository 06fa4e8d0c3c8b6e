/** What it costs that a tape has thousands of option contracts: set-up in proportion, a chain in a fraction of a millisecond. */
import { Deck } from '../src/engine/deck.ts';
import { defineStrategy } from '../src/engine/strategy/strategy.ts';
import { BarBuffer } from '../src/market/bar-buffer.ts';
import { defineInstrument } from '../src/market/instrument.ts';
import { chainRules, judgeChain } from '../src/market/option/filter.ts';
import { modelChain } from '../src/market/option/model-chain.ts';
import { ChainValuation } from '../src/market/option/value.ts';
import type { RecordedTape } from '../src/market/tape.ts';
import type { OptionChain } from '../src/market/option/chain.ts';
import { calendar } from '../src/time/calendars.ts';
import { atMost, type BenchRow } from './bench.ts';

/** An index of `sessions` days with weekly puts and calls around it. */
function tapeOf(sessions: number): RecordedTape {
  const buffer = new BarBuffer();
  for (const [i, { openAt, closeAt }] of calendar('XNYS')
    .sessions('2005-01-03', '2030-01-01')
    .slice(0, sessions)
    .entries()) {
    const close = 3000 + 200 * Math.sin(i / 20);
    buffer.add(closeAt, openAt, close - 2, close + 5, close - 5, close, 1);
  }
  const prices = buffer.view();
  const { instruments, streams } = modelChain({ underlying: 'SPX', prices, expiries: 'weekly', daysMax: 30, step: 25 });
  return {
    source: 'bench',
    simulated: true,
    instruments: [defineInstrument({ symbol: 'SPX', kind: 'index' }), ...instruments],
    actions: [],
    findings: [],
    fingerprint: '',
    adjustment: 'raw',
    slice: { streams: [{ kind: 'bars', symbol: 'SPX', timeFrame: '1d', columns: prices }, ...streams] },
  };
}

function cpuSeconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

export function bench(): BenchRow[] {
  const [small, large] = [tapeOf(120), tapeOf(480)];
  const idle = defineStrategy({ name: 'idle', setup: () => ({ onBar: () => undefined }) });
  let last: OptionChain | undefined;
  let chains = 0;
  const looking = defineStrategy({
    name: 'looking',
    setup: ({ chain }) => ({
      onBar: () => {
        last = chain();
        chains++;
      },
    }),
  });
  const deckOf = (tape: RecordedTape, definition: typeof idle) =>
    new Deck({ tape, streams: tape.slice.streams, strategies: [{ definition }], cash: 1e6, calendarOf: calendar });
  const median = (work: () => void): number =>
    Array.from({ length: 5 }, () => cpuSeconds(work)).sort((a, b) => a - b)[2];
  const setUp = [small, large].map((tape) => median(() => void deckOf(tape, idle)));
  const plain = median(() => deckOf(large, idle).play(large.slice));
  chains = 0;
  const seen = median(() => deckOf(large, looking).play(large.slice));
  const perChain = ((seen - plain) / (chains / 5)) * 1e6;
  const growth = setUp[1] / setUp[0] / (large.instruments.length / small.instruments.length);
  const rules = chainRules({ right: 'put', daysToExpiry: { min: 1, max: 10 }, delta: { min: 0.15, max: 0.4 } });
  const judging = median(() => void judgeChain(rules, new ChainValuation(last!, { rate: 0.02 }))) * 1e6;
  return [
    atMost(`set-up per contract, ${large.instruments.length} against ${small.instruments.length}`, growth, 'times', 2),
    atMost(`a chain of ${last!.contracts.length} contracts in a run`, perChain, 'µs', 1000),
    atMost('the same judged by delta', judging, 'µs', 20_000),
  ];
}
