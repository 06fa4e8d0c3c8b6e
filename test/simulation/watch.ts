/**
 * What must hold of one desk while a simulated run goes on: what it sends, what it has in its books, and what the broker has
 * of it.
 */
import type { LimitSettings } from '../../src/engine/limits/settings.ts';
import type { BrokerRequest, Input, LiveSession, Outcome, Ticket } from '../../src/engine/live/index.ts';
import { FIRST_FINAL, type OrderStatus } from '../../src/engine/orders/order-state.ts';
import type { SimulatedBroker } from './broker.ts';
import { CountedFills } from './counted.ts';
import { checkCovered } from './coverage.ts';
import type { SimulatedDesk } from './desk.ts';
import type { Faults } from './faults.ts';
import { KnownHalts } from './halts.ts';
import { checkAlone, checkClosing, checkCut } from './held-exits.ts';
import { DECISION_LIFE, LimitChecks, UNITS_MAX } from './limits.ts';
import type { Occurrences } from './occurrences.ts';
import { SYMBOLS } from './symbols.ts';
import { TrailingStops } from './trailing.ts';
import { commandSoon } from './troubles.ts';
import { SECOND, type World } from './world.ts';

export class Watch {
  private readonly checks: LimitChecks;
  private readonly halts = new KnownHalts();
  private readonly ended: EndedOrders;
  // Each life begins with a start; until its books are compared nothing is to leave.
  private isCompared = false;
  /** When each submission was asked for first, in the world's time. */
  private readonly decidedAt = new Map<string, number>();
  /** Orders whose change was refused since the books were read: then they are cut again. */
  private readonly uncut = new Set<string>();
  private checkedChanges = -1;
  private checkedSession: LiveSession | undefined;
  private readonly world: World;
  private readonly faults: Faults;
  private readonly broker: SimulatedBroker;
  private readonly desk: SimulatedDesk;
  private readonly fail: (text: string) => void;
  private readonly hasOptions: boolean;
  private readonly occurrences: Occurrences;
  /** Whether no other desk trades the account. */
  isAlone = true;

  constructor(
    world: World,
    faults: Faults,
    broker: SimulatedBroker,
    limits: LimitSettings,
    desk: SimulatedDesk,
    occurrences: Occurrences,
    fail: (text: string) => void,
  ) {
    this.world = world;
    this.faults = faults;
    this.broker = broker;
    this.desk = desk;
    this.fail = fail;
    this.occurrences = occurrences;
    this.hasOptions = limits.optionLevel !== undefined;
    this.checks = new LimitChecks(limits, broker, fail);
    this.ended = new EndedOrders(fail);
    const counted = new CountedFills(broker, faults, fail);
    const { checks, halts } = this;
    const trailing = faults.fired.trailing > 0 ? new TrailingStops(occurrences, fail) : undefined;
    const onDecided: SimulatedDesk['onDecided'] = (session: LiveSession, outcome: Outcome, input: Input) => {
      if (input.kind === 'report' && input.report.kind === 'snapshot') this.uncut.clear();
      if (input.kind === 'report' && input.report.kind === 'replace-refused') this.uncut.add(input.report.clientId);
      if (input.kind === 'start') {
        this.isCompared = false;
        if (faults.strikes('commandAtStart')) commandSoon(world, desk);
      }
      for (const request of outcome.requests) {
        if (request.kind === 'submit' && request.posts === 1) this.decidedAt.set(request.clientId, world.now);
      }
      if (input.kind === 'report' && input.report.kind === 'snapshot') this.isCompared = true;
      desk.clocks?.taken(input);
      halts.taken(session, input);
      trailing?.taken(session, input);
      counted.taken(session, input);
      checks.decided(session, outcome);
      occurrences.taken(session, outcome, input);
    };
    desk.onDecided = onDecided;
    const onOver: SimulatedDesk['onOver'] = (session) => occurrences.over(session);
    desk.onOver = onOver;
    const onSend: SimulatedDesk['onSend'] = (request) => this.sent(request);
    desk.onSend = onSend;
  }

  /** After something happened: what the broker's books say, when they or who reads them changed, and all now and then. */
  look(isSampled: boolean): void {
    const { desk, broker, fail } = this;
    if (desk.failure !== undefined) fail(`I10 ${desk.failure}`);
    const session = desk.conductor?.session;
    if (isSampled || broker.changes !== this.checkedChanges || session !== this.checkedSession) {
      this.checkedChanges = broker.changes;
      this.checkedSession = session;
      if (!this.hasOptions && this.isAlone) checkBroker(broker, this.faults, fail);
      else if (this.hasOptions && session !== undefined && isOrderly(this.faults))
        checkCovered(broker, session, this.world.now, fail);
      if (session !== undefined) this.checks.crossed(session);
    }
    if (!isSampled || session === undefined) return;
    this.checks.reserved(session);
    checkCut(session, this.uncut, fail);
    desk.clocks?.check(session.at);
    this.ended.look(session.venue!.tickets, desk.epoch);
  }

  private sent(request: BrokerRequest): void {
    const { desk, fail, world, halts } = this;
    if (request.kind !== 'submit') return;
    if (!desk.sure.ids.has(request.clientId)) fail(`I3 ${request.clientId} is sent before it is durable`);
    const session = desk.conductor?.session;
    if (desk.sure.commanded === 'halt' || desk.sure.commanded === 'kill') {
      fail(`I8 ${request.clientId} is sent after the command to ${desk.sure.commanded}`);
    }
    const ticket = session?.venue?.tickets.get(request.clientId);
    if (session !== undefined) this.checks.left(session, request, desk.clock());
    const order = ticket?.order;
    // What was sent before may be sent again under its id, and an exit goes out with what its entry buys: not an exit that is
    // asked for anew.
    const goesWithEntry = order?.parent !== undefined && !/\.\d+$/.test(request.clientId);
    if (!this.isCompared && request.posts === 1 && !goesWithEntry) {
      fail(`I10 ${request.clientId} is sent before the books are compared`);
    }
    if (session !== undefined) checkAlone(request.clientId, session, this.broker, fail);
    if (order !== undefined && session !== undefined) {
      checkClosing(order, session, request.posts, fail);
      if (request.posts > 1 && order.reduceOnly) {
        const { account } = session.states;
        this.occurrences.add(account === 'active' ? 'closing sent again' : `closing sent again while ${account}`);
      }
      halts.left(session, ticket!, desk.clock(), fail);
    }
    // By the world's time, whatever the desk's clock says, which steps back by ten seconds at most.
    const decided = this.decidedAt.get(request.clientId) ?? world.now;
    if (world.now - decided > DECISION_LIFE + 10 * SECOND) fail(`I16 ${request.clientId} was decided long ago`);
    if (desk.clock() > request.sendBy) fail(`I16 ${request.clientId} is sent after its time`);
  }
}

/** How orders ended: none comes back from its end (I6). */
class EndedOrders {
  /** In the order in which they were made. */
  private readonly tickets: Ticket[] = [];
  /** How they ended; `undefined` of those that have not. */
  private readonly statuses: (OrderStatus | undefined)[] = [];
  private epoch = 0;
  private readonly fail: (text: string) => void;

  constructor(fail: (text: string) => void) {
    this.fail = fail;
  }

  look(tickets: ReadonlyMap<string, Ticket>, epoch: number): void {
    const { statuses } = this;
    // What a process was not sure of may be gone after its death: only within a life nothing regresses.
    if (epoch !== this.epoch) this.tickets.length = 0;
    this.epoch = epoch;
    let place = 0;
    for (const ticket of tickets.values()) {
      const { order } = ticket;
      if (this.tickets[place] !== ticket) {
        this.tickets[place] = ticket;
        statuses[place] = undefined;
      }
      const known = statuses[place];
      if (order.state >= FIRST_FINAL) statuses[place] = order.status;
      else if (known !== undefined && known !== 'rejected') {
        this.fail(`I6 ${ticket.clientId} went from ${known} back to ${order.status}`);
      }
      place++;
    }
  }
}

/** Whether nothing was done to the account that no limit could prevent. */
function isOrderly(faults: Faults): boolean {
  const { overfill, externalOrder, command, commandAtStart } = faults.fired;
  return overfill + externalOrder + command + commandAtStart === 0 && !faults.tookBack;
}

function checkBroker(broker: SimulatedBroker, faults: Faults, fail: (text: string) => void): void {
  for (const clientId of broker.twice) fail(`I4 ${clientId} is sent twice to a broker that forgets ids`);
  if (!isOrderly(faults)) return;
  for (const symbol of SYMBOLS) {
    const held = broker.positions.get(symbol) ?? 0;
    for (const side of [1, -1]) {
      let could = held * side;
      for (const order of broker.live) {
        // An exit that is tied to another is counted by what it closes.
        if (order.symbol === symbol && order.side === side && !order.reduceOnly) could += order.quantity - order.filled;
      }
      if (could > UNITS_MAX + 1e-6) fail(`I7 ${symbol} could become ${could * side}, the limit is ${UNITS_MAX}`);
    }
  }
}
