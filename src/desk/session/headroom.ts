/**
 * What a session has left before something stops it: room on the disk of its journal, and of each limit. People are told while
 * there is time; a disk that is all but full halts the account before a record finds no room.
 */
import { statfsSync } from 'node:fs';
import type { LimitUse } from '../../engine/gate/gate.ts';
import type { Conductor } from '../../engine/live/index.ts';
import type { SessionAlerts } from '../alerts/session-alerts.ts';
import type { SessionClock } from './clock.ts';

/** Room of a file system, in bytes. */
export interface Room {
  readonly free: number;
  readonly size: number;
}

export interface HeadroomParts {
  readonly conductor: Conductor;
  /** The clock of the session, an Instant. */
  readonly now: () => number;
  readonly roomOf: () => Room;
  /** Tells people of a condition, and when it is over. */
  readonly news: (code: string, priority: 1 | 2, message: string, isOver: boolean) => void;
}

const LOOK_MS = 5000;
/** A disk is short with less than this share of it free, unless there is much by any measure. */
const SHARE_MIN = 0.05;
const FREE_ENOUGH = 10 * 2 ** 30;
/** Once told it is over with a little more than that: who frees a byte has not ended it. */
const OVER = 1.2;
/** A limit is near from this share of it on, and not any more below the other. */
const NEAR = 0.8;
const FAR = 0.75;

/** What is free where a path lies. */
export function roomAt(path: string): Room {
  const { bavail, blocks, bsize } = statfsSync(path);
  return { free: bavail * bsize, size: blocks * bsize };
}

/** Watches over a session whose journal is in `folder`, and tells its people. */
export function headroomOf(conductor: Conductor, clock: SessionClock, folder: string, alerts: SessionAlerts): Headroom {
  return new Headroom({
    conductor,
    now: () => clock.now(),
    roomOf: () => roomAt(folder),
    news: (code, priority, text, isOver) => alerts.news(code, priority, text, clock.now(), isOver),
  });
}

export class Headroom {
  private readonly parts: HeadroomParts;
  private lookedMs = -Infinity;
  /** What people were told last of the disk; undefined while it has room. */
  private short: string | undefined = undefined;
  private near: ReadonlySet<string> = new Set();

  constructor(parts: HeadroomParts) {
    this.parts = parts;
  }

  /** Looks every few seconds; `wallMs` is by a clock that never steps back. */
  look(wallMs: number): void {
    if (wallMs - this.lookedMs < LOOK_MS) return;
    this.lookedMs = wallMs;
    this.lookAtDisk();
    this.lookAtLimits();
  }

  private lookAtDisk(): void {
    const { roomOf, news, conductor, now } = this.parts;
    const { free, size } = roomOf();
    if (!(size > 0)) return;
    const least = Math.min(SHARE_MIN * size, FREE_ENOUGH);
    if (this.short !== undefined) {
      if (free < OVER * least) return;
      news('disk.short', 1, this.short, true);
      this.short = undefined;
      return;
    }
    if (free >= least) return;
    this.short = `${((100 * free) / size).toFixed(1)} % of the journal's disk are free, ${Math.floor(free / 2 ** 20)} MB`;
    const { account } = conductor.session.states;
    if (account !== 'halted' && account !== 'killed') {
      conductor.take({ kind: 'command', at: now(), by: 'desk', reason: this.short, command: { do: 'halt' } });
    }
    news('disk.short', 1, this.short, false);
  }

  private lookAtLimits(): void {
    const { conductor, news } = this.parts;
    const uses = conductor.session.deck.orders.uses();
    const near = new Set(uses.filter((use) => isNear(use, this.near.has(nameOf(use)))).map(nameOf));
    for (const name of near) if (!this.near.has(name)) news('limit.near', 2, wordsOf(name), false);
    for (const name of this.near) if (!near.has(name)) news('limit.near', 2, wordsOf(name), true);
    this.near = near;
  }
}

function isNear({ used, limit, unit }: LimitUse, wasNear: boolean): boolean {
  // A bucket of messages fills again by itself, many times a minute.
  if (unit === 'messages' || !Number.isFinite(limit) || !(limit > 0)) return false;
  return used >= (wasNear ? FAR : NEAR) * limit;
}

function nameOf({ key, of }: LimitUse): string {
  return of === undefined ? key : `${key} of ${of}`;
}

function wordsOf(name: string): string {
  return `${name} is used to ${100 * NEAR} % and more`;
}
