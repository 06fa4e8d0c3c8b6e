/**
 * A session's side of a watchdog on another host: says again and again how it stands, and hears whether that was taken. Nothing
 * waits for it; a watchdog that cannot be reached is told to people, and the session goes on.
 */
import { randomBytes } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import { request } from 'node:https';
import type { Secret } from '../../base/secret.ts';
import { isSignedWith, signatureOf, SIGNATURE, type Heartbeat, type HeartbeatAnswer } from './heartbeat.ts';

/** What a session says of itself; the rest of a heartbeat is counted here. */
export type Saying = Omit<Heartbeat, 'heartbeat' | 'version' | 'kind' | 'instance' | 'sequence' | 'at'>;

export interface BeatsParts {
  /** Where the watchdog listens. */
  readonly url: URL;
  readonly secret: Secret;
  /** PEM of the certificate that the watchdog shows, where nobody that the system trusts has signed it. */
  readonly certificate: string | undefined;
  readonly everyMs: number;
  readonly saying: () => Saying;
  /** It cannot be reached or does not take what is said, or does again. */
  readonly onAway: (message: string, isOver: boolean) => void;
  /** The account was stopped at its broker while this process had it; told once. */
  readonly onStopped: (why: string) => void;
}

const TIMEOUT_MS = 5000;
/** Most bytes of an answer. */
const ANSWER_MAX = 8192;
/** After so many that were not taken in a row people are told; of the very first at once. */
const MISSED_MAX = 3;
const FAREWELL_TRIES = 3;

export class Beats {
  private readonly parts: BeatsParts;
  private readonly instance = randomBytes(8).toString('hex');
  private readonly timer: NodeJS.Timeout;
  private sequence = 0;
  /** What is added to the clock that never steps, to have milliseconds since 1970: a clock that is put right is no jump here. */
  private sinceMs = Date.now() - performance.now();
  private underWay: Promise<void> | undefined;
  private missed = 0;
  private isAway = false;
  private hasBeenTaken = false;
  private told = '';
  /** What the newest answer said of silence. */
  private silence = '';

  constructor(parts: BeatsParts) {
    this.parts = parts;
    this.timer = setInterval(() => this.beat(), parts.everyMs).unref();
    this.beat();
  }

  /** The session ends as it should: the watchdog is told, for so long at most. Returns why it could not be. */
  async farewell(forMs: number): Promise<string | undefined> {
    clearInterval(this.timer);
    const until = performance.now() + forMs;
    await this.underWay;
    let why: string | undefined = 'there was no time';
    for (let i = 0; i < FAREWELL_TRIES && performance.now() < until; i++) {
      why = await this.say('farewell', Math.max(100, until - performance.now()));
      if (why === undefined) return undefined;
    }
    return why;
  }

  /** Ends without a farewell: the session is not over as it should be. */
  close(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    // One at a time: what is late must not overtake.
    if (this.underWay !== undefined) return;
    this.underWay = this.say('beat', TIMEOUT_MS)
      .then((why) => this.heard(why))
      .finally(() => (this.underWay = undefined));
  }

  private heard(why: string | undefined): void {
    const { onAway, url } = this.parts;
    if (why === undefined) {
      this.missed = 0;
      this.hasBeenTaken = true;
      if (this.isAway) onAway(`the watchdog at ${url.host} hears this session`, true);
      this.isAway = false;
      return;
    }
    this.missed++;
    if (this.isAway || (this.hasBeenTaken && this.missed < MISSED_MAX)) return;
    this.isAway = true;
    onAway(`the watchdog at ${url.host} does not hear this session: ${why}${this.silence}`, false);
  }

  /** Says it once; returns why it was not taken. */
  private async say(kind: Heartbeat['kind'], timeoutMs: number): Promise<string | undefined> {
    const { secret, saying, onStopped } = this.parts;
    const sequence = ++this.sequence;
    const { instance } = this;
    const beat: Heartbeat = {
      heartbeat: 'tradedeck-heartbeat',
      version: 1,
      kind,
      instance,
      sequence,
      at: Math.round(this.sinceMs + performance.now()),
      ...saying(),
    };
    const body = JSON.stringify(beat);
    let got: Got;
    try {
      got = await this.send(body, timeoutMs);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    if (got.status === 401) return 'it has another secret';
    if (!isSignedWith(secret, got.body, got.signature)) return `it answered ${got.status}, and not with our secret`;
    const answer = JSON.parse(got.body) as HeartbeatAnswer; // It is signed with our secret.
    if (answer.answer !== 'tradedeck-heartbeat' || answer.session !== beat.session || answer.sequence !== sequence) {
      return 'it answered something else';
    }
    const { silentMs, ifSilent, isTaken, why, stopped } = answer;
    this.silence = `; after ${silentMs / 1000} s of silence it does: ${ifSilent}`;
    // A machine that slept has lost time: it is asked for anew.
    if (!isTaken && why.startsWith('clock')) this.sinceMs = Date.now() - performance.now();
    if (!isTaken) return why;
    if (stopped !== null && stopped !== this.told) {
      this.told = stopped;
      onStopped(stopped);
    }
    return undefined;
  }

  private send(body: string, timeoutMs: number): Promise<Got> {
    const { url, certificate, secret } = this.parts;
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          [SIGNATURE]: signatureOf(secret, body),
        },
        agent: false,
        // Whatever the environment says.
        rejectUnauthorized: true,
        signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
        ...(certificate === undefined ? {} : { ca: certificate }),
      };
      const place = new URL('/beat', url);
      const sent = (url.protocol === 'https:' ? request : requestPlain)(place, options, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
          if (text.length > ANSWER_MAX) answer.destroy(new Error('its answer is too long'));
        });
        answer.on('error', reject);
        answer.on('end', () => {
          const signature = answer.headers[SIGNATURE];
          const one = typeof signature === 'string' ? signature : undefined;
          resolve({ status: answer.statusCode ?? 0, body: text, signature: one });
        });
      });
      sent.on('error', (error) => {
        const code = 'code' in error ? String(error.code) : error.name;
        const isLate = error.name === 'AbortError' || code === 'ABORT_ERR';
        reject(new Error(isLate ? `no answer within ${Math.round(timeoutMs / 100) / 10} s` : code));
      });
      sent.end(body);
    });
  }
}

interface Got {
  readonly status: number;
  readonly body: string;
  readonly signature: string | undefined;
}
