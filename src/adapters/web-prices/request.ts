/**
 * GET requests to sources of prices: patience when one says no for now, a named fault when for good, and never a word of
 * the key, which goes where the source wants it and into no message.
 */
import { setTimeout } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import type { SourceTerms } from './source.ts';

export interface WebOptions {
  /** Another server of the same kind. */
  readonly baseUrl?: string;
  readonly key?: Secret;
  /** Attempts after the first, each after twice the wait of the one before. */
  readonly retries?: number;
  readonly firstWaitMs?: number;
  readonly timeoutMs?: number;
}

/** What is asked of a source. */
export interface Question {
  /** The server, without a slash at its end. */
  readonly baseUrl: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Where the key goes, and nothing else that is secret. */
  readonly headers?: Readonly<Record<string, Secret>>;
  readonly secretQuery?: Readonly<Record<string, Secret>>;
  /** What the question is about, named in faults. */
  readonly symbol: string;
}

/** What the words of a reply mean that is no answer; `undefined` when they mean nothing of the kind. */
export type Refusal = 'rate-limited' | 'no-data' | 'key' | 'refused';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/**
 * Finds what a reply says instead of an answer: some sources say no with status 200. The reason is its own words.
 */
export type Reading = (reply: Reply) => { readonly refusal: Refusal; readonly reason: string } | undefined;

/** Returns the key, or says which variable it is expected in. */
export function keyOf({ title, code, keyName }: SourceTerms, { key }: WebOptions): Secret {
  if (key !== undefined && !key.isEmpty) return key;
  const hint = `set ${keyName}, or ${keyName}_FILE to a file that only you may read`;
  throw new Fault(`${code}.key`, `${title} wants a key, and there is none`, {}, hint);
}

/**
 * Returns the body of an answer. Faults, each with the code of the source before it: `rate-limited`, `no-data`, `key`,
 * `refused`, `unavailable`. A broken connection, 429 and 5xx are tried again after a while, since a GET changes nothing.
 */
export async function ask(terms: SourceTerms, question: Question, options: WebOptions, read: Reading): Promise<string> {
  const { retries = 3, firstWaitMs = 1000 } = options;
  for (let attempt = 0; ; attempt++) {
    const reply = await once(question, options.timeoutMs ?? 20_000);
    const said = reply.status === 0 ? undefined : (read(reply) ?? byStatus(reply));
    if (reply.status === 200 && said === undefined) return reply.body;
    // What is refused by a plan or for the day is not to be had by asking again; a status that asks for patience may be.
    const mayPass = reply.status === 0 || reply.status === 429 || reply.status >= 500;
    if (!mayPass || attempt >= retries) throw faultOf(terms, question, options, reply, said, attempt + 1);
    await setTimeout(Math.max(reply.retryAfterMs, firstWaitMs * 2 ** attempt));
  }
}

function byStatus({ status, body }: Reply): { refusal: Refusal; reason: string } | undefined {
  const reason = body.startsWith('<') ? `status ${status}` : body.trim().slice(0, 200) || `status ${status}`;
  if (status === 429) return { refusal: 'rate-limited', reason };
  if (status === 401 || status === 403) return { refusal: 'key', reason };
  if (status === 404) return { refusal: 'no-data', reason };
  return status >= 400 && status < 500 ? { refusal: 'refused', reason } : undefined;
}

const HINTS: Readonly<Record<Refusal, string | undefined>> = {
  'rate-limited': 'the plan allows no more for now: wait, or ask for less',
  'no-data': undefined,
  key: 'is the key right, and does its plan have these data?',
  refused: undefined,
};

function faultOf(
  { title, code }: SourceTerms,
  { symbol }: Question,
  { key }: WebOptions,
  { status, body }: Reply,
  said: ReturnType<Reading>,
  attempts: number,
): Fault {
  const hidden = (text: string): string => key?.hiddenIn(text) ?? text;
  if (said !== undefined) {
    const rule = `${title} says: ${hidden(said.reason)}`;
    return new Fault(`${code}.${said.refusal}`, rule, { field: symbol }, HINTS[said.refusal]);
  }
  const reason = status === 0 ? hidden(body) : `status ${status}`;
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return new Fault(`${code}.unavailable`, `${title} did not answer after ${times} (${reason})`, { field: symbol });
}

async function once(
  { baseUrl, path, query, headers = {}, secretQuery = {} }: Question,
  timeoutMs: number,
): Promise<Reply & { retryAfterMs: number }> {
  const url = new URL(`${baseUrl.replace(/\/$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  for (const [name, value] of Object.entries(secretQuery)) url.searchParams.set(name, value.reveal());
  try {
    // A redirect could carry the key to another server.
    const signal = AbortSignal.timeout(timeoutMs);
    const reply = await fetch(url, {
      headers: { 'user-agent': 'tradedeck', ...revealed(headers) },
      redirect: 'error',
      signal,
    });
    const seconds = Number(reply.headers.get('retry-after') ?? 0);
    return { status: reply.status, body: await reply.text(), retryAfterMs: (seconds || 0) * 1000 };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { status: 0, body: cause instanceof Error ? cause.message : String(cause), retryAfterMs: 0 };
  }
}

function revealed(headers: Readonly<Record<string, Secret>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));
}
