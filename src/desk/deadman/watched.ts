/**
 * What a watchdog knows of the sessions that speak to it, kept on the disk so that a restart forgets nothing: who was heard
 * last, which account was stopped, and why.
 *
 * Each session is watched from its first heartbeat to its farewell. The account has one session at a time: another one that
 * speaks for it ends the watch over the one before. Silence is measured by a clock that never steps, and anew after this
 * process was away.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { replaceSynced } from '../session/synced.ts';
import type { Heartbeat } from './heartbeat.ts';

/**
 * `watching`: it should live. `stopping`: it was silent, and what that leads to is under way. `stopped`: that is over.
 * `ended`: it said farewell, or another session speaks for its account.
 */
export type Phase = 'watching' | 'stopping' | 'stopped' | 'ended';

export interface Watched {
  readonly beat: Heartbeat;
  /** When it was heard, milliseconds since 1970 by the clock of this machine, for people. */
  readonly heardAt: number;
  readonly phase: Phase;
  /** Why the account was stopped at its broker, and which process had it then; null where it was not. */
  readonly stopped: { readonly why: string; readonly instance: string; readonly at: number } | null;
}

/** What a heartbeat was to the watchdog. */
export type Heard =
  | { readonly kind: 'refused'; readonly code: 'clock' | 'replay'; readonly why: string }
  | {
      readonly kind: 'begins' | 'goes-on' | 'back' | 'farewell';
      readonly watched: Watched;
      /** Another session of the same account that speaks no more. */
      readonly before: Watched | undefined;
    };

export class WatchedSessions {
  private readonly file: string;
  private readonly clockMs: number;
  private readonly sessions = new Map<string, Watched>();
  /** Since when each is silent, by the clock that never steps. */
  private readonly heardMs = new Map<string, number>();
  /** When this very process heard the newest beat of each, by the same clock; none after it was away. */
  private readonly saidMs = new Map<string, number>();

  /** `nowMs` is of the clock that never steps. */
  constructor(file: string, clockMs: number, nowMs: number) {
    this.file = file;
    this.clockMs = clockMs;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    for (const watched of storedIn(file)) {
      this.sessions.set(watched.beat.session, watched);
      this.heardMs.set(watched.beat.session, nowMs);
    }
  }

  get all(): readonly Watched[] {
    return [...this.sessions.values()];
  }

  /** Takes a heartbeat whose signature was right. `wallMs` is of the clock of people, `nowMs` of the one that never steps. */
  hear(beat: Heartbeat, wallMs: number, nowMs: number): Heard {
    const known = this.sessions.get(beat.session);
    const apartMs = this.apartMs(beat, known, wallMs, nowMs);
    if (Math.abs(apartMs) > this.clockMs) {
      const why = `it is of ${Math.abs(apartMs / 1000).toFixed(1)} s ${apartMs > 0 ? 'ago' : 'ahead'} by this machine's clock, the limit is ${this.clockMs / 1000} s`;
      return { kind: 'refused', code: 'clock', why };
    }
    const isOld =
      known !== undefined &&
      (known.beat.instance === beat.instance ? beat.sequence <= known.beat.sequence : beat.at <= known.beat.at);
    if (isOld) return { kind: 'refused', code: 'replay', why: 'it, or a later one, was heard already' };
    const before = this.before(beat);
    if (before !== undefined) this.put({ ...before, phase: 'ended' }, nowMs);
    const isBack = known?.phase === 'stopped' || known?.phase === 'stopping';
    // What was done about it concerns the process that was silent, and none that began later.
    const stopped = known?.stopped?.instance === beat.instance ? known.stopped : null;
    const phase = beat.kind === 'farewell' ? 'ended' : 'watching';
    const watched: Watched = { beat, heardAt: wallMs, phase, stopped };
    this.put(watched, nowMs);
    this.saidMs.set(beat.session, nowMs);
    this.save();
    if (beat.kind === 'farewell') return { kind: 'farewell', watched, before };
    if (isBack) return { kind: 'back', watched, before };
    return { kind: known === undefined || known.phase === 'ended' ? 'begins' : 'goes-on', watched, before };
  }

  /** Sessions that should live and were silent for longer than each may be. */
  silent(nowMs: number, silentMs: (watched: Watched) => number): readonly Watched[] {
    return this.all.filter((watched) => {
      const heard = this.heardMs.get(watched.beat.session) ?? nowMs;
      return watched.phase === 'watching' && nowMs - heard > silentMs(watched);
    });
  }

  /** This process was away: how long anybody was silent meanwhile is not known. */
  measureAnew(nowMs: number): void {
    this.saidMs.clear();
    for (const session of this.sessions.keys()) this.heardMs.set(session, nowMs);
  }

  /** Writes down that something is done about a session, before it is done, or that it is done. */
  enter(watched: Watched, phase: 'stopping' | 'stopped'): void {
    this.sessions.set(watched.beat.session, { ...this.now(watched), phase });
    this.save();
  }

  /** Has the processes of an account told that it was stopped; returns which sessions these are. */
  stopAccount(account: string, why: string, wallMs: number): readonly Watched[] {
    const meant = this.all.filter(({ beat, phase }) => beat.account === account && phase !== 'ended');
    for (const watched of meant) {
      const { session, instance } = watched.beat;
      this.sessions.set(session, { ...watched, stopped: { why, instance, at: wallMs } });
    }
    if (meant.length > 0) this.save();
    return meant;
  }

  /** The session as it stands now. */
  now({ beat }: Watched): Watched {
    return this.sessions.get(beat.session)!; // None is ever taken away while it is watched.
  }

  /**
   * How far its instant is from now. Of a process that was heard before it is measured from what it said then, by the clock that
   * never steps: when the clock of this machine is put right, nobody is silent for it.
   */
  private apartMs(
    { at, session, instance }: Heartbeat,
    known: Watched | undefined,
    wallMs: number,
    nowMs: number,
  ): number {
    const heard = this.saidMs.get(session);
    const isSame = known !== undefined && known.beat.instance === instance && heard !== undefined;
    return isSame ? nowMs - heard - (at - known.beat.at) : wallMs - at;
  }

  private before({ session, account }: Heartbeat): Watched | undefined {
    if (account === '') return undefined;
    return this.all.find(({ beat, phase }) => {
      return beat.account === account && beat.session !== session && phase !== 'ended';
    });
  }

  private put(watched: Watched, nowMs: number): void {
    this.sessions.set(watched.beat.session, watched);
    this.heardMs.set(watched.beat.session, nowMs);
  }

  private save(): void {
    // What ended long ago protects from replays only as long as clocks let one pass.
    const newest = Math.max(...this.all.map(({ heardAt }) => heardAt));
    for (const [session, { phase, heardAt }] of this.sessions) {
      if (phase === 'ended' && newest - heardAt > KEPT_MS + 2 * this.clockMs) this.sessions.delete(session);
    }
    replaceSynced(this.file, JSON.stringify(this.all));
  }
}

/** How long a session that ended is shown. */
const KEPT_MS = 7 * 86_400_000;

function storedIn(file: string): readonly Watched[] {
  if (!existsSync(file)) return [];
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    if (Array.isArray(found)) return found as readonly Watched[]; // It is put in its place whole, by this class alone.
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('watchdog.state', `what was watched cannot be read: ${why}`, { file });
  }
  throw new Fault('watchdog.state', 'it is no list of sessions', { file }, 'take the file away to begin anew');
}
