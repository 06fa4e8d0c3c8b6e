/**
 * A door of a session: to the strategy behind it the desk is a broker.
 *
 * What it asks for goes through the deck's own order entry, like what a strategy on the deck wants; what becomes of its
 * orders is told as a broker would tell it. An id belongs to one order: asked for again with the same words it gets the
 * first answer, with others it is refused. Of the orders and positions of other strategies nothing is ever told.
 */
import type { Order } from '../../orders/order.ts';
import type { Deck } from '../../deck.ts';
import type { Refusal } from '../../gate/gate.ts';
import { ENTRY } from '../../journal/journal.ts';
import { refuse } from '../../limits/format.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { Alerts } from '../alerts.ts';
import type { BrokerReport } from '../broker/reports.ts';
import type { BrokerRequest, CancelRequest, ReplaceRequest, SubmitRequest } from '../broker/requests.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import type { AskedInput } from '../inputs.ts';
import { exitsOf, intentOf, packageOf } from './intents.ts';
import { malformed, malformedChange } from './well-formed.ts';
import { bodyOf, snapshotOf, type Link } from './links.ts';
import { Happened } from './happened.ts';
import type { DoorOptions } from './tell.ts';

export interface DoorParts {
  readonly deck: Deck;
  /** Undefined where orders go to the simulated venue. */
  readonly venue: BrokerVenue | undefined;
  readonly alerts: Alerts;
  /** Hands to every door what the journal has of it by now. */
  readonly read: () => void;
}

export class Door {
  readonly strategy: number;
  /** Number of the newest thing that was told. */
  seq = 0;
  /** The newest of them that was answered with something. */
  answered = 0;
  /** When the timer behind it is due next, an Instant; NaN where none is. */
  wakesAt = Number.NaN;
  /** The timer that has become due and was not told yet; NaN where none has. */
  dueAt = Number.NaN;
  /** The instant of what was told last. */
  toldAt = -Infinity;
  /** What is to be told of its orders and positions, oldest first. */
  readonly reports: BrokerReport[] = [];
  readonly happened: Happened;
  private readonly parts: DoorParts;
  private readonly lifeUs: number;
  /** Rows of the journal before what is being asked for. */
  private rows = 0;

  constructor({ strategy, decisionLifeUs }: DoorOptions, parts: DoorParts) {
    this.strategy = strategy;
    this.lifeUs = decisionLifeUs;
    this.parts = parts;
    this.happened = new Happened(strategy, parts, this.reports);
  }

  /** Takes what the strategy answered, request by request. */
  take(input: AskedInput, at: number): void {
    const { deck } = this.parts;
    if (input.seq <= this.answered) return;
    this.answered = input.seq;
    const host = deck.hosts[this.strategy];
    // Whether its indicators have values is known behind the door.
    if (at >= deck.opensAt) host.warming = false;
    for (const note of input.notes ?? []) {
      deck.journal.write(ENTRY.note, at, 0, -1, this.strategy, 0, Number.NaN, 0, 0, note);
    }
    for (const request of input.requests) {
      this.request(request, input.decidedAt, at);
      this.parts.read();
    }
    if (input.wakes !== undefined) this.wakeAt(input.wakes ?? Number.NaN, at);
  }

  /** After everything that an input led to: which changes have come into force, and which have not. */
  look(at: number): void {
    for (const link of this.happened.changing) {
      if (this.isChanging(link)) continue;
      const { order, pack, change, clientId } = link;
      this.happened.changing.delete(link);
      link.change = undefined;
      if (order === undefined || change === undefined) continue;
      const limit = pack === undefined ? order.limit : pack.limit;
      const isInForce =
        same(limit, change.limit) &&
        same(order.stop, change.stop) &&
        (pack !== undefined || order.units === change.units);
      const brokerId = String(link.orderId);
      if (isInForce) this.reports.push({ kind: 'replaced', clientId, brokerId, updatedAt: at });
      // What ended meanwhile ended as it was before.
      else this.reports.push({ kind: 'replace-refused', clientId, brokerId, reason: 'the change was refused' });
    }
  }

  /** Wakes the deck when the timer behind the door is due. */
  wakeAt(wakesAt: number, now: number): void {
    this.wakesAt = wakesAt;
    if (wakesAt !== wakesAt) return;
    if (wakesAt < now) {
      this.dueAt = wakesAt;
      return;
    }
    this.parts.deck.wakes.at(wakesAt, (due) => {
      if (this.wakesAt === due) this.dueAt = due;
    });
  }

  private request(request: BrokerRequest, decidedAt: number, at: number): void {
    switch (request.kind) {
      case 'submit':
        this.submit(request, decidedAt, at);
        return;
      case 'cancel':
        this.cancel(request);
        return;
      case 'replace':
        this.replace(request, decidedAt, at);
        return;
      case 'lookup': {
        const { clientId } = request;
        const link = this.happened.links.get(clientId);
        const seen = link === undefined ? undefined : snapshotOf(link, this.parts.deck.markets, at);
        this.reports.push(seen ?? { kind: 'absent', clientId });
        return;
      }
      case 'snapshot':
        this.reports.push(this.happened.snapshot(at));
    }
  }

  private submit(request: SubmitRequest, decidedAt: number, at: number): void {
    const { clientId } = request;
    const { alerts } = this.parts;
    if (request.strategy !== this.strategy) {
      const said = `the strategy behind door ${this.strategy} said it was ${String(request.strategy)}`;
      this.audit('asked.identity', said, at);
      alerts.raise('asked.identity', said, at);
      this.reports.push({ kind: 'refused', clientId, code: 'asked.identity', message: said });
      return;
    }
    const body = bodyOf(request);
    const before = this.happened.links.get(clientId);
    if (before !== undefined && before.body !== body) {
      const said = `strategy ${this.strategy} asked for something else under id ${clientId}`;
      this.audit('asked.conflict', said, at);
      alerts.raise('asked.conflict', said, at);
      this.reports.push({ kind: 'refused', clientId, code: 'asked.conflict', message: said });
      return;
    }
    if (before !== undefined) {
      this.reports.push(...before.answers);
      return;
    }
    const stale = this.against(request.sendBy, decidedAt, at);
    const refusal = stale === undefined ? this.place(request, body, decidedAt, at) : stale;
    if (refusal === undefined) return;
    if (stale !== undefined) this.audit(stale.code, stale.message, at);
    const answers = [{ kind: 'refused', clientId, ...plainRefusal(refusal) }] as const;
    this.happened.add({ clientId, body, answers, orderId: 0, fills: [], count: 0, touchedAt: at });
    this.reports.push(...answers);
  }

  /** Sends what is asked for, and answers where that was taken; otherwise returns why not. */
  private place(request: SubmitRequest, body: string, decidedAt: number, at: number): Refusal | undefined {
    const { deck, venue } = this.parts;
    const wrong = malformed(request);
    if (wrong !== undefined) return this.refused('asked.malformed', wrong, at);
    const symbols = request.legs?.map(({ symbol }) => symbol) ?? [request.symbol];
    const unknown = symbols.find((symbol) => this.indexOf(symbol) < 0);
    if (unknown !== undefined) return this.refused('asked.symbol', `the deck has no ${unknown}`, at);
    this.rows = deck.journal.length;
    if (venue !== undefined) venue.decision.before = decidedAt;
    try {
      if (request.legs !== undefined) return this.placePackage(request, body, at);
      const intent = intentOf(request, this.indexOf(request.symbol), this.strategy);
      if (request.type === 'exercise') return this.placed(request, body, deck.orders.exercise(intent), at);
      const { exits } = request;
      if (exits === undefined) return this.placed(request, body, deck.submit(intent), at);
      const children = exitsOf(exits, intent);
      if (exits.kind !== 'oco') {
        const order = deck.submit(
          intent,
          children.map((child) => child.intent),
        );
        return this.placed(
          request,
          body,
          order,
          at,
          children.map(({ role }) => role),
        );
      }
      return this.placePair(request, body, at);
    } finally {
      if (venue !== undefined) venue.decision.before = Number.NaN;
    }
  }

  private placed(
    { clientId }: SubmitRequest,
    body: string,
    order: Order | undefined,
    at: number,
    roles: readonly string[] = [],
  ): Refusal | undefined {
    if (order === undefined) return this.refusal();
    const made = [{ id: clientId, order }];
    for (const [i, role] of roles.entries()) made.push({ id: `${clientId}/${role}`, order: order.children![i] });
    const answers = made.map(({ id, order: each }) => accepted(id, each));
    for (const { id, order: each } of made) {
      const own = id === clientId ? answers : [accepted(id, each)];
      this.happened.add(linkOf(id, id === clientId ? body : '', own, each, at));
    }
    this.reports.push(...answers);
    return undefined;
  }

  /** Two exits of what is held, of which one may fill: the target leads. */
  private placePair(request: SubmitRequest, body: string, at: number): Refusal | undefined {
    const { deck } = this.parts;
    const intent = intentOf(request, this.indexOf(request.symbol), this.strategy);
    const target = deck.submit(intent);
    if (target === undefined) return this.refusal();
    const [other] = exitsOf(request.exits!, { ...intent, side: intent.side > 0 ? -1 : 1 });
    const stop = deck.submit(other.intent);
    if (stop === undefined) {
      const refusal = this.refusal();
      deck.cancel(target);
      return refusal;
    }
    deck.tie([target, stop]);
    const id = `${request.clientId}/${other.role}`;
    const answers = [accepted(request.clientId, target), accepted(id, stop)];
    this.happened.add(linkOf(request.clientId, body, answers, target, at));
    this.happened.add(linkOf(id, '', [answers[1]], stop, at));
    this.reports.push(...answers);
    return undefined;
  }

  private placePackage(request: SubmitRequest, body: string, at: number): Refusal | undefined {
    const { clientId } = request;
    const pack = this.parts.deck.packages.submit(packageOf(request, this.strategy, (symbol) => this.indexOf(symbol)));
    if (pack === undefined) return this.refusal();
    const answers = [accepted(clientId, pack.legs[0])];
    this.happened.add({ ...linkOf(clientId, body, answers, pack.legs[0], at), pack });
    this.reports.push(...answers);
    return undefined;
  }

  private cancel({ clientId }: CancelRequest): void {
    const { deck } = this.parts;
    const order = this.happened.links.get(clientId)?.order;
    if (order !== undefined && isLive(order)) deck.cancel(order);
    else {
      const reason = order === undefined ? 'no such order' : `order.${order.status}`;
      this.reports.push({ kind: 'cancel-refused', clientId, reason });
    }
  }

  private replace(request: ReplaceRequest, decidedAt: number, at: number): void {
    const { deck, venue } = this.parts;
    const { clientId } = request;
    const link = this.happened.links.get(clientId);
    const order = link?.order;
    const because = (reason: string): void => {
      this.reports.push({ kind: 'replace-refused', clientId, reason });
    };
    if (link === undefined || order === undefined) return because('no such order');
    if (!isLive(order)) return because(`order.${order.status}`);
    const wrong = malformedChange(request);
    if (wrong !== undefined) return because(`asked.malformed: ${wrong}`);
    const stale = request.sendBy === undefined ? undefined : this.against(request.sendBy, decidedAt, at);
    if (stale !== undefined) {
      this.audit(stale.code, stale.message, at);
      return because(`${stale.code}: ${stale.message}`);
    }
    const { pack } = link;
    const limit = request.limit === undefined ? Number.NaN : Number(request.limit);
    const stop = request.stop === undefined ? Number.NaN : Number(request.stop);
    const quantity = Number(request.quantity);
    this.rows = deck.journal.length;
    if (venue !== undefined) venue.decision.before = decidedAt;
    const trails = order.trail === order.trail;
    const { scale } = deck.markets[order.instrument];
    const units = Math.round(quantity * scale);
    const isDone =
      pack === undefined
        ? deck.update(order, {
            ...(units === order.units ? {} : { quantity }),
            ...(same(limit, order.limit) || limit !== limit ? {} : { limit }),
            ...(trails || same(stop, order.stop) || stop !== stop ? {} : { stop }),
          })
        : deck.packages.update(pack, limit);
    if (venue !== undefined) venue.decision.before = Number.NaN;
    if (!isDone) {
      const { code, message } = this.refusal();
      return because(deck.journal.length > this.rows ? `${code}: ${message}` : `order.${order.status}`);
    }
    link.change = {
      units,
      limit: pack === undefined && limit !== limit ? order.limit : limit,
      stop: trails || stop !== stop ? order.stop : stop,
    };
    this.happened.changing.add(link);
  }

  private isChanging({ order }: Link): boolean {
    const { venue } = this.parts;
    if (order === undefined || venue === undefined || !isLive(order)) return false;
    const ticket = venue.ticketFor(order.pack?.legs[0] ?? order);
    return ticket?.inForce !== undefined;
  }

  /** Why something that was decided then must not become an order now, or `undefined`. */
  private against(sendBy: number, decidedAt: number, at: number): Refusal | undefined {
    if (at <= Math.min(sendBy, decidedAt + this.lifeUs)) return undefined;
    const age = Math.round((at - decidedAt) / 1000);
    return refuse('desk.too-old', `its decision is ${age} ms old, the limit is ${Math.round(this.lifeUs / 1000)} ms`);
  }

  private refused(code: string, message: string, at: number): Refusal {
    this.audit(code, message, at);
    return refuse(code, message);
  }

  /** Why the gate refused what was asked for just now. */
  private refusal(): Refusal {
    return this.happened.refusalSince(this.rows);
  }

  /** Writes down what was refused before the gate was asked. */
  private audit(code: string, message: string, at: number): void {
    const { journal } = this.parts.deck;
    journal.write(ENTRY.refused, at, 0, -1, this.strategy, 0, Number.NaN, 0, 0, `${code}: ${message}`);
  }

  private indexOf(symbol: string): number {
    return this.parts.deck.markets.findIndex((market) => market.symbol === symbol);
  }
}

function accepted(clientId: string, order: Order) {
  return { kind: 'accepted', clientId, brokerId: String(order.id) } as const;
}

function linkOf(clientId: string, body: string, answers: Link['answers'], order: Order, at: number): Link {
  return { clientId, body, answers, orderId: order.id, order, fills: [], count: 0, touchedAt: at };
}

function plainRefusal({ code, message }: Refusal): { readonly code: string; readonly message: string } {
  return { code, message };
}

function same(a: number, b: number): boolean {
  return a === b || (a !== a && b !== b);
}
