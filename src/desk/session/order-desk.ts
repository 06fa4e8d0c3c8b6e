/**
 * Single orders of a broker check, without a session: placed through the same link, and waited for until the broker has said
 * what became of them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { BrokerReport, SubmitRequest } from '../../engine/live/index.ts';
import type { OpenLink } from '../wiring/brokers.ts';

/** How long an answer about an order is waited for, in milliseconds. */
export const ANSWER_MS = 10_000;

/** How often a change is asked for, and how many milliseconds apart. */
const CHANGES_MAX = 5;
const AGAIN_MS = 400;

/** The broker said no to a test order, in its own words. */
export class RefusedError extends Error {}

export class OrderDesk {
  private readonly link: OpenLink;
  /** All that the broker said, oldest first; it grows. */
  private readonly reports: readonly BrokerReport[];
  private readonly run: string;
  private count = 0;

  /** `run` makes the ids unlike those of other checks. */
  constructor(link: OpenLink, reports: readonly BrokerReport[], run: string) {
    this.link = link;
    this.reports = reports;
    this.run = run;
  }

  /** A request for one unit, bought with a limit for the day unless `terms` say otherwise. */
  requestFor(symbol: string, terms: Partial<SubmitRequest>): SubmitRequest {
    return {
      kind: 'submit',
      clientId: `td-check-${this.run}-${this.count++}`,
      order: 0,
      posts: 1,
      strategy: 0,
      symbol,
      side: 1,
      quantity: '1',
      type: 'limit',
      timeInForce: 'DAY',
      reduceOnly: false,
      sendBy: Infinity,
      ...terms,
    };
  }

  /** Sends an order, and waits until the broker has it. */
  async place(request: SubmitRequest): Promise<void> {
    this.link.send(request);
    await this.until('the order', () => {
      this.throwIfRefused(request.clientId);
      return this.of(request.clientId).some(({ kind }) => kind === 'accepted' || kind === 'fill');
    });
  }

  /** Sends a request once more under its id; true where the broker says that the id is taken, false where it took it again. */
  async isTaken(request: SubmitRequest): Promise<boolean> {
    const answers = (kind: BrokerReport['kind']): number =>
      this.of(request.clientId).filter((report) => report.kind === kind).length;
    const [taken, accepted] = [answers('duplicate'), answers('accepted')];
    this.link.send({ ...request, posts: request.posts + 1 });
    await this.until('the same order once more', () => {
      this.throwIfRefused(request.clientId);
      return answers('duplicate') > taken || answers('accepted') > accepted;
    });
    return answers('duplicate') > taken;
  }

  /** Whether the broker says of an id that nobody used that it does not know it. */
  async isUnknown(clientId: string): Promise<boolean> {
    this.link.send({ kind: 'lookup', clientId, order: 0 });
    await this.until('an order that is not there', () => this.of(clientId).length > 0);
    return this.of(clientId).every(({ kind }) => kind === 'absent');
  }

  /** Gives an order that rests another limit. */
  async change({ clientId, quantity }: SubmitRequest, limit: string): Promise<void> {
    // What was accepted a moment ago may not be changed yet: it is asked for again.
    for (let tries = 1; ; tries++) {
      const before = this.refusalsOf(clientId).length;
      this.link.send({ kind: 'replace', clientId, order: 0, quantity, limit, ...this.idOf(clientId) });
      await this.until(
        `the change of ${clientId}`,
        () => this.hasChanged(clientId) || this.refusalsOf(clientId).length > before,
      );
      if (this.hasChanged(clientId)) return;
      const reason = this.refusalsOf(clientId).at(-1);
      if (tries === CHANGES_MAX) throw new RefusedError(`the change was refused: ${reason}`);
      await wait(AGAIN_MS);
    }
  }

  /** Cancels an order, and waits until all of `ids` have ended. */
  async cancel(clientId: string, ids: readonly string[] = [clientId]): Promise<void> {
    this.link.send({ kind: 'cancel', clientId, order: 0, ...this.idOf(clientId) });
    await this.until(`the cancel of ${clientId}`, () => ids.every((id) => this.hasEnded(id)));
  }

  /** Waits until an order has filled whole, at most so long; how much it filled and at what average price. */
  async fill(clientId: string, quantity: number, forMs = ANSWER_MS): Promise<{ quantity: number; price: number }> {
    for (const until = performance.now() + forMs; performance.now() < until; await wait(20)) {
      this.throwIfRefused(clientId);
      if (this.filledOf(clientId).quantity >= quantity || this.hasEnded(clientId)) break;
    }
    return this.filledOf(clientId);
  }

  /** What an order filled so far: units, and their average price; NaN where there are none. */
  filledOf(clientId: string): { quantity: number; price: number } {
    const fills = new Map<string, { quantity: number; price: number }>();
    for (const report of this.of(clientId)) if (report.kind === 'fill') fills.set(report.executionId, report);
    const quantity = [...fills.values()].reduce((sum, fill) => sum + fill.quantity, 0);
    const value = [...fills.values()].reduce((sum, fill) => sum + fill.quantity * fill.price, 0);
    return { quantity, price: value / quantity };
  }

  hasEnded(clientId: string): boolean {
    return this.of(clientId).some(
      (report) =>
        report.kind === 'canceled' ||
        report.kind === 'expired' ||
        report.kind === 'rejected' ||
        (report.kind === 'order' && ['canceled', 'expired', 'rejected', 'filled'].includes(report.status)),
    );
  }

  private hasChanged(clientId: string): boolean {
    return this.of(clientId).some(({ kind }) => kind === 'replaced');
  }

  /** Why changes of an order were refused, oldest first. */
  private refusalsOf(clientId: string): readonly string[] {
    return this.of(clientId).flatMap((report) => (report.kind === 'replace-refused' ? [report.reason] : []));
  }

  private of(clientId: string): readonly BrokerReport[] {
    return this.reports.filter((report) => 'clientId' in report && report.clientId === clientId);
  }

  private idOf(clientId: string): { readonly brokerId?: string } {
    const known = this.of(clientId).findLast((report) => 'brokerId' in report && report.brokerId !== undefined);
    return known !== undefined && 'brokerId' in known ? { brokerId: known.brokerId } : {};
  }

  private throwIfRefused(clientId: string): void {
    for (const report of this.of(clientId)) {
      if (report.kind === 'refused') throw new RefusedError(`${report.code}: ${report.message}`);
      if (report.kind === 'rejected') throw new RefusedError(`rejected: ${report.reason}`);
    }
  }

  private async until(what: string, isSo: () => boolean): Promise<void> {
    for (const end = performance.now() + ANSWER_MS; performance.now() < end; await wait(20)) if (isSo()) return;
    throw new Error(`${what} was not confirmed in ${ANSWER_MS / 1000} s; look at the broker`);
  }
}
