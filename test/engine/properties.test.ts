/** What holds whatever a strategy does: fills are prices that were traded, books balance, the same gives the same. */
import { Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deck } from '../../src/engine/deck.ts';
import type { RunResult } from '../../src/engine/result.ts';
import { CONVENTIONS } from '../../src/engine/sim/conventions.ts';
import type { StreamSlice } from '../../src/market/tape.ts';
import { cutRows, flowDeck, type Flow } from './random-flow.ts';

const NAMES = [...Object.keys(CONVENTIONS), 'high-first', 'low-first', 'nearest-first'];

const flows = fc.record<Flow>({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  symbols: fc.integer({ min: 1, max: 3 }),
  rows: fc.integer({ min: 30, max: 160 }),
  conventions: fc.constantFrom(...NAMES),
  actions: fc.boolean(),
});

function run(flow: Flow): { deck: Deck; result: RunResult; streams: StreamSlice[] } {
  const { deck, streams } = flowDeck(flow);
  deck.play({ streams });
  return { deck, result: deck.finish(), streams };
}

describe('under any order flow', () => {
  it('trap 42: a bar trades outside its range: every fill is at a price of its bar, low ≤ price ≤ high', () => {
    let fills = 0;
    fc.assert(
      fc.property(flows, (flow) => {
        const { result, streams } = run(flow);
        for (const fill of result.fills) {
          const stream = streams.find(({ symbol }) => symbol === fill.symbol)!;
          if (stream.kind !== 'bars') throw new RangeError('all streams are bars');
          const { time, openTime, high, low } = stream.columns;
          const row = time.findIndex((end, i) => fill.at >= openTime[i] && fill.at <= end);
          expect(row).toBeGreaterThanOrEqual(0);
          expect(fill.price).toBeLessThanOrEqual(high[row]);
          expect(fill.price).toBeGreaterThanOrEqual(low[row]);
          fills++;
        }
      }),
      { seed: 1, numRuns: 150 },
    );
    expect(fills).toBeGreaterThan(1000);
  });

  it('a position is the sum of its fills', () => {
    fc.assert(
      fc.property(flows, (flow) => {
        const { result, deck } = run({ ...flow, actions: false });
        const sums = new Map<string, number>();
        for (const { symbol, quantity } of result.fills) sums.set(symbol, (sums.get(symbol) ?? 0) + quantity);
        for (const [index, { symbol }] of deck.tape.instruments.entries()) {
          expect(deck.ledger.netQuantity(index)).toBe(sums.get(symbol) ?? 0);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('equity is what was put in, and the profit of trades and of what is open, less fees', () => {
    fc.assert(
      fc.property(flows, (flow) => {
        const { result, deck } = run({ ...flow, actions: false });
        if (result.ruinedAt !== undefined) return;
        const closed = result.trades.reduce((sum, { grossProfit }) => sum + grossProfit, 0);
        const open = result.holdings.reduce((sum, held) => sum + (held.price - held.averagePrice) * held.quantity, 0);
        expect(result.finalEquity).toBeCloseTo(result.startingCash + closed + open - result.fees, 6);
        const value = result.holdings.reduce((sum, held) => sum + held.value, 0);
        expect(result.finalEquity - result.finalCash).toBeCloseTo(value, 6);
        const perTrade = result.trades.reduce((sum, { fees }) => sum + fees, 0);
        if (result.holdings.length === 0) expect(perTrade).toBeCloseTo(result.fees, 6);
        expect(deck.equity.peak).toBeGreaterThanOrEqual(Math.max(...result.equity.value) - 1e-9);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('the curve ends at the final equity and its drawdown is that of its points', () => {
    fc.assert(
      fc.property(flows, (flow) => {
        const { result } = run(flow);
        const { value } = result.equity;
        expect(value.at(-1)).toBeCloseTo(result.finalEquity, 6);
        let peak = result.startingCash;
        let deepest = 0;
        for (const point of value) {
          peak = Math.max(peak, point);
          deepest = Math.max(deepest, (peak - point) / peak);
        }
        expect(result.maxDrawdown).toBeCloseTo(deepest, 9);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('a cash account never goes into debt and never sells short', () => {
    fc.assert(
      fc.property(flows, (flow) => {
        const { deck } = run({ ...flow, conventions: 'honest', actions: false });
        let positions = 0;
        for (const entry of deck.journal.entries()) {
          if (entry.kind !== 'filled') continue;
          positions++;
          expect(entry.balance).toBeGreaterThanOrEqual(0);
        }
        expect(deck.ledger.cashValue()).toBeGreaterThanOrEqual(-1e-6);
        expect(positions).toBeGreaterThanOrEqual(0);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('every order ends once, and none fills beyond what it asked for', () => {
    fc.assert(
      fc.property(flows, (flow) => {
        const { deck, result } = run({ ...flow, actions: false });
        const asked = new Map<number, number>();
        const filled = new Map<number, number>();
        const ended = new Set<number>();
        for (const entry of deck.journal.entries()) {
          if (entry.kind === 'submitted' || entry.kind === 'updated') asked.set(entry.order, Math.abs(entry.quantity));
          if (entry.kind === 'filled') {
            expect(ended.has(entry.order)).toBe(false);
            filled.set(entry.order, (filled.get(entry.order) ?? 0) + Math.abs(entry.quantity));
          }
          if (entry.kind === 'canceled' || entry.kind === 'expired' || entry.kind === 'rejected') {
            expect(ended.has(entry.order)).toBe(false);
            ended.add(entry.order);
          }
        }
        if (flow.conventions !== 'backtestingPy') {
          for (const [order, quantity] of filled) expect(quantity).toBeLessThanOrEqual(asked.get(order)!);
        }
        const { orders } = result;
        expect(orders.canceled + orders.expired + orders.rejected).toBe(ended.size);
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

describe('the same inputs give the same journal, to the last bit', () => {
  function journalOf(deck: Deck): unknown {
    const result = deck.finish();
    const { rows, texts } = deck.journal.snapshot();
    const { fills, trades, maxDrawdown, finalEquity, sessions } = result;
    return { rows: [...rows], texts, fills, trades, maxDrawdown, finalEquity, sessions: [...sessions.value] };
  }

  const whole = (flow: Flow): unknown => {
    const { deck, streams } = flowDeck(flow);
    deck.play({ streams });
    return journalOf(deck);
  };

  it('played twice', () => {
    fc.assert(
      fc.property(flows, (flow) => {
        expect(whole(flow)).toEqual(whole(flow));
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('played in slices', () => {
    fc.assert(
      fc.property(flows, fc.integer({ min: 1, max: 50 }), (flow, size) => {
        const { deck, streams } = flowDeck(flow);
        for (let from = 0; from < flow.rows; from += size) {
          deck.play({ streams: cutRows(streams, from, Math.min(flow.rows, from + size)) }, false);
        }
        expect(journalOf(deck)).toEqual(whole(flow));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('played in steps', () => {
    fc.assert(
      fc.property(flows, fc.integer({ min: 1, max: 20 }), (flow, size) => {
        const { deck, streams } = flowDeck(flow);
        let steps = 0;
        const playing = deck.playInSteps({ streams }, true, () => size);
        while (playing.next().done !== true) steps++;
        expect(steps).toBeGreaterThan(0);
        expect(journalOf(deck)).toEqual(whole(flow));
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('played in a worker', async () => {
    const flow: Flow = { seed: 7, symbols: 2, rows: 150, conventions: 'honest', actions: true };
    const worker = new Worker(new URL('./flow-worker.ts', import.meta.url), { workerData: flow });
    const { promise, resolve, reject } = Promise.withResolvers<{ rows: Float64Array; texts: string[] }>();
    worker.once('message', resolve).once('error', reject);
    const { rows, texts } = await promise;
    const { deck } = run(flow);
    const here = deck.journal.snapshot();
    expect(here.rows.length).toBeGreaterThan(100);
    expect([...rows]).toEqual([...here.rows]);
    expect(texts).toEqual(here.texts);
    await worker.terminate();
  });

  it('a different seed gives a different journal', () => {
    const flow: Flow = { seed: 7, symbols: 1, rows: 60, conventions: 'honest', actions: false };
    expect(whole(flow)).not.toEqual(whole({ ...flow, seed: 8 }));
  });
});
