/** A strategy behind a door does what it would have done on the deck. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputsOf, LiveSession, type Input } from '../../../src/engine/live/index.ts';
import { CONVENTIONS } from '../../../src/engine/sim/conventions.ts';
import { flowOptions, type Flow } from '../random-flow.ts';
import { DoorRig, movesOf, refusalsOf } from './door-rig.ts';

const NAMES = [...Object.keys(CONVENTIONS), 'high-first', 'low-first', 'nearest-first'];

const flows = fc.record<Flow>({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  symbols: fc.integer({ min: 1, max: 3 }),
  rows: fc.integer({ min: 30, max: 160 }),
  conventions: fc.constantFrom(...NAMES),
  actions: fc.boolean(),
});

describe('behind a door', () => {
  it('the same is ordered, filled and held as on the deck, whatever is traded', () => {
    let fills = 0;
    fc.assert(
      fc.property(flows, (flow) => {
        const { options, streams } = flowOptions(flow);
        const inside = new LiveSession({ deck: options });
        const rig = new DoorRig(options);
        const first: Input = { kind: 'start', at: 0 };
        inside.take(first);
        rig.take(first);
        for (const input of inputsOf({ streams })) {
          rig.advance(input.at);
          inside.take(input);
          rig.take(input);
        }
        const expected = movesOf(inside);
        expect(movesOf(rig.desk)).toEqual(expected);
        expect(refusalsOf(rig.desk)).toEqual(refusalsOf(inside));
        expect(rig.desk.deck.ledger.cashValue()).toBe(inside.deck.ledger.cashValue());
        fills += expected.filter((line) => line.startsWith('filled')).length;
      }),
      { seed: 1, numRuns: 16 },
    );
    expect(fills).toBeGreaterThan(300);
  });

  it('a split that a tick has brought about is not undone by the next bar', () => {
    // Of these flows one has an order that fills in the bar after a split, with money that depends on what is held.
    const flow: Flow = { seed: 499223, symbols: 1, rows: 153, conventions: 'bt', actions: true };
    const { options, streams } = flowOptions(flow);
    const [plain, ticking] = [new LiveSession({ deck: options }), new LiveSession({ deck: options })];
    for (const input of inputsOf({ streams })) {
      const due = ticking.deck.wakes.next;
      if (due < input.at) ticking.take({ kind: 'tick', at: Math.ceil(due) + 1 });
      ticking.take(input);
      plain.take(input);
    }
    expect(movesOf(ticking)).toEqual(movesOf(plain));
  });
});
