/**
 * A crossing that a strategy waits for: declared in `setup`, so that the engine knows on which bars nothing can happen.
 *
 * It asks the lines what a strategy would ask them on every bar, and does on the same bars the same. The difference is
 * that a tape which is played to nothing but crossings goes from one to the next.
 */
import type { Line } from './line.ts';
import type { Bar, CrossReactions, Handlers } from '../strategy/strategy.ts';

export class Crossing {
  private readonly line: Line;
  private readonly other: Line | number;
  private readonly reactions: CrossReactions;

  constructor(line: Line, other: Line | number, reactions: CrossReactions) {
    this.line = line;
    this.other = other;
    this.reactions = reactions;
  }

  /** Looks at the bar that the lines are on, and reacts. */
  look(): void {
    const { line, other, reactions } = this;
    if (line.crossedAbove(other)) reactions.above?.();
    else if (line.crossedBelow(other)) reactions.below?.();
  }

  /** The first row after the present one on which there may be a crossing. */
  get nextRow(): number {
    return this.line.nextUnsteady(this.other);
  }
}

/** Returns handlers that look at the crossings before they are called with a bar. */
export function lookingFirst(crossings: readonly Crossing[], handlers: Handlers): Handlers {
  const onBar = handlers.onBar?.bind(handlers);
  // All of them written out: a property that is added to an object that is there keeps the deck alive too long.
  const all = {
    onBar(bar: Bar) {
      for (const crossing of crossings) crossing.look();
      onBar?.(bar);
    },
    onQuote: handlers.onQuote?.bind(handlers),
    onTrade: handlers.onTrade?.bind(handlers),
    onFill: handlers.onFill?.bind(handlers),
    onOrderEnd: handlers.onOrderEnd?.bind(handlers),
    onContract: handlers.onContract?.bind(handlers),
    onUniverse: handlers.onUniverse?.bind(handlers),
    onEnd: handlers.onEnd?.bind(handlers),
    save: handlers.save?.bind(handlers),
    restore: handlers.restore?.bind(handlers),
  } satisfies Record<keyof Handlers, unknown>;
  // A handler that is undefined is one that is missing.
  return all as Handlers;
}
