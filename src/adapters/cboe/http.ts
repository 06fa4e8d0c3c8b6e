/**
 * GET requests to Cboe's public files: patience when it says no for now, a named fault when for good.
 */
import { setTimeout } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';

export interface CboeOptions {
  /** `https://cdn.cboe.com` when left out. */
  readonly baseUrl?: string;
  /** Attempts after the first, each after twice the wait of the one before. */
  readonly retries?: number;
  readonly firstWaitMs?: number;
  readonly timeoutMs?: number;
}

const BASE_URL = 'https://cdn.cboe.com';
const AGENT = 'Mozilla/5.0 (compatible; tradedeck)';

/**
 * Returns the body at a path. Faults: `cboe.no-data` where there is no such file, `cboe.refused` where a page stands in
 * its place, `cboe.rate-limited` where it asks for patience longer than the attempts, `cboe.unavailable` where it does
 * not answer.
 */
export async function getCboe(path: string, options: CboeOptions = {}): Promise<string> {
  const { retries = 3, firstWaitMs = 500, timeoutMs = 20_000 } = options;
  const url = `${(options.baseUrl ?? BASE_URL).replace(/\/$/, '')}${path}`;
  for (let attempt = 0; ; attempt++) {
    const { status, body, retryAfterMs } = await once(url, timeoutMs);
    if (isPage(body) && (status === 200 || status === 403)) throw refused(path, status);
    if (status === 200) return body;
    // The files lie in a bucket, which answers 403 for what it does not have.
    if (status === 403 || status === 404) {
      const rule = `Cboe has no such file (status ${status})`;
      throw new Fault('cboe.no-data', rule, { file: path }, 'has the symbol listed options, and is it written so?');
    }
    const mayPass = status === 0 || status === 429 || status >= 500;
    if (!mayPass || attempt >= retries) {
      const code = status === 429 ? 'cboe.rate-limited' : 'cboe.unavailable';
      const said = status === 0 ? body : `status ${status}`;
      throw new Fault(code, `Cboe did not answer after ${attempt + 1} attempts (${said})`, { file: path });
    }
    await setTimeout(Math.max(retryAfterMs, firstWaitMs * 2 ** attempt));
  }
}

function isPage(body: string): boolean {
  return /^\s*<(!doctype html|html)\b/i.test(body);
}

function refused(path: string, status: number): Fault {
  const rule = `a page came instead of data (status ${status}): Cboe, or something on the way to it, lets nobody but browsers through`;
  return new Fault(
    'cboe.refused',
    rule,
    { file: path },
    'open the address in a browser of this machine to see what it says',
  );
}

async function once(url: string, timeoutMs: number): Promise<{ status: number; body: string; retryAfterMs: number }> {
  try {
    const reply = await fetch(url, { headers: { 'user-agent': AGENT }, signal: AbortSignal.timeout(timeoutMs) });
    const seconds = Number(reply.headers.get('retry-after') ?? 0);
    return { status: reply.status, body: await reply.text(), retryAfterMs: (seconds || 0) * 1000 };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { status: 0, body: cause instanceof Error ? cause.message : String(cause), retryAfterMs: 0 };
  }
}
