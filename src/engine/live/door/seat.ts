/**
 * The other side of a door: the session of one strategy in a process of its own, to which the desk is the broker.
 *
 * It is the same session with the same deck, so a strategy can do there what it can do on the deck. It takes what it is
 * told, in order, and answers each with what the strategy asks for; told the same again it answers the same.
 */
import { honest } from '../../sim/conventions.ts';
import { noFinancing } from '../../sim/financing.ts';
import { futureLife } from '../../../market/future-life.ts';
import { contractLife } from '../../../market/option/life.ts';
import type { DeckOptions } from '../../deck-options.ts';
import type { DeckState } from '../../state/state.ts';
import type { Input } from '../inputs.ts';
import type { BrokerRequest } from '../broker/requests.ts';
import { LiveSession, type Outcome, type SessionOptions } from '../session.ts';
import type { Answer, DoorOptions } from './tell.ts';

/**
 * The options of a strategy's own session, from those of the desk's deck with that strategy alone on it. Limits, interest
 * and ruin are the desk's. `genesis` is the lineage of the desk's session: ids follow from it.
 */
export function seatOptions(
  deck: DeckOptions,
  { strategy, decisionLifeUs }: DoorOptions,
  genesis: string,
): SessionOptions {
  const { limits: _, conventions = honest, ...rest } = deck;
  return {
    deck: { ...rest, conventions: { ...conventions, financing: noFinancing, ruinEnds: false, end: 'keep' } },
    broker: { genesis, prefix: `s${strategy}`, decisionLifeUs, changesPackages: true, isDesk: true },
  };
}

export class StrategySeat {
  readonly session: LiveSession;
  private readonly strategy: number;

  /** `strategy` is its number on the desk's deck; in its own session it is the only one. */
  constructor(options: SessionOptions, strategy: number) {
    this.session = new LiveSession(options);
    this.strategy = strategy;
    this.planEnds();
  }

  /** Takes what was told; what it throws the strategy has thrown. */
  take(input: Input): Answer {
    const { session } = this;
    const outcome = session.take(input);
    const { next } = session.deck.wakes;
    return {
      requests: outcome.requests.map((request) => this.asMine(request)),
      wakes: next === Infinity ? null : next,
      notes: this.notesOf(outcome),
    };
  }

  /** What the next session of the strategy goes on from. */
  saveState(): DeckState {
    return this.session.saveState();
  }

  /** Contracts take no orders after their last trading; what becomes of what is held the desk tells. */
  private planEnds(): void {
    const { markets, calendars, wakes, endings } = this.session.deck;
    const ends = new Map<number, number[]>();
    for (const { index, instrument } of markets) {
      const life =
        instrument.option === undefined ? futureLife(instrument, calendars[index]) : contractLife(instrument);
      if (life === undefined) continue;
      const known = ends.get(life.tradesUntil);
      if (known === undefined) ends.set(life.tradesUntil, [index]);
      else known.push(index);
    }
    for (const [at, ending] of ends) wakes.at(at, () => ending.forEach((instrument) => endings.refuse(instrument)));
  }

  private asMine(request: BrokerRequest): BrokerRequest {
    return request.kind === 'submit' ? { ...request, strategy: this.strategy } : request;
  }

  private notesOf({ from, to, alerts }: Outcome): readonly string[] {
    const { journal } = this.session.deck;
    const notes: string[] = [];
    for (let row = from; row < to; row++) {
      const { kind, order, text } = journal.entry(row);
      if (kind === 'refused') notes.push(`refused: ${text}`);
      else if (kind === 'note' && order === 0 && !text.startsWith('alert.over')) notes.push(text);
    }
    for (const { code, message, isOver } of alerts) notes.push(`${isOver === true ? 'over: ' : ''}${code}: ${message}`);
    return notes;
  }
}
