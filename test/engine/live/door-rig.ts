/**
 * A desk with a strategy behind a door, without a pipe between: what is told is taken at once, and what is answered is
 * asked at once.
 */
import {
  doorStrategy,
  LiveSession,
  seatOptions,
  StrategySeat,
  type Answer,
  type AskedInput,
  type DoorOptions,
  type Input,
  type Outcome,
  type SessionOptions,
  type Tell,
} from '../../../src/engine/live/index.ts';
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';

export const LIFE_US = 60_000_000;

/** A deck on which every strategy stands in a door's place. */
export function doored(deck: DeckOptions): DeckOptions {
  return {
    ...deck,
    strategies: deck.strategies.map(({ definition }) => ({ definition: doorStrategy(definition.name) })),
  };
}

export class DoorRig {
  readonly desk: LiveSession;
  readonly seats: StrategySeat[];
  /** All that was told, asked, and led to, in order. */
  readonly told: Tell[] = [];
  readonly asked: AskedInput[] = [];
  readonly inputs: Input[] = [];
  readonly outcomes: Outcome[] = [];
  private readonly wakes: (number | null)[] = [];

  /** `before` is what the day before left. */
  constructor(
    deck: DeckOptions,
    rest: Omit<SessionOptions, 'deck' | 'doors'> = {},
    before?: { readonly desk: DeckState; readonly seats: readonly DeckState[] },
  ) {
    const doors: DoorOptions[] = deck.strategies.map((_, strategy) => ({ strategy, decisionLifeUs: LIFE_US }));
    const restored = before === undefined ? {} : { restore: before.desk };
    this.desk = new LiveSession({ ...rest, deck: { ...doored(deck), ...restored }, doors });
    this.seats = doors.map((door) => {
      return seatOf(before === undefined ? deck : { ...deck, restore: before.seats[door.strategy] }, door);
    });
  }

  /** Takes an input, and all that it leads to. */
  take(input: Input): void {
    const waiting: Input[] = [input];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      this.inputs.push(next);
      const outcome = this.desk.take(next);
      this.outcomes.push(outcome);
      for (const tell of outcome.tell) {
        this.told.push(tell);
        const asked = this.answer(tell);
        if (asked !== undefined) waiting.push({ ...asked, at: Math.max(this.desk.at, asked.at) });
      }
    }
  }

  /** What a strategy says to what it is told; undefined where it says nothing. */
  private answer({ strategy, seq, input }: Tell): AskedInput | undefined {
    const answer = this.seats[strategy].take(input);
    const asked = askedOf(strategy, seq, input.at, answer, this.wakes[strategy] ?? null);
    this.wakes[strategy] = answer.wakes;
    if (asked !== undefined) this.asked.push(asked);
    return asked;
  }

  /** Lets the timers behind the doors run that are due before `at`. */
  advance(at: number): void {
    for (let due = this.desk.doors!.wakesAt; due < at; due = this.desk.doors!.wakesAt) {
      this.take({ kind: 'tick', at: Math.max(this.desk.at, Math.ceil(due) + 1) });
      if (this.desk.doors!.wakesAt === due) return;
    }
  }
}

/** The session of one strategy of a deck, behind its door. */
export function seatOf(deck: DeckOptions, door: DoorOptions): StrategySeat {
  const strategies = [deck.strategies[door.strategy]];
  return new StrategySeat(seatOptions({ ...deck, strategies }, door, 'rig'), door.strategy);
}

/** An answer as the desk takes it; undefined where it says nothing new. */
export function askedOf(
  strategy: number,
  seq: number,
  at: number,
  { requests, wakes, notes }: Answer,
  before: number | null,
): AskedInput | undefined {
  const isSame = wakes === before;
  if (requests.length === 0 && notes.length === 0 && isSame) return undefined;
  return {
    kind: 'asked',
    at,
    strategy,
    seq,
    decidedAt: at,
    requests,
    ...(isSame ? {} : { wakes }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** What was ordered and what moved, entry by entry. */
export function movesOf(session: LiveSession): string[] {
  const lines: string[] = [];
  for (const { kind, order, instrument, quantity, price, amount, balance, text } of session.deck.journal.entries()) {
    if (kind === 'note' || kind === 'state' || kind === 'refused') continue;
    lines.push([kind, order, instrument, quantity, price, amount, balance, text].join(' '));
  }
  return lines;
}

/** Why intents were refused, by the gate of the deck or by that behind a door, which notes it. */
export function refusalsOf(session: LiveSession): string[] {
  const texts: string[] = [];
  for (const { kind, text } of session.deck.journal.entries()) {
    if (kind === 'refused') texts.push(text);
    if (kind === 'note' && text.startsWith('refused: ')) texts.push(text.slice('refused: '.length));
  }
  return texts;
}
