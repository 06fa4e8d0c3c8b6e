/** Contracts behind a door: packages, exercise, assignment, expiry and splits are what they are on the deck. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputsOf, LiveSession, type Input } from '../../../src/engine/live/index.ts';
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import type { Conventions } from '../../../src/engine/sim/conventions.ts';
import { honest } from '../../../src/engine/sim/conventions.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { listed, type Chain } from '../options/chain.ts';
import { chainOf, flow, walk } from '../options/random-chain.ts';
import { tapeOf, utc } from '../play.ts';
import { DoorRig } from './door-rig.ts';

const margin: Conventions = { ...honest, margin: { ...regT, calls: false } };

function optionsOf(chain: Chain, conventions: Conventions): DeckOptions {
  const { streams, instruments } = listed(chain);
  const { slice: _, ...tape } = tapeOf({ streams, instruments });
  const definition = { name: 'contracts', setup: chain.setup };
  return { tape, streams, cash: 40_000, conventions, calendarOf: calendar, strategies: [{ definition }] };
}

/** Plays a chain to a strategy on the deck, and to one behind a door. */
function both(chain: Chain, conventions: Conventions): { readonly inside: LiveSession; readonly rig: DoorRig } {
  const options = optionsOf(chain, conventions);
  const { streams } = listed(chain);
  const inside = new LiveSession({ deck: options });
  const rig = new DoorRig(options);
  const end: Input = { kind: 'tick', at: utc('2024-03-01') };
  for (const input of [{ kind: 'start', at: 0 } as const, ...inputsOf({ streams }), end]) {
    rig.advance(input.at);
    inside.take(input);
    rig.take(input);
  }
  return { inside, rig };
}

const ENDS: ReadonlySet<string> = new Set(['exercised', 'assigned', 'lapsed']);

/** What moved money or positions, whatever the numbers of the orders are. */
function moved({ deck }: LiveSession): string[] {
  const lines: string[] = [];
  for (const { kind, instrument, quantity, price, amount, balance, text } of deck.journal.entries()) {
    const what = kind === 'filled' ? [amount, balance] : ENDS.has(kind) ? [amount, balance, text] : undefined;
    if (what !== undefined) lines.push([kind, instrument, quantity, price, ...what].join(' '));
  }
  return lines;
}

/** Closes at which contracts end: behind a door they have ended before the strategy decides on that bar. */
const ENDING = new Set([3, 8]);

function atNoEnd<T>(acts: readonly T[], close: number): readonly T[] {
  return ENDING.has(close) ? [] : acts;
}

describe('contracts behind a door', () => {
  it('are ordered, filled, exercised, assigned and settled as on the deck, in both kinds of account', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(flow, walk, fc.boolean(), (acts, steps, isCash) => {
        const { inside, rig } = both(chainOf(acts.map(atNoEnd), steps), isCash ? honest : margin);
        expect(moved(rig.desk)).toEqual(moved(inside));
        const own = rig.seats[0].session.deck;
        expect(own.ledger.cashValue()).toBeCloseTo(inside.deck.ledger.cashValue(), 6);
        for (const { index } of own.markets) {
          expect(own.ledger.netQuantity(index)).toBe(inside.deck.ledger.netQuantity(index));
        }
        expect(moved(rig.seats[0].session)).toEqual(moved(inside));
        for (const { kind } of inside.deck.journal.entries()) seen.add(kind);
      }),
      { numRuns: 60, seed: 7 },
    );
    expect([...ENDS].filter((kind) => !seen.has(kind))).toEqual([]);
  });
});
