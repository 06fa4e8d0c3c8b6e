/**
 * The vendor's stream of account activities, for what it tells nowhere else: executions that an exchange took back or
 * corrected. It can be read again from a place, so that nothing is missed between two connections.
 *
 * The vendor's library leaves this one to its users: it is server-sent events, read here line by line.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { activityEvent, tradeEvent, type TradeEvent } from './payload/activity-event.ts';
import type { AlpacaAccess } from './client.ts';

export interface ActivityStreamOptions extends AlpacaAccess {
  /** From when on it is read, milliseconds since 1970. */
  readonly since: number;
  readonly onTrade: (event: TradeEvent) => void;
  /** It will not come any more: the account has no such stream, or the keys are refused. */
  readonly onGone: (reason: string) => void;
}

const PATH = '/v2beta1/events/activities';
const HOSTS = { paper: 'https://paper-api.alpaca.markets', live: 'https://api.alpaca.markets' } as const;
/** Between two tries: the first, and the longest. */
const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;
/** After so long without a byte another connection is opened: it costs one request. */
const SILENCE_MS = 300_000;

export class ActivityStream {
  private readonly options: ActivityStreamOptions;
  private readonly ended = new AbortController();
  /** The newest event that was read. */
  private newest: string | undefined = undefined;

  constructor(options: ActivityStreamOptions) {
    this.options = options;
  }

  /** Begins to read; it ends with `close`, or when the vendor says that there is no such stream. */
  start(): void {
    void this.run();
  }

  close(): void {
    this.ended.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.ended;
    let delayMs = RETRY_MS;
    while (!signal.aborted) {
      try {
        const gone = await this.read();
        if (gone !== undefined) {
          this.options.onGone(gone);
          return;
        }
        delayMs = RETRY_MS;
      } catch (error) {
        // Whatever broke it, it is read again from the newest event on; what cannot be understood is said.
        if (error instanceof SyntaxError || (error instanceof Error && error.name === 'Fault')) {
          this.options.onGone(error.message);
          return;
        }
      }
      await wait(delayMs, undefined, { signal }).catch(() => undefined);
      delayMs = Math.min(2 * delayMs, RETRY_MAX_MS);
    }
  }

  /** Reads one connection to its end; the answer that says that there will be none. */
  private async read(): Promise<string | undefined> {
    const { keyId, secret, since } = this.options;
    const query = this.newest === undefined ? { since: new Date(since).toISOString() } : { since_id: this.newest };
    const silence = new AbortController();
    const response = await fetch(`${this.host}${PATH}?${new URLSearchParams(query).toString()}`, {
      headers: {
        'APCA-API-KEY-ID': keyId.reveal(),
        'APCA-API-SECRET-KEY': secret.reveal(),
        accept: 'text/event-stream',
      },
      // A redirect would carry the keys to another server.
      redirect: 'error',
      signal: AbortSignal.any([this.ended.signal, silence.signal]),
    });
    const { status, body } = response;
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) return `${PATH} answers ${status}`;
    if (status !== 200 || body === null) return undefined;
    let rest = '';
    const decoder = new TextDecoder();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      for await (const bytes of body) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        // A comment that says that events were dropped, or that the server failed: they are read again from the newest on.
        if (lines.some(isGap)) return undefined;
        for (const line of lines) if (line.startsWith('data:')) this.take(JSON.parse(line.slice('data:'.length)));
      }
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
    return undefined;
  }

  private take(json: unknown): void {
    const event = activityEvent.read(json, 'event');
    this.newest = event.id;
    if (event.activityType === 'FILL') this.options.onTrade({ ...event, ...tradeEvent.read(json, 'event') });
  }

  private get host(): string {
    const { restUrl, isPaper } = this.options;
    return restUrl ?? (isPaper ? HOSTS.paper : HOSTS.live);
  }
}

function isGap(line: string): boolean {
  return line.startsWith(':') && /dropped \d+ messages|internal server error/.test(line);
}
