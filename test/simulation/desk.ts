/**
 * A desk in a simulated world: the real session and the real conductor over a disk, a network and a clock that fail.
 *
 * A process dies by being forgotten: its callbacks find that another life has begun. What its disk was sure of stays,
 * and of the rest some part, cut anywhere.
 */
import { nodeDigests as digests } from '../../src/adapters/session-files/index.ts';
import type { DeckOptions } from '../../src/engine/deck-options.ts';
import {
  Conductor,
  frameOf,
  GENESIS,
  headOf,
  headText,
  type Frame,
  type Outcome,
  LiveSession,
  readSegment,
  verifySession,
  type BrokerReport,
  type BrokerRequest,
  type Input,
  type SessionHead,
} from '../../src/engine/live/index.ts';
import type { BrokerVenueOptions } from '../../src/engine/live/broker/broker-venue.ts';
import type { DeckState } from '../../src/engine/state/state.ts';
import type { BehindDoor } from './behind-door.ts';
import type { SimulatedBroker } from './broker.ts';
import type { Faults } from './faults.ts';
import { statesDiffer } from './fingerprint.ts';
import type { JumpingClock } from './jumping-clock.ts';
import { waysOf } from './kept-exits.ts';
import { LIGHT_BYTES, LightJournal } from './light-journal.ts';
import { DECISION_LIFE } from './limits.ts';
import type { DeskLease } from './shared-lease.ts';
import { Stream } from './stream.ts';
import { Surviving } from './surviving.ts';
import { Wire } from './wire.ts';
import { MILLI, SECOND, type World } from './world.ts';

export class SimulatedDesk {
  conductor: Conductor | undefined;
  /** Which life of the process this is. */
  epoch = 0;
  /** What is sure to survive. */
  readonly sure = new Surviving();
  /** Requests that left, for whoever checks them: called at the moment of sending. */
  onSend: (request: BrokerRequest) => void = () => undefined;
  /** What came of an input, for whoever checks it. */
  onDecided: (session: LiveSession, outcome: Outcome, input: Input) => void = () => undefined;
  /** A process is over, for whoever counts. */
  onOver: (session: LiveSession) => void = () => undefined;
  failure: string | undefined = undefined;
  /** The account's lease, where another desk wants it too. */
  lease: DeskLease | undefined = undefined;
  /** The clocks of a machine where they are set by hand. */
  clocks: JumpingClock | undefined = undefined;
  /** The strategy that lives in a process of its own. */
  behind: BehindDoor | undefined = undefined;
  private image = new Uint8Array(1 << 16);
  private length = 0;
  private synced = 0;
  private offset = 0;
  private isGone = false;
  private pausedUntil = 0;
  private readonly world: World;
  private readonly faults: Faults;
  private readonly options: DeckOptions;
  private head: SessionHead;
  /** Only where the journal is not one of frames. */
  private readonly light: LightJournal | undefined;
  private readonly wire: Wire;
  readonly stream: Stream;
  private readonly ways: Partial<BrokerVenueOptions>;

  constructor(
    world: World,
    faults: Faults,
    broker: SimulatedBroker,
    options: DeckOptions,
    head: SessionHead,
    isLight: boolean,
  ) {
    this.light = isLight ? new LightJournal() : undefined;
    this.world = world;
    this.faults = faults;
    this.wire = new Wire(world, faults, broker);
    this.stream = new Stream(world, faults, this);
    this.ways = {
      ...waysOf(head.lineage),
      ...(broker.hasUniqueIds ? {} : { hasUniqueIds: false }),
      ...(broker.changesPackages ? { changesPackages: true } : {}),
    };
    this.options = options;
    this.head = head;
  }

  get lineage(): string {
    return this.head.lineage;
  }

  get isUp(): boolean {
    return this.conductor !== undefined;
  }

  /** Whether it runs, and its journal takes what it is given. */
  get isAwake(): boolean {
    return this.conductor !== undefined && this.conductor.broken === undefined && this.world.now >= this.pausedUntil;
  }

  private get written(): Uint8Array {
    return this.image.subarray(0, this.length);
  }

  /** Begins, or begins again: start is recovery. */
  start(): void {
    if (this.isGone) return;
    if (this.clocks?.isRight === false) {
      this.world.in(SECOND, () => this.start());
      return;
    }
    if (this.lease?.take() === false) {
      this.world.in((1 + 4 * this.world.of('twoDesks').uniform()) * SECOND, () => this.start());
      return;
    }
    this.epoch++;
    this.clocks?.begin((input) => this.take(input));
    // Who was paused is gone: the start comes before all else.
    this.pausedUntil = 0;
    this.sure.begin();
    const found = this.light === undefined ? this.recover() : this.recoverLight(this.light);
    if (found === undefined) return;
    const { session } = found;
    const { epoch } = this;
    this.conductor = new Conductor(
      {
        session,
        disk: {
          append: (bytes) => {
            if (this.faults.strikes('diskFull')) throw new Error('ENOSPC: no space left on device');
            this.append(bytes);
          },
          sync: (done) => this.sync(epoch, done),
        },
        broker: { send: (request) => this.send(request, epoch) },
        now: () => this.clock(),
        isTimeUnsure: () => this.clocks?.isUnsure === true,
        ...(this.lease === undefined ? {} : { maySend: () => this.lease!.maySend() }),
        digests,
        ...(this.light === undefined ? {} : { encode: this.encode }),
        onOutcome: (outcome, input) => {
          // What was not written does not survive.
          if (this.conductor?.broken === undefined) this.sure.note(outcome.requests, input, this.length);
          this.onDecided(session, outcome, input);
        },
        onBroken: () => this.world.in(0, () => this.crash(epoch)),
      },
      found.hash,
      found.records,
    );
    this.behind?.begin();
    this.take({ kind: 'start', at: this.clock() });
  }

  /** The session that the frames on the disk tell of; undefined when they tell of another. */
  private recover(): Recovered | undefined {
    if (this.length === 0) {
      this.append(frameOf(headText(this.head), GENESIS, digests).bytes);
      this.synced = this.length;
    }
    const segment = readSegment(this.written, { before: GENESIS, file: '000001', first: 0, last: true, digests });
    this.length = segment.length;
    this.synced = this.length;
    const session = this.listened();
    const note = (input: Input, { requests }: Outcome): void => this.sure.add(requests, input);
    const divergence = verifySession(session, segment.texts.slice(1), note);
    headOf(segment.texts[0], '000001');
    if (divergence !== undefined) {
      this.failure = `replay differs at record ${divergence.record}: ${divergence.recorded} / ${divergence.replayed}`;
      return undefined;
    }
    return { session, hash: segment.hash, records: segment.texts.length };
  }

  /** The same from what was kept as it is. */
  private recoverLight(light: LightJournal): Recovered | undefined {
    const records = light.cut(this.length);
    this.length = records * LIGHT_BYTES;
    this.synced = this.length;
    const session = this.listened();
    const differs = light.replay(session);
    if (differs !== undefined) {
      this.failure = `replay differs at record ${differs}`;
      return undefined;
    }
    for (const { input, requests } of light.taken) this.sure.add(requests, input);
    return { session, hash: GENESIS, records };
  }

  private readonly encode = (input: Input, outcome: Outcome): Frame => {
    return { bytes: this.light!.prepare(input, outcome, this.conductor!.session), hash: GENESIS };
  };

  private listened(): LiveSession {
    const session = this.session();
    return this.behind?.listen(session, this.head) ?? session;
  }

  session(): LiveSession {
    const { restored } = this.head;
    const { behind, options } = this;
    return new LiveSession({
      ...(behind === undefined ? {} : { doors: behind.doors }),
      deck: { ...(behind?.deckOf(options) ?? options), ...(restored === null ? {} : { restore: restored }) },
      broker: {
        genesis: this.head.lineage,
        prefix: 'td',
        decisionLifeUs: DECISION_LIFE,
        ...(this.clocks === undefined ? {} : { skewMaxUs: 5 * SECOND }),
        ...this.ways,
      },
    });
  }

  take(input: Input): void {
    if (this.conductor === undefined) return;
    if (this.world.now < this.pausedUntil) {
      // A process that is paused takes later what came meanwhile.
      const { epoch } = this;
      this.world.in(this.pausedUntil - this.world.now, () => {
        if (epoch === this.epoch) this.take({ ...input, at: this.clock() });
      });
      return;
    }
    this.conductor.take(input);
  }

  /** The desk's clock: mostly right. */
  clock(): number {
    if (this.clocks === undefined) return this.world.now + this.offset;
    // Who stands still reads no clock.
    return this.world.now < this.pausedUntil ? this.clocks.last : this.clocks.now();
  }

  tell(report: BrokerReport): void {
    this.stream.tell(report);
  }

  /** For a while nobody answers, and where the stream is gone nothing is told. */
  loseBroker(lasts: number, isStreamGone: boolean): void {
    this.wire.outUntil = this.world.now + lasts;
    if (isStreamGone) this.stream.break(lasts);
  }

  pause(): void {
    this.pauseFor(Math.round(this.world.between(1, 180) * SECOND));
  }

  /** How long it will still stand still; 0 while it runs. */
  get pausedFor(): number {
    return Math.max(0, this.pausedUntil - this.world.now);
  }

  /** It ends: somebody else has the account, and it begins again when that is free; or for good. */
  quit(isForGood: boolean): void {
    this.lease!.end();
    this.release();
    this.behind?.die();
    this.epoch++;
    // What was written is there, though nobody waited for it.
    this.sure.upTo(this.length);
    this.synced = this.length;
    this.isGone = isForGood;
    this.world.in(SECOND, () => this.start());
  }

  pauseFor(lasts: number): void {
    this.pausedUntil = this.world.now + lasts;
    this.clocks?.paused(lasts);
  }

  stepClockBack(): void {
    const offset = -Math.round(this.world.between(0, 10) * SECOND);
    const set = (to: number): void => {
      this.offset = to;
      if (this.clocks !== undefined) this.clocks.stepped = to;
    };
    set(offset);
    this.world.in(5 * SECOND, () => set(0));
  }

  /** The session ends with all that it wrote on the disk, and the next one begins from the state that it left. */
  endSession(): void {
    const { conductor } = this;
    if (conductor === undefined || conductor.broken !== undefined || this.world.now < this.pausedUntil) return;
    this.sure.upTo(this.length);
    const restored = JSON.parse(JSON.stringify(conductor.session.saveState())) as DeckState;
    this.head = { ...this.head, restored };
    this.sure.endSession();
    this.behind?.endSession();
    this.release();
    this.lease?.end();
    this.epoch++;
    this.length = 0;
    this.synced = 0;
    this.world.in(this.world.between(0.1, 30) * SECOND, () => this.start());
  }

  crash(epoch = this.epoch): void {
    if (epoch !== this.epoch || this.conductor === undefined) return;
    this.release();
    this.lease?.died();
    // What was written and not synced survives up to some byte.
    const unsure = this.length - this.synced;
    this.length = this.synced + this.world.random.below(unsure + 1);
    this.world.in(this.world.between(0.1, 30) * SECOND, () => this.start());
  }

  /** Lets go of the process, and of its memory for the next one. */
  release(): void {
    if (this.conductor === undefined) return;
    const { session } = this.conductor;
    this.onOver(session);
    this.behind?.die();
    session.deck.release();
    this.conductor = undefined;
  }

  /** Whether the journal, replayed, gives what is in memory. */
  replayDiffers(): string | undefined {
    if (this.conductor === undefined) return undefined;
    if (this.light !== undefined) {
      const again = this.session();
      const differs = this.light.replay(again);
      if (differs !== undefined) return `record ${differs}`;
      return statesDiffer(again, this.conductor.session);
    }
    const segment = readSegment(this.written, { before: GENESIS, file: '000001', first: 0, last: true, digests });
    const again = this.session();
    const divergence = verifySession(again, segment.texts.slice(1));
    if (divergence !== undefined) return `record ${divergence.record}`;
    return statesDiffer(again, this.conductor.session);
  }

  private append(bytes: Uint8Array): void {
    this.light?.appended(this.length);
    if (this.length + bytes.length > this.image.length) {
      const larger = new Uint8Array(2 * (this.length + bytes.length));
      larger.set(this.image);
      this.image = larger;
    }
    this.image.set(bytes, this.length);
    this.length += bytes.length;
  }

  private sync(epoch: number, done: (error?: Error) => void): void {
    const { length } = this;
    const fails = this.faults.strikes('syncFails');
    const finish = (): void => {
      if (epoch !== this.epoch || this.conductor === undefined) return;
      // A process that stands still hears of it when it goes on.
      if (this.world.now < this.pausedUntil) {
        this.world.in(this.pausedUntil - this.world.now, finish);
        return;
      }
      if (fails) {
        done(new Error('EIO: i/o error, fdatasync'));
        return;
      }
      this.sure.upTo(length);
      this.synced = Math.max(this.synced, length);
      done();
    };
    this.world.in(this.world.between(0.1, 5) * MILLI, finish);
  }

  private send(request: BrokerRequest, epoch: number): void {
    this.lease?.sent(request.kind);
    this.onSend(request);
    this.wire.send(request, {
      epoch,
      take: (report) => {
        if (epoch !== this.epoch) return;
        if (report.kind === 'snapshot') this.clocks?.heard(report.at);
        this.take({ kind: 'report', at: this.clock(), report });
      },
      repeat: (again) => {
        // Of two desks one may have the account meanwhile.
        const isGone = this.lease !== undefined && this.conductor === undefined;
        if (epoch === this.epoch && !isGone) this.send(again, epoch);
      },
    });
  }
}

interface Recovered {
  readonly session: LiveSession;
  readonly hash: Uint8Array;
  readonly records: number;
}
