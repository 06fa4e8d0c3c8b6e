/**
 * Executions that do not stand any more, and what takes their place: a broker corrects one by taking it back and naming
 * another, and may correct that one again.
 *
 * News of them may come in any order. What takes the place of an execution that nobody here knows is either new, or stands
 * for one that counts already, because a correction between the two was missed: booked, it would count twice. It is put
 * aside until its chain is whole; meanwhile what works keeps its place, the symbol takes no new orders, and the books are
 * asked. Where a broker's ids say the whole chain nothing waits.
 */
import type { BrokerVenue } from './broker-venue.ts';
import type { Bust, Fill } from './reports.ts';
import type { Ticket } from './ticket.ts';

/** What waits for the beginning of its chain. */
export interface Aside {
  readonly fill: Fill;
  /** Whether a person has said that the symbol may trade although it waits. */
  readonly isAccepted: boolean;
}

export interface SavedCorrections {
  /** Executions that were taken back, and whether the books show it. */
  readonly busted: readonly (readonly [id: string, isBooked: boolean])[];
  /** What waits, by the execution whose place it takes; left out where nothing does. */
  readonly aside?: readonly (readonly [id: string, aside: Aside])[];
}

const CODE = 'fill.unplaced';
const NO_DOUBTS: ReadonlyMap<number, string> = new Map();

export class Corrections {
  private readonly venue: BrokerVenue;
  private readonly busted = new Map<string, boolean>();
  /** By the execution whose place it takes, which is not known here. */
  private readonly aside = new Map<string, Aside>();
  /** Orders that ended with a count that is not to be trusted, until the broker's books show them. */
  private readonly uncounted = new Set<Ticket>();

  constructor(venue: BrokerVenue) {
    this.venue = venue;
  }

  save(): SavedCorrections {
    return { busted: [...this.busted], ...(this.aside.size === 0 ? {} : { aside: [...this.aside] }) };
  }

  restore({ busted, aside = [] }: SavedCorrections): void {
    for (const [id, isBooked] of busted) this.busted.set(id, isBooked);
    for (const [id, each] of aside) this.aside.set(id, each);
  }

  isOver(executionId: string): boolean {
    return this.busted.has(executionId);
  }

  /** Whether an execution waits for the beginning of its chain: told again, it waits as before. */
  isWaiting(executionId: string): boolean {
    return this.waitingFor(executionId) !== undefined;
  }

  /** An execution does not stand, and the books show it. */
  end(executionId: string): void {
    this.busted.set(executionId, true);
  }

  /** Whether one that is told after it was taken back may be in what was inferred: asked once, for then it is put right. */
  mayBeInferred(executionId: string): boolean {
    const mayBe = this.busted.get(executionId) === false;
    this.end(executionId);
    return mayBe;
  }

  /** Returns what stands in the end of what takes the place of another: it may have been corrected, and that told first. */
  standing(by: Fill | undefined, at: number): Fill | undefined {
    return by !== undefined && this.isOver(by.executionId) ? this.takeSuccessor(by.executionId, at) : by;
  }

  /** Returns what waits to take the place of an execution, and lets it go; `undefined` where nothing does. */
  takeSuccessor(executionId: string, at: number): Fill | undefined {
    const aside = this.aside.get(executionId);
    if (aside !== undefined) this.drop(executionId, aside.fill, at);
    return aside?.fill;
  }

  /** Takes note of a bust or a correction of what is not booked here. */
  note({ executionId, by, before }: Bust, at: number): void {
    const wasBooked = this.busted.get(executionId);
    const waiting = this.waitingFor(executionId);
    if (waiting !== undefined) this.follow(waiting[0], waiting[1], by, at);
    else if (by === undefined) {
      if (wasBooked !== undefined) return;
      this.busted.set(executionId, false);
      // It may be the correction of one that counts here: the books say.
      this.venue.askForBooksAt(at);
    } else if (!this.aside.has(executionId)) {
      for (const id of [executionId, ...(before ?? [])]) this.end(id);
      const ticket = this.venue.tickets.get(by.clientId);
      // What is somebody else's, what was told before, and what certainly stands for nothing that counts.
      if (ticket === undefined || wasBooked === true || before !== undefined) this.venue.report(by, at);
      else this.putAside(executionId, ticket, by, at);
    }
  }

  /** An order ended, and what it filled by then the broker's books must say. */
  askCount(ticket: Ticket): void {
    this.uncounted.add(ticket);
    this.venue.contact.lookUp(ticket);
  }

  /** The broker's books showed an order. */
  counted(ticket: Ticket): void {
    this.uncounted.delete(ticket);
  }

  /** Instruments whose books may be wrong until more is told, and why; mostly none. */
  get doubts(): ReadonlyMap<number, string> {
    if (this.aside.size === 0 && this.uncounted.size === 0) return NO_DOUBTS;
    const doubts = new Map<number, string>();
    for (const { order } of this.uncounted) {
      doubts.set(order.instrument, `what order ${order.id} filled by its end is asked`);
    }
    for (const [id, { fill, isAccepted }] of this.aside) {
      const instrument = this.instrumentOf(fill);
      if (instrument !== undefined && !isAccepted) doubts.set(instrument, wordingOf(id, fill));
    }
    return doubts;
  }

  /** A person says that an instrument may trade: what waits goes on waiting. */
  accept(instrument: number): void {
    for (const ticket of this.uncounted) if (ticket.order.instrument === instrument) this.uncounted.delete(ticket);
    for (const [id, { fill }] of this.aside) {
      if (this.instrumentOf(fill) === instrument) this.aside.set(id, { fill, isAccepted: true });
    }
  }

  /**
   * The broker's books were read whole, as they stood at an instant of its clock. Of an order of which no execution is
   * known, what they have beyond and what waits are the same.
   */
  read(madeAt: number, at: number): void {
    if (this.aside.size === 0) return;
    const { markets, tickets } = this.venue;
    const byTicket = Map.groupBy(this.aside, ([, { fill }]) => tickets.get(fill.clientId));
    for (const [ticket, waiting] of byTicket) {
      if (ticket === undefined || ticket.executions.size > 0 || !(madeAt >= ticket.inferredAt)) continue;
      const { scale } = markets[ticket.order.instrument];
      const units = waiting.reduce((sum, [, { fill }]) => sum + Math.round(fill.quantity * scale), 0);
      if (units !== ticket.inferredUnits) continue;
      for (const [id, { fill }] of waiting) {
        this.drop(id, fill, at);
        this.venue.report(fill, at);
      }
    }
  }

  /** What waits was corrected or taken back in its turn. */
  private follow(first: string, { fill, isAccepted }: Aside, by: Fill | undefined, at: number): void {
    this.end(fill.executionId);
    const now = this.standing(by, at);
    if (now !== undefined) {
      this.aside.set(first, { fill: now, isAccepted });
      return;
    }
    // Nothing of the chain stands.
    this.drop(first, fill, at);
    this.busted.set(first, false);
    this.venue.askForBooksAt(at);
  }

  private putAside(executionId: string, ticket: Ticket, by: Fill, at: number): void {
    // What the broker's books counted may be from before it.
    ticket.wasBusted = true;
    const fill = this.standing(by, at);
    if (fill === undefined) this.busted.set(executionId, false);
    else {
      this.aside.set(executionId, { fill, isAccepted: false });
      this.venue.alerts.raise(CODE, wordingOf(executionId, fill), at);
    }
    this.venue.askForBooksAt(at);
  }

  /** What waits as an execution, with the one whose place it takes. */
  private waitingFor(executionId: string): readonly [first: string, aside: Aside] | undefined {
    for (const entry of this.aside) if (entry[1].fill.executionId === executionId) return entry;
    return undefined;
  }

  private drop(executionId: string, fill: Fill, at: number): void {
    this.aside.delete(executionId);
    this.venue.alerts.settle(CODE, wordingOf(executionId, fill), at);
  }

  private instrumentOf({ clientId }: Fill): number | undefined {
    return this.venue.tickets.get(clientId)?.order.instrument;
  }
}

function wordingOf(executionId: string, { symbol }: Fill): string {
  return `${symbol}: execution ${executionId} was corrected, and nobody here knows it`;
}
