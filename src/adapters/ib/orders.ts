/**
 * Orders on their way to the vendor and back: what is asked, what is waited for, and what each piece of news reports.
 *
 * Nothing is ever sent twice: the vendor knows no id of ours that it would refuse a second time. An order whose answer does
 * not come is lost until the books show it; what never left is refused, and that is known for sure.
 */
import type { Contract, Execution, Order, OrderState } from '@stoqey/ib';
import { clearTimeout, setTimeout } from 'node:timers';
import { assert } from '../../base/assert.ts';
import type { BrokerReport, CancelRequest, ReplaceRequest, SubmitRequest } from '../../engine/live/index.ts';
import { Books, type Known } from './books.ts';
import { hintOf, orderNews } from './codes.ts';
import { Answered, type Connection, type StatusNews, type Timings } from './connection.ts';
import type { Contracts } from './contracts.ts';
import { exerciseWords, isExercise, isLapse, sendExercise } from './exercising.ts';
import { placingsOf } from './exits.ts';
import type { OrderIds } from './order-ids.ts';
import { UnitUnseen } from './package-unit.ts';
import { legsOf } from './packages.ts';
import { isInForce, isTaken, orderOf, wordsOf } from './placed-words.ts';
import { wordsFor, type OrderWords } from './words.ts';

export interface OrderParts {
  readonly account: string;
  readonly clientId: number;
  readonly contracts: Contracts;
  readonly orderIds: OrderIds;
  readonly timings: Timings;
  /** The session's clock, microseconds since 1970. */
  readonly now: () => number;
  readonly report: (report: BrokerReport) => void;
  /** The connection on which orders may leave now; `undefined` while the gate is closed. */
  readonly open: () => Connection | undefined;
  /** Why the gate is closed. */
  readonly closedBecause: () => string;
  /** Has the vendor say which order number is free; orders wait for that. */
  readonly askNextId: () => void;
  /** Has the books read, and the order reported as they show it. */
  readonly lookUp: (known: Known) => void;
}

export class Orders {
  readonly books = new Books();
  private readonly parts: OrderParts;
  /** Later news has a later number, whatever the clock does. */
  private newest = 0;
  private readonly commissions = new Map<string, number>();

  constructor(parts: OrderParts) {
    this.parts = parts;
  }

  /** When this was learnt: a number that only grows. */
  get at(): number {
    this.newest = Math.max(this.newest + 1, this.parts.now());
    return this.newest;
  }

  // ---- What is asked --------------------------------------------------------------------------------------------------

  async submit(request: SubmitRequest): Promise<void> {
    const { clientId, posts } = request;
    assert(posts === 1, () => `order ${clientId} must never be sent to this broker again`);
    const { account } = this.parts;
    const words = request.type === 'exercise' ? exerciseWords(request, account) : wordsFor(request, account);
    if ('unsupported' in words) {
      this.refuse(clientId, 'desk.unsupported', words.unsupported);
      return;
    }
    const connection = this.parts.open();
    if (connection === undefined) {
      this.refuse(clientId, 'desk.not-connected', this.parts.closedBecause());
      return;
    }
    let contract: Contract;
    try {
      contract = await this.parts.contracts.ofRequest(request, connection);
    } catch (error) {
      const code = error instanceof UnitUnseen ? 'desk.package-unit' : 'desk.no-contract';
      const message = error instanceof Error ? error.message : String(error);
      // Only a question about the contract was asked: the order itself never left.
      this.refuse(clientId, error instanceof Answered ? String(error.code) : code, message);
      return;
    }
    connection.send(
      'order',
      () => this.place(request, words, contract, connection),
      () => this.refuse(clientId, 'desk.not-sent', 'the connection ended before the order left'),
    );
  }

  /** Its turn has come: the last look before it leaves. */
  private place(request: SubmitRequest, words: OrderWords, contract: Contract, connection: Connection): void {
    const { clientId, sendBy, symbol, side, legs } = request;
    if (this.parts.open() !== connection) {
      this.refuse(clientId, 'desk.not-connected', 'the connection changed before the order left');
    } else if (this.parts.now() > sendBy) {
      this.refuse(clientId, 'desk.too-old', 'its decision became too old while it waited for its turn');
    } else {
      let leader = 0;
      for (const { clientId: id, words: own, isChild } of placingsOf(request, words)) {
        const orderId = this.parts.orderIds.take();
        const known = this.books.add(id, orderId, this.parts.clientId);
        const placed: OrderWords = isChild ? { ...own, parentId: leader } : own;
        Object.assign(known, { symbol, side: isChild ? -side : side, quantity: own.totalQuantity, contract });
        known.words = placed;
        known.isExercise = placed.action === 'EXERCISE';
        if (legs !== undefined)
          known.legs = legsOf(contract, 'BUY').map((leg, i) => ({ ...leg, symbol: legs[i].symbol }));
        if (id === clientId) {
          leader = orderId;
          this.await(known, 'submit');
        }
        if (placed.action === 'EXERCISE') sendExercise(connection, orderId, { contract, words: placed });
        else connection.api.placeOrder(orderId, contract, orderOf(placed));
      }
    }
  }

  cancel(request: CancelRequest): void {
    const { clientId } = request;
    const known = this.books.find(request);
    const connection = this.parts.open();
    if (connection === undefined) {
      this.parts.report({ kind: 'lost', clientId, request: 'cancel', cause: this.parts.closedBecause() });
      return;
    }
    const orderId = this.ownNumber(known);
    if (known === undefined || orderId === undefined) {
      this.parts.report({ kind: 'cancel-refused', clientId, reason: 'it is not an order of this client number' });
      return;
    }
    connection.send(
      'cancel',
      (api) => {
        known.wasCancelAsked = true;
        this.await(known, 'cancel');
        api.cancelOrder(orderId);
      },
      () => this.parts.report({ kind: 'lost', clientId, request: 'cancel', cause: 'the connection ended' }),
    );
  }

  replace(request: ReplaceRequest): void {
    const { clientId, quantity, limit, stop } = request;
    const known = this.books.find(request);
    const orderId = this.ownNumber(known);
    const connection = this.parts.open();
    const { words, contract } = known ?? {};
    if (known === undefined || orderId === undefined || words === undefined || contract === undefined) {
      this.parts.report({ kind: 'replace-refused', clientId, reason: 'it is not an order of this client number' });
      return;
    }
    if (connection === undefined) {
      this.parts.report({ kind: 'replace-refused', clientId, reason: 'desk.not-connected' });
      return;
    }
    const asked: OrderWords = {
      ...words,
      transmit: true,
      totalQuantity: Number(quantity),
      ...(limit === undefined ? {} : { lmtPrice: Number(limit) }),
      ...(stop === undefined ? {} : { auxPrice: Number(stop) }),
    };
    connection.send(
      'order',
      (api) => {
        if (this.parts.open() !== connection || known.ended !== undefined) {
          this.parts.report({ kind: 'replace-refused', clientId, reason: 'it ended, or the connection did' });
          return;
        }
        known.asked = asked;
        this.await(known, 'replace');
        api.placeOrder(orderId, contract, orderOf(asked));
      },
      () => this.parts.report({ kind: 'replace-refused', clientId, reason: 'the connection ended before it left' }),
    );
  }

  /** Looks up what the numbers of legs mean, for packages of an earlier process: without that nothing is told of them. */
  async nameLegs(connection: Connection): Promise<void> {
    for (const { legs = [] } of this.books.all) {
      for (const leg of legs) leg.symbol ??= await this.parts.contracts.symbolOf(leg.conId, connection);
    }
  }

  /** Whatever was asked and not answered may or may not have arrived. */
  lose(cause: string): void {
    for (const known of this.books.all) {
      const { awaited, clientId } = known;
      if (awaited === undefined) continue;
      this.settle(known);
      this.parts.report({ kind: 'lost', clientId, request: awaited.kind, cause });
    }
  }

  // ---- What is heard --------------------------------------------------------------------------------------------------

  onOpenOrder(orderId: number, contract: Contract, order: Order, state: OrderState): void {
    if (order.whatIf === true || isLapse(order) || this.isOfOthers(order.account)) return;
    const known = this.books.note(contract, order, orderId, this.parts.clientId);
    if (orderId > 0 && order.clientId === this.parts.clientId) this.parts.orderIds.raise(orderId);
    if (!isExercise(order)) known.words ??= wordsOf(order);
    const { asked } = known;
    if (asked !== undefined && isInForce(asked, order)) this.replaced(known, asked);
    if (isTaken(String(state.status))) this.accept(known);
    const { warningText = '' } = state;
    if (warningText !== '') this.remark(known, warningText, false);
    const wanted = known.words?.tif;
    if (wanted !== undefined && order.tif !== undefined && String(order.tif) !== wanted && asked === undefined) {
      this.remark(known, `it stands ${String(order.tif)} there, asked for was ${wanted}`, true);
    }
  }

  onStatus({ orderId, status, filled, averagePrice, permId, clientId }: StatusNews): void {
    const isOwn = clientId === this.parts.clientId;
    const own = isOwn ? this.books.byNumber(orderId) : undefined;
    // A number that is told of was used, whoever remembers of what.
    if (isOwn && orderId > 0) this.parts.orderIds.raise(orderId);
    const known = this.books.byPermanentId(permId) ?? own;
    if (known === undefined) return;
    if (known.permId === 0) known.permId = permId;
    if (filled >= known.statusFilled && !known.isExercise) {
      known.statusFilled = filled;
      known.statusPrice = averagePrice;
    }
    if (isTaken(status)) this.accept(known);
    if (status === 'PendingCancel' && known.awaited?.kind === 'cancel') this.settle(known);
    if (status === 'Cancelled' || status === 'ApiCancelled') this.end(known, 'canceled', known.reason);
    else if (status === 'Filled') this.filled(known);
    else if (known.isMissingExecutions) this.expectExecutions(known);
  }

  onExecution(contract: Contract, execution: Execution): void {
    if (this.isOfOthers(execution.acctNumber)) return;
    for (const report of this.books.execution(contract, execution)) {
      this.parts.report(report);
      const fee = report.kind === 'fill' ? this.commissions.get(report.executionId) : undefined;
      if (report.kind === 'fill' && fee !== undefined) this.charge(report.executionId, fee);
    }
  }

  /** It may come before its execution, after it, or minutes later; and again whenever the books are read. */
  onCommission(executionId: string, fee: number): void {
    if (!Number.isFinite(fee) || this.commissions.get(executionId) === fee) return;
    this.commissions.set(executionId, fee);
    if (this.books.isTold(executionId)) this.charge(executionId, fee);
  }

  onCompleted(contract: Contract, order: Order, { completedStatus = '', status }: OrderState): void {
    if (isLapse(order) || this.isOfOthers(order.account)) return;
    const known = this.books.note(contract, order, undefined, this.parts.clientId);
    const { filledQuantity = 0 } = order;
    if (filledQuantity > known.statusFilled && !known.isExercise) {
      known.statusFilled = filledQuantity;
      known.statusPrice = known.executed.price;
    }
    known.ended ??= String(status) === 'Filled' ? 'filled' : String(status) === 'Inactive' ? 'rejected' : 'canceled';
    if (known.reason === '') known.reason = completedStatus;
  }

  onError(orderId: number, code: number, text: string): void {
    const known = this.books.byNumber(orderId);
    if (known === undefined) return;
    const { clientId, awaited } = known;
    const news = orderNews(code);
    // Before anything is reported, on which the next order may follow; and also where the order was given up by now.
    if (news === 'duplicate') this.parts.askNextId();
    if (awaited?.kind === 'replace' && (news === 'refused' || news === 'change-refused')) {
      this.settle(known);
      known.asked = undefined;
      this.parts.report({ kind: 'replace-refused', clientId, reason: `${code}: ${text}` });
    } else if (news === 'refused' && !known.isAccepted) {
      this.settle(known);
      known.ended = 'rejected';
      const hint = hintOf(code, text);
      this.refuse(clientId, String(code), hint === undefined ? text : `${text}: ${hint}`);
      this.holdBack(known);
    } else if (news === 'refused') this.end(known, 'rejected', `${code}: ${text}`);
    else if (news === 'canceled') {
      const reason = /reason:\s*(.+)$/s.exec(text)?.[1]?.trim() ?? '';
      // The vendor takes an order off by itself where its price is too far away: that is a refusal.
      const isRefusal = !known.wasCancelAsked && reason !== '' && known.executed.shares === 0;
      this.end(known, isRefusal ? 'rejected' : 'canceled', `${code}: ${reason === '' ? 'canceled' : reason}`);
    } else if (news === 'cancel-refused') {
      this.settle(known);
      this.parts.report({ kind: 'cancel-refused', clientId, reason: `${code}: ${text}` });
    } else if (news === 'note' || news === 'note-for-people') {
      this.remark(known, `${code}: ${text}`, news === 'note-for-people');
    } else if (awaited !== undefined) {
      // A number that was used, or words that are not known: neither proves that the order is not there.
      this.settle(known);
      this.parts.report({ kind: 'lost', clientId, request: awaited.kind, cause: `${code}: ${text}` });
    }
  }

  /** Says once what the vendor says of an order beside the point. */
  private remark({ clientId, remarks, owner }: Known, text: string, isForPeople: boolean): void {
    if (remarks.has(text) || owner !== this.parts.clientId) return;
    remarks.add(text);
    this.parts.report({ kind: 'remark', clientId, text, isForPeople });
  }

  // ---- What follows from it -------------------------------------------------------------------------------------------

  private accept(known: Known): void {
    if (known.awaited?.kind === 'submit') this.settle(known);
    if (known.isAccepted) return;
    known.isAccepted = true;
    this.parts.report({ kind: 'accepted', clientId: known.clientId, ...known.brokerId });
  }

  private replaced(known: Known, asked: OrderWords): void {
    this.settle(known);
    known.words = asked;
    known.quantity = asked.totalQuantity;
    known.asked = undefined;
    this.parts.report({ kind: 'replaced', clientId: known.clientId, updatedAt: this.at, ...known.brokerId });
  }

  private filled(known: Known): void {
    this.settle(known);
    known.ended = 'filled';
    if (known.isMissingExecutions) this.expectExecutions(known);
  }

  private end(known: Known, kind: 'canceled' | 'rejected', reason: string): void {
    this.settle(known);
    known.asked = undefined;
    if (known.ended !== undefined) return;
    known.ended = kind;
    known.reason = reason;
    this.parts.report({ kind, clientId: known.clientId, ...known.brokerId, reason: reason === '' ? kind : reason });
    if (known.isMissingExecutions) this.expectExecutions(known);
  }

  /** A status told of fills: their executions are on their way, or were lost and are in the books. */
  private expectExecutions(known: Known): void {
    setTimeout(() => {
      if (known.isMissingExecutions && this.parts.open() !== undefined) this.parts.lookUp(known);
    }, this.parts.timings.fillMs);
  }

  private await(known: Known, kind: 'submit' | 'cancel' | 'replace'): void {
    this.settle(known);
    const timer = setTimeout(() => {
      known.awaited = undefined;
      const { clientId } = known;
      this.parts.report({
        kind: 'lost',
        clientId,
        request: kind,
        cause: `no answer in ${this.parts.timings.ackMs} ms`,
      });
    }, this.parts.timings.ackMs);
    known.awaited = { kind, timer };
  }

  private settle(known: Known): void {
    clearTimeout(known.awaited?.timer);
    known.awaited = undefined;
  }

  private charge(executionId: string, fee: number): void {
    this.parts.report({ kind: 'commission', executionId, fee });
  }

  private refuse(clientId: string, code: string, message: string): void {
    this.parts.report({ kind: 'refused', clientId, code, message: message.slice(0, 300) });
  }

  /** A child was refused: an entry that has not filled does not go without it. */
  private holdBack({ words }: Known): void {
    const entry = words?.parentId === undefined ? undefined : this.books.byNumber(words.parentId);
    if (entry === undefined || entry.ended !== undefined || entry.executed.shares > 0) return;
    this.cancel({ kind: 'cancel', clientId: entry.clientId, order: 0 });
  }

  /** Entries whose children did not all arrive, because the process died between them, are taken off. */
  endCutOff(connection: Connection): void {
    for (const entry of this.books.all) {
      const { clientId, children, ended, isGone, permId } = entry;
      const orderId = this.ownNumber(entry);
      if (children === 0 || ended !== undefined || isGone || permId === 0 || orderId === undefined) continue;
      if (entry.statusFilled > 0 || entry.executed.shares > 0) continue;
      const arrived = this.books.groupOf(clientId).filter((one) => one.permId !== 0).length;
      if (arrived < children + 1) connection.send('cancel', (api) => api.cancelOrder(orderId));
    }
  }

  /** The number by which this client may change an order. */
  private ownNumber(known: Known | undefined): number | undefined {
    return known?.owner === this.parts.clientId ? known.orderId : undefined;
  }

  private isOfOthers(account: string | undefined): boolean {
    return account !== undefined && account !== '' && account !== this.parts.account;
  }
}
