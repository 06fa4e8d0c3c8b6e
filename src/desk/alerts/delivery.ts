/**
 * Takes alerts to people. What is raised is put into the mailboxes of the channels that want it, and nothing here is ever
 * waited for: a channel that is down, slow or wrong costs the session a queue that is bounded.
 *
 * What wakes somebody is said again until it is acknowledged or over; after three repeats those hear it too who are only
 * told when nobody answers.
 */
import type { Channel } from '../wiring/channels.ts';
import { Mailbox, type MailboxStatus } from './mailbox.ts';
import type { Notice, Speaker } from './notice.ts';

export interface DeliveryTerms {
  readonly channels: readonly Channel[];
  readonly speaker: Speaker;
  /** Milliseconds between two times that the gravest is said; Infinity for once. */
  readonly repeatMs: number;
  readonly perMinute: number;
  /** A clock that never steps back, in milliseconds. */
  readonly nowMs: () => number;
  /** For the terminal. */
  readonly notice: (text: string) => void;
}

/** After so many repeats without an answer the others hear of it. */
const ESCALATES_AFTER = 3;
/** Most conditions that are said again; more are in the list of alerts all the same. */
const OPEN_MAX = 200;

interface Open {
  readonly notice: Notice;
  saidAt: number;
  repeats: number;
}

export class Delivery {
  private readonly terms: DeliveryTerms;
  private readonly boxes: readonly (Pick<Channel, 'priority' | 'isEscalation'> & { readonly box: Mailbox })[];
  /** What is said again, by number. */
  private readonly open = new Map<number, Open>();

  constructor(terms: DeliveryTerms) {
    this.terms = terms;
    const { speaker, perMinute, notice } = terms;
    this.boxes = terms.channels.map(({ name, sender, priority, isEscalation }) => ({
      priority,
      isEscalation,
      box: new Mailbox({ name, sender, speaker, perMinute, notice }),
    }));
  }

  /** Something is to be said, or is over. */
  tell(notice: Notice): void {
    if (this.boxes.length === 0) return;
    const { number, priority, isOver } = notice;
    const before = number === undefined ? undefined : this.open.get(number);
    if (isOver === true && number !== undefined) this.open.delete(number);
    this.put(notice, (before?.repeats ?? 0) > ESCALATES_AFTER);
    if (isOver === true || number === undefined || priority !== 1 || this.open.size >= OPEN_MAX) return;
    this.open.set(number, { notice, saidAt: this.terms.nowMs(), repeats: 0 });
  }

  /** Of a session that goes on: it was said before, and is said again soon. */
  resume(notice: Notice): void {
    if (notice.number === undefined || this.boxes.length === 0 || this.open.size >= OPEN_MAX) return;
    this.open.set(notice.number, { notice, saidAt: -Infinity, repeats: 0 });
  }

  /** Somebody has taken note: it is not said again. */
  acknowledge(number: number | 'all'): void {
    if (number === 'all') this.open.clear();
    else this.open.delete(number);
  }

  /** Time passes; called a few times a second. */
  turn(): void {
    const now = this.terms.nowMs();
    for (const open of this.open.values()) {
      if (now - open.saidAt < this.terms.repeatMs) continue;
      open.saidAt = now;
      open.repeats++;
      this.put({ ...open.notice, repeats: open.repeats }, open.repeats > ESCALATES_AFTER);
    }
    for (const { box } of this.boxes) box.turn(now);
  }

  get status(): readonly MailboxStatus[] {
    return this.boxes.map(({ box }) => box.status);
  }

  /** Nothing waits to be sent. */
  get isEmpty(): boolean {
    return this.boxes.every(({ box }) => box.isEmpty);
  }

  private put(notice: Notice, isEscalated: boolean): void {
    const now = this.terms.nowMs();
    for (const { box, priority, isEscalation } of this.boxes) {
      if (notice.priority <= priority && (!isEscalation || isEscalated)) box.put(notice, now);
    }
  }
}
