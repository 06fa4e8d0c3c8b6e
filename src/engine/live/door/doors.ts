/**
 * The doors of a session: takes what strategies behind them answer, and says after each input what they are to be told.
 */
import { assert } from '../../../base/assert.ts';
import type { AskedInput, Input } from '../inputs.ts';
import { Door, type DoorParts } from './door.ts';
import type { SavedDoor } from './saved-doors.ts';
import type { DoorOptions, Tell } from './tell.ts';

/** What is told before what it led to; what the market does comes after the fills of that instant. */
const FIRST: ReadonlySet<Input['kind']> = new Set(['start', 'action', 'status', 'amend'] as const);

export class Doors {
  private readonly doors = new Map<number, Door>();
  private readonly deck: DoorParts['deck'];
  /** Rows of the journal that were read. */
  private row = 0;

  constructor(options: readonly DoorOptions[], parts: Omit<DoorParts, 'read'>, saved: readonly SavedDoor[] = []) {
    this.deck = parts.deck;
    for (const each of options) {
      assert(parts.deck.hosts[each.strategy] !== undefined, 'a door is of a strategy of the deck');
      const door = new Door(each, { ...parts, read: () => this.read() });
      const before = saved.find(({ strategy }) => strategy === each.strategy);
      if (before !== undefined) door.happened.restore(before, parts.venue);
      this.doors.set(each.strategy, door);
    }
  }

  /** What the next session must know. */
  save(at: number): readonly SavedDoor[] {
    return [...this.doors.values()].map(({ happened }) => happened.save(at));
  }

  /** Takes what a strategy answered. */
  take(input: AskedInput, at: number): void {
    const door = this.doors.get(input.strategy);
    assert(door !== undefined, () => `strategy ${input.strategy} lives behind a door`);
    door.take(input, at);
  }

  /** The earliest timer behind any door, an Instant; Infinity where there is none. */
  get wakesAt(): number {
    return Math.min(...[...this.doors.values()].map(({ wakesAt }) => (wakesAt === wakesAt ? wakesAt : Infinity)));
  }

  /** What an input led to, for each door in the order in which it is to be told. */
  tell(input: Input): readonly Tell[] {
    this.read();
    const told: Tell[] = [];
    for (const door of this.doors.values()) {
      door.happened.settle(input.at);
      door.look(input.at);
      const { strategy, reports } = door;
      const say = (each: Input): void => {
        door.toldAt = each.at;
        told.push({ strategy, seq: ++door.seq, input: each });
      };
      const { dueAt } = door;
      door.dueAt = Number.NaN;
      // Timers run once their instant has passed; where the market moves at that very instant it wakes them itself.
      const wakes = dueAt === dueAt && !(input.kind === 'market' && input.at === dueAt);
      if (wakes) say({ kind: 'tick', at: Math.max(dueAt + 1, door.toldAt) });
      if (FIRST.has(input.kind)) say(input);
      for (const report of reports.splice(0)) say({ kind: 'report', at: input.at, report });
      if (input.kind === 'market' || input.kind === 'stop') say(input);
    }
    return told;
  }

  /** Hands each door the entries that name its strategy. */
  private read(): void {
    const { journal } = this.deck;
    for (; this.row < journal.length; this.row++) {
      const entry = journal.entry(this.row);
      this.doors.get(entry.strategy)?.happened.read(entry);
    }
  }
}
