/**
 * The process of a session's strategy, as the session has it: what its door is to be told goes there, what it answers comes
 * back as an input, and when it is gone the strategy is paused and its orders are treated as the deck says.
 */
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type {
  AskedInput,
  Command,
  Conductor,
  Input,
  LiveSession,
  Outcome,
  SessionHead,
  Tell,
} from '../../engine/live/index.ts';
import type { DeckConfig } from '../config/schema.ts';
import { hashOfStrategy, launchFor } from '../run/deck-strategy.ts';
import type { LoadedStrategy } from '../run/strategy-file.ts';
import type { Launch } from '../sandbox/launch/launch.ts';
import { processOf, type ProcessSettings } from '../sandbox/settings.ts';
import { STRATEGY_LOG } from '../sandbox/strategy-log.ts';
import { Supervisor, type ProcessStatus } from '../sandbox/supervisor.ts';
import { toldHead } from '../sandbox/told.ts';
import { ordersToEnd } from './leaving-orders.ts';

/** What a strategy was told, in the folder of its session. */
const SPOOL = 'strategy.told';
/** Who speaks for the desk, and how what it says of a process begins: by this it knows its own pauses again. */
const BY = 'desk';
const PROCESS = 'its process';

export interface OwnProcessParts {
  readonly head: SessionHead;
  readonly strategy: LoadedStrategy;
  readonly deckFolder: string;
  /** Of the session's run. */
  readonly folder: string;
  readonly now: () => number;
}

export class OwnProcess {
  private readonly supervisor: Supervisor;
  private readonly number: number;
  private readonly settings: ProcessSettings;
  private readonly now: () => number;
  private conductor: Conductor | undefined;
  /** Whether a person's session was told that it begins: a first process that fails is said to them, and not to it. */
  private hasBegun = false;
  private failed: string | undefined;

  /** The process of a session that has one; it is not started yet. */
  static of(parts: OwnProcessParts): OwnProcess | undefined {
    const { head } = parts;
    const settings = processOf((head.deck as DeckConfig).strategy.process);
    const [door] = head.doors ?? [];
    return settings === undefined || door === undefined ? undefined : new OwnProcess(parts, settings, door);
  }

  private constructor(
    { head, strategy, deckFolder, folder, now }: OwnProcessParts,
    settings: ProcessSettings,
    door: NonNullable<SessionHead['doors']>[number],
  ) {
    this.number = door.strategy;
    this.settings = settings;
    this.now = now;
    const config = head.deck as DeckConfig; // Written from a deck that was read and checked.
    this.supervisor = new Supervisor({
      begin: {
        head: toldHead(head),
        folder: deckFolder,
        strategy: door.strategy,
        decisionLifeUs: door.decisionLifeUs,
        state: head.process?.restored ?? null,
      },
      name: head.strategies[door.strategy].name,
      launch: (): Launch => {
        const hash = hashOfStrategy(config.strategy, deckFolder);
        if (hash !== head.code.strategy) {
          const rule = `the strategy's code has changed since: its hash was ${head.code.strategy}, is ${hash}`;
          throw new Fault('sandbox.other-code', rule);
        }
        return launchFor(settings, strategy.file, head.mode);
      },
      spool: join(folder, SPOOL),
      log: join(folder, STRATEGY_LOG),
      answerMs: settings.answerMs,
      requestsPerSecond: settings.requestsPerSecond,
      onAnswer: (answer) => {
        // What is over takes no more answers.
        if (this.conductor?.session.isOver === false) this.conductor.take({ ...answer, at: this.now() });
      },
      onStop: (why, isFinal) => this.stopped(why, isFinal),
      onBack: () => this.back(),
    });
  }

  get status(): ProcessStatus {
    return this.supervisor.status;
  }

  /** Why it is not there; undefined while it is. */
  get gone(): string | undefined {
    const { state, why } = this.status;
    return state === 'running' ? undefined : (why ?? state);
  }

  /** What an input led to, in a session that is recovered: it was told, and answered. */
  readonly recalled = (input: Input, outcome: Outcome): void => {
    if (input.kind === 'asked' && input.strategy === this.number) this.supervisor.recall(input);
    this.heard(input, outcome);
  };

  /** What an input led to. */
  readonly heard = (input: Input, { tell }: Outcome): void => {
    for (const each of tell) if (each.strategy === this.number) this.supervisor.tell(each);
    if (input.kind !== 'command' || input.by === BY) return;
    if (input.command.do === 'resume' && input.command.strategy === this.number) this.supervisor.revive();
  };

  /**
   * Starts the process. Where it `isAwaited` this resolves once it is where the session is, and one that cannot begin is a
   * `Fault`; else it catches up beside a session that goes on.
   */
  async begin(conductor: Conductor, isAwaited: boolean): Promise<void> {
    this.conductor = conductor;
    this.hasBegun = !isAwaited;
    this.supervisor.start();
    if (!isAwaited) return;
    await this.supervisor.settled();
    if (this.failed !== undefined) throw new Fault('sandbox.failed', `the strategy's process: ${this.failed}`);
    this.hasBegun = true;
  }

  /**
   * Plays it against what it was told before, and holds it to what it answered. Returns what differs; undefined where
   * nothing does.
   */
  async replay(told: readonly Tell[], answers: readonly AskedInput[]): Promise<string | undefined> {
    for (const each of answers) this.supervisor.recall(each);
    for (const each of told) this.supervisor.tell(each);
    this.supervisor.start();
    await this.supervisor.settled();
    return this.gone;
  }

  /** Resolves once the strategy has answered everything, or cannot. */
  settled(): Promise<void> {
    return this.supervisor.settled();
  }

  /** The session is over and said so: ends the process. What it leaves to the next session; undefined where it cannot. */
  end(): Promise<string | undefined> {
    return this.supervisor.end();
  }

  /** Ends the process as it is; nothing where it has ended. */
  close(): void {
    this.supervisor.close();
  }

  private stopped(why: string, isFinal: boolean): void {
    const { conductor } = this;
    if (conductor === undefined) return;
    if (!this.hasBegun) {
      // Whoever waits for it to begin hears of it; a session that has not begun has no time yet.
      if (isFinal) this.failed = why;
      return;
    }
    const { session } = conductor;
    if (session.isOver) return;
    const reason = `${PROCESS}: ${why}${isFinal ? '; it is not started again' : ''}`;
    this.tell({ do: 'pause', strategy: this.number }, reason);
    for (const { id } of ordersToEnd(session, this.settings.atDeath, this.number)) {
      this.tell({ do: 'cancel', order: id }, reason);
    }
  }

  private back(): void {
    const { conductor } = this;
    if (conductor === undefined || !isOurPause(conductor.session, this.number)) return;
    this.tell({ do: 'resume', strategy: this.number }, `${PROCESS} is where it was`);
  }

  private tell(command: Command, reason: string): void {
    this.conductor?.take({ kind: 'command', at: this.now(), by: BY, reason, command });
  }
}

/** Whether a strategy is paused because of its process, and for no other reason. */
function isOurPause({ states }: LiveSession, strategy: number): boolean {
  const why = states.all.paused.get(strategy);
  return why !== undefined && why.startsWith(`${PROCESS}: `) && why.endsWith(`(${BY})`);
}
