/**
 * What waits for one channel: bounded, one message on its way at a time, sent again while the other side cannot take it,
 * and gathered into one where more comes than a person can read.
 */
import type { Message, Sender } from '../../adapters/webhook/index.ts';
import { Fault } from '../../base/fault.ts';
import { gathered, messageOf, type Notice, type Speaker } from './notice.ts';

export interface MailboxStatus {
  readonly name: string;
  readonly delivered: number;
  readonly waiting: number;
  /** Given up: refused for good, too old, or more than it holds. */
  readonly lost: number;
  /** Why the newest did not go; null while all goes well. */
  readonly trouble: string | null;
}

export interface MailboxTerms {
  readonly name: string;
  readonly sender: Sender;
  readonly speaker: Speaker;
  readonly perMinute: number;
  /** Told when the channel stops to work, and when it works again. */
  readonly notice: (text: string) => void;
}

/** Most that waits. What is least grave goes first when it is full. */
const WAITING_MAX = 100;
const MINUTE_MS = 60_000;
/** What could not be said for so long is not said any more. */
const TOO_OLD_MS = 30 * MINUTE_MS;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = MINUTE_MS;
/** A channel that says no is asked as often for the same message. */
const REFUSALS_MAX = 3;

interface Waiting {
  readonly notice: Notice;
  readonly since: number;
}

export class Mailbox {
  private readonly terms: MailboxTerms;
  private waiting: Waiting[] = [];
  /** When messages were sent, in milliseconds of the clock that is handed in. */
  private sentAt: number[] = [];
  private delivered = 0;
  private lost = 0;
  private trouble: string | null = null;
  private isSending = false;
  private failures = 0;
  private refusals = 0;
  private notBefore = -Infinity;

  constructor(terms: MailboxTerms) {
    this.terms = terms;
  }

  get status(): MailboxStatus {
    const { delivered, waiting, lost, trouble, isSending, terms } = this;
    return { name: terms.name, delivered, waiting: waiting.length + (isSending ? 1 : 0), lost, trouble };
  }

  /** Nothing waits, and nothing is on its way. */
  get isEmpty(): boolean {
    return this.waiting.length === 0 && !this.isSending;
  }

  put(notice: Notice, nowMs: number): void {
    this.waiting.push({ notice, since: nowMs });
    if (this.waiting.length <= WAITING_MAX) return;
    const least = Math.max(...this.waiting.map((each) => each.notice.priority));
    this.waiting.splice(
      this.waiting.findIndex((each) => each.notice.priority === least),
      1,
    );
    this.lost++;
  }

  /** Sends what may be sent now; never waits. */
  turn(nowMs: number): void {
    if (this.isSending || this.waiting.length === 0 || nowMs < this.notBefore) return;
    this.forgetOld(nowMs);
    this.sentAt = this.sentAt.filter((at) => nowMs - at < MINUTE_MS);
    if (this.waiting.length === 0 || this.sentAt.length >= this.terms.perMinute) return;
    // The last message of a minute takes all that waits with it.
    const isLast = this.sentAt.length === this.terms.perMinute - 1;
    this.waiting.sort((a, b) => a.notice.priority - b.notice.priority);
    const batch = isLast ? this.waiting.splice(0) : this.waiting.splice(0, 1);
    this.sentAt.push(nowMs);
    this.isSending = true;
    void this.send(batch, nowMs);
  }

  private async send(batch: readonly Waiting[], nowMs: number): Promise<void> {
    const notices = batch.map(({ notice }) => notice);
    const { speaker, sender } = this.terms;
    const [first] = notices;
    const message: Message = notices.length === 1 ? messageOf(first, speaker) : gathered(notices, speaker);
    try {
      await sender.send(message);
      this.worked(notices.length);
    } catch (error) {
      this.failed(error, batch, nowMs);
    }
    this.isSending = false;
  }

  private worked(count: number): void {
    this.delivered += count;
    this.failures = 0;
    this.refusals = 0;
    if (this.trouble !== null) this.terms.notice(`alerts: ${this.terms.name} takes messages again`);
    this.trouble = null;
  }

  private failed(error: unknown, batch: readonly Waiting[], nowMs: number): void {
    const reason = error instanceof Fault ? error.rule : 'it failed in a way that was not foreseen';
    const isRefusal = !(error instanceof Fault) || error.code === 'alerts.refused';
    if (this.trouble === null) this.terms.notice(`alerts: ${this.terms.name} does not take messages: ${reason}`);
    this.trouble = reason;
    this.refusals = isRefusal ? this.refusals + 1 : 0;
    if (this.refusals >= REFUSALS_MAX) {
      this.lost += batch.length;
      this.refusals = 0;
    } else this.waiting.unshift(...batch);
    this.notBefore = nowMs + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures++;
  }

  private forgetOld(nowMs: number): void {
    const before = this.waiting.length;
    this.waiting = this.waiting.filter(({ since }) => nowMs - since < TOO_OLD_MS);
    this.lost += before - this.waiting.length;
  }
}
