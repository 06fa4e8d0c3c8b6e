/**
 * One of the two strategies in a process of its own: the real session of it behind the real door of the desk's, over a pipe
 * that is slow and a process that dies and takes all that it was told again.
 *
 * What must hold: told the same again it answers the same (I10); nothing is told but of its own orders and positions (I14);
 * what it holds in its books is what the desk has of it (I2); what became an order was decided a moment ago (I16); and no
 * order of it is there that it did not ask for, or that the desk did not make for it (I13).
 */
import type { DeckOptions } from '../../src/engine/deck-options.ts';
import {
  doorStrategy,
  seatOptions,
  StrategySeat,
  type Answer,
  type BrokerRequest,
  type DoorOptions,
  type Input,
  type LiveSession,
  type Outcome,
  type SessionHead,
  type Tell,
} from '../../src/engine/live/index.ts';
import { isLive } from '../../src/engine/sim/working-orders.ts';
import type { DeckState } from '../../src/engine/state/state.ts';
import type { Random } from '../../src/base/random.ts';
import type { SimulatedDesk } from './desk.ts';
import type { Faults } from './faults.ts';
import { DECISION_LIFE } from './limits.ts';
import type { Occurrences } from './occurrences.ts';
import { MILLI, SECOND, type World } from './world.ts';

const STRATEGY = 1;
/** By which what is said by mistake is known again: how often it was asked for is none of the words of a request. */
const MISTAKE = 99;

export class BehindDoor {
  readonly doors: readonly DoorOptions[] = [{ strategy: STRATEGY, decisionLifeUs: DECISION_LIFE }];
  private readonly world: World;
  private readonly faults: Faults;
  private readonly desk: SimulatedDesk;
  private readonly occurrences: Occurrences;
  private readonly fail: (text: string) => void;
  private readonly random: Random;
  private options: DeckOptions | undefined;
  private lineage = '';
  /** What the session before left to it. */
  private restored: DeckState | null = null;
  /** All that was told in this session, and what the desk took of the answers, by their numbers. */
  private told: Tell[] = [];
  private readonly taken = new Map<number, string>();
  private seat: StrategySeat | undefined;
  /** Which life of its process this is. */
  private life = 0;
  /** How much of what was told it has taken, and how much is on its way to it. */
  private done = 0;
  private sent = 0;
  private wakes: number | null = null;
  /** When the last line arrives, in the world's time: lines do not overtake each other. */
  private arrives = 0;
  private answersArrive = 0;
  /** Those that have arrived and were not read yet. */
  private answers: Asked[] = [];
  private isListening = false;
  /** How slow the pipe is at worst, and how often the process dies. */
  private readonly slowest: number;
  private readonly dies: number;
  private readonly pauses: boolean;
  /** How often it asks for what it must not. */
  private readonly errs: number;

  constructor(
    world: World,
    faults: Faults,
    desk: SimulatedDesk,
    occurrences: Occurrences,
    fail: (text: string) => void,
  ) {
    this.world = world;
    this.faults = faults;
    this.desk = desk;
    this.occurrences = occurrences;
    this.fail = fail;
    const random = (this.random = world.of('behind a door'));
    this.slowest = [5 * MILLI, 100 * MILLI, 3 * SECOND, 100 * SECOND][random.below(4)];
    this.dies = [0, 0.001, 0.01][random.below(3)];
    this.pauses = random.below(2) === 0;
    this.errs = [0, 0, 0.05][random.below(3)];
  }

  /** The desk's deck with a door in the place of the strategy. */
  deckOf(options: DeckOptions): DeckOptions {
    this.options = options;
    const strategies = options.strategies.map((each, index) =>
      index === STRATEGY ? { definition: doorStrategy(each.definition.name) } : each,
    );
    return { ...options, strategies };
  }

  /** A process of the desk recovers: hears from here on what its session tells. */
  listen(session: LiveSession, head: SessionHead): LiveSession {
    this.lineage = head.lineage;
    this.die();
    this.told = [];
    this.taken.clear();
    const take = session.take.bind(session);
    const listening = (input: Input): Outcome => {
      const before = session.deck.orders.gate.nextId;
      const outcome = take(input);
      this.hear(session, outcome, input, before);
      return outcome;
    };
    session.take = listening;
    return session;
  }

  /** It has recovered, and starts the strategy. */
  begin(): void {
    this.isListening = true;
    this.start();
  }

  /** The process of the desk is over, and with it that of the strategy. */
  die(): void {
    this.life++;
    this.seat?.session.deck.release();
    this.seat = undefined;
    this.isListening = false;
  }

  /** The session ends: the strategy takes what it was told, and leaves its state to the next. */
  endSession(): void {
    const seat = this.seat ?? this.make();
    if (this.seat === undefined) this.done = 0;
    this.life++;
    for (; this.done < this.told.length; this.done++) {
      const { input } = this.told[this.done];
      if (!isOfMistake(input)) seat.take(input);
    }
    this.restored = JSON.parse(JSON.stringify(seat.saveState())) as DeckState;
    seat.session.deck.release();
    this.seat = undefined;
    this.isListening = false;
  }

  /** After quiet: what it has in its books is what the desk has of it. */
  checkEnd(session: LiveSession): void {
    const { fail, seat } = this;
    if (seat === undefined || this.done < this.told.length) {
      fail(`I23 the strategy behind the door has taken ${this.done} of ${this.told.length}`);
      return;
    }
    const own = seat.session.deck;
    for (const { index, symbol } of session.deck.markets) {
      const theirs = session.deck.ledger.positions[STRATEGY][index].quantity;
      const ours = own.ledger.positions[0][index].quantity;
      if (ours !== theirs) fail(`I2 ${symbol}: behind the door ${ours}, at the desk ${theirs}`);
      const working = own.markets[index].working.filter((order) => isLive(order) && order.sequence > 0);
      const there = session.deck.markets[index].working.filter(
        (order) => order.strategy === STRATEGY && isLive(order) && !session.venue!.forced.has(order),
      );
      if (working.length !== there.length) {
        const list = (orders: readonly { id: number; status: string }[]): string =>
          orders.map(({ id, status }) => `${id} ${status}`).join(', ');
        fail(`I23 ${symbol}: at work behind the door ${list(working)}; at the desk ${list(there)}`);
      }
    }
    const counts = this.occurrences;
    counts.add('orders from behind a door', own.orders.counts.submitted);
  }

  private hear(session: LiveSession, { tell }: Outcome, input: Input, before: number): void {
    if (input.kind === 'asked') {
      this.taken.set(input.seq, wordsOf(input));
      const made = session.deck.orders.gate.nextId - before;
      if (made > 0 && session.at - input.decidedAt > DECISION_LIFE) {
        this.fail(
          `I16 ${made} orders were made of what was decided ${(session.at - input.decidedAt) / SECOND} s before`,
        );
      }
      this.checkMistakes(input, tell);
      if (made > countOf(input)) this.fail(`I13 ${made} orders were made of ${countOf(input)}`);
    }
    for (const each of tell) {
      this.told.push(each);
      this.checkTold(each, session);
    }
    if (this.isListening && tell.length > 0) this.send();
  }

  /** What must not be said is refused by name. */
  private checkMistakes({ requests }: Asked, tell: readonly Tell[]): void {
    for (const request of requests) {
      if (request.kind !== 'submit' || request.posts !== MISTAKE) continue;
      const { clientId, strategy, quantity } = request;
      const meant = requests.find(
        (each) => each.kind === 'submit' && each.posts !== MISTAKE && each.clientId === clientId,
      );
      const isSame = meant?.kind === 'submit' && meant.quantity === quantity;
      const code = strategy === STRATEGY ? 'asked.conflict' : 'asked.identity';
      const isRefused = tell.some(({ input: { kind, ...rest } }) => {
        const { report } = rest as { readonly report?: { readonly clientId?: string; readonly code?: string } };
        return kind === 'report' && report?.clientId === clientId && report.code === code;
      });
      if (!isSame && !isRefused) this.fail(`I13 ${clientId} was asked for otherwise, and not refused by ${code}`);
    }
  }

  /** Nothing is told that is another's. */
  private checkTold({ strategy, seq, input }: Tell, session: LiveSession): void {
    const { fail } = this;
    if (strategy !== STRATEGY) fail(`I14 strategy ${strategy} is told something, and lives on the deck`);
    if (seq !== this.told.length) fail(`I14 told number ${seq} is the ${this.told.length}th`);
    if (input.kind !== 'report') return;
    const { report } = input;
    if (report.kind === 'snapshot') {
      for (const { symbol, quantity } of report.positions) {
        const market = session.deck.markets.find((each) => each.symbol === symbol)!;
        const own = session.deck.ledger.positions[STRATEGY][market.index].quantity;
        if (quantity !== own) fail(`I14 ${symbol}: told it holds ${quantity}, it holds ${own}`);
      }
    }
    const told = report.kind === 'snapshot' ? report.orders : [report];
    for (const each of told) {
      const id = 'clientId' in each ? each.clientId : undefined;
      if (id === undefined || id.startsWith(`s${STRATEGY}-`)) continue;
      const made = /^desk-(\d+)$/.exec(id);
      if (made === null) fail(`I14 told of ${id}, which is not its own`);
    }
    if (report.kind === 'fill') {
      const id = Number(report.brokerId);
      const row = [...session.venue!.tickets.values()].find(({ order }) => order.id === id);
      if (row !== undefined && row.order.strategy !== STRATEGY)
        fail(`I14 told of a fill of strategy ${row.order.strategy}`);
    }
  }

  private start(): void {
    this.life++;
    this.seat = this.make();
    this.done = this.sent = 0;
    this.answers = [];
    this.wakes = null;
    this.arrives = this.world.now;
    this.answersArrive = this.world.now;
    this.send();
  }

  private make(): StrategySeat {
    const { definition } = this.options!.strategies[STRATEGY];
    const deck: DeckOptions = {
      ...this.options!,
      strategies: [{ definition }],
      ...(this.restored === null ? {} : { restore: this.restored }),
    };
    return new StrategySeat(seatOptions(deck, this.doors[0], this.lineage), STRATEGY);
  }

  /** Puts on the pipe what was told since. */
  private send(): void {
    if (this.seat === undefined) return;
    const { life, world } = this;
    for (; this.sent < this.told.length; this.sent++) {
      // What it takes again comes at once; what is new takes its time.
      const isNew = !this.taken.has(this.told[this.sent].seq) && this.sent > this.told.length - 3;
      const delay = isNew ? this.delay() : 20;
      this.arrives = Math.max(this.arrives, world.now + delay);
      world.in(this.arrives - world.now, () => {
        if (life === this.life) this.takeOne();
      });
    }
  }

  private takeOne(): void {
    const { life, world, seat } = this;
    const { seq, input } = this.told[this.done];
    this.done++;
    // What it is told of its mistakes is none of its orders'.
    if (isOfMistake(input)) return;
    const answer = seat!.take(input);
    const asked = this.askedOf(seq, input, answer);
    const isOver = this.random.uniform() < this.dies && this.faults.isOn;
    const before = this.taken.get(seq);
    if (before !== undefined) {
      if (asked === undefined || before !== wordsOf(asked)) {
        this.fail(`I10 behind the door ${seq} is answered otherwise: ${before} / ${JSON.stringify(asked)}`);
      }
    } else if (asked !== undefined) {
      this.occurrences.add('answers from behind a door');
      const delay = this.delay();
      this.answersArrive = Math.max(this.answersArrive, world.now + delay);
      world.in(this.answersArrive - world.now, () => {
        if (life !== this.life) return;
        this.answers.push(this.withMistakes(asked));
        if (this.answers.length === 1) this.deliver(life);
      });
    }
    if (isOver) this.kill();
  }

  /** The desk reads what was answered, in order; who is paused reads it later. */
  private deliver(life: number): void {
    const { desk, world, answers } = this;
    if (life !== this.life) return;
    if (!desk.isAwake) {
      world.in(SECOND / 10, () => this.deliver(life));
      return;
    }
    for (let next = answers.shift(); next !== undefined; next = answers.shift()) {
      desk.take({ ...next, at: desk.clock() });
      if (life !== this.life) return;
    }
  }

  /** Now and then it says something twice, or what it must not say: none of that is an order. */
  private withMistakes(asked: Asked): Asked {
    const wrong: BrokerRequest[] = [];
    for (const request of asked.requests) {
      if (request.kind !== 'submit' || this.random.uniform() >= this.errs) continue;
      const again = { ...request, posts: MISTAKE };
      const kind = this.random.below(3);
      if (kind === 0) wrong.push(again, again);
      else if (kind === 1) wrong.push({ ...again, quantity: String(Number(request.quantity) + 1) });
      else wrong.push({ ...again, clientId: `${request.clientId}-spoofed`, strategy: 0 });
      this.occurrences.add('mistakes behind a door');
    }
    return wrong.length === 0 ? asked : { ...asked, requests: [...asked.requests, ...wrong] };
  }

  /** How long a line takes; towards the end it is quick. */
  private delay(): number {
    return 50 + (this.faults.isOn ? this.random.uniform() ** 3 * this.slowest : 0);
  }

  /** The process of the strategy dies, and begins again. */
  private kill(): void {
    const { desk, world } = this;
    this.life++;
    this.seat?.session.deck.release();
    this.seat = undefined;
    this.occurrences.add('deaths behind a door');
    const { life, epoch } = this.kept();
    const command = (what: 'pause' | 'resume'): void => {
      const reason = 'its process';
      if (this.pauses)
        desk.take({ kind: 'command', at: desk.clock(), by: 'desk', reason, command: { do: what, strategy: STRATEGY } });
    };
    command('pause');
    world.in((0.1 + this.random.uniform() * 30) * SECOND, () => {
      if (life !== this.life || epoch !== desk.epoch || !this.isListening) return;
      this.start();
      command('resume');
    });
  }

  private kept(): { readonly life: number; readonly epoch: number } {
    return { life: this.life, epoch: this.desk.epoch };
  }

  private askedOf(seq: number, input: Input, { requests, wakes, notes }: Answer): Asked | undefined {
    const isSame = wakes === this.wakes;
    this.wakes = wakes;
    if (requests.length === 0 && notes.length === 0 && isSame) return undefined;
    const common = { kind: 'asked', at: input.at, strategy: STRATEGY, seq, decidedAt: input.at, requests } as const;
    return { ...common, ...(isSame ? {} : { wakes }), ...(notes.length === 0 ? {} : { notes }) };
  }
}

type Asked = Extract<Input, { kind: 'asked' }>;

function wordsOf({ requests, wakes, notes }: Asked): string {
  const meant = requests.filter((each) => each.kind !== 'submit' || each.posts !== MISTAKE);
  return JSON.stringify([meant, wakes, notes]);
}

function isOfMistake(input: Input): boolean {
  if (input.kind !== 'report' || input.report.kind !== 'refused') return false;
  return input.report.code === 'asked.conflict' || input.report.code === 'asked.identity';
}

/** Orders that an answer asks for at most. */
function countOf({ requests }: Asked): number {
  let count = 0;
  for (const request of requests) {
    if (request.kind !== 'submit' || request.posts === MISTAKE) continue;
    const { exits, legs } = request;
    const along =
      exits === undefined ? 0 : [exits.stop, exits.trail, exits.target].filter((each) => each !== undefined).length;
    count += legs?.length ?? 1 + along;
  }
  return count;
}
