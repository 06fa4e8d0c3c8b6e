/**
 * The alerts of a session on their way to people: what its inputs raised, what the desk itself sees (silent prices, a
 * journal that broke, a lost lease, the end of the day), and the beat by which somebody outside notices that it is gone.
 *
 * Nothing of this reaches the session: it is told, and never asked.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Alert, Command, Input, Outcome } from '../../engine/live/index.ts';
import type { LiveSession } from '../../engine/live/session.ts';
import { formatInstant } from '../../time/instant.ts';
import type { AlertsConfig } from '../config/alerts-schema.ts';
import { channelsOf, heartbeatOf, type ChannelsWorld } from '../wiring/channels.ts';
import { Delivery } from './delivery.ts';
import type { MailboxStatus } from './mailbox.ts';
import type { Notice, Speaker } from './notice.ts';

/** How often mailboxes are looked at. */
const TURN_MS = 250;
const REPEAT_SECONDS = 120;
const PER_MINUTE = 10;
/** Commands of people that are told, with how much they matter. */
const COMMANDS: Readonly<Partial<Record<Command['do'], Notice['priority']>>> = {
  kill: 1,
  halt: 2,
  flatten: 2,
  'flatten-halted': 2,
  // What was asked for and refused.
  note: 2,
  reduce: 3,
  pause: 3,
  resume: 3,
  clear: 3,
  limit: 3,
};

export interface SessionAlertsWorld extends ChannelsWorld {
  readonly speaker: Speaker;
  readonly notice: (text: string) => void;
}

export class SessionAlerts {
  private readonly delivery: Delivery;
  private readonly notice: (text: string) => void;
  private readonly tellsFills: boolean;
  private readonly timers: NodeJS.Timeout[] = [];

  /** A secret that is missing or wrong is a `Fault` before anything is begun. */
  constructor(config: AlertsConfig | undefined, world: SessionAlertsWorld) {
    const { repeatSeconds = REPEAT_SECONDS, perMinute = PER_MINUTE, fills = false } = config ?? {};
    this.tellsFills = fills;
    this.notice = world.notice;
    this.delivery = new Delivery({
      channels: channelsOf(config, world),
      speaker: world.speaker,
      repeatMs: repeatSeconds === 'off' ? Infinity : repeatSeconds * 1000,
      perMinute,
      nowMs: () => performance.now(),
      notice: world.notice,
    });
    this.timers.push(setInterval(() => this.delivery.turn(), TURN_MS).unref());
    const heartbeat = heartbeatOf(config, world);
    if (heartbeat !== undefined) this.beatEvery(heartbeat, world.notice);
  }

  get status(): readonly MailboxStatus[] {
    return this.delivery.status;
  }

  /** Of a session that goes on: what woke somebody and was neither acknowledged nor over is said again. */
  resume({ alerts }: LiveSession): void {
    for (const alert of alerts.all) {
      const isOpen = alert.acknowledgedBy === undefined && alert.overAt === undefined;
      if (isOpen && alert.priority === 1) this.delivery.resume(noticeOf(alert));
    }
  }

  /** What an input led to. */
  heard({ alerts, from, to }: Outcome, input: Input, { deck }: LiveSession): void {
    for (const alert of alerts) this.delivery.tell(noticeOf(alert));
    if (input.kind === 'command') this.commanded(input);
    for (let row = this.tellsFills ? from : to; row < to; row++) {
      const { kind, at, instrument, quantity, price } = deck.journal.entry(row);
      if (kind === 'filled') this.news('fill', 3, `${deck.markets[instrument].symbol} ${quantity} at ${price}`, at);
    }
  }

  /** What a person stopped, loosened or was not allowed: the others must hear of it. */
  private commanded({ command, by, reason, at }: Extract<Input, { kind: 'command' }>): void {
    if (command.do === 'acknowledge') this.delivery.acknowledge(command.alert);
    const priority = COMMANDS[command.do];
    if (priority === undefined || by === 'desk') return;
    const what = command.do === 'limit' ? `limit ${command.limit} to ${command.value}` : command.do;
    const words = command.do === 'note' ? reason : `${what}: ${reason}`;
    this.news(`command.${command.do === 'note' ? 'refused' : command.do}`, priority, `${words} (${by})`, at);
  }

  /** Something that the desk itself saw, or its end. */
  news(code: string, priority: Notice['priority'], message: string, at: number, isOver = false): void {
    const when = Number.isFinite(at) ? formatInstant(at) : '';
    this.delivery.tell({ code, priority, message, at: when, ...(isOver ? { isOver } : {}) });
  }

  /** What is to be looked at today, on the terminal too. */
  notable(code: string, message: string, at: number, priority: 2 | 3 = 2, isOver = false): void {
    this.notice(message);
    this.news(code, priority, message, at, isOver);
  }

  /** The session has ended: what waits is given so long, and nothing is said any more. */
  async close(forMs: number): Promise<void> {
    const until = performance.now() + forMs;
    for (this.delivery.turn(); !this.delivery.isEmpty && performance.now() < until; this.delivery.turn())
      await wait(20);
    for (const timer of this.timers) clearInterval(timer);
  }

  private beatEvery(
    { everyMs, beat }: { readonly everyMs: number; readonly beat: () => Promise<void> },
    notice: (text: string) => void,
  ): void {
    let isQuiet = false;
    const once = (): void => {
      beat().then(
        () => (isQuiet = false),
        (error: unknown) => {
          if (!isQuiet) notice(`heartbeat: ${error instanceof Error ? error.message : String(error)}`);
          isQuiet = true;
        },
      );
    };
    once();
    this.timers.push(setInterval(once, everyMs).unref());
  }
}

function noticeOf({ code, priority, message, at, number, isOver }: Alert): Notice {
  return { code, priority, message, at: formatInstant(at), number, ...(isOver === true ? { isOver } : {}) };
}
