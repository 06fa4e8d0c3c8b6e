/** A strategy behind a door that begins again: in the middle of a day, and on the next. */
import { describe, expect, it } from 'vitest';
import { inputsOf, LiveSession, verifySession, type Input } from '../../../src/engine/live/index.ts';
import { recordText } from '../../../src/engine/live/record.ts';
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';
import { flowOptions, type Flow } from '../random-flow.ts';
import { askedOf, doored, DoorRig, LIFE_US, movesOf, seatOf } from './door-rig.ts';

const FLOWS: readonly Flow[] = [
  { seed: 11, symbols: 1, rows: 90, conventions: 'honest', actions: true },
  { seed: 12, symbols: 3, rows: 90, conventions: 'honest', actions: false },
  { seed: 13, symbols: 2, rows: 90, conventions: 'bt', actions: true },
];
const DOOR = { strategy: 0, decisionLifeUs: LIFE_US };

/** Plays a flow, and keeps the records of the desk. */
function played(flow: Flow): { readonly rig: DoorRig; readonly options: DeckOptions; readonly records: string[] } {
  const { options, streams } = flowOptions(flow);
  const rig = new DoorRig(options);
  rig.take({ kind: 'start', at: 0 });
  for (const input of inputsOf({ streams })) {
    rig.advance(input.at);
    rig.take(input);
  }
  const again = new LiveSession({ deck: doored(options), doors: [DOOR] });
  return { rig, options, records: rig.inputs.map((input) => recordText(input, again.take(input), again)) };
}

describe('a strategy that begins again', () => {
  it.each(FLOWS)('answers the same when it takes all that it was told, up to any point: seed $seed', (flow) => {
    const { rig, options } = played(flow);
    const given = new Map(rig.asked.map((asked) => [asked.seq, JSON.stringify(asked)]));
    expect(given.size).toBeGreaterThan(50);
    for (const upTo of [0.2, 0.5, 1].map((part) => Math.floor(part * rig.told.length))) {
      const seat = seatOf(options, DOOR);
      let wakes: number | null = null;
      for (const { seq, input } of rig.told.slice(0, upTo)) {
        const answer = seat.take(input);
        const asked = askedOf(0, seq, input.at, answer, wakes);
        wakes = answer.wakes;
        expect(asked === undefined ? undefined : JSON.stringify(asked)).toBe(given.get(seq));
      }
    }
  });

  it.each(FLOWS)('is told the same by a desk that was recovered at any point: seed $seed', (flow) => {
    const { rig, options, records } = played(flow);
    for (const upTo of [0.3, 0.7, 1].map((part) => Math.floor(part * records.length))) {
      const session = new LiveSession({ deck: doored(options), doors: [DOOR] });
      expect(verifySession(session, records.slice(0, upTo))).toBeUndefined();
      const rest = rig.inputs.slice(upTo).flatMap((input) => session.take(input).tell);
      const before = rig.outcomes.slice(0, upTo).flatMap(({ tell }) => tell);
      expect(JSON.stringify(rest)).toBe(JSON.stringify(rig.told.slice(before.length)));
    }
  });

  it.each(FLOWS)('goes on the next day as it would have on the deck: seed $seed', (flow) => {
    const { options, streams } = flowOptions(flow);
    const inputs: Input[] = [...inputsOf({ streams })];
    const noon = Math.floor(inputs.length / 2);
    const plain = (state: DeckState): DeckState => JSON.parse(JSON.stringify(state)) as DeckState;
    const first = { rig: new DoorRig(options), inside: new LiveSession({ deck: options }) };
    play(first, inputs.slice(0, noon));
    const restored = { ...options, restore: plain(first.inside.saveState()) };
    const rig = new DoorRig(
      options,
      {},
      {
        desk: plain(first.rig.desk.saveState()),
        seats: first.rig.seats.map((seat) => plain(seat.saveState())),
      },
    );
    const second = { rig, inside: new LiveSession({ deck: restored }) };
    play(second, inputs.slice(noon));
    expect(movesOf(rig.desk)).toEqual(movesOf(second.inside));
    expect(movesOf(rig.desk).filter((line) => line.startsWith('filled')).length).toBeGreaterThan(5);
  });
});

/** Plays inputs to both, as a day of its own. */
function play({ rig, inside }: { rig: DoorRig; inside: LiveSession }, inputs: readonly Input[]): void {
  const start: Input = { kind: 'start', at: Math.max(0, inside.at) };
  inside.take(start);
  rig.take(start);
  for (const input of inputs) {
    rig.advance(input.at);
    inside.take(input);
    rig.take(input);
  }
}
