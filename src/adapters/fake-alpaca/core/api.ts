/**
 * The front of the broker's REST interface: who asks, how often, for what; every answer carries a request id and the
 * state of the rate limit.
 */
import { MINUTE, SECOND } from '../../../time/instant.ts';
import { ACCOUNT } from './account-api.ts';
import { OPTION_DATA } from './option-data-api.ts';
import { REFERENCE } from './reference-api.ts';
import { opens } from '../../fake-broker/core/config.ts';
import { Refusal, type Answer } from '../../fake-broker/core/refusal.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { STOCK_DATA } from './stock-data-api.ts';
import { TRADING } from './trading-api.ts';

export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON; `undefined` for none. */
  readonly body: unknown;
  readonly keyId: string | undefined;
  readonly secret: string | undefined;
}

export interface Request extends ApiRequest {
  /** What the path has in the places of a template's braces. */
  readonly params: Readonly<Record<string, string>>;
}

export interface Handler {
  readonly method: string;
  /** `/v2/orders/{id}` */
  readonly path: string;
  readonly handle: (state: BrokerState, request: Request) => Answer;
}

const HANDLERS: readonly Handler[] = [...TRADING, ...ACCOUNT, ...REFERENCE, ...STOCK_DATA, ...OPTION_DATA];

/** The endpoints there are, as `METHOD /path/{template}`. */
export const ENDPOINTS: readonly string[] = HANDLERS.map(({ method, path }) => `${method} ${path}`);

interface Route {
  readonly handler: Handler;
  readonly parts: readonly string[];
}

const ROUTES: readonly Route[] = HANDLERS.map((handler) => ({ handler, parts: handler.path.split('/') }));

/** Answers requests, and counts them. */
export class Api {
  private readonly state: BrokerState;
  private count = 0;
  private readonly windows = new Map<'trading' | 'data', { endsAt: number; used: number }>();

  constructor(state: BrokerState) {
    this.state = state;
  }

  /** Answers a request now: the vendor's body for a refusal, never an exception for what a customer can do. */
  handle(request: ApiRequest): Answer {
    const headers: Record<string, string> = { 'x-request-id': this.requestId() };
    try {
      const { state } = this;
      if (!opens(state.config, request.keyId, request.secret) || state.flags.keyRevoked)
        throw new Refusal(401, undefined, 'unauthorized.');
      this.limit(request.path, headers);
      const { handler, params } = find(request);
      const answer = handler.handle(state, { ...request, params });
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, headers, body: error.body };
    }
  }

  private requestId(): string {
    return (++this.count + this.state.config.seed * 0x1000000).toString(16).padStart(32, '0');
  }

  /** Counts a request against its minute, and writes the vendor's headers. */
  private limit(path: string, headers: Record<string, string>): void {
    const { state } = this;
    const lane = isData(path) ? 'data' : 'trading';
    const most = lane === 'data' ? state.config.dataRequestsPerMinute : state.config.requestsPerMinute;
    let window = this.windows.get(lane);
    if (window === undefined || state.now >= window.endsAt) {
      window = { endsAt: (Math.floor(state.now / MINUTE) + 1) * MINUTE, used: 0 };
      this.windows.set(lane, window);
    }
    window.used++;
    headers['x-ratelimit-limit'] = String(most);
    headers['x-ratelimit-remaining'] = String(Math.max(0, most - window.used));
    headers['x-ratelimit-reset'] = String(window.endsAt / SECOND);
    if (window.used > most) throw tooMany();
  }
}

function tooMany(): Refusal {
  return new Refusal(429, 42910000, 'too many requests.');
}

/** The answer to a request too many that a fault makes: free again in a minute, which its headers may say. */
export function tooManyAnswer(now: number, withHeaders: boolean): Answer {
  const { status, body } = tooMany();
  const reset = String(Math.ceil((now + MINUTE) / SECOND));
  const headers = { 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  return { status, headers: withHeaders ? headers : {}, body };
}

/** Whether a path belongs to the host of market data. */
function isData(path: string): boolean {
  return path.startsWith('/v2/stocks') || path.startsWith('/v1beta') || path.startsWith('/v1/corporate-actions');
}

function find({ method, path }: ApiRequest): { handler: Handler; params: Record<string, string> } {
  const parts = path.split('/');
  let isKnown = false;
  for (const { handler, parts: template } of ROUTES) {
    const params = matchParts(template, parts);
    if (params === undefined) continue;
    if (handler.method === method) return { handler, params };
    isKnown = true;
  }
  throw isKnown
    ? new Refusal(405, 40510000, 'method not allowed')
    : new Refusal(404, 40410000, `endpoint not found: ${method} ${path}`);
}

function matchParts(template: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (template.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (let i = 0; i < template.length; i++) {
    if (template[i].startsWith('{')) {
      if (parts[i] === '') return undefined;
      params[template[i].slice(1, -1)] = decodeURIComponent(parts[i]);
    } else if (template[i] !== parts[i]) return undefined;
  }
  return params;
}
