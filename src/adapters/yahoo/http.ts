/**
 * GET requests to Yahoo: the cookie and the crumb it wants, patience when it says no for now, clear words when for good.
 */
import { setTimeout } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';

export interface YahooOptions {
  /** `https://query2.finance.yahoo.com` when left out. */
  readonly baseUrl?: string;
  /** Where the session cookie comes from: `https://fc.yahoo.com` when left out. */
  readonly cookieUrl?: string;
  /** Attempts after the first, each after twice the wait of the one before. */
  readonly retries?: number;
  readonly firstWaitMs?: number;
  readonly timeoutMs?: number;
}

const AGENT = 'Mozilla/5.0 (compatible; tradedeck)';

/** One client: it keeps its cookie and crumb. */
export class YahooHttp {
  readonly baseUrl: string;
  private readonly cookieUrl: string;
  private readonly retries: number;
  private readonly firstWaitMs: number;
  private readonly timeoutMs: number;
  private cookie = '';
  private crumb = '';

  constructor(options: YahooOptions = {}) {
    this.baseUrl = (options.baseUrl ?? 'https://query2.finance.yahoo.com').replace(/\/$/, '');
    this.cookieUrl = options.cookieUrl ?? 'https://fc.yahoo.com';
    this.retries = options.retries ?? 4;
    this.firstWaitMs = options.firstWaitMs ?? 500;
    this.timeoutMs = options.timeoutMs ?? 20_000;
  }

  /**
   * Returns the status and the body of a path. A refused session (401, 403) is opened once and tried again; 429, 5xx
   * and a broken connection are tried again after a while, since a GET changes nothing.
   */
  async get(path: string, query: Record<string, string>): Promise<{ status: number; body: string }> {
    let opened = false;
    for (let attempt = 0; ; attempt++) {
      const reply = await this.once(path, query);
      if (reply.status === 401 || reply.status === 403) {
        if (opened) return reply;
        opened = true;
        await this.openSession();
        attempt--;
        continue;
      }
      const mayPass = reply.status === 0 || reply.status === 429 || reply.status >= 500;
      if (!mayPass) return reply;
      if (attempt >= this.retries) throw this.gaveUp(path, reply, attempt + 1);
      await setTimeout(Math.max(reply.retryAfterMs, this.firstWaitMs * 2 ** attempt));
    }
  }

  private async once(
    path: string,
    query: Record<string, string>,
  ): Promise<{ status: number; body: string; retryAfterMs: number }> {
    const url = new URL(`${this.baseUrl}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    if (this.crumb !== '') url.searchParams.set('crumb', this.crumb);
    try {
      const reply = await fetch(url, { headers: this.headers(), signal: AbortSignal.timeout(this.timeoutMs) });
      const seconds = Number(reply.headers.get('retry-after') ?? 0);
      return { status: reply.status, body: await reply.text(), retryAfterMs: (seconds || 0) * 1000 };
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return { status: 0, body: cause instanceof Error ? cause.message : String(cause), retryAfterMs: 0 };
    }
  }

  private async openSession(): Promise<void> {
    try {
      const first = await fetch(this.cookieUrl, {
        headers: this.headers(),
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      await first.text();
      this.cookie = first.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; ');
      const crumb = await fetch(`${this.baseUrl}/v1/test/getcrumb`, {
        headers: this.headers(),
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const text = (await crumb.text()).trim();
      this.crumb = crumb.ok && text !== '' && !text.includes('<') ? text : '';
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new Fault('yahoo.session', `Yahoo gave no session (${said})`, { field: this.cookieUrl });
    }
  }

  private headers(): Record<string, string> {
    return { 'user-agent': AGENT, ...(this.cookie === '' ? {} : { cookie: this.cookie }) };
  }

  private gaveUp(path: string, reply: { status: number; body: string }, attempts: number): Fault {
    const said = reply.status === 0 ? reply.body : `status ${reply.status}`;
    const hint = reply.status === 429 ? 'too many requests: wait some minutes' : undefined;
    return new Fault(
      'yahoo.unavailable',
      `Yahoo did not answer after ${attempts} attempts (${said})`,
      { field: path },
      hint,
    );
  }
}
