/**
 * A watchdog on another host: hears the heartbeats of sessions, and when one that should live is silent for too long it tells
 * people and stops the account at its broker with keys of its own, once. It holds no orders, and lets nothing go.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Secret } from '../../base/secret.ts';
import { sendToAll } from '../alerts/send-once.ts';
import type { Channel } from '../wiring/channels.ts';
import type { Notice, Speaker } from '../alerts/notice.ts';
import { heartbeatIn, isSignedWith, type Heartbeat, type HeartbeatAnswer } from './heartbeat.ts';
import type { Notes } from './notes.ts';
import { SILENT_SECONDS, Stopper, type Outcome, type Stoppable } from './stopping.ts';
import { WatchedSessions, type Heard, type Watched } from './watched.ts';

export interface WatchdogParts {
  /** Where it keeps what it knows. */
  readonly home: string;
  readonly secret: Secret;
  readonly clockMs: number;
  readonly accounts: readonly Stoppable[];
  readonly channels: readonly Channel[];
  readonly notes: Notes;
}

/** What became of a heartbeat; an answer is signed by who sends it. */
export interface Answered {
  readonly status: 200 | 400 | 401 | 409;
  readonly answer: HeartbeatAnswer | undefined;
}

const TURN_MS = 250;
/** A turn that took so long means that this process stood still, or its machine slept. */
const STOOD_STILL_MS = 5000;
const UNKNOWN = { silentMs: SILENT_SECONDS * 1000, ifSilent: 'alert' } as const;
const ANCHOR_MS = 60_000;

export class Watchdog {
  private readonly parts: WatchdogParts;
  private readonly sessions: WatchedSessions;
  private readonly stopper = new Stopper();
  private readonly acting = new Map<string, Promise<void>>();
  private readonly telling = new Set<Promise<unknown>>();
  private readonly anchoredMs = new Map<string, number>();
  private isClosed = false;

  constructor(parts: WatchdogParts) {
    this.parts = parts;
    this.sessions = new WatchedSessions(join(parts.home, 'watched.json'), parts.clockMs, performance.now());
    // What was begun before this process was ended is brought to its end: half a stop is none.
    for (const watched of this.sessions.all) if (watched.phase === 'stopping') this.act(watched, 'goes on');
  }

  get all(): readonly Watched[] {
    return this.sessions.all;
  }

  get accounts(): readonly Stoppable[] {
    return this.parts.accounts;
  }

  /** Watches until it is told to end; `onTurn` is called a few times a second, by the clock that never steps. */
  async watch(stop: { readonly isStopped: boolean }, onTurn?: (nowMs: number) => void): Promise<void> {
    let turnedMs = performance.now();
    while (!stop.isStopped) {
      await wait(TURN_MS);
      const now = performance.now();
      if (now - turnedMs > STOOD_STILL_MS) this.sessions.measureAnew(now);
      turnedMs = now;
      onTurn?.(now);
      for (const watched of this.sessions.silent(now, (each) => this.policyOf(each.beat).silentMs)) {
        this.act(watched, 'begins');
      }
    }
    this.isClosed = true;
    await Promise.all(this.acting.values());
    await Promise.all(this.telling);
  }

  /** Looks at each account once: keys that are wrong are told now, and not when they are needed. */
  async tryKeys(): Promise<void> {
    const meant = this.parts.accounts.filter(({ canStop }) => canStop);
    await Promise.all(
      meant.map(async (account) => {
        const { orders, positions, failures } = await account.look();
        const { name, mode } = account;
        if (orders !== undefined && positions !== undefined) {
          this.parts.notes.write(
            'account.ready',
            `${name}: ${orders} orders work, ${positions.length} positions are held`,
          );
          return;
        }
        const whose = { session: name, mode, deck: 'watchdog', tail: '' };
        this.say('watchdog.cannot', `it could not be stopped from here now: ${failures.join('; ')}`, whose);
      }),
    );
  }

  /** Takes the body of a heartbeat as it came. */
  hear(body: string, signature: string | undefined, from: string): Answered {
    const { secret, notes, clockMs } = this.parts;
    if (!isSignedWith(secret, body, signature)) {
      notes.refuse('heartbeat.refused', 'its signature is not of our secret, or there is none', from);
      return { status: 401, answer: undefined };
    }
    let beat: Heartbeat;
    try {
      beat = heartbeatIn(body);
    } catch (error) {
      notes.refuse('heartbeat.refused', error instanceof Error ? error.message : String(error), from);
      return { status: 400, answer: undefined };
    }
    const heard = this.sessions.hear(beat, Date.now(), performance.now());
    const policy = this.policyOf(beat);
    const answer = (isTaken: boolean, why: string, stopped: string | null): HeartbeatAnswer => ({
      answer: 'tradedeck-heartbeat',
      isTaken,
      why,
      session: beat.session,
      sequence: beat.sequence,
      silentMs: policy.silentMs,
      ifSilent: policy.ifSilent,
      stopped,
    });
    if (heard.kind === 'refused') {
      notes.refuse('heartbeat.refused', `${beat.session}: ${heard.why}`, from);
      return { status: 409, answer: answer(false, `${heard.code}: ${heard.why}`, null) };
    }
    this.tellOf(heard, from, clockMs);
    this.anchor(beat);
    return { status: 200, answer: answer(true, '', heard.watched.stopped?.why ?? null) };
  }

  /** Stops accounts because a person said so; all that are known, or one by its last digits. */
  async kill(meant: readonly Stoppable[], by: string, reason: string): Promise<readonly Outcome[]> {
    const why = `${reason} (${by})`;
    // First who may still send is told, with its next heartbeat; the broker is asked meanwhile.
    for (const { id } of meant) this.sessions.stopAccount(id, why, Date.now());
    const outcomes = await Promise.all(meant.map((account) => this.stopper.once(account, false)));
    for (const { isDone, text, account, mode } of outcomes) {
      const whose = { session: account, mode, deck: 'watchdog', tail: '' };
      this.say('watchdog.kill', `${isDone ? 'killed' : 'NOT CONFIRMED'}: ${text}: ${why}`, whose);
    }
    return outcomes;
  }

  /** A drill by schedule is over; one that was not confirmed wakes somebody. */
  tellOfDrill(isConfirmed: boolean, text: string): void {
    const whose = { session: 'drill', mode: 'drill', deck: 'watchdog', tail: '' };
    this.say(isConfirmed ? 'drill.done' : 'drill.failed', text, whose, isConfirmed ? 3 : 1);
  }

  policyOf({ account }: Heartbeat): Pick<Stoppable, 'silentMs'> & { readonly ifSilent: string } {
    return this.accountOf(account) ?? UNKNOWN;
  }

  private accountOf(id: string): Stoppable | undefined {
    return this.parts.accounts.find((account) => account.id === id);
  }

  private tellOf(heard: Exclude<Heard, { kind: 'refused' }>, from: string, clockMs: number): void {
    const { notes } = this.parts;
    const { beat, stopped } = heard.watched;
    if (heard.before !== undefined) {
      notes.write('session.superseded', `${heard.before.beat.session}: ${beat.session} speaks for its account now`);
    }
    if (heard.kind === 'begins') {
      const { silentMs, ifSilent } = this.policyOf(beat);
      const known = beat.account === '' || this.accountOf(beat.account) !== undefined;
      const without = known ? '' : '; its account is in no set-up here, so nobody can stop it';
      const watch = `watched: ${silentMs / 1000} s of silence, then ${ifSilent}; clocks may differ by ${clockMs / 1000} s`;
      notes.write('session.begins', `${beat.session} (${beat.mode} ${beat.tail}): ${watch}${without}`, from);
    } else if (heard.kind === 'farewell') {
      notes.write('session.ended', `${beat.session}: it ended as it should, and is watched no more`, from);
    } else if (heard.kind === 'back') {
      const what = stopped === null ? '' : `; its account was stopped meanwhile, and it is told so: ${stopped.why}`;
      this.say('watchdog.back', `it speaks again${what}`, beat);
    }
  }

  /** What is off this machine of a journal: enough to find one that was written anew later. */
  private anchor({ session, records, hash, kind, at }: Heartbeat): void {
    const now = performance.now();
    if (kind === 'beat' && now - (this.anchoredMs.get(session) ?? -Infinity) < ANCHOR_MS) return;
    this.anchoredMs.set(session, now);
    const file = join(this.parts.home, 'anchors.jsonl');
    mkdirSync(this.parts.home, { recursive: true, mode: 0o700 });
    const line = JSON.stringify({ at: new Date(at).toISOString(), session, told: `${records}:${hash}` });
    appendFileSync(file, `${line}\n`, { mode: 0o600 });
  }

  /** Does about a silent session what its account says, exactly once. */
  private act(silent: Watched, how: 'begins' | 'goes on'): void {
    const { session } = silent.beat;
    if (this.acting.has(session)) return;
    const work = this.actOn(silent, how).finally(() => this.acting.delete(session));
    this.acting.set(session, work);
  }

  private async actOn(silent: Watched, how: 'begins' | 'goes on'): Promise<void> {
    const { beat } = silent;
    const account = this.accountOf(beat.account);
    const { silentMs, ifSilent } = this.policyOf(beat);
    const why = `nothing was heard of it for ${silentMs / 1000} s`;
    // On the disk before anything is done, so that a restart neither forgets it nor does it twice.
    this.sessions.enter(silent, 'stopping');
    const held = `${beat.orders} orders worked and ${beat.positions} positions were held when it spoke last`;
    const what = how === 'begins' ? why : `${why}; what was begun about that goes on`;
    this.say('watchdog.silent', `${what}; ${held}; what is done: ${ifSilent}`, beat);
    if (account === undefined || account.ifSilent === 'alert') {
      this.sessions.enter(silent, 'stopped');
      return;
    }
    const isBack = (): boolean => this.sessions.now(silent).phase !== 'stopping';
    const outcome = await this.stopper.untilDone(
      account,
      () => this.isClosed || isBack(),
      ({ text }) => this.say('watchdog.not-stopped', `NOT CONFIRMED, it is tried again: ${text}`, beat),
    );
    const { isDone = false, isStopped = false, text = '', report } = outcome ?? {};
    // What this process did not bring to its end the next one does.
    if (!isStopped && this.isClosed && !isBack()) return;
    if (isStopped || report?.isSuspended === true || (report?.asked ?? 0) > 0) {
      this.sessions.stopAccount(beat.account, `the watchdog stopped the account: ${why}`, Date.now());
      const left = isBack() && !isStopped ? 'NOT CONFIRMED, and it speaks again: ' : 'NOT ALL IS CLOSED: ';
      this.say('watchdog.stopped', `${isDone ? '' : left}${text}`, beat);
    } else this.say('watchdog.left', 'it speaks again before anything was done at the broker, and is left alone', beat);
    if (!isBack()) this.sessions.enter(silent, 'stopped');
  }

  /** Tells people, and writes it down; nothing waits for it. */
  private say(
    code: string,
    message: string,
    of: Pick<Heartbeat, 'session' | 'mode' | 'deck' | 'tail'>,
    priority: Notice['priority'] = 1,
  ): void {
    const { notes } = this.parts;
    const { session, mode, deck, tail } = of;
    notes.write(code, `${session}: ${message}`);
    const notice: Notice = { code, priority, message: `${session}: ${message}`, at: new Date().toISOString() };
    const told = this.send(notice, { mode, deck, account: tail });
    this.telling.add(told);
    void told.finally(() => this.telling.delete(told));
  }

  private async send(notice: Notice, speaker: Speaker): Promise<void> {
    for (const { name, error } of await sendToAll(this.parts.channels, speaker, notice)) {
      if (error !== null) this.parts.notes.write('alert.lost', `${name}: ${error}`);
    }
  }
}
